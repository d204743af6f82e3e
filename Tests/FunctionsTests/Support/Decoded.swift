import Functions

/// What became of a request's input.
struct Decoded<Input: Sendable> {
    let input: Input?
    /// `/amount must be …` for a body, `limit must be …` for a query.
    let problems: [String]
    let namesForeignUser: Bool
    let canonical: ContiguousArray<UInt8>
}

extension DeclaredFunction {
    /// Decodes a request as the gateway does.
    static func decode(
        _ body: String? = nil,
        path: [(name: String, value: UUID)] = [],
        query: [(name: String, value: String)] = [],
        as caller: Caller? = Person.alice.caller
    ) throws -> Decoded<Input> {
        var decoding = Decoding(
            caller: caller,
            domainToASCII: { $0 == "пример.рф" ? "xn--e1afmkfd.xn--p1ai" : nil },
            openCursor: { text, whose in text == "cursor of \(whose)" ? UUID(high: 0, low: 7) : nil
            }
        )
        var parts = RequestParts()
        parts.path = path
        parts.query = query
        parts.body = try body.map { try JSON.parse($0) }
        let input = input.decode(parts, &decoding)
        return Decoded(
            input: input,
            problems: decoding.problems.map(\.text),
            namesForeignUser: decoding.namesForeignUser,
            canonical: decoding.canonical
        )
    }
}

extension InputProblem {
    var text: String {
        switch place {
        case .pointer(let pointer): "\(pointer) \(detail)"
        case .parameter(let name): "\(name) \(detail)"
        }
    }
}

extension Answer {
    /// As the gateway sees it, which knows no more than that it is an answer.
    var locationField: String? { location }

    /// The body as it is sent, a cursor shown as its position.
    var rendered: String {
        var writer = JSONWriter()
        write(into: &writer) { $0.text }
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
