import Functions
import Runner
import Testing

struct OpenAPITests {
    private let document = OpenAPI.document(
        publicURL: "http://localhost:8080",
        realm: "otus",
        functions: Catalog.functions
    )

    private func object(of declaration: Declaration) -> JSON? {
        switch declaration.trigger {
        case .http(let method, let path):
            document["paths"]?[path]?[method.rawValue.lowercased()]
        case .event(let type): document["webhooks"]?[type]?["post"]
        }
    }

    @Test func `the same declarations make the same bytes`() {
        let again = OpenAPI.document(
            publicURL: "http://localhost:8080",
            realm: "otus",
            functions: Catalog.functions
        )
        #expect(again.text == document.text)
        #expect(document["openapi"] == "3.1.0")
    }

    @Test func `every function is there, with every code of its own and its example`() throws {
        for function in Catalog.functions {
            let operation = try #require(object(of: function.declaration))
            #expect(operation["operationId"]?.string == function.declaration.name)
            for (status, type) in codes(function.type) {
                let content = operation["responses"]?[String(status)]?["content"]
                let examples = content?["application/problem+json"]?["examples"]
                let reference = try #require(examples?[type]?["$ref"]?.string)
                let example = try #require(resolve(reference)?["value"])
                #expect(example["status"] == .integer(Int64(status)))
                #expect(example["type"]?.string == "/problems/\(type)")
            }
        }
    }

    private func codes<F: DeclaredFunction>(_ function: F.Type) -> [(status: Int, type: String)] {
        F.Code.allCases.map { ($0.status, $0.rawValue.kebabCase) }
    }

    /// Statuses that the contract names, by operation.
    @Test(arguments: [
        (
            "createOrder",
            [
                201, 400, 401, 402, 403, 404, 405, 408, 409, 413, 414, 415, 422, 429, 431, 500, 503,
                504,
            ]
        ),
        ("getAccount", [200, 400, 401, 403, 404, 405, 408, 414, 429, 431, 500, 503, 504]),
        (
            "openAccount",
            [200, 201, 400, 401, 403, 405, 408, 413, 414, 415, 422, 429, 431, 500, 503, 504]
        ),
        (
            "register",
            [201, 400, 405, 408, 409, 413, 414, 415, 422, 429, 431, 500, 503, 504]
        ),
    ])
    func `every status that is implied is there`(name: String, statuses: [Int]) throws {
        let declaration = try #require(
            Catalog.functions.map(\.declaration).first { $0.name == name }
        )
        guard case .object(let responses)? = object(of: declaration)?["responses"] else {
            Issue.record("no responses")
            return
        }
        #expect(responses.compactMap { Int($0.name) }.sorted() == statuses)
    }

    @Test func `every reference leads somewhere`() {
        var references: [String] = []
        collect(document, &references)
        #expect(references.count > 100)
        for reference in Set(references) { #expect(resolve(reference) != nil, "\(reference)") }
    }

    @Test func `who may call without a token needs none`() throws {
        for declaration in Catalog.functions.map(\.declaration) {
            let operation = try #require(object(of: declaration))
            #expect((operation["security"] == []) == (declaration.access == .anyone))
            #expect((operation["responses"]?["401"] == nil) == (declaration.access == .anyone))
        }
    }

    @Test func `a rejected order's example is a problem that holds it`() throws {
        let example = try #require(
            resolve("#/components/examples/createOrder.insufficient-funds")?["value"]
        )
        #expect(example["order"]?["status"] == "rejected")
        #expect(example["order"]?["reason"] == "insufficient-funds")
        let responses = document["paths"]?["/api/orders"]?["post"]?["responses"]
        for status in ["201", "402"] {
            #expect(responses?[status]?["headers"]?["Location"] != nil)
        }
    }

    /// The function's own example of a request is one that it takes.
    @Test func `every example of a body decodes`() throws {
        for function in Catalog.functions {
            guard
                let example = object(of: function.declaration)?["requestBody"]?["content"]?[
                    "application/json"
                ]?["example"]
            else { continue }
            try decode(function.type, example)
        }
    }

    private func decode<F: DeclaredFunction>(_ function: F.Type, _ example: JSON) throws {
        let path = F.input.fields.filter { $0.place == .path }.map {
            (name: $0.name, value: Person.alice.id.uuid)
        }
        let decoded = try F.decode(example.text, path: path, as: Person.olga.caller)
        #expect(decoded.problems.isEmpty)
        #expect(decoded.input != nil)
    }

    private func collect(_ json: JSON, _ references: inout [String]) {
        switch json {
        case .object(let members):
            for member in members {
                if member.name == "$ref", let text = member.value.string { references.append(text) }
                collect(member.value, &references)
            }
        case .array(let elements): for element in elements { collect(element, &references) }
        default: break
        }
    }

    private func resolve(_ reference: String) -> JSON? {
        reference.split(separator: "/").dropFirst().reduce(document) { json, name in
            json?[String(name)]
        }
    }
}
