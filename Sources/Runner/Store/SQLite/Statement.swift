internal import CSQLite
internal import Functions

/// A prepared statement: bound, stepped and reset in one go, so that none is left open and pins
/// the WAL.
@safe final class Statement {
    private let database: Database
    private let statement: OpaquePointer
    private let parameters: Parameters
    private let isCounted: Bool

    /// Where `isKept` is false, the statement is used a few times at most.
    init(_ database: Database, _ sql: String, isKept: Bool = true) throws(DatabaseError) {
        self.database = database
        isCounted = isKept
        var prepared: OpaquePointer?
        let flags = isKept ? UInt32(SQLITE_PREPARE_PERSISTENT) : 0
        let code = unsafe sqlite3_prepare_v3(database.handle, sql, -1, flags, &prepared, nil)
        guard code == SQLITE_OK, let statement = unsafe prepared else {
            throw database.error(code)
        }
        unsafe self.statement = statement
        unsafe parameters = .allocate(capacity: 1)
        unsafe parameters.initialize(to: sqlite_shim_parameters())
        unsafe parameters.pointee.statement = statement
    }

    deinit {
        unsafe sqlite3_finalize(statement)
        unsafe parameters.deallocate()
    }

    /// Runs it to its end.
    func run<each Value: Bindable>(_ values: repeat each Value) throws(DatabaseError) {
        try bind(repeat each values)
        defer { unsafe sqlite3_reset(statement) }
        while try step() {}
    }

    /// The first row, read by the closure; nil where there is none.
    func first<Result, each Value: Bindable>(
        _ values: repeat each Value,
        read: (borrowing Row) throws(DatabaseError) -> Result
    ) throws(DatabaseError) -> Result? {
        try bind(repeat each values)
        defer { unsafe sqlite3_reset(statement) }
        guard try step() else { return nil }
        return try read(unsafe Row(statement))
    }

    /// Every row, read by the closure.
    func all<Result, each Value: Bindable>(
        _ values: repeat each Value,
        read: (borrowing Row) throws(DatabaseError) -> Result
    ) throws(DatabaseError) -> [Result] {
        try bind(repeat each values)
        defer { unsafe sqlite3_reset(statement) }
        var results: [Result] = []
        while try step() { results.append(try read(unsafe Row(statement))) }
        return results
    }

    /// Reads every row by the closure, keeping none.
    func each<each Value: Bindable>(
        _ values: repeat each Value,
        read: (borrowing Row) throws(DatabaseError) -> Void
    ) throws(DatabaseError) {
        try bind(repeat each values)
        defer { unsafe sqlite3_reset(statement) }
        while try step() { try read(unsafe Row(statement)) }
    }

    private func bind<each Value: Bindable>(_ values: repeat each Value) throws(DatabaseError) {
        unsafe parameters.pointee.count = 0
        var index: Int32 = 1
        for value in repeat each values {
            let code = unsafe value.bind(to: parameters, index)
            if code != SQLITE_OK { throw database.error(code) }
            index += 1
        }
    }

    private func step() throws(DatabaseError) -> Bool {
        #if PLANTED_BUGS
            if isCounted { PlantedAbort.countStatement() }
        #endif
        let code = unsafe sqlite3_step(statement)
        if code == SQLITE_ROW { return true }
        if code == SQLITE_DONE { return false }
        throw database.error(code)
    }
}

typealias Parameters = UnsafeMutablePointer<sqlite_shim_parameters>

/// A value that a statement takes.
protocol Bindable {
    @unsafe func bind(to parameters: Parameters, _ index: Int32) -> Int32
}

extension Int64: Bindable {
    @unsafe func bind(to parameters: Parameters, _ index: Int32) -> Int32 {
        unsafe sqlite3_bind_int64(parameters.pointee.statement, index, self)
    }
}

extension Int: Bindable {
    @unsafe func bind(to parameters: Parameters, _ index: Int32) -> Int32 {
        unsafe sqlite3_bind_int64(parameters.pointee.statement, index, Int64(self))
    }
}

extension Timestamp: Bindable {
    @unsafe func bind(to parameters: Parameters, _ index: Int32) -> Int32 {
        unsafe sqlite3_bind_int64(parameters.pointee.statement, index, milliseconds)
    }
}

extension UUID: Bindable {
    @unsafe func bind(to parameters: Parameters, _ index: Int32) -> Int32 {
        unsafe sqlite_shim_bind_uuid(parameters, index, high, low)
    }
}

extension ID: Bindable {
    @unsafe func bind(to parameters: Parameters, _ index: Int32) -> Int32 {
        unsafe uuid.bind(to: parameters, index)
    }
}

extension String: Bindable {
    @unsafe func bind(to parameters: Parameters, _ index: Int32) -> Int32 {
        var text = self
        return text.withUTF8 { bytes in
            // An empty buffer may have no address, which SQLite would take for NULL.
            guard let first = bytes.baseAddress else {
                return unsafe sqlite_shim_bind_text(parameters, index, "", 0)
            }
            return unsafe first.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
                unsafe sqlite_shim_bind_text(parameters, index, $0, Int32(bytes.count))
            }
        }
    }
}

extension ContiguousArray<UInt8>: Bindable {
    @unsafe func bind(to parameters: Parameters, _ index: Int32) -> Int32 {
        unsafe withUnsafeBytes { bytes in
            guard let first = bytes.baseAddress else {
                return unsafe sqlite3_bind_zeroblob(parameters.pointee.statement, index, 0)
            }
            return unsafe sqlite_shim_bind_blob(parameters, index, first, Int32(bytes.count))
        }
    }
}

extension Optional: Bindable where Wrapped: Bindable {
    @unsafe func bind(to parameters: Parameters, _ index: Int32) -> Int32 {
        guard let self else { return unsafe sqlite3_bind_null(parameters.pointee.statement, index) }
        return unsafe self.bind(to: parameters, index)
    }
}
