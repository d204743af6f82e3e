internal import Glibc

/// A connection of the pool and the work that it does.
final class PoolConnection {
    enum Event {
        case none
        case cameUp(ServerCheck)
        /// The server is not fit to be used.
        case refused(String)
        /// What it did has ended and is followed by this; it may not be idle yet.
        case ended(DatabaseSequel)
        case lost(PostgreSQLError, DatabaseSequel)
    }

    private enum State {
        case connecting
        case checking
        case idle
        case running(any DatabaseWork, skipping: Int, isLast: Bool)
        /// Leaves a transaction that nobody wants any more.
        case clearing
    }

    private let connection: PostgreSQLConnection
    private let isDistributed: Bool
    private var state = State.connecting
    let openedAt: Int64
    let retiresAt: Int64
    /// When what it does must have ended.
    private(set) var deadline: Int64

    init(
        _ connection: PostgreSQLConnection,
        isDistributed: Bool,
        now: Int64,
        deadline: Int64,
        retiresAt: Int64
    ) {
        self.connection = connection
        self.isDistributed = isDistributed
        self.deadline = deadline
        self.retiresAt = retiresAt
        openedAt = now
    }

    var isIdle: Bool {
        if case .idle = state { true } else { false }
    }

    /// Whether it has been found fit.
    var isUp: Bool {
        switch state {
        case .connecting, .checking: false
        case .idle, .running, .clearing: true
        }
    }

    var descriptor: Int32 { connection.descriptor }
    var interest: Int16 { connection.interest }

    func run(_ work: any DatabaseWork, now: Int64) -> Event {
        let transaction = work.transaction
        deadline = now + transaction.totalMilliseconds
        return perform(
            work.begin(),
            of: work,
            behind: transaction.prologue(isDistributed: isDistributed)
        )
    }

    /// The socket is ready.
    func proceed() -> Event { react(connection.proceed()) }

    /// Its time is over, or the thread ends: the connection is given up.
    func giveUp(_ reason: String) -> Event { lose(connection.giveUp(), .init(.lost, reason)) }

    private func react(_ progress: PostgreSQLConnection.Progress) -> Event {
        switch progress {
        case .waiting: return .none
        case .connected:
            state = .checking
            return react(connection.send([ServerCheck.statement]))
        case .ended(let round): return end(round)
        case .lost(let round, let error): return lose(round, error)
        }
    }

    private func end(_ round: PostgreSQLRound) -> Event {
        switch state {
        case .connecting, .idle: return .none
        case .checking: return check(round)
        case .clearing:
            if connection.isInTransaction { return .lost(.init(.lost, "no rollback"), .none) }
            return becomeFree(.none)
        case .running(let work, let skipped, let isLast):
            if let failure = round.failure { return clear(work.finish(.failure(failure))) }
            let results = Array(round.results.dropFirst(skipped).dropLast(isLast ? 1 : 0))
            if isLast { return becomeFree(work.finish(.success(results))) }
            do throws(PostgreSQLError) {
                return perform(try work.next(results), of: work, behind: [])
            } catch {
                return clear(work.finish(.failure(error)))
            }
        }
    }

    private func perform(
        _ step: DatabaseStep,
        of work: any DatabaseWork,
        behind prologue: [PostgreSQLStatement]
    ) -> Event {
        switch step {
        case .send(let statements):
            state = .running(work, skipping: prologue.count, isLast: false)
            return react(connection.send(prologue + statements))
        case .commit(let statements):
            state = .running(work, skipping: prologue.count, isLast: true)
            return react(connection.send(prologue + statements + [.commit]))
        case .rollBack:
            return clear(work.finish(.success([])))
        }
    }

    /// What follows is told at once; the connection is free when the transaction is left.
    private func clear(_ sequel: DatabaseSequel) -> Event {
        guard connection.isInTransaction else { return becomeFree(sequel) }
        state = .clearing
        switch react(connection.send([.rollBack])) {
        case .lost(let error, _): return .lost(error, sequel)
        case .none, .cameUp, .refused, .ended: return .ended(sequel)
        }
    }

    private func becomeFree(_ sequel: DatabaseSequel) -> Event {
        state = .idle
        deadline = .max
        return .ended(sequel)
    }

    private func check(_ round: PostgreSQLRound) -> Event {
        if let failure = round.failure { return .lost(failure, .none) }
        do throws(PostgreSQLError) {
            guard let result = round.results.first else { return .none }
            let check = try ServerCheck(result)
            if let refusal = check.refusal { return .refused(refusal) }
            _ = becomeFree(.none)
            return .cameUp(check)
        } catch {
            return .lost(error, .none)
        }
    }

    private func lose(_ round: PostgreSQLRound?, _ error: PostgreSQLError) -> Event {
        guard case .running(let work, let skipped, let isLast) = state else {
            return .lost(error, .none)
        }
        state = .clearing
        guard isLast, let round else { return .lost(error, work.finish(.failure(error))) }
        if let failure = round.failure(lostBy: error) {
            return .lost(error, work.finish(.failure(failure)))
        }
        let results = Array(round.results.dropFirst(skipped).dropLast())
        return .lost(error, work.finish(.success(results)))
    }
}
