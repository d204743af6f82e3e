/// One command of `runner`: what help says of it and how its words become a `Command`.
struct CommandDefinition: Sendable {
    /// Its words, as in `outbox list`.
    let name: String
    /// What follows them, as in `FILE`; empty: nothing.
    let operands: String
    let operandCount: ClosedRange<Int>
    /// One line for the list of commands.
    let summary: String
    let example: String
    let details: String
    let options: [CommandOption]
    /// Nil: it reads no setting.
    let role: Role?
    let make: @Sendable (CommandArguments) throws(SettingProblem) -> Command

    init(
        _ name: String,
        operands: String = "",
        count: ClosedRange<Int> = 0...0,
        _ summary: String,
        example: String,
        details: String,
        options: [CommandOption] = [],
        role: Role?,
        make: @escaping @Sendable (CommandArguments) throws(SettingProblem) -> Command
    ) {
        self.name = name
        self.operands = operands
        operandCount = count
        self.summary = summary
        self.example = example
        self.details = details
        self.options = options
        self.role = role
        self.make = make
    }

    /// Every flag that it takes.
    var flags: [String] {
        options.map { "--" + $0.name } + ["--help"]
            + SettingTable.names.filter { name in
                role.map { SettingTable.isRead(name, by: SettingReader($0)) } ?? false
            }.map(SettingDefinition.flag(of:))
    }
}

/// A flag that belongs to one command.
struct CommandOption: Sendable {
    let name: String
    /// What its value is; nil: it has none.
    let value: String?
    let help: String
}

/// A command's own flags and operands.
struct CommandArguments {
    var options: [String: String] = [:]
    var operands: [String] = []

    func required(_ name: String, _ expected: String) throws(SettingProblem) -> String {
        guard let value = options[name], !value.isEmpty else {
            throw SettingProblem("--\(name)", found: "nothing", expected: expected)
        }
        return value
    }
}
