/// The state of decoding one request.
package struct Decoding {
    /// Every problem that was found, not only the first.
    package private(set) var problems: [InputProblem] = []
    /// The decoded input in one canonical form, for comparing requests under one key.
    package private(set) var canonical: ContiguousArray<UInt8> = []
    /// Who calls; nil where anyone may.
    package let caller: Caller?
    /// Whether body or query name a user whom the caller may not act for: to be answered 403, once
    /// nothing else is wrong.
    package private(set) var namesForeignUser = false
    /// Whose list is asked for, as its cursors are bound to it: a user's id, or `-`.
    package var whose = ""
    /// Opens a cursor: nil where it is not one of this list's.
    package let openCursor: (_ text: String, _ whose: String) -> UUID?
    let domainToASCII: @Sendable (String) -> String?
    /// More than these are not listed.
    package static let problemLimit = 100

    package init(
        caller: Caller? = nil,
        domainToASCII: @escaping @Sendable (String) -> String? = { _ in nil },
        openCursor: @escaping (_ text: String, _ whose: String) -> UUID? = { _, _ in nil }
    ) {
        self.caller = caller
        self.domainToASCII = domainToASCII
        self.openCursor = openCursor
        canonical.reserveCapacity(96)
    }

    /// Notes that the request is for this user, which is foreign unless it is the caller or the
    /// caller an operator.
    mutating func act(for userID: UserID) {
        guard let caller, caller.userID == userID || caller.isOperator else {
            namesForeignUser = true
            return
        }
    }

    package mutating func report(_ place: InputProblem.Place, _ detail: String) {
        if problems.count < Decoding.problemLimit { problems.append(InputProblem(place, detail)) }
    }

    package mutating func note(_ text: String) {
        canonical.append(UInt8(ascii: "s"))
        canonical.append(decimal: Int64(text.utf8.count))
        canonical.append(UInt8(ascii: ":"))
        canonical.append(contentsOf: text.utf8)
    }

    package mutating func note(_ number: Int64) {
        canonical.append(UInt8(ascii: "i"))
        canonical.append(decimal: number)
        canonical.append(UInt8(ascii: ";"))
    }

    package mutating func noteAbsence() { canonical.append(UInt8(ascii: "-")) }
}

/// What a value in a body must be: decodes it and documents it.
package struct Schema<Value: Sendable>: Sendable {
    /// JSON Schema 2020-12, as OpenAPI 3.1 takes it.
    package let document: JSON
    /// Nil only after a problem was reported at the pointer.
    package let decode: @Sendable (JSON, _ pointer: String, inout Decoding) -> Value?

    package init(
        document: JSON,
        decode: @escaping @Sendable (JSON, _ pointer: String, inout Decoding) -> Value?
    ) {
        self.document = document
        self.decode = decode
    }
}

extension Schema where Value == String {
    /// A text that a check takes: the check answers what is wrong, or nil.
    package static func text(
        _ document: JSON,
        check: @escaping @Sendable (String) -> String?
    ) -> Schema {
        Schema(document: document) { json, pointer, decoding in
            guard case .string(let text) = json else {
                decoding.report(.pointer(pointer), "must be a string")
                return nil
            }
            if let problem = check(text) {
                decoding.report(.pointer(pointer), problem)
                return nil
            }
            decoding.note(text)
            return text
        }
    }
}

extension Schema where Value == Int64 {
    package static func integer(
        _ range: ClosedRange<Int64>,
        _ description: String,
        example: Int64
    ) -> Schema {
        let document: JSON = [
            "type": "integer", "format": "int64", "minimum": .integer(range.lowerBound),
            "maximum": .integer(range.upperBound), "description": .string(description),
            "examples": [.integer(example)],
        ]
        return Schema(document: document) { json, pointer, decoding in
            guard case .integer(let number) = json, range.contains(number) else {
                decoding.report(
                    .pointer(pointer),
                    "must be an integer from \(range.lowerBound) to \(range.upperBound)"
                )
                return nil
            }
            decoding.note(number)
            return number
        }
    }
}

extension Schema where Value == UUID {
    package static let uuid = Schema(document: ["type": "string", "format": "uuid"]) {
        json,
        pointer,
        decoding in
        guard case .string(let text) = json, let uuid = UUID(text) else {
            decoding.report(.pointer(pointer), "must be a UUID")
            return nil
        }
        decoding.note(uuid.text)
        return uuid
    }
}

extension Schema where Value == UserID {
    package static let userID = Schema(document: Schema<UUID>.uuid.document) {
        json,
        pointer,
        decoding in
        Schema<UUID>.uuid.decode(json, pointer, &decoding).map { UserID($0) }
    }
}

/// What a query parameter must be.
package struct ParameterSchema<Value: Sendable>: Sendable {
    package let document: JSON
    package let decode: @Sendable (String, _ name: String, inout Decoding) -> Value?

    package init(
        document: JSON,
        decode: @escaping @Sendable (String, _ name: String, inout Decoding) -> Value?
    ) {
        self.document = document
        self.decode = decode
    }
}

/// The limit and the cursor that every list takes.
package enum Paging {
    package static let defaultLimit = 50
    package static let maximumLimit = 200

    package static let limit = ParameterSchema<Int>(
        document: [
            "type": "integer", "minimum": 1, "maximum": .integer(Int64(maximumLimit)),
            "default": .integer(Int64(defaultLimit)),
        ]
    ) { text, name, decoding in
        let digits = text.utf8.allSatisfy { $0 >= 48 && $0 <= 57 } && text.utf8.first != 48
        guard digits, text.utf8.count <= 3, let value = Int(text), value <= maximumLimit else {
            decoding.report(.parameter(name), "must be a number from 1 to \(maximumLimit)")
            return nil
        }
        return value
    }

    /// A position behind which the list goes on: what `nextCursor` said.
    package static let cursor = ParameterSchema<UUID>(document: ["type": "string"]) {
        text,
        name,
        decoding in
        guard let position = decoding.openCursor(text, decoding.whose) else {
            decoding.report(
                .parameter(name),
                "is no cursor of this list; use a nextCursor as it was given"
            )
            return nil
        }
        return position
    }
}
