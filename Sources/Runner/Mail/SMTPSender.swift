/// Sends letters by SMTP, on threads of its own.
package final class SMTPSender: Sendable {
    private let server: SMTPServer
    private let sender: NamedAddress
    private let times: SMTPTimes
    private let authorities: String?
    private let threads: LetterThreads<SMTPSession>

    package init(
        _ server: SMTPServer,
        from sender: NamedAddress,
        times: SMTPTimes = SMTPTimes(),
        authorities: String? = nil
    ) {
        self.server = server
        self.sender = sender
        self.times = times
        self.authorities = authorities
        threads = LetterThreads(.init(idleSeconds: times.idle))
    }

    package func send(_ letter: OutgoingLetter) async -> SendOutcome {
        guard let recipient = NamedAddress(letter.recipient) else {
            return .rejected(reason: "the recipient is no e-mail address")
        }
        let message = MailMessage(letter, from: sender, to: recipient)
        let outcome = await threads.run(key: recipient.address.text) { [self] kept, cancellation in
            attempt(&kept) { $0.send(message, cancellation) }
        }
        return outcome ?? .later(reason: "no thread was free, or the attempt was broken off")
    }

    /// Whether the server takes us: it is greeted and logged into, and nothing is sent.
    package func check() async -> ChannelCheck {
        let outcome = await threads.run(key: "") { [self] _, cancellation in
            SMTPSession(server, times: times, authorities: authorities)?.check(cancellation)
        }
        let trouble: String? =
            switch outcome ?? nil {
            case .sent: nil
            case .rejected(let reason), .later(let reason): reason
            case nil: "no thread was free to try it"
            }
        return ChannelCheck(setting: "SMTP_URL", place: server.url, trouble: trouble)
    }

    package func stop() { threads.stop() }

    /// Uses the connection that is there, or a new one; it is kept after a success only.
    private func attempt(
        _ kept: inout SMTPSession?,
        _ body: (SMTPSession) -> SendOutcome
    ) -> SendOutcome {
        guard let session = kept ?? SMTPSession(server, times: times, authorities: authorities)
        else {
            return .later(reason: "libcurl has no memory")
        }
        let outcome = body(session)
        let isOfUse = outcome == .sent && session.letters < SMTPSession.lettersPerConnection
        kept = isOfUse ? session : nil
        return outcome
    }
}
