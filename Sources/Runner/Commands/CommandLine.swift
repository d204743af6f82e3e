/// A command line taken apart: which command, its own words, and the settings given as flags.
struct ParsedCommandLine {
    let definition: CommandDefinition
    var arguments = CommandArguments()
    /// By the setting's name.
    var settingFlags: [String: String] = [:]
    var problems: [SettingProblem] = []

    /// The command, unless the line itself or one of these is a problem.
    func finish(_ others: [SettingProblem]) throws(SettingsError) -> Command {
        var found = problems
        // Behind a flag that is wrong, a word may be its value: operands cannot be counted then.
        if found.isEmpty {
            do throws(SettingProblem) {
                try checkCount()
                let command = try definition.make(arguments)
                guard !others.isEmpty else { return command }
            } catch {
                found.append(error)
            }
        }
        throw SettingsError(found + others)
    }

    private func checkCount() throws(SettingProblem) {
        let count = arguments.operands.count
        if count < definition.operandCount.lowerBound {
            throw CommandLineParser.usage(definition, found: "nothing")
        }
        let extra = count - definition.operandCount.upperBound
        if extra > 0 {
            throw CommandLineParser.usage(definition, found: "\(extra) word(s) too many")
        }
    }
}

/// Reads `runner COMMAND [FLAGS] [OPERANDS]`.
///
/// A flag's value is the next word, or stands behind `=`; one that begins with `--` must stand
/// there. A toggle (`--require-idempotency-key`) means true and takes a value only behind `=`.
/// A flag may be given once. What follows `--` are operands.
enum CommandLineParser {
    static func parse(_ arguments: [String]) throws(SettingsError) -> ParsedCommandLine {
        let (definition, words) = try command(arguments)
        var line = ParsedCommandLine(definition: definition)
        var rest = words[...]
        while let word = rest.popFirst() {
            if word == "--" {
                line.arguments.operands += rest
                break
            }
            if word == "--help" || word == "-h" { return help(definition.name) }
            guard word.utf8.first == UInt8(ascii: "-"), word.utf8.count > 1 else {
                line.arguments.operands.append(word)
                continue
            }
            do {
                try flag(word, &rest, &line)
            } catch {
                line.problems.append(error)
            }
        }
        return line
    }

    static func usage(_ definition: CommandDefinition, found: String) -> SettingProblem {
        let operands = definition.operands.isEmpty ? "" : " " + definition.operands
        return SettingProblem(
            "runner \(definition.name)",
            found: found,
            expected: "runner \(definition.name)\(operands), as in: \(definition.example)"
        )
    }

    // MARK: The command's name

    private static func command(
        _ arguments: [String]
    ) throws(SettingsError) -> (CommandDefinition, ArraySlice<String>) {
        guard let first = arguments.first else {
            throw SettingsError([
                SettingProblem("runner", found: "nothing", expected: "a command; see runner help")
            ])
        }
        let aliases = ["--help": "help", "-h": "help", "--version": "version"]
        let word = aliases[first] ?? first
        let two = arguments.count > 1 ? "\(word) \(arguments[1])" : word
        if let found = CommandTable.all.first(where: { $0.name == two }), two != word {
            return (found, arguments.dropFirst(2))
        }
        if let found = CommandTable.all.first(where: { $0.name == word }) {
            return (found, arguments.dropFirst())
        }
        throw SettingsError([unknown(word, two, next: arguments.dropFirst().first)])
    }

    private static func unknown(_ word: String, _ two: String, next: String?) -> SettingProblem {
        let names = CommandTable.all.map(\.name)
        let group = names.filter { $0.utf8.starts(with: (word + " ").utf8) }
        if !group.isEmpty {
            let suggestion = Suggestion.phrase(for: two, among: group)
            return SettingProblem(
                "runner \(word)",
                found: next == nil ? "nothing more" : "an unknown word after it",
                expected: group.map { "runner " + $0 }.joined(separator: " or ") + suggestion
            )
        }
        if word.utf8.first == UInt8(ascii: "-") {
            return SettingProblem(
                "runner",
                found: "a flag first",
                expected: "the command before its flags, as in runner serve --port 8080"
            )
        }
        let near =
            Suggestion.nearest(to: two, among: names)
            ?? Suggestion.nearest(to: word, among: names)
        let suggestion = near.map { "; did you mean \($0)?" } ?? "; see runner help"
        return SettingProblem(
            "runner",
            found: Found.text(word),
            expected: "a command\(suggestion)"
        )
    }

    private static func help(_ topic: String) -> ParsedCommandLine {
        let definition = CommandDefinition(
            "help",
            "",
            example: "",
            details: "",
            role: nil
        ) { _ in .help(topic: topic) }
        return ParsedCommandLine(definition: definition)
    }

    // MARK: Flags

    private static func flag(
        _ word: String,
        _ rest: inout ArraySlice<String>,
        _ line: inout ParsedCommandLine
    ) throws(SettingProblem) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        var value = parts.count == 2 ? String(parts[1]) : nil
        let kind = try kind(of: name, for: line.definition)
        if value == nil {
            value = kind.takesValue ? try next(name, &rest) : "true"
        } else if kind == .switch {
            throw SettingProblem(name, found: "a value", expected: "the flag alone")
        }
        switch kind {
        case .switch, .option:
            try put(String(name.dropFirst(2)), name, value, &line.arguments.options)
        case .setting(let setting, _):
            try put(setting, name, value, &line.settingFlags)
        }
    }

    private enum Kind: Equatable {
        case `switch`
        case option
        case setting(String, isToggle: Bool)

        var takesValue: Bool {
            switch self {
            case .switch, .setting(_, isToggle: true): false
            case .option, .setting: true
            }
        }
    }

    private static func kind(
        of flag: String,
        for definition: CommandDefinition
    ) throws(SettingProblem) -> Kind {
        if let option = definition.options.first(where: { "--" + $0.name == flag }) {
            return option.value == nil ? .switch : .option
        }
        let upper = flag.dropFirst(2).uppercased()
        let name = String(upper.map { $0 == "-" ? "_" : $0 })
        guard flag == SettingDefinition.flag(of: name), SettingTable.isKnown(name) else {
            let near = Suggestion.phrase(for: flag, among: definition.flags)
            throw SettingProblem(
                Found.bare(flag),
                expected: "a flag that runner \(definition.name) has"
                    + (near.isEmpty ? "; see runner help \(definition.name)" : near)
            )
        }
        guard let role = definition.role, SettingTable.isRead(name, by: SettingReader(role)) else {
            throw SettingProblem(
                flag,
                expected: "no such flag here: runner \(definition.name) does not read it"
            )
        }
        let isToggle = SettingTable.complete.first { $0.name == name }?.isToggle ?? false
        return .setting(name, isToggle: isToggle)
    }

    private static func next(
        _ flag: String,
        _ rest: inout ArraySlice<String>
    ) throws(SettingProblem) -> String {
        guard let value = rest.first, !value.utf8.starts(with: "--".utf8) else {
            throw SettingProblem(
                flag,
                found: "no value",
                expected: "\(flag) VALUE or \(flag)=VALUE"
            )
        }
        rest.removeFirst()
        return value
    }

    private static func put(
        _ key: String,
        _ flag: String,
        _ value: String?,
        _ values: inout [String: String]
    ) throws(SettingProblem) {
        guard values[key] == nil else {
            throw SettingProblem(flag, found: "it twice", expected: "each flag once")
        }
        values[key] = value
    }
}
