import Functions
import Glibc
import Runner
import Testing

/// Text messages, webhooks and the mailbox, through the sender that the settings make.
struct MailChannelTests {
    private struct Call: Sendable {
        let url: String
        let fields: [String: String]
        let body: String
    }

    private final class Caller: HTTPCaller {
        let outcome: HTTPCallOutcome
        private let calls = Lock<[Call]>([])

        init(_ outcome: HTTPCallOutcome) { self.outcome = outcome }

        var seen: [Call] { calls.withLock { $0 } }

        func call(
            _ method: Method,
            _ url: String,
            fields: [(name: String, value: String)],
            body: ContiguousArray<UInt8>?
        ) async -> HTTPCallOutcome {
            let fields = Dictionary(fields.map { ($0.name, $0.value) }) { first, _ in first }
            calls.withLock {
                $0.append(
                    Call(
                        url: url,
                        fields: fields,
                        body: String(decoding: body ?? [], as: UTF8.self)
                    )
                )
            }
            return outcome
        }
    }

    private static let secret = Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")

    private func sender(_ caller: Caller, sms: String = "https://AC1:tok%25en@sms.example.org")
        throws
        -> LetterSender
    {
        var settings = Settings()
        settings.smsURL = Secret(sms)
        settings.smsFrom = "+15550100"
        settings.webhookURL = Secret("https://hooks.example.org:8443/in?token=x")
        settings.webhookSecret = Self.secret
        return try LetterSender(settings, client: caller)
    }

    @Test func `a signature is that of Standard Webhooks`() throws {
        let signature = try #require(WebhookSecret(Self.secret)).signature(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
            timestamp: 1_614_265_330,
            body: ContiguousArray(#"{"test": 2432232314}"#.utf8)
        )
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test(arguments: [
        "", "whsec_", "whsec_AAAA", "secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS",
    ])
    func `a secret that is too short or no Base64 is refused`(text: String) {
        #expect(WebhookSecret(Secret(text)) == nil)
    }

    @Test func `a webhook gets the letter, signed, under the letter's id`() async throws {
        let caller = Caller(.answered(status: 204, body: []))
        let letter = MailLetters.letter(to: "", channel: .webhook, title: "a \"b\"\\ \u{2028}é")

        #expect(await (try sender(caller)).send(letter) == .sent)
        let call = try #require(caller.seen.first)
        let timestamp = try #require(call.fields["webhook-timestamp"].flatMap { Int($0) })
        let signature = try #require(WebhookSecret(Self.secret)).signature(
            id: letter.id.text,
            timestamp: timestamp,
            body: ContiguousArray(call.body.utf8)
        )
        #expect(call.url == "https://hooks.example.org:8443/in?token=x")
        #expect(call.fields["webhook-id"] == letter.id.text)
        #expect(call.fields["webhook-signature"] == signature)
        #expect(call.fields["Content-Type"] == "application/json")
        #expect(call.body.hasPrefix(#"{"type":"notification","timestamp":""#))
        #expect(call.body.contains(#""subject":"Заказ оплачен: a \"b\"\\ \#u{2028}é""#))
        #expect(call.body.contains(#""orderId":"00000000-0000-0003-0000-000000000004""#))
    }

    @Test(arguments: [301, 400, 404, 410, 429, 500])
    func `any other answer of a webhook is tried again`(status: Int) async throws {
        let sender = try sender(Caller(.answered(status: status, body: [])))
        let outcome = await sender.send(MailLetters.letter(to: "", channel: .webhook))
        #expect(outcome == .later(reason: "the webhook answered \(status)"))
    }

    @Test(arguments: [
        (
            "https://AC1:tok%25en@sms.example.org",
            "https://sms.example.org/2010-04-01/Accounts/AC1/Messages.json"
        ),
        ("https://AC1:tok%25en@sms.example.org/send?x=1", "https://sms.example.org/send?x=1"),
    ])
    func `a text message is a form with a login`(setting: String, url: String) async throws {
        let caller = Caller(.answered(status: 201, body: []))
        let letter = MailLetters.letter(to: "+79161234567", channel: .sms, title: "a&b=c +é")

        #expect(await (try sender(caller, sms: setting)).send(letter) == .sent)
        let call = try #require(caller.seen.first)
        #expect(call.url == url)
        #expect(call.fields["Authorization"] == "Basic QUMxOnRvayVlbg==")
        #expect(call.fields["Content-Type"] == "application/x-www-form-urlencoded")
        #expect(call.body.hasPrefix("From=%2B15550100&To=%2B79161234567&Body="))
        #expect(call.body.contains("a%26b%3Dc%20%2B%C3%A9"))
    }

    @Test(arguments: [
        (400, #"{"code": 21211, "message": "no"}"#, true), (400, "", true),
        (400, #"{"code":21606}"#, false), (401, #"{"code":20003}"#, false), (404, "", false),
        (429, "", false), (500, #"{"code":21211}"#, false),
    ])
    func `only a refusal of the number is final`(status: Int, body: String, isFinal: Bool)
        async throws
    {
        let sender = try sender(Caller(.answered(status: status, body: ContiguousArray(body.utf8))))
        switch await sender.send(MailLetters.letter(to: "+79161234567", channel: .sms)) {
        case .rejected: #expect(isFinal)
        case .later: #expect(!isFinal)
        case .sent: Issue.record("not sent")
        }
    }

    @Test(arguments: ["", "+", "+0123", "79161234567", "+1234567890123456", "+1 555", "a@x"])
    func `what is no number is not called`(number: String) async throws {
        let caller = Caller(.answered(status: 201, body: []))
        let outcome = await (try sender(caller)).send(MailLetters.letter(to: number, channel: .sms))
        #expect(outcome == .rejected(reason: "the recipient is no phone number"))
        #expect(caller.seen.isEmpty)
    }

    @Test func `over the HTTP client only an answer of 2xx is sent, and no redirect is followed`()
        async throws
    {
        for (answer, outcome) in [
            ("204 No Content", SendOutcome.sent),
            ("302 Found\r\nLocation: /else", .later(reason: "the webhook answered 302")),
            ("500 Oh", .later(reason: "the webhook answered 500")),
        ] {
            let end = "Content-Length: 0\r\nConnection: close\r\n\r\n"
            let server = FakeUpstream(answering: "HTTP/1.1 \(answer)\r\n\(end)")
            var settings = Settings()
            settings.webhookURL = Secret("http://user:p%40ss@127.0.0.1:\(server.port)/in?token=x")
            settings.webhookSecret = Self.secret
            let sender = try LetterSender(settings, client: CurlClient())

            #expect(await sender.send(MailLetters.letter(to: "", channel: .webhook)) == outcome)
            #expect(server.connectionCount == 1)
            let check = await sender.check().last
            #expect(check?.place == "http://127.0.0.1")
            #expect(check?.trouble == nil)
        }
    }

    @Test func `a webhook that is not there is tried again, and its secrets are not told`()
        async throws
    {
        var settings = Settings()
        settings.webhookURL = Secret("http://u:hush@127.0.0.1:\(FakeUpstream.unusedPort())/?hush")
        settings.webhookSecret = Self.secret
        let sender = try LetterSender(settings, client: CurlClient())
        let outcome = await sender.send(MailLetters.letter(to: "", channel: .webhook))
        guard case .later(let reason) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(reason.hasPrefix("the webhook: unreachable"))
        #expect(!reason.contains("hush"))
        let trouble = try #require(await sender.check().last?.trouble)
        #expect(!trouble.contains("hush"))
    }

    @Test func `the mailbox keeps one private file a letter, however often it comes`() async throws
    {
        var template = Array("/tmp/mailbox-XXXXXX".utf8CString)
        #expect(mkdtemp(&template) != nil)
        let folder = String(
            decoding: template.dropLast().map { UInt8(bitPattern: $0) },
            as: UTF8.self
        )
        var settings = Settings()
        settings.dataDirectory = folder
        let sender = try LetterSender(settings, client: Caller(.failed(reason: "none")))

        #expect(await sender.check().map(\.trouble) == [nil])
        let letter = MailLetters.letter(to: "anna@example.org")
        #expect(await sender.send(letter) == .sent)
        #expect(await sender.send(letter) == .sent)
        let path = "\(folder)/mailbox/\(letter.id.text).eml"
        var status = stat()
        #expect(stat(path, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
        let message = MailMessage(
            letter,
            from: try #require(NamedAddress("Orders <orders@localhost>")),
            to: try #require(NamedAddress("anna@example.org"))
        )
        #expect(Int(status.st_size) == message.bytes.count)
        #expect(access("\(folder)/mailbox/.\(letter.id.text).draft", F_OK) != 0)
        sender.stop()
        #expect(await sender.send(letter) != .sent)
        unlink(path)
        rmdir("\(folder)/mailbox")
        rmdir(folder)
    }
}
