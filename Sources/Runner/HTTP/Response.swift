/// The fields of an answer, already in the form that goes on the wire.
package struct ResponseFields: Sendable {
    /// Most answers' fields have room in this.
    private static let usualSize = 224
    package private(set) var bytes = ContiguousArray<UInt8>()

    package init() {}

    /// Adds a field of ours.
    ///
    /// Bytes that a value may not hold (CR, LF, NUL, other controls) are left out, so that nothing
    /// can split an answer.
    package mutating func add(_ name: StaticString, _ value: some Collection<UInt8>) {
        if bytes.isEmpty { bytes.reserveCapacity(ResponseFields.usualSize) }
        name.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: ":"))
        bytes.append(UInt8(ascii: " "))
        if value.allSatisfy(Grammar.isValueByte) {
            bytes.append(contentsOf: value)
        } else {
            bytes.append(contentsOf: value.filter(Grammar.isValueByte))
        }
        bytes.append(13)
        bytes.append(10)
    }

    package mutating func add(_ name: StaticString, _ value: String) { add(name, value.utf8) }

    /// Adds a field that somebody else wrote: false, and nothing is added, where it is not well formed.
    package mutating func add(
        foreign name: some Collection<UInt8>,
        _ value: some Collection<UInt8>
    ) -> Bool {
        guard !name.isEmpty, name.allSatisfy(Grammar.isTokenByte),
            value.allSatisfy(Grammar.isValueByte)
        else { return false }
        bytes.append(contentsOf: name)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(UInt8(ascii: " "))
        bytes.append(contentsOf: value)
        bytes.append(13)
        bytes.append(10)
        return true
    }
}

/// A whole answer.
///
/// The core adds `Date`, `Content-Length`, `Connection` and `X-Request-Id`, and
/// leaves the body out where the request was HEAD or the status has none.
package struct Response: Sendable {
    package var status: Int
    package var fields: ResponseFields
    package var body: ContiguousArray<UInt8>

    package init(status: Int, fields: ResponseFields = .init(), body: ContiguousArray<UInt8> = []) {
        self.status = status
        self.fields = fields
        self.body = body
    }
}
