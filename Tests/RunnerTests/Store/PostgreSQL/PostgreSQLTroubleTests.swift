import Functions
import Runner
import Testing

/// Locks that somebody holds, commits of which nobody knows, servers that restart.
@Suite(TestDatabase.isThere)
struct PostgreSQLTroubleTests {
    @Test func `a key that is held elsewhere is answered as in progress, alone`() async throws {
        let database = try TestDatabase()
        let ledger = try await TestLedger(database.url)
        let user = await ledger.user(holding: 1_000)
        let key = TestStore.newKey()
        let holder = try database.raw()
        try holder.run("BEGIN")
        try holder.run("INSERT INTO keys VALUES ('\(key.key)', '\(key.key)')")
        let order = CreateOrder.Input(title: "Самовар", price: 100, userID: user)

        let batch = await ledger.together(
            CreateOrder.self,
            [(order, key), (order, TestStore.newKey()), (order, key), (order, nil)]
        )

        #expect(
            batch.map(\.ending.word) == [
                "keyInProgress", "committed", "keyInProgress", "committed",
            ]
        )
        try holder.run("ROLLBACK")
        #expect(await ledger.order(user, 100, key: key).ending.word == "committed")
        #expect(await ledger.balance(user) == 700)
    }

    @Test func `an account that is held elsewhere refuses its own orders only`() async throws {
        let database = try TestDatabase()
        let ledger = try await TestLedger(database.url)
        let (anna, bert) = (await ledger.user(holding: 100), await ledger.user(holding: 100))
        let holder = try database.raw()
        try holder.run("BEGIN")
        try holder.run("SELECT 1 FROM accounts WHERE user_id = '\(anna)' FOR UPDATE")
        func order(_ user: UserID) -> (CreateOrder.Input, KeyClaim?) {
            (.init(title: "Самовар", price: 10, userID: user), TestStore.newKey())
        }
        let orders = [order(anna), order(bert), order(anna)]

        let batch = await ledger.together(CreateOrder.self, orders)

        #expect(batch.map(\.ending.word) == ["unavailable", "committed", "unavailable"])
        try holder.run("ROLLBACK")
        let again = await ledger.together(CreateOrder.self, orders)
        #expect(again.map(\.ending.word) == ["committed", "replayed", "committed"])
    }

    @Test func `a commit that was cut short and undone is done anew, once`() async throws {
        let database = try TestDatabase()
        let ledger = try await TestLedger(database.url)
        let user = await ledger.user(holding: 1_000)
        let raw = try database.raw()
        // A commit waits, and its connection is ended meanwhile.
        try raw.run(
            """
            CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN PERFORM pg_advisory_xact_lock_shared(7); RETURN NULL; END';
            CREATE CONSTRAINT TRIGGER wait AFTER INSERT ON orders DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION wait();
            SELECT pg_advisory_lock(7);
            """
        )
        let order = CreateOrder.Input(title: "Самовар", price: 100, userID: user)

        async let batch = ledger.together(
            CreateOrder.self,
            [(order, TestStore.newKey()), (order, nil)]
        )
        try await endCommit(raw, of: "wait_event = 'advisory'")
        try raw.run("SELECT pg_advisory_unlock(7)")

        #expect(await batch.map(\.ending.word) == ["committed", "committed"])
        #expect(await ledger.balance(user) == 800)
    }

    @Test func `a commit that was cut short and done is found by its key`() async throws {
        let cluster = try TestCluster()
        let ledger = try await TestLedger(cluster.url)
        let user = await ledger.user(holding: 1_000)
        let raw = try RawConnection(cluster.url)
        // A commit that waits for a standby has happened where it waits.
        try raw.run("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
        try raw.run("SELECT pg_reload_conf()")
        while try raw.run("SHOW synchronous_standby_names") != [["nobody"]] {}
        let order = CreateOrder.Input(title: "Самовар", price: 100, userID: user)
        let key = TestStore.newKey()

        async let batch = ledger.together(CreateOrder.self, [(order, key), (order, nil)])
        try await endCommit(raw, of: "wait_event = 'SyncRep'")
        let endings = await batch

        #expect(endings.map(\.ending.word) == ["committed", "committed"])
        #expect(endings.compactMap { $0.output?.order.price } == [100, 100])
        #expect(await ledger.balance(user) == 800)
        #expect(await ledger.order(user, 100, key: key).ending.word == "replayed")
        try raw.run("ALTER SYSTEM RESET synchronous_standby_names")
        try raw.run("SELECT pg_reload_conf()")
    }

    @Test func `a job without a key is not repeated where nobody knows its end`() async throws {
        let database = try TestDatabase()
        let ledger = try await TestLedger(database.url)
        let user = await ledger.user(holding: 1_000)
        let raw = try database.raw()
        try raw.run(
            """
            CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN PERFORM pg_advisory_xact_lock_shared(7); RETURN NULL; END';
            CREATE CONSTRAINT TRIGGER wait AFTER INSERT ON orders DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION wait();
            SELECT pg_advisory_lock(7);
            """
        )

        async let ending = ledger.order(user, 100)
        try await endCommit(raw, of: "wait_event = 'advisory'")
        try raw.run("SELECT pg_advisory_unlock(7)")

        #expect(await ending.ending.word == "unavailable")
        #expect(await ledger.balance(user) == 1_000)
    }

    @Test func `a server that was killed is used again within 5 s, and nothing is lost`()
        async throws
    {
        let cluster = try TestCluster()
        let ledger = try await TestLedger(cluster.url)
        let user = await ledger.user(holding: 1_000)
        let key = TestStore.newKey()
        let before = await ledger.order(user, 100, key: key)

        try cluster.tell("kill")
        while await ledger.order(user, 100, key: key).ending.word != "unavailable" {}
        #expect(await ledger.balance(user) == nil)
        guard case .waiting = await ledger.store.check() else {
            Issue.record("a store whose database is away says it is ready")
            return
        }
        try cluster.tell("start")
        let back = ContinuousClock.now
        var after = await ledger.order(user, 100, key: key)
        while after.ending.word == "unavailable", back.duration(to: .now) < .seconds(30) {
            after = await ledger.order(user, 100, key: key)
        }
        #expect(back.duration(to: .now) < .seconds(5))

        #expect(await ledger.store.check() == .ready)
        #expect(before.ending.word == "committed")
        #expect(after.ending.word == "replayed")
        #expect(await ledger.balance(user) == 900)
    }

    /// Ends the connection whose COMMIT waits, as soon as it does.
    private func endCommit(_ raw: RawConnection, of wait: String) async throws {
        let started = ContinuousClock.now
        while started.duration(to: .now) < .seconds(60) {
            let ended = try raw.run(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND query = 'COMMIT' AND \(wait)
                """
            )
            if !ended.isEmpty { return }
            await Task.yield()
        }
        Issue.record("no commit waits")
    }
}
