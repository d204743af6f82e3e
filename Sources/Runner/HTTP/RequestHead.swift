/// The methods of RFC 9110 and PATCH (RFC 5789).
///
/// Any other is answered 501 by the core; CONNECT and TRACE too are never handed on (501 and 405).
package enum Method: String, Sendable, CaseIterable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
    case options = "OPTIONS"
}

/// A request's head, parsed and checked: one copy of its bytes, everything else offsets into it.
///
/// Free to leave its connection: it holds no pointer. Names are compared without regard to case.
package struct RequestHead: Sendable {
    /// Where one field's name and value stand in `bytes`.
    package struct Field: Sendable {
        package let name: Range<Int>
        package let value: Range<Int>

        package init(name: Range<Int>, value: Range<Int>) {
            self.name = name
            self.value = value
        }
    }

    package let method: Method
    package let bytes: ContiguousArray<UInt8>
    /// The path as it was sent, from its first slash up to the query.
    package let pathRange: Range<Int>
    /// What follows the question mark; nil where there is none.
    package let queryRange: Range<Int>?
    package let fields: ContiguousArray<Field>
    /// True for HTTP/1.1, false for 1.0.
    package let isVersion11: Bool
    /// The peer's address as text, without its port.
    package let peer: String

    package init(
        method: Method,
        bytes: ContiguousArray<UInt8>,
        pathRange: Range<Int>,
        queryRange: Range<Int>?,
        fields: ContiguousArray<Field>,
        isVersion11: Bool,
        peer: String
    ) {
        self.method = method
        self.bytes = bytes
        self.pathRange = pathRange
        self.queryRange = queryRange
        self.fields = fields
        self.isVersion11 = isVersion11
        self.peer = peer
    }

    package var path: ArraySlice<UInt8> { ArraySlice(bytes[pathRange]) }
    package var query: ArraySlice<UInt8>? { queryRange.map { ArraySlice(bytes[$0]) } }

    /// The value of the first field of this name, given in small letters.
    package func first(_ name: StaticString) -> ArraySlice<UInt8>? {
        for field in fields where matches(field.name, name) {
            return ArraySlice(bytes[field.value])
        }
        return nil
    }

    /// How many fields bear this name.
    package func count(_ name: StaticString) -> Int {
        var count = 0
        for field in fields where matches(field.name, name) { count += 1 }
        return count
    }

    package func matches(_ range: Range<Int>, _ name: StaticString) -> Bool {
        guard range.count == name.utf8CodeUnitCount else { return false }
        return name.withUTF8Buffer { wanted in
            for offset in 0..<wanted.count {
                var byte = bytes[range.lowerBound + offset]
                if byte >= 65 && byte <= 90 { byte |= 0x20 }
                if unsafe byte != wanted[offset] { return false }
            }
            return true
        }
    }
}
