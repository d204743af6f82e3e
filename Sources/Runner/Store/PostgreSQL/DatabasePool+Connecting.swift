internal import Glibc

// How the pool gets its connections, and what it does while it has none.
extension DatabasePool {
    /// Opens one where there is none, or where work waits and all are busy; one at a time.
    func connectWhereNeeded() {
        giveUpLookup()
        guard now >= retryAt, lookupBegan == nil, connections.allSatisfy(\.isUp),
            connections.count < options.connections
        else { return }
        let isWanted =
            closesAt == nil && connections.isEmpty
            || hasWork && !connections.contains(where: \.isIdle)
        guard isWanted else { return }
        guard let name = options.address.nameToLookUp else { return open(addresses: nil) }
        lookupBegan = now
        hasLookupFailed = false
        NameLookup.start(name, completion: onLookup)
    }

    /// A look-up has answered, perhaps long after it was given up.
    func lookedUp(_ answer: NameLookup.Answer) {
        lookupBegan = nil
        switch answer {
        case .addresses(let addresses): open(addresses: addresses)
        case .failed(let reason): failed(reason, isRefusal: false)
        }
    }

    /// The database is there and fit.
    func cameUp(_ check: ServerCheck) {
        failures = 0
        lastUp = now
        contact.arrived()
        guard contact.become(.there) != .there else { return }
        let version = check.version.split(separator: " (").first.map(String.init) ?? ""
        options.log.info(
            "The database answers",
            [("database", options.address.label), ("server", version)]
        )
    }

    /// An attempt has failed: the next one waits, longer each time, and never all at one moment.
    func failed(_ reason: String, isRefusal: Bool) {
        failures += 1
        let pause = min(options.longestPauseMilliseconds, 50 << Int64(min(failures, 10)))
        retryAt = now + Int64.random(in: pause / 2...pause)
        guard !isUp else {
            return options.log.warning(
                "A further connection to the database failed",
                [("reason", reason)]
            )
        }
        let state: DatabaseContact.State = isRefusal ? .refused(reason) : .away(reason)
        let before = contact.become(state)
        if before == .there || before == .starting || isRefusal && before != state {
            options.log.warning(
                "The database cannot be used",
                [("database", options.address.label), ("reason", reason)]
            )
        }
    }

    /// One that had been of use is replaced at once, so that nobody notices; one that breaks as
    /// soon as it is there is not, or the two would go round in circles.
    func lost(_ connection: PoolConnection, _ error: PostgreSQLError) {
        guard connection.isUp else {
            let isRefusal = error.isLoginRefused && !options.triesRefusedLogin
            return failed(error.description, isRefusal: isRefusal)
        }
        options.log.info("A connection to the database ended", [("reason", error.description)])
        if now - connection.openedAt < 1_000 { retryAt = now + Int64.random(in: 50...100) }
    }

    private func open(addresses: String?) {
        do throws(PostgreSQLError) {
            let parameters = options.address.parameters(addresses: addresses)
            let lifetime = options.lifetimeMilliseconds
            connections.append(
                PoolConnection(
                    try PostgreSQLConnection(parameters),
                    isDistributed: options.isDistributed,
                    now: now,
                    deadline: now + options.connectMilliseconds,
                    retiresAt: now + Int64.random(in: lifetime...2 * lifetime)
                )
            )
        } catch {
            failed(error.description, isRefusal: false)
        }
    }

    /// Once: there is no second look-up before the first one has answered.
    private func giveUpLookup() {
        guard let began = lookupBegan, !hasLookupFailed,
            now >= began + options.connectMilliseconds
        else { return }
        hasLookupFailed = true
        failed("the look-up of its name takes too long", isRefusal: false)
    }
}
