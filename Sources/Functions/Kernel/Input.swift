/// The parts of a request that a function's input is made of.
package struct RequestParts: Sendable {
    /// The ids that the path names, `me` already resolved.
    package var path: [(name: String, value: UUID)] = []
    /// The query's parameters, decoded; no name twice.
    package var query: [(name: String, value: String)] = []
    /// Nil where the function takes no body.
    package var body: JSON?
    /// The attributes of a CloudEvent.
    package var attributes: [(name: String, value: String)] = []

    package init() {}
}

/// One member of a function's input, and where in the request it stands.
package struct Field<Value: Sendable>: Sendable {
    package let description: FieldDescription
    let decode: @Sendable (borrowing RequestParts, inout Decoding) -> Value?
}

/// What the OpenAPI document and the runner need to know of a field.
package struct FieldDescription: Sendable {
    package enum Place: Sendable {
        case path, query, body
        /// An attribute of the CloudEvent.
        case attribute
    }

    package let name: String
    package let place: Place
    package let isRequired: Bool
    package let document: JSON
}

extension Field {
    package static func required(_ name: String, _ schema: Schema<Value>) -> Field {
        let pointer = "/" + name
        return Field(
            description: FieldDescription(
                name: name,
                place: .body,
                isRequired: true,
                document: schema.document
            )
        ) { parts, decoding in
            guard let value = parts.body?[name] else {
                if case .object = parts.body { decoding.report(.pointer(pointer), "is required") }
                return nil
            }
            return schema.decode(value, pointer, &decoding)
        }
    }

    /// A member that may be left out; a `null` is a wrong value, not an absent one.
    package static func optional<Wrapped>(
        _ name: String,
        _ schema: Schema<Wrapped>
    ) -> Field where Value == Wrapped? {
        let pointer = "/" + name
        return Field(
            description: FieldDescription(
                name: name,
                place: .body,
                isRequired: false,
                document: schema.document
            )
        ) { parts, decoding in
            guard let value = parts.body?[name] else {
                decoding.noteAbsence()
                return .some(nil)
            }
            return schema.decode(value, pointer, &decoding).map { .some($0) }
        }
    }

    /// A query parameter that may be left out.
    package static func query<Wrapped>(
        _ name: String,
        _ schema: ParameterSchema<Wrapped>
    ) -> Field where Value == Wrapped? {
        Field(
            description: FieldDescription(
                name: name,
                place: .query,
                isRequired: false,
                document: schema.document
            )
        ) { parts, decoding in
            guard let text = parts.query.first(where: { $0.name == name })?.value else {
                return .some(nil)
            }
            return schema.decode(text, name, &decoding).map { .some($0) }
        }
    }
}

extension Field {
    /// An id in the path.
    package static func path<Subject>(_ name: String) -> Field where Value == ID<Subject> {
        Field(
            description: FieldDescription(
                name: name,
                place: .path,
                isRequired: true,
                document: Schema<UUID>.uuid.document
            )
        ) { parts, decoding in
            guard let value = parts.path.first(where: { $0.name == name })?.value else {
                return nil
            }
            decoding.note(value.text)
            if name == "userId" { decoding.whose = value.text }
            return ID(value)
        }
    }

    /// An attribute of a CloudEvent, whose problems are reported as a parameter's are.
    package static func attribute(_ name: String, _ schema: ParameterSchema<Value>) -> Field {
        Field(
            description: FieldDescription(
                name: name,
                place: .attribute,
                isRequired: true,
                document: schema.document
            )
        ) { parts, decoding in
            guard let text = parts.attributes.first(where: { $0.name == name })?.value else {
                decoding.report(.parameter(name), "is required")
                return nil
            }
            return schema.decode(text, name, &decoding)
        }
    }
}

/// How a function's input is made of a request: decodes all of it and documents it.
package struct InputSchema<Input: Sendable>: Sendable {
    package let fields: [FieldDescription]
    /// Nil only after at least one problem was reported.
    package let decode: @Sendable (RequestParts, inout Decoding) -> Input?

    /// An input of these fields; `make` is called when every one of them is good.
    package static func fields<each Part: Sendable>(
        _ fields: repeat Field<each Part>,
        make: @escaping @Sendable (repeat each Part) -> Input
    ) -> InputSchema {
        var descriptions: [FieldDescription] = []
        for field in repeat each fields { descriptions.append(field.description) }
        let names = descriptions.filter { $0.place == .body }.map(\.name)
        let list = FieldList<repeat each Part>(fields: (repeat each fields))
        return InputSchema(fields: descriptions) { parts, decoding in
            decoding.refuseUnknown(in: parts.body, known: names)
            let values = list.decode(parts, &decoding)
            guard decoding.problems.isEmpty else { return nil }
            return try? make(repeat present(each values))
        }
    }

    /// Whether a body is taken at all.
    package var takesBody: Bool { fields.contains { $0.place == .body } }
    /// Whether an empty body means `{}`.
    package var mayBeEmpty: Bool { !fields.contains { $0.place == .body && $0.isRequired } }
}

/// A parameter pack that may be captured by a `Sendable` closure: a bare pack may not.
private struct FieldList<each Part: Sendable>: Sendable {
    let fields: (repeat Field<each Part>)

    func decode(_ parts: RequestParts, _ decoding: inout Decoding) -> (repeat (each Part)?) {
        (repeat (each fields).decode(parts, &decoding))
    }
}

private struct Missing: Error {}

private func present<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw Missing() }
    return value
}

extension Decoding {
    fileprivate mutating func refuseUnknown(in body: JSON?, known: [String]) {
        guard let body else { return }
        guard case .object(let members) = body else {
            report(.pointer(""), "must be an object")
            return
        }
        for member in members where !known.contains(where: { $0.hasSameScalars(as: member.name) }) {
            report(.pointer("/" + member.name.escapedForPointer), "is not known")
        }
    }
}

extension String {
    /// RFC 6901: `~` is `~0` and `/` is `~1`.
    package var escapedForPointer: String {
        var result = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "~": result += "~0"
            case "/": result += "~1"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
