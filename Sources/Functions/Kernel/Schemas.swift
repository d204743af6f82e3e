extension Schema where Value == OrderID {
    package static let orderID = Schema(
        document: [
            "type": "string", "format": "uuid", "examples": [.string(Example.orderID.description)],
        ]
    ) { json, pointer, decoding in
        Schema<UUID>.uuid.decode(json, pointer, &decoding).map { OrderID($0) }
    }
}

extension JSON {
    /// One of an enumeration's raw values.
    static func enumeration<Value>(_ type: Value.Type) -> JSON
    where Value: CaseIterable & RawRepresentable<String> {
        ["type": "string", "enum": .array(Value.allCases.map { .string($0.rawValue) })]
    }
}
