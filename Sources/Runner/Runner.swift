internal import CLinux
internal import Functions
internal import Glibc

/// The process: reads its command line, does what it says, and ends.
package func main() async -> Never {
    FirstProcess.begin()
    switch Start.read() {
    case .end(let exitCode): exit(exitCode)
    case .run(let settings, let command):
        exit(await CommandRunner(settings: settings, parts: .standard).run(command))
    }
}

extension CommandParts {
    /// The commands as this program has them.
    static let standard = CommandParts(
        functions: Catalog.functions.map(\.declaration),
        serve: { settings in
            await RoleProcess.serve(settings) { log, _ in
                try await LocalRunner.start(settings, log)
            }
        },
        gateway: { settings in
            await RoleProcess.serve(settings) { log, _ in try GatewayRole.start(settings, log) }
        },
        function: { settings, name in
            await RoleProcess.serve(settings) { log, ending in
                let function = try FunctionName.find(name)
                return try FunctionRole.start(function, settings, log, ending)
            }
        },
        worker: { settings in
            await RoleProcess.serve(settings) { log, ending in
                try WorkerRole.start(settings, log, ending)
            }
        },
        identity: { settings in
            await RoleProcess.serve(settings) { log, _ in try IdentityRole.start(settings, log) }
        },
        migrate: { settings async throws(CommandFailure) in
            try await MigrateCommand.run(settings)
        },
        audit: { settings async throws(CommandFailure) in
            switch settings.database {
            case .sqlite: try await SQLiteCommands.audit(settings)
            case .postgresql(let url): try await PostgreSQLCommands.audit(settings, url)
            }
        },
        backup: { settings, file async throws(CommandFailure) in
            switch settings.database {
            case .sqlite: try await SQLiteCommands.backup(settings, file)
            case .postgresql: throw PostgreSQLCommands.backup(file)
            }
        },
        outboxList: { settings async throws(CommandFailure) in
            switch settings.database {
            case .sqlite: try await SQLiteCommands.outboxList(settings)
            case .postgresql(let url): try await PostgreSQLCommands.outboxList(settings, url)
            }
        },
        outboxRedrive: { settings, selection async throws(CommandFailure) in
            switch settings.database {
            case .sqlite: try await SQLiteCommands.redrive(settings, selection)
            case .postgresql: try await SharedStoreCommands.redrive(settings, selection)
            }
        },
        openAPI: { OpenAPI.bytes(publicURL: nil, realm: "otus") },
        developmentPassword: { DevelopmentUsers.password($0, $1) }
    )
}

extension OpenAPI {
    /// The document of the whole catalog as compact JSON.
    static func bytes(publicURL: String?, realm: String) -> ContiguousArray<UInt8> {
        var writer = JSONWriter(capacity: 65_536)
        writer.value(document(publicURL: publicURL, realm: realm, functions: Catalog.functions))
        return writer.bytes
    }
}
