internal import Functions

/// A CloudEvent 1.0 in HTTP's binary mode: each attribute in a field `ce-<name>`, the data in the
/// body.
enum CloudEvent {
    static let version = "1.0"

    /// Reads the attributes, and reports those that are missing, repeated or not what is taken here.
    static func attributes(
        _ head: RequestHead,
        type: String,
        into decoding: inout Decoding
    ) -> [(name: String, value: String)] {
        var attributes: [(name: String, value: String)] = []
        for field in head.fields {
            guard let name = attributeName(head.bytes[field.name]) else { continue }
            guard !attributes.contains(where: { $0.name == name }) else {
                decoding.report(.parameter(name), "is given twice; send it once")
                continue
            }
            attributes.append((name, String(decoding: head.bytes[field.value], as: UTF8.self)))
        }
        check("specversion", attributes, &decoding, wanted: version)
        check("type", attributes, &decoding, wanted: type)
        check("source", attributes, &decoding)
        return attributes
    }

    /// In small letters, without the prefix; nil for a field that is no attribute.
    private static func attributeName(_ field: ArraySlice<UInt8>) -> String? {
        let name = field.map { $0 >= 65 && $0 <= 90 ? $0 | 0x20 : $0 }
        guard name.count > 3, name.starts(with: "ce-".utf8) else { return nil }
        return String(decoding: name.dropFirst(3), as: UTF8.self)
    }

    private static func check(
        _ name: String,
        _ attributes: [(name: String, value: String)],
        _ decoding: inout Decoding,
        wanted: String? = nil
    ) {
        guard let value = attributes.first(where: { $0.name == name })?.value, !value.isEmpty else {
            return decoding.report(.parameter(name), "is required")
        }
        if let wanted, !value.hasSameScalars(as: wanted) {
            decoding.report(.parameter(name), "must be \(wanted)")
        }
    }
}

extension ClientFields {
    /// The attributes of an event, without data.
    mutating func add(_ event: ClaimedEvent) {
        add("ce-specversion", CloudEvent.version)
        add("ce-type", OrderSettled.type)
        add("ce-source", "/api/orders")
        add("ce-id", event.event.id.description)
        add("ce-subject", event.event.orderID.description)
        add("ce-time", event.event.createdAt.text)
        add("ce-fence", String(event.fence))
        if let traceparent = event.event.traceparent {
            add("ce-traceparent", traceparent)
            add("traceparent", traceparent)
        }
    }
}
