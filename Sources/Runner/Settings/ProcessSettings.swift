internal import Functions

/// What one kind of process reads: deployments give it these settings and no others.
///
/// Derived from the table of settings, the declarations of the functions and the rules at start.
package struct ProcessSettings: Sendable {
    /// What follows `runner`, as in `function create-order`.
    package let arguments: [String]
    /// In the table's order.
    package let settings: [String]
    /// It does not start without these.
    package let required: [String]
    /// Nor, where `ENVIRONMENT` is production, without these.
    package let requiredInProduction: [String]
    /// Those of its settings that are secrets; each may come as a file.
    package let secrets: [String]
    /// Secrets to others: to this process only scheme and host of the URL matter.
    package let origins: [String]

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
        let read = SettingTable.complete.filter(reader.reads)
        let origins = reader.knowsWebhookByOrigin ? ["WEBHOOK_URL"] : []
        self.arguments = arguments
        self.origins = origins
        settings = read.map(\.name)
        secrets = read.filter(\.isSecret).map(\.name).filter { !origins.contains($0) }
        required = ProcessSettings.missing(reader, .development)
        requiredInProduction = ProcessSettings.missing(reader, .production)
    }

    /// What the rules miss where nothing is set.
    private static func missing(
        _ reader: SettingReader,
        _ environment: Settings.Environment
    ) -> [String] {
        var settings = Settings()
        settings.environment = environment
        let rules = SettingRules(settings: settings, reader: reader, given: [])
        return rules.problems.filter { $0.found == "nothing" }.map(\.subject)
    }
}
