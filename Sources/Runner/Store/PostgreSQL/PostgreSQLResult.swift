internal import CPostgreSQL
package import Functions

/// What a statement was answered with, all rows of it.
///
/// Unchecked: libpq never changes a result once it has handed it out.
@safe package final class PostgreSQLResult: @unchecked Sendable {
    private let handle: OpaquePointer

    @unsafe init(_ handle: OpaquePointer) { unsafe self.handle = handle }

    deinit { unsafe PQclear(handle) }

    package var count: Int { Int(unsafe PQntuples(handle)) }
    package var columns: Int { Int(unsafe PQnfields(handle)) }
    package var isEmpty: Bool { count == 0 }

    /// How many rows a statement has inserted, updated or deleted.
    package var changes: Int {
        guard let text = unsafe PQcmdTuples(handle) else { return 0 }
        return Int(unsafe String(cString: text)) ?? 0
    }

    /// `COMMIT`, `INSERT 0 1` and the like.
    package var tag: String {
        guard let text = unsafe PQcmdStatus(handle) else { return "" }
        return unsafe String(cString: text)
    }

    package subscript(_ index: Int) -> PostgreSQLRow { PostgreSQLRow(self, Int32(index)) }

    package var first: PostgreSQLRow? { isEmpty ? nil : self[0] }

    package func map<Value>(
        _ read: (PostgreSQLRow) throws(PostgreSQLError) -> Value
    ) throws(PostgreSQLError) -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(count)
        for index in 0..<count { values.append(try read(self[index])) }
        return values
    }

    /// The bytes of a value; nil for NULL and for what is not there.
    fileprivate func withBytes<Value>(
        _ row: Int32,
        _ column: Int32,
        _ read: (UnsafeRawBufferPointer) -> Value?
    ) -> Value? {
        guard unsafe row < PQntuples(handle), unsafe column < PQnfields(handle),
            unsafe PQgetisnull(handle, row, column) == 0,
            let start = unsafe PQgetvalue(handle, row, column)
        else { return nil }
        let count = Int(unsafe PQgetlength(handle, row, column))
        return unsafe read(UnsafeRawBufferPointer(start: start, count: count))
    }

    fileprivate func isNull(_ row: Int32, _ column: Int32) -> Bool {
        unsafe PQgetisnull(handle, row, column) != 0
    }

    fileprivate func type(_ column: Int32) -> PostgreSQLType {
        PostgreSQLType(number: unsafe PQftype(handle, column))
    }
}

/// One row of a result; its columns are counted from 0.
package struct PostgreSQLRow: StoredRow {
    package typealias Failure = PostgreSQLError

    private let result: PostgreSQLResult
    private let row: Int32

    fileprivate init(_ result: PostgreSQLResult, _ row: Int32) {
        self.result = result
        self.row = row
    }

    package func isNull(_ column: Int32) -> Bool { result.isNull(row, column) }

    package func integer(_ column: Int32) throws(PostgreSQLError) -> Int64 {
        try needed(try optionalInteger(column), column)
    }

    package func optionalInteger(_ column: Int32) throws(PostgreSQLError) -> Int64? {
        try unsafe value(column, where: \.isInteger) { bytes in
            guard [2, 4, 8].contains(bytes.count) else { return nil }
            // The first byte has the sign.
            let start: Int64 = unsafe bytes[0] & 0x80 != 0 ? -1 : 0
            return unsafe bytes.reduce(start) { $0 << 8 | Int64($1) }
        }
    }

    package func moment(_ column: Int32) throws(PostgreSQLError) -> Timestamp {
        Timestamp(milliseconds: try integer(column))
    }

    package func optionalMoment(_ column: Int32) throws(PostgreSQLError) -> Timestamp? {
        try optionalInteger(column).map { Timestamp(milliseconds: $0) }
    }

    package func boolean(_ column: Int32) throws(PostgreSQLError) -> Bool {
        let value = try unsafe value(column, where: \.isBoolean) {
            unsafe $0.first.map { $0 != 0 }
        }
        return try needed(value, column)
    }

    package func text(_ column: Int32) throws(PostgreSQLError) -> String {
        try needed(try optionalText(column), column)
    }

    package func optionalText(_ column: Int32) throws(PostgreSQLError) -> String? {
        try unsafe value(column, where: \.isText) { bytes in
            unsafe String(decoding: bytes, as: UTF8.self)
        }
    }

    package func bytes(_ column: Int32) throws(PostgreSQLError) -> ContiguousArray<UInt8> {
        let value = try unsafe value(column, where: \.isBytes) { unsafe ContiguousArray($0) }
        return try needed(value, column)
    }

    package func uuid(_ column: Int32) throws(PostgreSQLError) -> UUID {
        try needed(try optionalUUID(column), column)
    }

    package func optionalUUID(_ column: Int32) throws(PostgreSQLError) -> UUID? {
        try unsafe value(column, where: \.isUUID) { bytes in
            guard bytes.count == 16 else { return nil }
            return UUID(
                high: unsafe bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) },
                low: unsafe bytes[8...].reduce(0) { $0 << 8 | UInt64($1) }
            )
        }
    }

    package static func meaningless(_ text: String) -> PostgreSQLError {
        PostgreSQLError(.unexpected, text)
    }

    /// Nil for NULL; what is of another type is an error, never a wrong value.
    private func value<Value>(
        _ column: Int32,
        where accepts: (PostgreSQLType) -> Bool,
        _ read: (UnsafeRawBufferPointer) -> Value?
    ) throws(PostgreSQLError) -> Value? {
        let type = result.type(column)
        guard accepts(type) else {
            throw PostgreSQLError(.unexpected, "column \(column) is of the type \(type.number)")
        }
        return unsafe result.withBytes(row, column, read)
    }

    private func needed<Value>(_ value: Value?, _ column: Int32) throws(PostgreSQLError) -> Value {
        guard let value else {
            throw PostgreSQLError(.unexpected, "column \(column) holds no \(Value.self)")
        }
        return value
    }
}
