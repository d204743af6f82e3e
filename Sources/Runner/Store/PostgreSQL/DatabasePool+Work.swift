// What the pool does with what waits for it.
extension DatabasePool {
    var hasWork: Bool { !urgent.isEmpty || sources.contains { $0.isWaiting } }

    /// Sequels first, then the sources in turn.
    func nextWork() -> (any DatabaseWork)? {
        if !urgent.isEmpty { return urgent.removeFirst() }
        for _ in sources.indices {
            let source = sources[nextSource]
            nextSource = (nextSource + 1) % sources.count
            if let work = source.next() { return work }
        }
        return nil
    }

    /// Gives each idle connection something to do.
    func assign() {
        for connection in connections where connection.isIdle {
            // What ends without having asked the server anything leaves it idle.
            while connection.isIdle, let work = nextWork() {
                handle(connection.run(work, now: now), connection)
                guard connections.contains(where: { $0 === connection }) else { break }
            }
        }
    }

    func follow(_ sequel: DatabaseSequel) {
        switch sequel {
        case .none: return
        case .now(let work): urgent.append(work)
        case .later(let work, let milliseconds): delay(work, milliseconds)
        }
    }

    func delay(_ work: any DatabaseWork, _ milliseconds: Int64) {
        delayed.append(Delayed(work: work, due: now + max(0, milliseconds)))
    }

    func beginDelayed() {
        guard delayed.contains(where: { $0.due <= now }) else { return }
        urgent += delayed.filter { $0.due <= now }.sorted { $0.due < $1.due }.map(\.work)
        delayed.removeAll { $0.due <= now }
    }

    /// Whoever asks while the database is away is told so at once.
    func refuseWhileAway() {
        guard !isUp, failures > 0 || now > lastUp + options.graceMilliseconds else { return }
        while let work = nextWork() { refuse(work, "the database does not answer") }
    }

    /// What a refused work asks for at once waits a moment, or the two would go round in circles.
    func refuse(_ work: any DatabaseWork, _ reason: String) {
        switch work.finish(.failure(PostgreSQLError(.away, reason))) {
        case .none: return
        case .now(let work): delay(work, 100)
        case .later(let work, let milliseconds): delay(work, max(100, milliseconds))
        }
    }
}
