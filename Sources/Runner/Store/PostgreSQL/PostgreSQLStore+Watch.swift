// A process that runs for weeks sees the schema change under it.
extension PostgreSQLStore {
    /// Looks again and again whether this program may still use the database.
    ///
    /// That is whenever a connection comes up, and after each pause. Tells why the store cannot be
    /// used, or nil where it can: at once, and after each look and change.
    package func watch(
        every pause: Duration = .seconds(30),
        _ tell: @escaping @Sendable (String?) -> Void
    ) {
        let (reasons, reason) = AsyncStream.makeStream(
            of: Void.self,
            bufferingPolicy: .bufferingNewest(1)
        )
        let teller = HealthTeller(self, tell)
        thread.contact.observe { _ in teller.tell() }
        thread.contact.observeArrivals { reason.yield() }
        teller.tell()
        keepWatching([
            Task {
                for await _ in reasons {
                    await teller.look()
                }
            },
            Task {
                while !Task.isCancelled {
                    try? await Task.sleep(for: pause)
                    reason.yield()
                }
                reason.finish()
            },
        ])
    }
}

/// Tells how a store is, one time after the other: what is told last is how it is.
private final class HealthTeller: Sendable {
    /// Until it is closed it is there: its tasks hold this.
    private let store: PostgreSQLStore
    private let listener: @Sendable (String?) -> Void
    private let turn = Lock(())

    init(_ store: PostgreSQLStore, _ listener: @escaping @Sendable (String?) -> Void) {
        self.store = store
        self.listener = listener
    }

    func tell() {
        turn.withLock { _ in
            listener(store.thread.contact.state.reason ?? store.reasonNotToServe)
        }
    }

    func look() async {
        let before = store.reasonNotToServe
        await store.check()
        let after = store.reasonNotToServe
        if let after, after != before {
            store.options.log.error("The database is not this program's", [("reason", after)])
        } else if after == nil, before != nil {
            store.options.log.info("The database can be used again", [])
        }
        tell()
    }
}
