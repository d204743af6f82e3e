internal import CSQLite
internal import Functions

/// The row that a statement stands on; its columns are counted from 0.
@safe struct Row: ~Copyable, StoredRow {
    typealias Failure = DatabaseError

    private let statement: OpaquePointer

    @unsafe init(_ statement: OpaquePointer) { unsafe self.statement = statement }

    func isNull(_ column: Int32) -> Bool {
        unsafe sqlite3_column_type(statement, column) == SQLITE_NULL
    }

    func integer(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(statement, column) }

    func optionalInteger(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }

    func moment(_ column: Int32) -> Timestamp { Timestamp(milliseconds: integer(column)) }

    func optionalMoment(_ column: Int32) -> Timestamp? { isNull(column) ? nil : moment(column) }

    func text(_ column: Int32) throws(DatabaseError) -> String {
        guard let text = optionalText(column) else {
            throw DatabaseError(corrupt: "column \(column) holds no text")
        }
        return text
    }

    func optionalText(_ column: Int32) -> String? {
        guard let bytes = unsafe sqlite3_column_text(statement, column) else { return nil }
        let count = Int(unsafe sqlite3_column_bytes(statement, column))
        return unsafe String(
            decoding: UnsafeBufferPointer(start: bytes, count: count),
            as: UTF8.self
        )
    }

    func blob(_ column: Int32) -> ContiguousArray<UInt8> {
        guard let bytes = unsafe sqlite3_column_blob(statement, column) else { return [] }
        let count = Int(unsafe sqlite3_column_bytes(statement, column))
        return unsafe ContiguousArray(UnsafeRawBufferPointer(start: bytes, count: count))
    }

    func uuid(_ column: Int32) throws(DatabaseError) -> UUID {
        guard let uuid = optionalUUID(column) else {
            throw DatabaseError(corrupt: "column \(column) holds no UUID")
        }
        return uuid
    }

    func optionalUUID(_ column: Int32) -> UUID? {
        var high: UInt64 = 0
        var low: UInt64 = 0
        guard unsafe sqlite_shim_column_uuid(statement, column, &high, &low) == 1 else {
            return nil
        }
        return UUID(high: high, low: low)
    }

    static func meaningless(_ text: String) -> DatabaseError { DatabaseError(corrupt: text) }
}
