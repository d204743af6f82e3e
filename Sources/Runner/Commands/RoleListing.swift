internal import Functions

/// What `runner roles` prints: what each process is started with, and what it reads.
enum RoleListing {
    /// For people: of the settings only the secrets.
    static func text(_ processes: [ProcessSettings]) -> String {
        let rows = processes.map { process in
            [
                process.name, process.arguments.joined(separator: " "),
                cell(process.listens.map { "\($0.port) \($0.number)" }), cell(process.secrets),
            ]
        }
        return TextTable.text(["ROLE", "ARGUMENTS", "LISTENS", "SECRETS"], rows)
    }

    /// For programs: everything.
    static func json(_ processes: [ProcessSettings]) -> String {
        PrettyJSON.text(["roles": .array(processes.map(role))]) + "\n"
    }

    private static func cell(_ names: [String]) -> String {
        names.isEmpty ? "–" : names.joined(separator: ", ")
    }

    private static func role(_ process: ProcessSettings) -> JSON {
        [
            "name": .string(process.name),
            "arguments": texts(process.arguments),
            "production": .boolean(process.isForProduction),
            "listens": .array(process.listens.map(listener)),
            "settings": .array(process.definitions.map { setting($0, of: process) }),
            "secrets": texts(process.secrets),
        ]
    }

    private static func listener(_ listener: ListeningPort) -> JSON {
        [
            "port": .string(listener.port),
            "host": .string(listener.host),
            "default": .integer(Int64(listener.number)),
        ]
    }

    /// A secret of which the process reads scheme and host alone is none to it.
    private static func setting(_ setting: SettingDefinition, of process: ProcessSettings) -> JSON {
        let name = setting.name
        return [
            "name": .string(name),
            "default": .string(setting.defaultText),
            "secret": .boolean(process.secrets.contains(name)),
            "originOnly": .boolean(process.origins.contains(name)),
            "required": .boolean(process.required.contains(name)),
            "requiredInProduction": .boolean(process.requiredInProduction.contains(name)),
        ]
    }

    private static func texts(_ texts: [String]) -> JSON { .array(texts.map(JSON.string)) }
}
