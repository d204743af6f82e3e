internal import Functions

// What serves, and what looks after it.
extension CommandTable {
    static let service = [
        CommandDefinition(
            "serve",
            "run the gateway and all functions in this process",
            example: "runner serve --port 8080",
            details: """
                The local runner: gateway, functions, SQLite, and in development an identity
                provider and a mailbox. It ends by SIGTERM or Ctrl-C, once what is in flight is done.
                With DATABASE_URL=postgres://… it serves from PostgreSQL, whose schema it brings up
                to date itself.
                """,
            role: .serve
        ) { _ in .serve }
    ]

    static let processes = [
        CommandDefinition(
            "gateway",
            "run the gateway alone; each function is a process of its own",
            example: "runner gateway --function-url 'http://{name}:8080'",
            details: """
                The single way in: /auth goes to Keycloak, /api to the functions' processes, found by
                FUNCTION_URL ({name} stands for the function in kebab-case) or by one address each, as
                in FUNCTION_URL_CREATE_ORDER. It needs PUBLIC_URL and KEYCLOAK_URL, and has neither
                database nor SECRET_KEY.
                """,
            role: .gateway
        ) { _ in .gateway },
        CommandDefinition(
            "function",
            operands: "NAME",
            count: 1...1,
            "run one function alone, behind a gateway",
            example: "runner function create-order --port 8081",
            details: """
                NAME is one of
                \(FunctionName.lines).
                It serves its own method and path only (notify: POST / with an event) and checks every
                token itself. It needs PUBLIC_URL, KEYCLOAK_URL, SECRET_KEY and PostgreSQL as
                DATABASE_URL. It never migrates: until the schema fits (`runner migrate`) it is not
                ready and answers 503. Of the settings below a function reads those that it uses: only
                register the admin client's, only notify those of mail, SMS and webhooks.
                """,
            role: .function
        ) { arguments throws(SettingProblem) in
            .function(try FunctionName.find(arguments.operands[0]).declaration.name)
        },
        CommandDefinition(
            "worker",
            "run the outbox alone: it hands events to notify and ends what was left behind",
            example: "runner worker --function-url-notify http://localhost:8093",
            details: """
                Claims due events, delivers each to the process of notify (FUNCTION_URL or
                FUNCTION_URL_NOTIFY) with a service token, renews leases, and ends registrations that
                nobody asks for again. Any number of them may run. It needs PUBLIC_URL, KEYCLOAK_URL,
                SECRET_KEY and PostgreSQL as DATABASE_URL, and never migrates.
                """,
            role: .worker
        ) { _ in .worker },
        CommandDefinition(
            "identity",
            "run the embedded identity provider alone",
            example: "runner identity --identity-host 0.0.0.0 --public-url http://localhost:8080",
            details: """
                For development only: it speaks Keycloak's paths and realm file. Give the others its
                base as KEYCLOAK_URL, and all of them the same PUBLIC_URL.
                """,
            role: .identity
        ) { _ in .identity },
    ]

    static let upkeep = [
        CommandDefinition(
            "migrate",
            "bring the schema of the store up to date, and end",
            example: "runner migrate --database-url postgres://orders@localhost/orders",
            details: """
                Safe to run twice, at once too, and to interrupt. Functions and the worker wait for
                it; serve does it by itself. PostgreSQL that cannot be reached yet is waited for, a
                minute at most (75); a refused login is told at once. A SQLite file must have no
                owner meanwhile (75).
                """,
            role: .migrate
        ) { _ in .migrate },
        CommandDefinition(
            "health",
            "ask the process on this machine whether it is ready",
            example: "runner health --management-port 9090",
            details: """
                For the health check of a container: asks /health/ready on MANAGEMENT_HOST and
                MANAGEMENT_PORT (loopback, where the host means every address), prints one line, and
                ends with 0 or 1. Ready, not live: who waits for a container wants to know whether it
                can be used.
                """,
            role: .health
        ) { _ in .health },
        CommandDefinition(
            "doctor",
            "check everything that the service needs, and say what to do",
            example: "runner doctor",
            details: """
                Each line begins with ok, warn or FAIL; after a failure stands what to do. It changes
                nothing. Run it with the settings of the service, beside it or before it starts.
                """,
            role: .doctor
        ) { _ in .doctor },
    ]
}
