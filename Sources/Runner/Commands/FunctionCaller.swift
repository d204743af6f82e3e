internal import Functions

/// Calls a function as a client does, and prints what it answers.
struct FunctionCaller {
    let session: UserSession
    let functions: [Declaration]

    /// The exit code: 1 where the answer's status is 400 or above.
    func call(_ invocation: CommandInvocation) async throws(CommandFailure) -> Int32 {
        let target = try FunctionTarget(invocation, functions)
        try checkKey(invocation.key)
        let data = try invocation.data.map { data throws(CommandFailure) in
            try data == "-" ? standardInput() : data
        }
        let query = try target.isQuery ? data.map(FunctionTarget.query) : nil
        let token: String? =
            if let login = invocation.login, target.wantsToken {
                try await session.token(login)
            } else { nil }
        let answer = try await session.send(
            target.isQuery ? .get : .post,
            target.path,
            query: query,
            body: target.isQuery ? nil : data
        ) { fields in
            if let token { fields.add("Authorization", "Bearer \(token)") }
            if data != nil, !target.isQuery { fields.add("Content-Type", "application/json") }
            if let key = invocation.key { fields.add("Idempotency-Key", key) }
        }
        show(answer)
        return answer.status < 400 ? ExitCode.success : ExitCode.failure
    }

    /// What cannot stand in a header is told here, or the call would go out without its key.
    private func checkKey(_ key: String?) throws(CommandFailure) {
        var fields = ClientFields()
        guard let key, !fields.add("Idempotency-Key", key) else { return }
        throw CommandFailure(
            "--key \(Found.quoted(key)) cannot be sent: it holds a control character",
            exitCode: ExitCode.usage
        )
    }

    private func show(_ answer: ClientResponse) {
        var note = "HTTP \(answer.status)"
        for name in [
            "location", "idempotency-key", "idempotent-replayed", "retry-after", "x-request-id",
        ]
            as [StaticString]
        {
            if let value = answer.head.first(name) {
                note += "\n\(name): \(Found.bare(String(decoding: value, as: UTF8.self)))"
            }
        }
        Output.note(note + "\n")
        guard !answer.body.isEmpty else { return }
        let text = (try? JSON.parse(answer.body)).map { PrettyJSON.text($0) + "\n" }
        if let text { Output.result(text) } else { Output.result(answer.body) }
    }

    private func standardInput() throws(CommandFailure) -> String {
        do throws(FileReader.Failure) {
            return String(decoding: try FileReader.read("/dev/stdin"), as: UTF8.self)
        } catch {
            throw CommandFailure("standard input cannot be read: \(error.reason)")
        }
    }
}

/// Where a call goes: the function's declaration with its path filled in.
struct FunctionTarget: Equatable {
    let path: String
    /// GET: the data becomes the query.
    let isQuery: Bool
    let wantsToken: Bool

    init(_ invocation: CommandInvocation, _ functions: [Declaration]) throws(CommandFailure) {
        let declaration = try FunctionTarget.find(invocation.function, functions)
        guard case .http(let method, let template) = declaration.trigger else {
            throw CommandFailure(
                "\(declaration.name) is called by events, not by users",
                exitCode: ExitCode.usage
            )
        }
        path = try FunctionTarget.fill(template, invocation.id)
        isQuery = method == .get
        switch declaration.access {
        case .anyone: wantsToken = false
        case .user, .owner, .service: wantsToken = true
        }
        guard !wantsToken || invocation.login != nil else {
            throw CommandFailure(
                "\(declaration.name) wants to know who calls: give --as USER, as in --as alice",
                exitCode: ExitCode.usage
            )
        }
    }

    /// By its name, or that in kebab-case.
    private static func find(
        _ name: String,
        _ functions: [Declaration]
    ) throws(CommandFailure) -> Declaration {
        let found = functions.first { $0.name == name || $0.name.kebabCase == name }
        if let found { return found }
        let near = Suggestion.phrase(for: name, among: functions.map(\.name))
        throw CommandFailure(
            "there is no function \(Found.text(name))\(near.isEmpty ? "; see runner routes" : near)",
            exitCode: ExitCode.usage
        )
    }

    /// `{userId}` is `me` unless the id is meant for it, being the path's only one.
    private static func fill(_ template: String, _ id: String?) throws(CommandFailure) -> String {
        let segments = template.split(separator: "/", omittingEmptySubsequences: false)
        let names = segments.filter { $0.utf8.first == UInt8(ascii: "{") }
        let others = names.filter { $0 != "{userId}" }
        guard others.isEmpty || id != nil else {
            throw CommandFailure("\(template) wants --id ID", exitCode: ExitCode.usage)
        }
        guard id == nil || !names.isEmpty else {
            throw CommandFailure("\(template) has no place for --id", exitCode: ExitCode.usage)
        }
        let value = FormText.escape(id ?? "")
        let filled = segments.map { segment in
            switch segment {
            case "{userId}": others.isEmpty && id != nil ? value : "me"
            case _ where segment.utf8.first == UInt8(ascii: "{"): value
            default: String(segment)
            }
        }
        return filled.joined(separator: "/")
    }

    /// `{"limit": 5}` becomes `limit=5`.
    static func query(_ data: String) throws(CommandFailure) -> String {
        guard case .object(let members)? = try? JSON.parse(data) else {
            throw CommandFailure(
                #"--data must be a JSON object here, as in '{"limit": 5}': it becomes the query"#,
                exitCode: ExitCode.usage
            )
        }
        return FormText.encode(members.map { ($0.name, $0.value.string ?? $0.value.text) })
    }
}
