import Functions
import Runner
import Testing

/// Against a server that does what it is told.
struct MailSMTPTests {
    private static let times: SMTPTimes = {
        var times = SMTPTimes()
        times.step = 1
        times.final = 1
        return times
    }()

    /// For what must not depend on how busy the machine is.
    private static let patient: SMTPTimes = {
        var times = SMTPTimes()
        times.idle = 300
        return times
    }()

    private func sender(
        _ server: MailServerScript,
        login: String = "",
        times: SMTPTimes = SMTPTimes()
    ) throws -> SMTPSender {
        let url = "smtp://\(login)127.0.0.1:\(server.port)/me.example"
        let address = try #require(NamedAddress("Заказы <orders@example.org>"))
        return SMTPSender(try #require(SMTPServer(url)), from: address, times: times)
    }

    @Test func `a letter that was taken is sent, its dots doubled and its lines whole`()
        async throws
    {
        let server = MailServerScript()
        defer { server.stop() }
        let sender = try sender(server)
        let letter = MailLetters.letter(to: "Анна <anna@пример.рф>")

        #expect(await sender.send(letter) == .sent)
        sender.stop()
        let log = server.log
        let commands = [
            "EHLO me.example", "MAIL FROM:<orders@example.org> SIZE=",
            "RCPT TO:<anna@xn--e1afmkfd.xn--p1ai>", "DATA",
        ]
        #expect(zip(log.commands, commands).allSatisfy { $0.hasPrefix($1) })
        #expect(log.commands.last == "QUIT")
        let message = MailMessage(
            letter,
            from: try #require(NamedAddress("Заказы <orders@example.org>")),
            to: try #require(NamedAddress("Анна <anna@пример.рф>"))
        )
        #expect(log.messages.map { Array($0.utf8) } == [Array(message.bytes)])
    }

    @Test func `letters share a connection, and a thread without work says goodbye`() async throws {
        let server = MailServerScript()
        defer { server.stop() }
        let sender = try sender(server, times: Self.patient)
        for _ in 0..<3 {
            #expect(await sender.send(MailLetters.letter(to: "anna@example.org")) == .sent)
        }
        sender.stop()
        #expect(server.log.messages.count == 3)
        #expect(server.log.connections == 1)
        #expect(server.log.commands.last == "QUIT")
    }

    @Test(
        arguments: [
            ("greeting", "421 busy", "the connection was answered 421 busy"),
            ("greeting", "554 no", "the connection was answered 554 no"),
            ("EHLO", "421 busy", nil),
            ("MAIL", "450 later", "MAIL was answered 450 later"),
            ("MAIL", "550 who are you", "MAIL was answered 550 who are you"),
            (
                "RCPT", "450 4.2.1 <anna@example.org> is full",
                "RCPT was answered 450 4.2.1 … is full"
            ),
            ("RCPT", "451 grey", "RCPT was answered 451 grey"),
            ("RCPT", "530 log in", "RCPT was answered 530 log in"),
            ("DATA", "451 later", "DATA was answered 451 later"),
            (".", "451 later", "DATA was answered 451 later"),
            (".", "421 busy", "DATA was answered 421 busy"),
        ] as [(String, String, String?)]
    )
    func `what may be mended is tried again`(at: String, line: String, reason: String?) async throws
    {
        let outcome = try await outcome([at: .line(line)])
        if let reason {
            #expect(outcome == .later(reason: reason))
        } else {
            #expect(isLater(outcome))
        }
    }

    @Test(arguments: [
        ("RCPT", "550 5.1.1 <anna@example.org> unknown", "RCPT was answered 550 5.1.1 … unknown"),
        ("RCPT", "501 bad", "RCPT was answered 501 bad"),
        ("DATA", "554 no", "DATA was answered 554 no"),
        (".", "552 5.3.4 too big", "DATA was answered 552 5.3.4 too big"),
        (".", "550-5.7.1 this\r\n550 5.7.1 is spam", "DATA was answered 550 5.7.1 is spam"),
    ])
    func `a refusal of recipient or letter is final`(
        at: String,
        line: String,
        reason: String
    ) async throws {
        #expect(try await outcome([at: .line(line)]) == .rejected(reason: reason))
    }

    @Test(arguments: ["greeting", "EHLO", "MAIL", "RCPT", "DATA", "."])
    func `a server that falls silent costs the step's time`(at: String) async throws {
        // On a machine that is very busy, an earlier step may be the one that takes too long.
        guard case .later(let reason) = try await outcome([at: .silence], times: Self.times) else {
            Issue.record("not later")
            return
        }
        #expect(reason.hasSuffix(": no answer within 1 s"))
    }

    @Test(arguments: ["greeting", "EHLO", "RCPT", "."])
    func `a server that drips or floods is left, too`(at: String) async throws {
        #expect(isLater(try await outcome([at: .drip], times: Self.times)))
        #expect(isLater(try await outcome([at: .flood], times: Self.times)))
    }

    @Test(arguments: ["greeting", "EHLO", "MAIL", "RCPT", "DATA", "body", "."])
    func `a connection that breaks is tried again, also after the final dot`(at: String)
        async throws
    {
        #expect(isLater(try await outcome([at: .close])))
    }

    @Test func `a greeting that is none is tried again`() async throws {
        #expect(
            isLater(try await outcome(["greeting": .line("HTTP/1.1 400 No")], times: Self.times))
        )
    }

    @Test func `nobody there is tried again`() async throws {
        let server = MailServerScript()
        server.stop()
        #expect(
            isLater(await (try sender(server)).send(MailLetters.letter(to: "anna@example.org")))
        )
    }

    @Test func `the final dot has a time of its own`() async throws {
        var times = SMTPTimes()
        times.step = 10
        times.final = 120
        #expect(try await outcome([".": .slowly(seconds: 12)], times: times) == .sent)
    }

    @Test func `a server that never says goodbye delays nobody`() async throws {
        let clock = ContinuousClock()
        let start = clock.now
        let outcome = try await outcome(["QUIT": .silence, "RCPT": .line("550 no")])
        #expect(outcome == .rejected(reason: "RCPT was answered 550 no"))
        // Its own time-out is two seconds; without it libcurl would wait for two minutes.
        #expect(clock.now - start < .seconds(90))
    }

    @Test func `a refusal to strangers is no refusal of the letter`() async throws {
        let server = MailServerScript(["RCPT": .line("550 relaying denied")])
        defer { server.stop() }
        let sender = try sender(server, login: "user:password@")
        let outcome = await sender.send(MailLetters.letter(to: "anna@example.org"))
        #expect(
            outcome
                == .later(
                    reason: "the server offers no login, and RCPT was answered 550 relaying denied"
                )
        )
    }

    @Test(arguments: ["220 go on\r\nthis is no TLS", "220 go on", "454 not now"])
    func `a server whose TLS is broken is tried again`(line: String) async throws {
        let answers: [String: MailServerScript.Answer] = [
            "EHLO": .line("250 STARTTLS"), "STARTTLS": .line(line),
        ]
        let script = MailServerScript(answers)
        defer { script.stop() }
        var server = try #require(SMTPServer("smtp://user:password@127.0.0.1:\(script.port)"))
        server.encryption = .required
        let address = try #require(NamedAddress("orders@example.org"))
        let sender = SMTPSender(server, from: address, times: Self.times)
        #expect(isLater(await sender.send(MailLetters.letter(to: "anna@example.org"))))
        sender.stop()
        #expect(script.log.commands.allSatisfy { !$0.hasPrefix("AUTH") && !$0.hasPrefix("MAIL") })
    }

    @Test func `a crowd of letters goes over a few connections, each of them once`() async throws {
        let server = MailServerScript()
        defer { server.stop() }
        let sender = try sender(server, times: Self.patient)
        let outcomes = await withTaskGroup(of: SendOutcome.self) { group in
            for number in 0..<400 {
                group.addTask {
                    let id = UUID(high: UInt64(number), low: 0)
                    let letter = MailLetters.letter(to: "a\(number % 40)@x", id: id)
                    return await sender.send(letter)
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        sender.stop()
        #expect(outcomes.allSatisfy { $0 == .sent })
        #expect(server.log.messages.count == 400)
        #expect(Set(server.log.messages).count == 400)
        // Eight threads, fifty letters a connection.
        #expect(server.log.connections <= 8 + 400 / 50)
    }

    @Test func `no password goes to a server without encryption`() async throws {
        let script = MailServerScript(["AUTH": .line("235 fine")])
        defer { script.stop() }
        var server = try #require(SMTPServer("smtp://user:password@127.0.0.1:\(script.port)"))
        server.encryption = .required
        let address = try #require(NamedAddress("orders@example.org"))
        let sender = SMTPSender(server, from: address)
        #expect(isLater(await sender.send(MailLetters.letter(to: "anna@example.org"))))
        sender.stop()
        #expect(script.log.commands.allSatisfy { $0.hasPrefix("EHLO") || $0 == "QUIT" })
    }

    @Test func `a cancelled task waits for nothing`() async throws {
        let server = MailServerScript([".": .silence])
        defer { server.stop() }
        let sender = try sender(server)
        let task = Task { await sender.send(MailLetters.letter(to: "anna@example.org")) }
        while server.log.messages.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        task.cancel()
        #expect(isLater(await task.value))
        let clock = ContinuousClock()
        let start = clock.now
        sender.stop()
        #expect(clock.now - start < .seconds(90))
    }

    @Test func `one user's trouble leaves room for the others`() async throws {
        let server = MailServerScript(["RCPT TO:<slow@x>": .silence])
        defer { server.stop() }
        let sender = try sender(server)
        let slow = (0..<20).map { _ in
            Task { await sender.send(MailLetters.letter(to: "slow@x")) }
        }
        while server.log.commands.count(where: { $0 == "RCPT TO:<slow@x>" }) < 2 {
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(await sender.send(MailLetters.letter(to: "other@x")) == .sent)
        #expect(server.log.commands.count { $0 == "RCPT TO:<slow@x>" } == 2)
        for task in slow { task.cancel() }
        for task in slow { #expect(isLater(await task.value)) }
        sender.stop()
    }

    @Test func `a recipient that is no address is refused before anybody is asked`() async throws {
        let server = MailServerScript()
        defer { server.stop() }
        let sender = try sender(server)
        for recipient in ["a@x>\r\nRCPT TO:<b@x", "", "anna", "+15550100"] {
            let outcome = await sender.send(MailLetters.letter(to: recipient))
            #expect(outcome == .rejected(reason: "the recipient is no e-mail address"))
        }
        #expect(server.log.connections == 0)
    }

    @Test func `the check logs in and sends nothing`() async throws {
        let server = MailServerScript()
        let wrong = MailServerScript(["greeting": .line("554 go away")])
        defer {
            server.stop()
            wrong.stop()
        }
        #expect(await (try sender(server)).check().trouble == nil)
        #expect(server.log.messages.isEmpty)
        let check = await (try sender(wrong)).check()
        #expect(check.setting == "SMTP_URL")
        #expect(check.place == "smtp://127.0.0.1:\(wrong.port)/me.example")
        #expect(check.trouble == "the connection was answered 554 go away")
    }

    private func outcome(
        _ answers: [String: MailServerScript.Answer],
        times: SMTPTimes = SMTPTimes()
    ) async throws -> SendOutcome {
        let server = MailServerScript(answers)
        defer { server.stop() }
        let sender = try sender(server, times: times)
        let outcome = await sender.send(MailLetters.letter(to: "anna@example.org"))
        return outcome
    }

    private func isLater(_ outcome: SendOutcome) -> Bool {
        if case .later = outcome { true } else { false }
    }
}
