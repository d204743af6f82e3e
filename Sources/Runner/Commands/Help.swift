/// What `runner help` says.
package enum Help {
    /// The list of commands, or a command's page; nil where there is no such command.
    package static func text(_ topic: String?) -> String? {
        guard let topic else { return overview }
        if let definition = CommandTable.all.first(where: { $0.name == topic }) {
            return page(definition)
        }
        let group = CommandTable.all.filter { $0.name.utf8.starts(with: (topic + " ").utf8) }
        return group.isEmpty ? nil : group.map(page).joined(separator: "\n")
    }

    /// What to say instead.
    package static func unknown(_ topic: String) -> SettingProblem {
        let suggestion = Suggestion.phrase(for: topic, among: CommandTable.all.map(\.name))
        return SettingProblem(
            "runner help",
            found: Found.text(topic),
            expected: "a command\(suggestion)"
        )
    }

    private static var overview: String {
        let width = CommandTable.all.map { title($0).count }.max() ?? 0
        let lines = CommandTable.all.map { definition in
            "  \(padded(title(definition), width))  \(definition.summary)\n"
        }
        return """
            An order service: a user registers, pays in, orders, and gets a letter.

            Usage: runner COMMAND [FLAGS]

            \(lines.joined())
            Start here:
              runner serve                      then try the curl lines that it prints
              runner help serve                 its flags, which are the settings
              runner invoke getAccount --as alice

            Settings come from flags, before the environment, before a file .env in the working
            directory. Exit codes: 0 all is well, 1 a failure was found, 2 the command line or a
            setting is wrong, 75 somebody else has what the command needs: try again.

            """
    }

    private static func page(_ definition: CommandDefinition) -> String {
        var text = """
            runner \(title(definition)): \(definition.summary)

            \(definition.details)

            Example:
              \(definition.example)

            """
        if !definition.options.isEmpty {
            text += "\nFlags of its own:\n"
            for option in definition.options {
                text += "  --\(option.name)\(option.value.map { " " + $0 } ?? "")\n"
                text += "      \(option.help)\n"
            }
        }
        if let role = definition.role {
            text += "\nSettings (--flag VALUE or --flag=VALUE, as FLAG in the environment or .env;"
            text +=
                "\nin brackets what holds where it is not set):\n"
                + SettingTable.help(for: SettingReader(role))
            guard SettingTable.all.contains(where: { $0.isSecret && $0.roles.contains(role) })
            else { return text }
            text += "\nA secret NAME may come as a file: NAME_FILE=/path, --name-file /path\n"
        }
        return text
    }

    private static func title(_ definition: CommandDefinition) -> String {
        definition.operands.isEmpty
            ? definition.name : "\(definition.name) \(definition.operands)"
    }

    static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
