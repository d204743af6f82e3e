/// The fields of an answer, already in the form that goes on the wire.
package struct ResponseFields: Sendable {
    /// Most answers' fields have room in this.
    private static let usualSize = 224
    package private(set) var bytes = ContiguousArray<UInt8>()
    /// A field of ours with a value that no field may hold: an answer with these fields is not given.
    package private(set) var malformed: StaticString?

    package init() {}

    /// Adds a field of ours.
    ///
    /// A value with a byte that may not stand in one (CR, LF, NUL, other controls) is a defect of
    /// ours that could split the answer. It is not added but noted, and the core answers 500: what
    /// is left of such a value would be another than what was meant.
    package mutating func add(_ name: StaticString, _ value: some Collection<UInt8>) {
        guard value.allSatisfy(Grammar.isValueByte) else {
            malformed = name
            return
        }
        if bytes.isEmpty { bytes.reserveCapacity(ResponseFields.usualSize) }
        name.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: ":"))
        bytes.append(UInt8(ascii: " "))
        bytes.append(contentsOf: value)
        bytes.append(13)
        bytes.append(10)
    }

    /// Adds all of the other's, behind these.
    package mutating func append(_ other: ResponseFields) {
        bytes.append(contentsOf: other.bytes)
        malformed = malformed ?? other.malformed
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
