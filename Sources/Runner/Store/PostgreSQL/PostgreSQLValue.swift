package import Functions

/// A parameter of a statement, or a whole column of one: what goes into PostgreSQL in binary.
package enum PostgreSQLValue: Sendable {
    case uuid(UUID?)
    case integer(Int64?)
    case text(String?)
    case boolean(Bool?)
    case bytes(ContiguousArray<UInt8>?)
    case uuids([UUID?])
    case integers([Int64?])
    case texts([String?])
    case booleans([Bool?])

    package static func id<Subject>(_ id: ID<Subject>?) -> Self { .uuid(id?.uuid) }

    package static func ids<Subject>(_ ids: [ID<Subject>]) -> Self { .uuids(ids.map(\.uuid)) }

    package static func moment(_ moment: Timestamp?) -> Self { .integer(moment?.milliseconds) }

    package static func moments(_ moments: [Timestamp?]) -> Self {
        .integers(moments.map { $0?.milliseconds })
    }

    /// The type that the server is told, so that it never has to guess.
    var type: PostgreSQLType {
        switch self {
        case .uuid: .uuid
        case .integer: .integer
        case .text: .text
        case .boolean: .boolean
        case .bytes: .bytes
        case .uuids: .uuids
        case .integers: .integers
        case .texts: .texts
        case .booleans: .booleans
        }
    }

    /// False where the value is NULL and nothing was appended.
    func append(to bytes: inout ContiguousArray<UInt8>) -> Bool {
        switch self {
        case .uuid(let value): bytes.append(value) { $0.put($1) }
        case .integer(let value): bytes.append(value) { $0.put($1) }
        case .text(let value): bytes.append(value) { $0.put($1) }
        case .boolean(let value): bytes.append(value) { $0.put($1) }
        case .bytes(let value): bytes.append(value) { $0.append(contentsOf: $1) }
        case .uuids(let values): bytes.put(values, of: .uuid) { $0.put($1) }
        case .integers(let values): bytes.put(values, of: .integer) { $0.put($1) }
        case .texts(let values): bytes.put(values, of: .text) { $0.put($1) }
        case .booleans(let values): bytes.put(values, of: .boolean) { $0.put($1) }
        }
    }
}

/// The object ids of the types in use: the same in every PostgreSQL and its relatives.
struct PostgreSQLType: Sendable, Equatable {
    let number: UInt32

    static let boolean = PostgreSQLType(number: 16)
    static let bytes = PostgreSQLType(number: 17)
    static let name = PostgreSQLType(number: 19)
    static let integer = PostgreSQLType(number: 20)
    static let smallInteger = PostgreSQLType(number: 21)
    static let shortInteger = PostgreSQLType(number: 23)
    static let text = PostgreSQLType(number: 25)
    static let boundedText = PostgreSQLType(number: 1043)
    static let uuid = PostgreSQLType(number: 2950)
    static let booleans = PostgreSQLType(number: 1000)
    static let texts = PostgreSQLType(number: 1009)
    static let integers = PostgreSQLType(number: 1016)
    static let uuids = PostgreSQLType(number: 2951)

    var isInteger: Bool { self == .integer || self == .shortInteger || self == .smallInteger }
    var isBoolean: Bool { self == .boolean }
    var isBytes: Bool { self == .bytes }
    var isUUID: Bool { self == .uuid }
    var isText: Bool { self == .text || self == .boundedText || self == .name }
}

extension ContiguousArray<UInt8> {
    fileprivate mutating func append<Value>(
        _ value: Value?,
        _ put: (inout Self, Value) -> Void
    ) -> Bool {
        guard let value else { return false }
        put(&self, value)
        return true
    }

    /// One dimension counted from 1; the empty array has none.
    fileprivate mutating func put<Value>(
        _ values: [Value?],
        of type: PostgreSQLType,
        _ put: (inout Self, Value) -> Void
    ) -> Bool {
        self.put(UInt32(values.isEmpty ? 0 : 1))
        self.put(UInt32(values.contains { $0 == nil } ? 1 : 0))
        self.put(type.number)
        guard !values.isEmpty else { return true }
        self.put(UInt32(values.count))
        self.put(1 as UInt32)
        for value in values {
            let start = count
            self.put(UInt32.max)
            guard let value else { continue }
            put(&self, value)
            setLength(at: start)
        }
        return true
    }

    /// An element's length stands before it, and is known behind it.
    private mutating func setLength(at start: Int) {
        let length = UInt32(count - start - 4)
        for index in 0..<4 {
            self[start + index] = UInt8(truncatingIfNeeded: length >> UInt32(24 - index * 8))
        }
    }

    fileprivate mutating func put(_ value: UInt32) {
        for shift in stride(from: UInt32(24), through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    private mutating func put(_ value: UInt64) {
        for shift in stride(from: UInt64(56), through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    fileprivate mutating func put(_ value: Int64) { put(UInt64(bitPattern: value)) }

    fileprivate mutating func put(_ value: UUID) {
        put(value.high)
        put(value.low)
    }

    fileprivate mutating func put(_ value: Bool) { append(value ? 1 : 0) }

    fileprivate mutating func put(_ value: String) { append(contentsOf: value.utf8) }
}
