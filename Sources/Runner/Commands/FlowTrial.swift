internal import Functions

/// The flow that the service is for, through a running gateway and as a new user: registration,
/// money, an order that is paid, one that is not, and the letters about both.
///
/// A line for each step that went well; the first that does not ends it. The user, their account and
/// both orders stay.
struct FlowTrial {
    private static let deposit: Int64 = 5_000
    private static let price: Int64 = 4_000
    private static let patience = Duration.seconds(60)
    private static let pause = Duration.milliseconds(200)

    private let session: UserSession
    private let login: Login

    /// The address gets the letters; nil: one that nobody has.
    init(_ session: UserSession, email: String?) {
        let id = Identifiers.shared.next().text
        self.session = session
        login = Login(user: email ?? "try-\(id)@example.org", password: Secret("Try-\(id)"))
    }

    func run() async throws(CommandFailure) {
        try await register()
        let token = try await session.token(login)
        show("\(login.user) logs in")
        let paid = try await post(
            "/api/billing/accounts/me/deposits",
            ["amount": .integer(FlowTrial.deposit)],
            token,
            expected: 201
        )
        show("a deposit of \(FlowTrial.deposit): the balance is \(number("balance", in: paid))")
        try await order("a book", FlowTrial.price, token, expected: 201)
        try await order("a piano", FlowTrial.price, token, expected: 402)
        try await letters(token)
    }

    private func register() async throws(CommandFailure) {
        let body: JSON = [
            "email": .string(login.user), "password": .string(login.password?.value ?? ""),
            "firstName": "Anna", "lastName": "Petrova", "locale": "en",
        ]
        _ = try await post("/api/register", body, nil, expected: 201)
        show("\(login.user) is registered")
    }

    private func order(
        _ title: String,
        _ price: Int64,
        _ token: String,
        expected: Int
    ) async throws(CommandFailure) {
        let body: JSON = ["title": .string(title), "price": .integer(price)]
        let answer = try await post("/api/orders", body, token, expected: expected)
        let status = (answer["order"] ?? answer)["status"]?.string ?? "of no status"
        show("an order of \(price), \(title): \(status)")
    }

    /// Both orders' letters, once they are sent.
    private func letters(_ token: String) async throws(CommandFailure) {
        let end = ContinuousClock.now + FlowTrial.patience
        var found: [String] = []
        repeat {
            let page = try await get("/api/notifications", token)
            let letters = page["items"]?.array ?? []
            found = letters.map { letter in
                "\(letter["kind"]?.string ?? "?") is \(letter["status"]?.string ?? "?")"
            }
            if found.sorted() == ["happy is sent", "sad is sent"] {
                return show("both letters are sent, the happy one and the sad one")
            }
            let hasFailed = letters.contains { $0["status"]?.string == "failed" }
            guard !hasFailed else { break }
            try? await Task.sleep(for: FlowTrial.pause)
        } while ContinuousClock.now < end
        let state = found.isEmpty ? "there are none" : Found.bare(found.joined(separator: ", "))
        throw CommandFailure(
            "the letters of two orders are not sent within \(FlowTrial.patience.components.seconds)"
                + " s: \(state). See the logs of notify and the worker, and runner outbox list."
        )
    }

    // MARK: Asking and telling

    private func post(
        _ path: String,
        _ body: JSON,
        _ token: String?,
        expected: Int
    ) async throws(CommandFailure) -> JSON {
        let answer = try await session.send(.post, path, body: body.text) { fields in
            fields.add("Content-Type", "application/json")
            if let token { fields.add("Authorization", "Bearer \(token)") }
        }
        return try document(answer, of: "POST \(path)", expected: expected)
    }

    private func get(_ path: String, _ token: String) async throws(CommandFailure) -> JSON {
        let answer = try await session.send(.get, path, body: nil) { fields in
            fields.add("Authorization", "Bearer \(token)")
        }
        return try document(answer, of: "GET \(path)", expected: 200)
    }

    private func document(
        _ answer: ClientResponse,
        of request: String,
        expected: Int
    ) throws(CommandFailure) -> JSON {
        let document = (try? JSON.parse(answer.body)) ?? .null
        guard answer.status == expected else {
            let detail = document["detail"]?.string.map { ": " + Found.bare($0) } ?? ""
            let id = document["requestId"]?.string.map { " (request \(Found.bare($0)))" } ?? ""
            throw CommandFailure(
                "\(request) answers \(answer.status) where \(expected) is due\(detail)\(id)"
            )
        }
        return document
    }

    private func number(_ name: String, in document: JSON) -> String {
        document[name]?.integer.map { String($0) } ?? "missing"
    }

    private func show(_ text: String) { Output.result("ok    \(text)\n") }
}
