internal import CLinux
internal import Glibc

/// How the process begins: its command line, its environment and its `.env`, read once.
package enum Start {
    case run(Settings, Command)
    /// Everything that there was to say is said.
    case end(exitCode: Int32)

    package static func read() -> Start {
        read(
            arguments: Array(CommandLine.arguments.dropFirst()),
            environment: ProcessEnvironment.all()
        )
    }

    static func read(arguments: [String], environment: [String: String]) -> Start {
        guard !arguments.isEmpty else {
            Output.note(Help.text(nil) ?? "")
            return .end(exitCode: ExitCode.usage)
        }
        do {
            let (settings, command) = try Settings.load(
                arguments: arguments,
                environment: environment,
                dotenv: try dotenv(),
                readFile: secretFile
            )
            guard case .help(let topic) = command else { return .run(settings, command) }
            return help(topic)
        } catch {
            report(error.problems, arguments, environment)
            return .end(exitCode: ExitCode.usage)
        }
    }

    private static func help(_ topic: String?) -> Start {
        guard let text = Help.text(topic) else {
            Output.problem(Help.unknown(topic ?? ""))
            return .end(exitCode: ExitCode.usage)
        }
        Output.result(text)
        return .end(exitCode: ExitCode.success)
    }

    private static func dotenv() throws(SettingsError) -> [UInt8]? {
        switch FileReader.result(".env", limit: DotEnv.sizeLimit) {
        case .success(let bytes): return bytes
        case .failure(let failure) where failure.isMissing: return nil
        case .failure(let failure):
            throw SettingsError([
                SettingProblem(".env", found: failure.reason, expected: "a file that can be read")
            ])
        }
    }

    private static func secretFile(_ path: String) throws(FileFailure) -> [UInt8] {
        do throws(FileReader.Failure) {
            return try FileReader.read(path, limit: 65_536)
        } catch {
            throw FileFailure(error.reason)
        }
    }

    private static func isService(_ command: String) -> Bool {
        (CommandTable.service + CommandTable.processes).contains { $0.name == command }
    }

    /// In words; but what starts a service speaks as its log will: in JSON lines off a terminal.
    private static func report(
        _ problems: [SettingProblem],
        _ arguments: [String],
        _ environment: [String: String]
    ) {
        let isService = arguments.first.map(isService) ?? false
        let format = environment["LOG_FORMAT"].flatMap(Settings.LogFormat.init(rawValue:))
        let isText = format.map { $0 == .text } ?? (isatty(STDERR_FILENO) == 1)
        guard isText || !isService else {
            let now = SystemClock.now()
            for problem in problems {
                let line = LogText.json(now, .error, problem.description, problem.values)
                Output.note(String(decoding: line, as: UTF8.self))
            }
            return
        }
        for problem in problems { Output.problem(problem) }
    }
}

extension SettingProblem {
    fileprivate var values: [(name: String, value: String)] {
        var values = [(name: "setting", value: subject)]
        if let origin { values.append((name: "origin", value: origin)) }
        if let found { values.append((name: "found", value: found)) }
        return values + [(name: "expected", value: expected)]
    }
}
