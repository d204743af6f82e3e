/// How a call may end that keeps what it did: one case of a closed list, with its status.
package protocol ReplyOutcome: CaseIterable, Sendable, RawRepresentable<String> {
    var status: Int { get }
    /// The problem as which an outcome of 400 and above is rendered; nil below.
    var problem: OutcomeProblem? { get }
}

extension ReplyOutcome {
    package var problem: OutcomeProblem? { nil }
}

/// An outcome that is a problem and was kept all the same: the reply stands in one member of it.
package struct OutcomeProblem: Sendable {
    /// In kebab case the last part of the problem's `type`.
    package let code: String
    package let title: String
    package let detail: String
    /// The member that holds the reply.
    package let member: String

    package init(code: String, title: String, detail: String, member: String) {
        self.code = code
        self.title = title
        self.detail = detail
        self.member = member
    }
}

/// The only outcome of most functions that read.
package enum Found: String, ReplyOutcome {
    case found
    package var status: Int { 200 }
}

/// The only outcome of most functions that make something.
package enum Created: String, ReplyOutcome {
    case created
    package var status: Int { 201 }
}

/// What a function answers: its members are rendered in their order, the same bytes for equal values.
package protocol Reply: Answer {
    associatedtype Outcome: ReplyOutcome
    /// What the members are read from: the reply itself where it names nothing else.
    associatedtype Subject = Self
    /// Asked for in every answer: to be a stored list, which a generic type can have in its subject.
    static var members: [Member<Subject>] { get }
    var subject: Subject { get }
    /// The schema's name in the OpenAPI document.
    static var schemaName: String { get }
    var outcome: Outcome { get }
    /// A path reference for the field `Location`.
    var location: String? { get }
    /// Such a reply, for the OpenAPI document.
    static func example(_ outcome: Outcome) -> Self
}

extension Reply where Subject == Self {
    package var subject: Self { self }
}

extension Reply {
    package var location: String? { nil }
    package var status: Int { outcome.status }
    package var problem: OutcomeProblem? { outcome.problem }

    package static var descriptions: [AnswerDescription] {
        Outcome.allCases.map { outcome in
            let example = example(outcome)
            return AnswerDescription(
                status: outcome.status,
                schemaName: schemaName,
                document: document,
                example: example.json,
                location: example.location,
                problem: outcome.problem
            )
        }
    }

    package func write(into writer: inout JSONWriter, sealing: (UUID) -> String) {
        write(into: &writer)
    }

    package func write(into writer: inout JSONWriter) {
        writer.beginObject()
        let subject = subject
        let members = Self.members
        // By their places: a member in hand would be a copy, its document's too.
        for index in 0..<members.count { members[index].write(subject, &writer) }
        writer.endObject()
    }

    /// The JSON Schema of the reply.
    package static var document: JSON {
        .object([
            JSON.Member("type", "object"),
            JSON.Member("properties", .object(members.map { JSON.Member($0.name, $0.document) })),
            JSON.Member("required", .array(members.filter(\.isRequired).map { .string($0.name) })),
            JSON.Member("additionalProperties", false),
        ])
    }
}

/// One member of a reply: how it is written and how it is documented.
package struct Member<Owner>: Sendable {
    package let name: String
    package let isRequired: Bool
    package let document: JSON
    private let label: JSONName
    private let put: @Sendable (Owner, JSONName, inout JSONWriter) -> Void

    private init(
        _ name: String,
        _ isRequired: Bool,
        _ document: JSON,
        _ put: @escaping @Sendable (Owner, JSONName, inout JSONWriter) -> Void
    ) {
        self.name = name
        self.isRequired = isRequired
        self.document = document
        self.put = put
        label = JSONName(name)
    }

    func write(_ owner: Owner, _ writer: inout JSONWriter) { put(owner, label, &writer) }

    package static func text(
        _ name: String,
        _ document: JSON = ["type": "string"],
        _ value: @escaping @Sendable (Owner) -> String
    ) -> Member {
        Member(name, true, document) { owner, label, writer in
            writer.name(label)
            writer.string(value(owner))
        }
    }

    /// A text that is left out where there is none.
    package static func optionalText(
        _ name: String,
        _ document: JSON = ["type": "string"],
        _ value: @escaping @Sendable (Owner) -> String?
    ) -> Member {
        Member(name, false, document) { owner, label, writer in
            guard let text = value(owner) else { return }
            writer.name(label)
            writer.string(text)
        }
    }

    package static func integer(
        _ name: String,
        _ document: JSON = ["type": "integer", "format": "int64"],
        _ value: @escaping @Sendable (Owner) -> Int64
    ) -> Member {
        Member(name, true, document) { owner, label, writer in
            writer.name(label)
            writer.integer(value(owner))
        }
    }

    package static func id<Subject>(
        _ name: String,
        _ value: @escaping @Sendable (Owner) -> ID<Subject>
    ) -> Member {
        Member(name, true, Schema<UUID>.uuid.document) { owner, label, writer in
            writer.name(label)
            writer.uuid(value(owner).uuid)
        }
    }

    package static func optionalID<Subject>(
        _ name: String,
        _ value: @escaping @Sendable (Owner) -> ID<Subject>?
    ) -> Member {
        Member(name, false, Schema<UUID>.uuid.document) { owner, label, writer in
            guard let id = value(owner) else { return }
            writer.name(label)
            writer.uuid(id.uuid)
        }
    }

    package static func time(
        _ name: String,
        _ value: @escaping @Sendable (Owner) -> Timestamp
    ) -> Member {
        Member(name, true, timeDocument) { owner, label, writer in
            writer.name(label)
            writer.timestamp(value(owner))
        }
    }

    package static func optionalTime(
        _ name: String,
        _ value: @escaping @Sendable (Owner) -> Timestamp?
    ) -> Member {
        Member(name, false, timeDocument) { owner, label, writer in
            guard let time = value(owner) else { return }
            writer.name(label)
            writer.timestamp(time)
        }
    }

    package static func reply<Inner: Reply>(
        _ name: String,
        _ value: @escaping @Sendable (Owner) -> Inner
    ) -> Member {
        Member(name, true, ["$ref": .string("#/components/schemas/\(Inner.schemaName)")]) {
            owner,
            label,
            writer in
            writer.name(label)
            value(owner).write(into: &writer)
        }
    }

    private static var timeDocument: JSON { ["type": "string", "format": "date-time"] }
}
