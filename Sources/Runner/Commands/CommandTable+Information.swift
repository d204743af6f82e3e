// What tells of the program itself.
extension CommandTable {
    static let information = [
        CommandDefinition(
            "routes",
            "list every function with its method, path and who may call it",
            example: "runner routes",
            details: "From the functions' declarations.",
            role: nil
        ) { _ in .routes },
        CommandDefinition(
            "openapi",
            "print the OpenAPI 3.1 document",
            example: "runner openapi > openapi.json",
            details: "The same that GET /api/openapi.json answers.",
            role: nil
        ) { _ in .openapi },
        CommandDefinition(
            "roles",
            "list what each process of a deployment is started with, listens on and reads",
            example: "runner roles --json",
            details: """
                From the functions' declarations and the table of settings: a process of its own is
                given exactly these settings and secrets. With --json every setting with its default,
                and whether it is a secret or required; WEBHOOK_URL is none to a process that reads
                its scheme and host alone (originOnly).
                """,
            options: [CommandOption(name: "json", value: nil, help: "everything, for programs")],
            role: nil
        ) { .roles(isJSON: $0.options["json"] != nil) },
        CommandDefinition(
            "realm",
            "print the realm file that Keycloak imports",
            example: "runner realm --production > realm.json",
            details: """
                The one that is compiled in, or IDENTITY_REALM's, with its placeholders as they stand:
                Keycloak fills them in from its own environment. With --production without the trial's
                users and clients, without logins by password alone, and without a default for
                anything that production wants set. Keycloak leaves a placeholder that has neither
                value nor default as it stands, so there set them all.
                """,
            options: [
                CommandOption(name: "production", value: nil, help: "nothing of it is for trials")
            ],
            role: .realm
        ) { .realm(isProduction: $0.options["production"] != nil) },
        CommandDefinition(
            "help",
            operands: "[COMMAND]",
            count: 0...2,
            "explain a command",
            example: "runner help serve",
            details: "The same as runner COMMAND --help.",
            role: nil
        ) { .help(topic: $0.operands.isEmpty ? nil : $0.operands.joined(separator: " ")) },
        CommandDefinition(
            "version",
            "print the versions of runner and of the libraries it uses",
            example: "runner version",
            details: "SQLite's, OpenSSL's and libcurl's are those that are loaded now.",
            role: nil
        ) { _ in .version },
    ]
}
