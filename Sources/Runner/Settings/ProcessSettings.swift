internal import Functions

/// What one kind of process reads: deployments give it these settings and no others.
///
/// Derived from the table of settings, the declarations of the functions and the rules at start.
package struct ProcessSettings: Sendable {
    /// What a deployment calls it: the role, or the function in kebab-case.
    package let name: String
    /// What follows `runner`, as in `function create-order`.
    package let arguments: [String]
    package let listens: [ListeningPort]
    /// In the table's order.
    package let definitions: [SettingDefinition]
    /// It does not start without these.
    package let required: [String]
    /// Nor, where `ENVIRONMENT` is production, without these.
    package let requiredInProduction: [String]
    /// False for what production refuses, whatever is set.
    package let isForProduction: Bool
    /// Those of its settings that are secrets; each may come as a file.
    package let secrets: [String]
    /// Secrets to others: to this process only scheme and host of the URL matter.
    package let origins: [String]

    /// The names of its settings, in the table's order.
    package var settings: [String] { definitions.map(\.name) }

    /// Every kind of process, and the commands that deployments run.
    package static let all: [ProcessSettings] =
        [Role.serve, .gateway, .worker, .identity, .migrate, .health].map {
            ProcessSettings([$0.rawValue], SettingReader($0))
        }
        + Catalog.functions.map(\.declaration).map {
            let arguments = ["function", $0.name.kebabCase]
            return ProcessSettings(arguments, SettingReader(.function, $0))
        }

    private init(_ arguments: [String], _ reader: SettingReader) {
        let origins = reader.knowsWebhookByOrigin ? ["WEBHOOK_URL"] : []
        let production = ProcessSettings.problems(reader, .production)
        name = arguments.last ?? ""
        self.arguments = arguments
        self.origins = origins
        listens =
            SettingTable.servers.contains(reader.role) ? ListeningPort.read(by: reader) : []
        definitions = SettingTable.complete.filter(reader.reads)
        secrets = definitions.filter(\.isSecret).map(\.name).filter { !origins.contains($0) }
        required = ProcessSettings.missing(ProcessSettings.problems(reader, .development))
        requiredInProduction = ProcessSettings.missing(production)
        isForProduction = !production.contains { $0.subject == "ENVIRONMENT" }
    }

    /// What the rules find where nothing is set.
    private static func problems(
        _ reader: SettingReader,
        _ environment: Settings.Environment
    ) -> [SettingProblem] {
        var settings = Settings()
        settings.environment = environment
        return SettingRules(settings: settings, reader: reader, given: []).problems
    }

    private static func missing(_ problems: [SettingProblem]) -> [String] {
        problems.filter { $0.found == "nothing" }.map(\.subject)
    }
}
