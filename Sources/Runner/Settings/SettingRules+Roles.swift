internal import Functions

// What a process of its own cannot do without: there is nothing beside it that stands in.
extension SettingRules {
    private static let processes: Set<Role> = [.gateway, .function, .worker, .identity]

    /// The roles' own demands; the rules of production and of `SECRET_KEY` stand beside them.
    var own: [SettingProblem] {
        if role == .health { return managementPort }
        guard SettingRules.processes.contains(role) else { return [] }
        return missing("PUBLIC_URL", "what clients call, as in http://localhost:8080")
            + keycloak + database + addresses
    }

    private var keycloak: [SettingProblem] {
        // In production that rule tells it already.
        guard role != .identity, settings.environment != .production else { return [] }
        let form = "Keycloak's base URL: only runner serve has a provider of its own"
        return missing("KEYCLOAK_URL", form)
    }

    private var database: [SettingProblem] {
        guard role == .function || role == .worker else { return [] }
        let form = "postgres://user:password@host:5432/name, which all processes share"
        guard given.contains("DATABASE_URL") else { return missing("DATABASE_URL", form) }
        guard case .sqlite = settings.database else { return [] }
        return [
            SettingProblem(
                "DATABASE_URL",
                found: "SQLite, whose file one process owns",
                expected: form
            )
        ]
    }

    /// One template, or every address that this role calls.
    private var addresses: [SettingProblem] {
        guard reads("FUNCTION_URL"), !given.contains("FUNCTION_URL") else { return [] }
        let names = SettingTable.addresses.filter(reader.reads).map(\.name)
        let absent = names.filter { !given.contains($0) }
        guard let first = absent.first else { return [] }
        let others = absent.count > 1 ? " and \(absent.count - 1) more like it" : ""
        return missing(
            "FUNCTION_URL",
            "a template such as http://{name}:8080, or \(first)\(others)"
        )
    }

    private var managementPort: [SettingProblem] {
        guard settings.managementPort == 0 else { return [] }
        return [
            SettingProblem(
                "MANAGEMENT_PORT",
                found: "0",
                expected: "the port of the process that is asked"
            )
        ]
    }
}
