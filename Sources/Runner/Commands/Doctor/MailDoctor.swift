/// The mail server: reachable, TLS, and whether it takes the login; no letter is sent.
struct MailDoctor {
    let settings: Settings

    func findings() async -> [DoctorFinding] {
        guard let url = settings.smtpURL else {
            return [.fine("SMTP_URL is not set: letters go to \(settings.dataDirectory)/mailbox")]
        }
        let email: EmailTransport
        do throws(SettingProblem) {
            email = try EmailTransport(settings)
        } catch {
            return [.failure("\(error)", "Set it as said.")]
        }
        defer { email.stop() }
        guard let reason = await email.check() else {
            return [.fine("\(URLParts(url.value)?.origin ?? "SMTP_URL") takes our letters")]
        }
        return [
            .failure(
                reason,
                "Check host, port, user and password of SMTP_URL; a password wants TLS."
            )
        ]
    }
}
