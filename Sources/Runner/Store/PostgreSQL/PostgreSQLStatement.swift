internal import CPostgreSQL

/// One statement and its parameters, ready to be sent: never named, never more than one a message.
package struct PostgreSQLStatement: Sendable {
    package let sql: String
    /// What the statement must be answered with to have done anything: `COMMIT` of a failed
    /// transaction is answered with `ROLLBACK`, and no error.
    let expectedTag: String?
    private var types: ContiguousArray<UInt32> = []
    private var starts: ContiguousArray<Int> = []
    private var lengths: ContiguousArray<Int32> = []
    /// The values one after the other, behind a byte of nobody's: none begins at no address.
    private var bytes: ContiguousArray<UInt8> = [0]

    private static let null: Int32 = -1

    package init(_ sql: String, _ values: PostgreSQLValue...) {
        self.init(sql, values, expecting: nil)
    }

    init(_ sql: String, _ values: [PostgreSQLValue], expecting tag: String?) {
        self.sql = sql
        expectedTag = tag
        for value in values {
            let start = bytes.count
            let isThere = value.append(to: &bytes)
            types.append(value.type.number)
            starts.append(start)
            lengths.append(isThere ? Int32(bytes.count - start) : Self.null)
        }
    }

    static let commit = PostgreSQLStatement("COMMIT", [], expecting: "COMMIT")
    static let rollBack = PostgreSQLStatement("ROLLBACK")

    /// Hands it to libpq's buffer; false where libpq does not take it.
    func send(on connection: OpaquePointer) -> Bool {
        unsafe bytes.withUnsafeBufferPointer { bytes in
            let values = unsafe starts.indices.map { index -> UnsafePointer<CChar>? in
                if lengths[index] == Self.null { return nil }
                let start = unsafe UnsafeRawPointer(bytes.baseAddress)
                return unsafe start?.advanced(by: starts[index])
                    .assumingMemoryBound(to: CChar.self)
            }
            let formats = ContiguousArray<Int32>(repeating: 1, count: starts.count)
            return unsafe types.withUnsafeBufferPointer { types in
                unsafe lengths.withUnsafeBufferPointer { lengths in
                    unsafe formats.withUnsafeBufferPointer { formats in
                        unsafe PQsendQueryParams(
                            connection,
                            sql,
                            Int32(starts.count),
                            types.baseAddress,
                            values,
                            lengths.baseAddress,
                            formats.baseAddress,
                            1
                        ) == 1
                    }
                }
            }
        }
    }
}
