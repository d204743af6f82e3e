import Functions
import Runner
import Testing

/// Against a real mail server, with letters read by Python's email package.
@Suite(.enabled(if: MailSink.python != nil, "wants Debian's python3-aiosmtpd"))
struct MailArrivalTests {
    private static let from = "Служба заказов <orders@пример.рф>"

    private func sender(
        _ url: String,
        encryption: SMTPServer.Encryption? = nil,
        authorities: String? = nil
    ) throws -> SMTPSender {
        var server = try #require(SMTPServer(url))
        if let encryption { server.encryption = encryption }
        let address = try #require(NamedAddress(Self.from))
        return SMTPSender(server, from: address, authorities: authorities)
    }

    private func arrival(of letter: OutgoingLetter) -> MailSink.Arrival {
        let name = NamedAddress(letter.recipient)
        return MailSink.Arrival(
            mailFrom: "orders@xn--e1afmkfd.xn--p1ai",
            recipients: [name?.address.text ?? ""],
            encrypted: false,
            login: false,
            from: [["Служба заказов", "orders@xn--e1afmkfd.xn--p1ai"]],
            to: [[name?.name ?? "", name?.address.text ?? ""]],
            subject: letter.subject,
            messageId: "<01935f1e-7c00-7000-8000-000000000001@orders.invalid>",
            date: "2026-11-22T10:00:00+00:00",
            type: "multipart/alternative",
            language: letter.language.rawValue,
            automatic: "auto-generated",
            text: letter.text,
            html: letter.html,
            longest: 0,
            isClean: true,
            defects: []
        )
    }

    /// Sends them all and compares what arrived, whole.
    private func check(_ letters: [OutgoingLetter], longest: Int = 78) async throws {
        let sink = try await MailSink()
        defer { sink.stop() }
        let sender = try sender("smtp://127.0.0.1:\(sink.port)/orders.example")
        defer { sender.stop() }
        for letter in letters {
            #expect(await sender.send(letter) == .sent)
            var arrived = try await sink.next()
            #expect(arrived.longest <= longest)
            arrived.longest = 0
            #expect(arrived.differences(from: arrival(of: letter)).isEmpty)
        }
    }

    @Test func `a Russian letter to Анна arrives whole`() async throws {
        try await check([
            MailLetters.letter(to: "Анна <anna@пример.рф>"),
            MailLetters.letter(to: "anna@example.org", language: .english),
        ])
    }

    @Test func `a title of any kind arrives whole and adds nothing`() async throws {
        let titles = [
            "x", ".", "..", ".\u{AD}", "From here", "a\u{2028}.\u{2029}b", "a=?UTF-8?B?eA==?=b",
            "Bcc: eve@example.org", "{{title}} %s ${x}", "<b>&amp;</b>", "a  b", " a ", "a ",
            "\"quoted\", <eve@example.org>", "'; DROP TABLE letters; --", "👩‍👩‍👧‍👦 e\u{301} é",
            String(repeating: "щ", count: 200), String(repeating: "👍🏽", count: 100),
            String(repeating: "x", count: 200), String(repeating: "word ", count: 39) + "end",
            String(repeating: "=", count: 200), "\u{202E}evil\u{2066}",
        ]
        var letters: [OutgoingLetter] = []
        for title in titles {
            letters.append(MailLetters.letter(to: "a@x", title: title))
            letters.append(MailLetters.letter(to: "a@x", title: title, language: .english))
        }
        try await check(letters)
    }

    /// Titles put together at random, the same in every run.
    @Test func `five hundred hostile titles arrive whole`() async throws {
        let pieces = [
            "'", "\"", "; DROP TABLE letters; --", "<script>", "</bdi>", "&lt;", "{{x}}", "${y}",
            "%s",
            "=?UTF-8?B?eA==?=", "?=", "=", "=3D", ".", "..", "From ", "Bcc: eve@example.org",
            "--=_",
            "--", "\u{2028}", "\u{2029}", "\u{200B}", "\u{FEFF}", "\u{202E}", "e\u{301}", "é", "щ",
            "👩‍👩‍👧‍👦", " ", "  ", "\\r\\n", "\\", "a", "word ", "\u{E000}", "\u{10FFFD}", "\u{A0}",
        ]
        var state: UInt64 = 42
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        try await check(
            (0..<500).map { number in
                let title = (0...next(30)).map { _ in pieces[next(pieces.count)] }.joined()
                let language: LetterLanguage = number % 2 == 0 ? .russian : .english
                return MailLetters.letter(to: "a@x", title: title, language: language)
            }
        )
    }

    @Test func `names of any kind arrive whole`() async throws {
        try await check(
            [
                "Anna <a@x>", "\"Anna, B. (c)\" <a@x>", "\"a\\\"b\\\\c\" <a@x>", "\"=?x?=\" <a@x>",
                "Анна-Мария Константинопольская-Вознесенская из Нижнего Новгорода <a@x>",
                "\(String(repeating: "long ", count: 30))name <a@x>",
            ].map { MailLetters.letter(to: $0) }
        )
        let long = "\(String(repeating: "a", count: 64))@\(String(repeating: "b.", count: 80))org"
        try await check([MailLetters.letter(to: "Anna <\(long)>")], longest: 254 + 3)
    }

    @Test func `with a password the login comes after STARTTLS`() async throws {
        let certificate = try MailCertificate(names: "IP:127.0.0.1")
        let sink = try await MailSink(["--certificate", certificate.path, "--login", "user:p@ss"])
        defer { sink.stop() }
        let sender = try sender(
            "smtp://user:p%40ss@127.0.0.1:\(sink.port)",
            encryption: .required,
            authorities: certificate.authorities
        )
        defer { sender.stop() }
        #expect(await sender.check().trouble == nil)
        #expect(await sender.send(MailLetters.letter(to: "a@x")) == .sent)
        let arrived = try await sink.next()
        #expect(arrived.encrypted && arrived.login)
    }

    @Test func `smtps is encrypted from its first byte`() async throws {
        let certificate = try MailCertificate(names: "DNS:localhost")
        let sink = try await MailSink(
            ["--certificate", certificate.path, "--implicit", "--login", "user:password"]
        )
        defer { sink.stop() }
        let url = "smtps://user:password@localhost:\(sink.port)"
        let sender = try sender(url, authorities: certificate.authorities)
        defer { sender.stop() }
        #expect(await sender.send(MailLetters.letter(to: "a@x")) == .sent)
        #expect(try await sink.next().login)
    }

    @Test func `no letter and no password goes to a server that is not trusted`() async throws {
        let certificate = try MailCertificate(names: "DNS:other.example")
        let sink = try await MailSink(["--certificate", certificate.path])
        defer { sink.stop() }
        // Not signed by anybody the system trusts, then not for this name.
        for authorities in [nil, certificate.authorities] {
            let sender = try sender(
                "smtp://user:password@127.0.0.1:\(sink.port)",
                encryption: .required,
                authorities: authorities
            )
            defer { sender.stop() }
            guard case .later(let reason) = await sender.send(MailLetters.letter(to: "a@x")) else {
                Issue.record("it went out")
                return
            }
            #expect(reason.contains("SSL"))
        }
    }

    @Test func `without a password encryption is taken where it is offered`() async throws {
        let certificate = try MailCertificate(names: "DNS:other.example")
        let sink = try await MailSink(["--certificate", certificate.path])
        defer { sink.stop() }
        let sender = try sender("smtp://127.0.0.1:\(sink.port)")
        defer { sender.stop() }
        #expect(await sender.send(MailLetters.letter(to: "a@x")) == .sent)
        #expect(try await sink.next().encrypted)
    }

    @Test func `a wrong password is tried again, and the check says what is wrong`() async throws {
        let certificate = try MailCertificate(names: "IP:127.0.0.1")
        let sink = try await MailSink(["--certificate", certificate.path, "--login", "user:right"])
        defer { sink.stop() }
        let sender = try sender(
            "smtp://user:wrong@127.0.0.1:\(sink.port)",
            encryption: .required,
            authorities: certificate.authorities
        )
        defer { sender.stop() }
        guard case .later(let reason) = await sender.send(MailLetters.letter(to: "a@x")) else {
            Issue.record("it went out")
            return
        }
        #expect(reason.hasPrefix("AUTH was answered 535"))
        let trouble = try #require(await sender.check().trouble)
        #expect(trouble.contains("AUTH was answered 535"))
        #expect(!trouble.contains("wrong"))
    }
}
