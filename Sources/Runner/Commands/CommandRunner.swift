internal import Functions

/// Runs a command and says how it went.
package struct CommandRunner: Sendable {
    private let settings: Settings
    private let parts: CommandParts

    package init(settings: Settings, parts: CommandParts) {
        self.settings = settings
        self.parts = parts
    }

    /// The process's exit code.
    package func run(_ command: Command) async -> Int32 {
        do {
            return try await execute(command)
        } catch {
            Output.note("runner: \(error.message)\n")
            return error.exitCode
        }
    }

    private func execute(_ command: Command) async throws(CommandFailure) -> Int32 {
        switch command {
        case .serve: return await parts.serve(settings)
        case .gateway: return await parts.gateway(settings)
        case .function(let name): return await parts.function(settings, name)
        case .worker: return await parts.worker(settings)
        case .identity: return await parts.identity(settings)
        case .migrate: Output.result("ok: \(try await parts.migrate(settings))\n")
        case .health: Output.result("ok: \(try await HealthQuestion(settings).ask())\n")
        case .doctor: return await Doctor(settings: settings).run()
        case .audit: return try await audit()
        case .backup(let file): return try await backup(file)
        case .outboxList: return try await outboxList()
        case .outboxRedrive(let selection): return try await redrive(selection)
        case .trial(let email): try await FlowTrial(session(), email: email).run()
        case .token(let login): Output.result(try await session().token(login) + "\n")
        case .invoke(let invocation):
            return try await FunctionCaller(session: session(), functions: parts.functions)
                .call(invocation)
        case .routes: Output.result(RouteListing.text(parts.functions))
        case .roles(let isJSON):
            let roles = ProcessSettings.all
            Output.result(isJSON ? RoleListing.json(roles) : RoleListing.text(roles))
        case .realm(let isProduction):
            Output.result(try RealmExport.bytes(settings, isProduction: isProduction))
        case .openapi: Output.result(parts.openAPI())
        case .version: Output.result(Version.text)
        case .help(let topic): Output.result(Help.text(topic) ?? "")
        }
        return ExitCode.success
    }

    private func session() throws(CommandFailure) -> UserSession {
        try UserSession(settings: settings, developmentPassword: parts.developmentPassword)
    }

    private func audit() async throws(CommandFailure) -> Int32 {
        let verdict = try await parts.audit(settings)
        for line in verdict.lines { Output.result(line + "\n") }
        guard verdict.faults == 0 else {
            Output.note("runner: the audit found \(verdict.faults) fault(s).\n")
            return ExitCode.failure
        }
        Output.result("ok: the ledger adds up.\n")
        return ExitCode.success
    }

    private func backup(_ file: String) async throws(CommandFailure) -> Int32 {
        try await parts.backup(settings, file)
        Output.result("ok: \(file) is a consistent copy.\n")
        return ExitCode.success
    }

    private func outboxList() async throws(CommandFailure) -> Int32 {
        let lines = try await parts.outboxList(settings)
        guard !lines.isEmpty else {
            Output.note("Nothing waits, nothing has failed.\n")
            return ExitCode.success
        }
        let rows = lines.map { line in
            [
                line.id.text, line.state, String(line.attempts), line.nextAttempt?.text ?? "–",
                Found.bare(line.detail),
            ]
        }
        Output.result(TextTable.text(["ID", "STATE", "ATTEMPTS", "NEXT", "LAST"], rows))
        return ExitCode.success
    }

    private func redrive(_ selection: OutboxSelection) async throws(CommandFailure) -> Int32 {
        let count = try await parts.outboxRedrive(settings, selection)
        Output.result("\(count) letter(s) will be tried again.\n")
        guard case .ids(let ids) = selection, count < Set(ids).count else {
            return ExitCode.success
        }
        Output.note(
            "runner: \(Set(ids).count - count) of the ids are unknown or have not failed; "
                + "see runner outbox list.\n"
        )
        return ExitCode.failure
    }
}
