/// One line of what `runner doctor` found.
struct DoctorFinding: Sendable, Equatable {
    enum Verdict: String, Sendable {
        case fine = "ok  "
        case warning = "warn"
        case failure = "FAIL"
    }

    let verdict: Verdict
    let text: String
    /// What to do.
    let advice: String?

    static func fine(_ text: String) -> Self { Self(verdict: .fine, text: text, advice: nil) }

    static func warning(_ text: String, _ advice: String) -> Self {
        Self(verdict: .warning, text: text, advice: advice)
    }

    static func failure(_ text: String, _ advice: String) -> Self {
        Self(verdict: .failure, text: text, advice: advice)
    }

    var line: String {
        "\(verdict.rawValue)  \(text)" + (advice.map { "\n      \($0)" } ?? "") + "\n"
    }
}

/// Checks what the service needs and says what to do; changes nothing.
struct Doctor {
    let settings: Settings

    /// The exit code: 1 where anything failed.
    func run() async -> Int32 {
        var failed = 0
        func show(_ findings: [DoctorFinding]) {
            for finding in findings {
                Output.result(finding.line)
                failed += finding.verdict == .failure ? 1 : 0
            }
        }
        show([.fine("settings are valid, ENVIRONMENT is \(settings.environment.rawValue)")])
        show(DataDoctor(settings: settings).findings())
        show(await DatabaseDoctor(settings: settings).findings())
        let client = CurlClient()
        show(await PortDoctor(settings: settings, client: client).findings())
        show(await KeycloakDoctor(settings: settings, client: client).findings())
        show(await MailDoctor(settings: settings, client: client).findings())
        guard failed > 0 else { return ExitCode.success }
        Output.note("runner: \(failed) check(s) failed.\n")
        return ExitCode.failure
    }
}
