/// What the runner needs of any function's output to answer it.
package protocol Answer: Sendable {
    var status: Int { get }
    /// A path reference for the field `Location`.
    var location: String? { get }
    /// Set where the answer is rendered as a problem document that holds it.
    var problem: OutcomeProblem? { get }
    /// Every way in which such an answer may end, for the OpenAPI document.
    static var descriptions: [AnswerDescription] { get }

    /// Writes one JSON value; `sealing` turns a position of a list into a cursor.
    func write(into writer: inout JSONWriter, sealing: (UUID) -> String)
}

/// One status of an answer and what it holds.
package struct AnswerDescription: Sendable {
    package let status: Int
    /// The name of the schema among the document's components; nil where the answer has no body.
    package let schemaName: String?
    package let document: JSON
    /// The schemas that this one refers to.
    package let parts: [JSON.Member]
    /// What such an answer may hold.
    package let example: JSON
    /// The field `Location` of that example.
    package let location: String?
    package let problem: OutcomeProblem?

    package init(
        status: Int,
        schemaName: String?,
        document: JSON,
        parts: [JSON.Member] = [],
        example: JSON,
        location: String? = nil,
        problem: OutcomeProblem?
    ) {
        self.status = status
        self.schemaName = schemaName
        self.document = document
        self.parts = parts
        self.example = example
        self.location = location
        self.problem = problem
    }
}

/// One page of a list, newest first.
package struct Page<Item: Reply>: Sendable {
    package let items: [Item]
    /// The position behind which the list goes on; nil at its end.
    package let next: UUID?

    /// Cuts a list that was read with one item more than the limit.
    package init(_ found: [Item], limit: Int, position: (Item) -> UUID) {
        items = Array(found.prefix(limit))
        next = found.count > limit ? items.last.map(position) : nil
    }
}

extension Answer {
    /// The answer as a JSON value, with a cursor that looks like one.
    var json: JSON {
        var writer = JSONWriter()
        write(into: &writer) { _ in "AAAAAAAAAAAAAAAAAAAAAQk2zqEJ5Cv3mYxRkg" }
        return (try? JSON.parse(writer.bytes)) ?? .null
    }
}

extension Page: Answer {
    package var status: Int { 200 }
    package var location: String? { nil }
    package var problem: OutcomeProblem? { nil }

    package static var descriptions: [AnswerDescription] {
        let document: JSON = [
            "type": "object",
            "properties": [
                "items": [
                    "type": "array",
                    "items": ["$ref": .string("#/components/schemas/\(Item.schemaName)")],
                ],
                "nextCursor": [
                    "type": "string",
                    "description": "Where the list goes on; left out at its end.",
                ],
            ],
            "required": ["items"],
            "additionalProperties": false,
        ]
        return [
            AnswerDescription(
                status: 200,
                schemaName: Item.schemaName + "Page",
                document: document,
                parts: [JSON.Member(Item.schemaName, Item.document)],
                example: example.json,
                problem: nil
            )
        ]
    }

    private static var example: Page {
        let items = Item.Outcome.allCases.map(Item.example)
        return Page(items + items, limit: 1) { _ in UUID(high: 0, low: 0) }
    }

    package func write(into writer: inout JSONWriter, sealing: (UUID) -> String) {
        writer.beginObject()
        writer.name("items")
        writer.beginArray()
        for item in items { item.write(into: &writer) }
        writer.endArray()
        if let next {
            writer.name("nextCursor")
            writer.string(sealing(next))
        }
        writer.endObject()
    }
}

/// The answer without a body: 204.
package struct NoContent: Answer {
    package init() {}

    package var status: Int { 204 }
    package var location: String? { nil }
    package var problem: OutcomeProblem? { nil }

    package static var descriptions: [AnswerDescription] {
        [
            AnswerDescription(
                status: 204,
                schemaName: nil,
                document: .null,
                example: .null,
                problem: nil
            )
        ]
    }

    package func write(into writer: inout JSONWriter, sealing: (UUID) -> String) {}
}
