internal import CPostgreSQL
internal import Glibc

/// One connection of libpq's, in pipeline mode: statements go out together, and one
/// synchronisation ends them.
///
/// Nothing here blocks: its owner polls `descriptor` for `interest` and then calls `proceed`.
@safe final class PostgreSQLConnection {
    enum Progress {
        /// The socket is to be polled again.
        case waiting
        /// Connected, and nothing has been asked.
        case connected
        /// The round has ended, well or by an error of the server's.
        case ended(PostgreSQLRound)
        /// The connection is no longer there.
        case lost(PostgreSQLRound?, PostgreSQLError)
    }

    private let handle: OpaquePointer
    private var isConnecting = true
    private var round: PostgreSQLRound?
    /// What to poll the descriptor for: `POLLIN`, `POLLOUT`.
    private(set) var interest = Int16(POLLOUT)

    /// Begins to connect.
    init(_ parameters: [(name: String, value: String)]) throws(PostgreSQLError) {
        let started = unsafe PostgreSQLConnection.withPointers(parameters.map(\.name)) { names in
            unsafe PostgreSQLConnection.withPointers(parameters.map(\.value)) { values in
                unsafe PQconnectStartParams(names, values, 0)
            }
        }
        guard let started = unsafe started else {
            throw PostgreSQLError(.away, "out of memory")
        }
        unsafe handle = started
        unsafe postgresql_drop_notices(handle)
        // While it connects, a message alone bears the server's code.
        unsafe PQsetErrorVerbosity(handle, PQERRORS_VERBOSE)
        if unsafe PQstatus(handle) == CONNECTION_BAD { throw error(.away) }
    }

    deinit { unsafe PQfinish(handle) }

    /// It may be another one after each call of `proceed` while it connects.
    var descriptor: Int32 { unsafe PQsocket(handle) }

    /// Whether a transaction is open, be it a failed one.
    var isInTransaction: Bool { unsafe PQtransactionStatus(handle) != PQTRANS_IDLE }

    /// Sends statements and one synchronisation; `proceed` answers with their results.
    func send(_ statements: [PostgreSQLStatement]) -> Progress {
        let round = PostgreSQLRound(statements)
        self.round = round
        for statement in statements {
            #if PLANTED_BUGS
                // Those before it are carried out: the server does not wait for the synchronisation.
                PlantedAbort.countStatement { _ = unsafe PQflush(handle) }
            #endif
            guard unsafe statement.send(on: handle) else { return lose() }
        }
        if unsafe PQpipelineSync(handle) != 1 { return lose() }
        return flush()
    }

    /// Goes on after the socket has become ready for what `interest` asked.
    func proceed() -> Progress {
        if isConnecting { return connect() }
        // What came before the connection broke still counts: it tells how the round has ended.
        let isThere = unsafe PQconsumeInput(handle) == 1
        if let progress = collect() { return progress }
        return isThere ? flush() : lose()
    }

    /// What was under way when its owner has waited long enough; the connection is of no more use.
    func giveUp() -> PostgreSQLRound? {
        defer { round = nil }
        return round
    }

    private func connect() -> Progress {
        switch unsafe PQconnectPoll(handle) {
        case PGRES_POLLING_READING: interest = Int16(POLLIN)
        case PGRES_POLLING_WRITING: interest = Int16(POLLOUT)
        case PGRES_POLLING_OK:
            guard unsafe PQsetnonblocking(handle, 1) == 0,
                unsafe PQenterPipelineMode(handle) == 1
            else { return .lost(nil, error(.away)) }
            isConnecting = false
            interest = Int16(POLLIN)
            return .connected
        default: return .lost(nil, error(.away))
        }
        return .waiting
    }

    private func flush() -> Progress {
        switch unsafe PQflush(handle) {
        case 0: interest = Int16(POLLIN)
        case 1: interest = Int16(POLLIN) | Int16(POLLOUT)
        default: return lose()
        }
        return .waiting
    }

    /// Takes the results that are there; nil while the round's end has not come.
    private func collect() -> Progress? {
        guard let round else { return nil }
        var isBetween = false
        while unsafe PQisBusy(handle) == 0 {
            guard let pointer = unsafe PQgetResult(handle) else {
                // Nothing stands between two statements' results, once.
                if isBetween { return nil }
                isBetween = true
                continue
            }
            isBetween = false
            if unsafe PQresultStatus(pointer) == PGRES_PIPELINE_SYNC {
                unsafe PQclear(pointer)
                self.round = nil
                return .ended(round)
            }
            unsafe round.take(pointer)
            if unsafe PQstatus(handle) == CONNECTION_BAD { return nil }
        }
        return nil
    }

    private func lose() -> Progress {
        defer { round = nil }
        return .lost(round, round?.failure ?? error(.lost))
    }

    /// What libpq says of the connection.
    private func error(_ kind: PostgreSQLError.Kind) -> PostgreSQLError {
        let text = unsafe PQerrorMessage(handle).map { unsafe String(cString: $0) } ?? ""
        let error = PostgreSQLError(kind, ofConnection: text)
        guard unsafe error.state.isEmpty && PQconnectionNeedsPassword(handle) == 1 else {
            return error
        }
        return PostgreSQLError(kind, state: "28P01", error.message)
    }

    /// C's array of texts, ended by a null pointer.
    private static func withPointers<Result>(
        _ texts: [String],
        _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result
    ) -> Result {
        let copies = unsafe texts.map { unsafe strdup($0) }
        defer { for index in texts.indices { unsafe free(copies[index]) } }
        let pointers = unsafe copies.map { unsafe UnsafePointer($0) } + [nil]
        return unsafe body(pointers)
    }
}
