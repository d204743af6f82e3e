import Testing

/// What must not compile does not: the compiler holds the rules of functions.
@Suite(.serialized)
struct RejectedCodeTests {
    @Test func `every snippet compiles without what must not`() throws {
        let source = Self.snippets.enumerated().map { index, snippet in
            "enum Case\(index) {\n\(snippet.accepted)\n}"
        }
        #expect(try Toolchain.compile(Self.file(source.joined(separator: "\n"))) == "")
    }

    @Test(arguments: snippets)
    func `what must not compile does not`(snippet: Snippet) throws {
        let output = try Toolchain.compile(Self.file("enum Case {\n\(snippet.rejected)\n}"))
        #expect(output.contains("error:"))
        #expect(output.contains(snippet.complaint), "\(output)")
    }

    private static func file(_ body: String) -> String {
        "@testable import Functions\n\(body)\n"
    }

    private static let snippets: [Snippet] = transactions + others

    private static let transactions: [Snippet] = [
        Snippet(
            name: "a transaction that a task captures",
            accepted: Snippet.transaction("let now = transaction.now; return now.milliseconds"),
            rejected: Snippet.transaction("Task { _ = transaction.now }; return 1"),
            complaint: "cannot be captured by an escaping closure"
        ),
        Snippet(
            name: "a transaction that is stored",
            accepted: Snippet.transaction(
                "let keep = Keep(now: transaction.now); return keep.now.milliseconds",
                members: "struct Keep { let now: Timestamp }"
            ),
            rejected: Snippet.transaction(
                "let keep = Keep(held: transaction); return keep.held.now.milliseconds",
                members: "struct Keep: ~Copyable { let held: Transaction }"
            ),
            complaint: "'transaction' is borrowed and cannot be consumed"
        ),
        Snippet(
            name: "a transaction that is copied",
            accepted: Snippet.transaction("return transaction.now.milliseconds"),
            rejected: Snippet.transaction(
                "let copy = transaction; return copy.now.milliseconds"
            ),
            complaint: "'transaction' is borrowed and cannot be consumed"
        ),
        Snippet(
            name: "a transaction that waits",
            accepted: Snippet.transaction("return 1"),
            rejected: Snippet.transaction("return 1", marks: "async"),
            complaint: "does not conform to protocol 'TransactionFunction'"
        ),
        Snippet(
            name: "a refusal that is not declared",
            accepted: Snippet.transaction("throw Problem(.refused)"),
            rejected: Snippet.transaction("throw Problem(Deposit.Code.balanceLimit)"),
            complaint: "cannot convert value of type"
        ),
        Snippet(
            name: "a function that keeps state",
            accepted: Snippet.transaction(
                "return counter",
                members: "static let counter: Int64 = 0"
            ),
            rejected: Snippet.transaction(
                "counter += 1; return counter",
                members: "static var counter: Int64 = 0"
            ),
            complaint: "static property 'counter' is not concurrency-safe"
        ),
        Snippet(
            name: "an order's id for a user's",
            accepted: Snippet.transaction(
                "return transaction.account(of: input)?.balance ?? 0"
            ),
            rejected: Snippet.transaction(
                "return transaction.account(of: OrderID(input.uuid))?.balance ?? 0"
            ),
            complaint: "cannot convert value of type"
        ),
    ]

    private static let others: [Snippet] = [
        Snippet(
            name: "a query that writes",
            accepted: Snippet.query("return snapshot.account(of: input)?.balance ?? 0"),
            rejected: Snippet.query(
                "return snapshot.openAccount(of: input, Contact()).account.balance"
            ),
            complaint: "value of type 'Snapshot' has no member 'openAccount'"
        ),
        Snippet(
            name: "a query that opens a transaction of its own",
            accepted: Snippet.query("return call.caller == nil ? 0 : 1"),
            rejected: Snippet.query("return Transaction(snapshot).now.milliseconds"),
            complaint: "cannot convert value of type 'Snapshot' to expected argument type 'Draft'"
        ),
        Snippet(
            name: "an effect that writes",
            accepted: Snippet.effect(
                """
                try await context.run(OpenAccount.self, .init(userID: input), call)
                return 1
                """
            ),
            rejected: Snippet.effect(
                "return context.openAccount(of: input, Contact()).account.balance"
            ),
            complaint: "value of type 'EffectContext' has no member 'openAccount'"
        ),
        Snippet(
            name: "an effect's context that a task captures",
            accepted: Snippet.effect("_ = context.key; return 1"),
            rejected: Snippet.effect("Task { _ = context.key }; return 1"),
            complaint: "'context' is borrowed and cannot be consumed"
        ),
        Snippet(
            name: "a code without a status",
            accepted: code("var status: Int { 409 }"),
            rejected: code(""),
            complaint: "does not conform to protocol 'ProblemCode'"
        ),
        Snippet(
            name: "a caller's roles that somebody makes up",
            accepted: "static func roles(_ call: Call) -> Roles? { call.caller?.roles }",
            rejected:
                "static func raise(_ call: Call) { call.caller?.roles.insert(.operator) }",
            complaint: "cannot use mutating member on immutable value"
        ),
    ]

    private static func code(_ status: String) -> String {
        """
        enum Code: String, ProblemCode {
            case refused
            \(status)
            var title: String { "Refused" }
            var detail: String { "Do something else." }
        }
        """
    }
}
