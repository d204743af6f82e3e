/// The channels that letters go out by: reachable, trusted, and whether the login is taken.
///
/// No letter is sent.
struct MailDoctor {
    let settings: Settings
    let client: CurlClient

    func findings() async -> [DoctorFinding] {
        let sender: LetterSender
        do throws(SettingProblem) {
            sender = try LetterSender(settings, client: client)
        } catch {
            return [.failure("\(error)", "Set it as said.")]
        }
        defer { sender.stop() }
        return await sender.check().map { check in
            guard let trouble = check.trouble else {
                return .fine("\(check.setting): \(check.place) takes our letters")
            }
            return .failure(
                "\(check.setting): \(check.place): \(trouble)",
                MailDoctor.advice(check.setting)
            )
        }
    }

    /// Where no server is set, letters are files below `DATA_DIR`.
    private static func advice(_ setting: String) -> String {
        setting == "DATA_DIR"
            ? "Give the service's user access to it, or set DATA_DIR to another place."
            : "Check host, port, user and password of \(setting), and the way there."
    }
}
