internal import Functions

// Who reads settings on behalf of a command line.
extension ParsedCommandLine {
    /// Nil where no setting is to be read.
    func reader() throws(SettingsError) -> SettingReader? {
        guard let role = definition.role else { return nil }
        guard role == .function else { return SettingReader(role) }
        do throws(SettingProblem) {
            guard let name = arguments.operands.first else {
                throw CommandLineParser.usage(definition, found: "nothing")
            }
            return SettingReader(role, try FunctionName.find(name).declaration)
        } catch {
            throw SettingsError(problems + [error])
        }
    }

    /// Flags of settings that other functions read.
    func foreignFlags(_ reader: SettingReader) -> [SettingProblem] {
        settingFlags.keys.sorted().filter { !SettingTable.isRead($0, by: reader) }.map { name in
            let command = arguments.operands.first.map { " " + $0 } ?? ""
            return SettingProblem(
                SettingDefinition.flag(of: name),
                expected: "no such flag here: runner \(definition.name)\(command) does not read it"
            )
        }
    }
}
