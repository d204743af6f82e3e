internal import Functions

/// Every command there is, in the order in which help lists them.
enum CommandTable {
    static let all = service + processes + upkeep + calls + store + information

    private static let user = CommandOption(
        name: "as",
        value: "USER",
        help: "the user's name or e-mail"
    )
    private static let password = CommandOption(
        name: "password",
        value: "TEXT",
        help: "the password; better in the environment as RUNNER_PASSWORD, where ps does not show "
            + "it. A development user of the realm file needs none"
    )

    private static let calls = [
        CommandDefinition(
            "invoke",
            operands: "FUNCTION",
            count: 1...1,
            "call a function through the running gateway",
            example: #"runner invoke deposit --as alice --data '{"amount": 5000}'"#,
            details: """
                A real call of PUBLIC_URL with a token by password login: no back door. {userId} in
                the path is filled with me, or with --id. `runner routes` lists the functions.
                Prints the status on standard error and the answer's body on standard output; ends
                with 1 where the status is 400 or above.
                """,
            options: [
                user,
                password,
                CommandOption(
                    name: "data",
                    value: "JSON",
                    help: "the body; - reads standard input"
                ),
                CommandOption(name: "key", value: "KEY", help: "the Idempotency-Key"),
                CommandOption(name: "id", value: "ID", help: "fills the id in the path"),
            ],
            role: .client,
            make: CommandTable.invocation
        ),
        CommandDefinition(
            "token",
            "print an access token of a user",
            example: "runner token --as alice",
            details: """
                By password login through the running gateway, client orders-web. Use it as
                curl -H "Authorization: Bearer $(runner token --as alice)" …
                """,
            options: [user, password],
            role: .client
        ) { arguments throws(SettingProblem) in
            _ = try arguments.required("as", "the user who logs in, as in --as alice")
            return .token(Login(user: arguments.options["as"] ?? "", password: secret(arguments)))
        },
        CommandDefinition(
            "try",
            "go through the whole flow as a new user: register, deposit, order, letters",
            example: "runner try",
            details: """
                Real calls of the running gateway at PUBLIC_URL, as any client makes them: a user
                registers, logs in, pays in 5000, orders for 4000 twice (paid, then rejected), and
                both letters are sent within a minute. A line for each step; ends with 1 at the first
                that fails, and says why. The user, the account and the orders stay.
                """,
            options: [
                CommandOption(
                    name: "email",
                    value: "ADDRESS",
                    help: "registers with it, so the letters arrive there; else with an address "
                        + "under example.org that nobody has"
                )
            ],
            role: .client
        ) { .trial(email: $0.options["email"]) },
    ]

    private static let store = [
        CommandDefinition(
            "audit",
            "verify the whole ledger",
            example: "runner audit",
            details: """
                Sums, balances, versions, and order with movement, event and letter. Reads only, also
                while the service runs. Prints what is wrong and ends with 1 if anything is.
                """,
            role: .store
        ) { _ in .audit },
        CommandDefinition(
            "backup",
            operands: "FILE",
            count: 1...1,
            "write a consistent copy of the store to a new file",
            example: "runner backup orders-backup.db",
            details: "Works while the service runs. An existing file is never overwritten.",
            role: .store
        ) { .backup(file: $0.operands[0]) },
        CommandDefinition(
            "outbox list",
            "list the letters and events that wait or have failed",
            example: "runner outbox list",
            details: "Reads only, also while the service runs.",
            role: .store
        ) { _ in .outboxList },
        CommandDefinition(
            "outbox redrive",
            operands: "ID…",
            count: 0...1_000,
            "try failed letters again",
            example: "runner outbox redrive --all",
            details: """
                By their ids from `runner outbox list`, or all. Works while the service runs: then
                through its management port. Ends with 75 if the store's owner cannot be reached.
                """,
            options: [CommandOption(name: "all", value: nil, help: "every letter that has failed")],
            role: .store,
            make: CommandTable.redrive
        ),
    ]

    // MARK: From words to commands

    private static func secret(_ arguments: CommandArguments) -> Secret? {
        arguments.options["password"].flatMap { $0.isEmpty ? nil : Secret($0) }
    }

    private static func invocation(_ arguments: CommandArguments) -> Command {
        let login = arguments.options["as"].map { Login(user: $0, password: secret(arguments)) }
        return .invoke(
            CommandInvocation(
                function: arguments.operands[0],
                login: login,
                data: arguments.options["data"],
                key: arguments.options["key"],
                id: arguments.options["id"]
            )
        )
    }

    private static func redrive(_ arguments: CommandArguments) throws(SettingProblem) -> Command {
        let all = arguments.options["all"] != nil
        guard all == arguments.operands.isEmpty else {
            throw SettingProblem(
                "outbox redrive",
                found: all ? "both ids and --all" : "neither ids nor --all",
                expected: "ids from `runner outbox list`, or --all"
            )
        }
        if all { return .outboxRedrive(.all) }
        var ids: [UUID] = []
        for operand in arguments.operands {
            guard let id = UUID(operand) else {
                throw SettingProblem(
                    "outbox redrive",
                    found: Found.text(operand),
                    expected: "ids as `runner outbox list` prints them"
                )
            }
            ids.append(id)
        }
        return .outboxRedrive(.ids(ids))
    }
}
