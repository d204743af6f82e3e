extension Settings {
    /// Reads the command line and the settings that its command needs, and checks them all.
    ///
    /// Pure but for `readFile`, which is called for `NAME_FILE` settings alone. `arguments` are
    /// those after the program's name; `dotenv` holds the bytes of `.env`, where there is one.
    ///
    /// - Throws: Everything that is wrong, at once.
    package static func load(
        arguments: [String],
        environment: [String: String],
        dotenv: [UInt8]?,
        readFile: @escaping (_ path: String) throws(FileFailure) -> [UInt8]
    ) throws(SettingsError) -> (Settings, Command) {
        let line = try CommandLineParser.parse(arguments)
        guard let reader = try line.reader() else { return (Settings(), try line.finish([])) }
        let file = DotEnv(dotenv ?? [])
        let sources = SettingSources(
            flags: line.settingFlags,
            environment: environment,
            file: file.entries,
            readFile: readFile
        )
        var problems = line.foreignFlags(reader) + file.problems + unknownNames(in: file)
        var settings = Settings()
        var given: Set<String> = []
        var faulty: Set<String> = []
        for definition in SettingTable.complete where reader.reads(definition) {
            do throws(SettingProblem) {
                guard let value = try sources.value(of: definition) else { continue }
                given.insert(definition.name)
                guard !definition.read(value.text, &settings) else { continue }
                throw SettingProblem(
                    definition.name,
                    from: value.origin,
                    found: definition.show(value.text),
                    expected: definition.expected
                )
            } catch {
                faulty.insert(definition.name)
                problems.append(error)
            }
        }
        let rules = SettingRules(settings: settings, reader: reader, given: given.union(faulty))
        problems += rules.problems.filter { !faulty.contains($0.subject) }
        if reader.knowsWebhookByOrigin { settings.keepWebhookOrigin() }
        return (settings, try line.finish(problems))
    }

    /// What lies behind the host may be a secret.
    private mutating func keepWebhookOrigin() {
        webhookURL = LetterSender.webhookRecipient(webhookURL).map(Secret.init)
    }

    private static func unknownNames(in file: DotEnv) -> [SettingProblem] {
        file.entries.filter { !SettingTable.isKnown($0.name) }.map { entry in
            let suggestion = Suggestion.phrase(for: entry.name, among: SettingTable.names)
            return SettingProblem(
                ".env, line \(entry.line)",
                found: "the unknown name \(Found.quoted(entry.name))",
                expected: "the name of a setting\(suggestion)"
            )
        }
    }
}
