import Functions
import Runner
import Testing

struct MailURLTests {
    private struct NoCaller: HTTPCaller {
        func call(
            _ method: Method,
            _ url: String,
            fields: [(name: String, value: String)],
            body: ContiguousArray<UInt8>?
        ) async -> HTTPCallOutcome { .failed(reason: "nobody there") }
    }

    private func problem(_ change: (inout Settings) -> Void) -> SettingProblem? {
        var settings = Settings()
        change(&settings)
        do {
            _ = try LetterSender(settings, client: NoCaller())
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        ("smtp://mail.example.org", "smtp://mail.example.org:25/ opportunistic"),
        ("smtp://127.0.0.1:1025/", "smtp://127.0.0.1:1025/ opportunistic"),
        ("smtps://u:p@mail.example.org", "smtps://mail.example.org:465/ implicit"),
        ("smtp://u:p@mail.example.org:587", "smtp://mail.example.org:587/ required"),
        ("smtp://u:p@localhost:587", "smtp://localhost:587/ opportunistic"),
        ("smtp://u:p@[::1]:587/orders.example", "smtp://[::1]:587/orders.example opportunistic"),
        ("SMTP://u:p@127.1.2.3:587", "smtp://127.1.2.3:587/ opportunistic"),
        ("smtp://u%40x:p%3A%2f@почта.рф:587", "smtp://xn--80a1acny.xn--p1ai:587/ required"),
        ("smtp://u:p@127.example.org", "smtp://127.example.org:25/ required"),
    ])
    func `a password wants encryption but to this machine`(text: String, whole: String) throws {
        let server = try #require(SMTPServer(text))
        #expect("\(server.url) \(server.encryption)" == whole)
    }

    @Test(arguments: [
        "", "mail.example.org", "http://mail.example.org", "smtp://", "smtp://:25", "smtp://u@h",
        "smtp://u:@h", "smtp://:p@h", "smtp://h:0", "smtp://h:65536", "smtp://h:+1", "smtp://h:",
        "smtp://u:p@h@i", "smtp://u:p/q@h", "smtp://h?x", "smtp://h#x", "smtp://h/a b",
        "smtp://h/a/b",
        "smtp://u:%zz@h", "smtp://u:%0d%0a@h", "smtp://[h]", "smtp://[::1", "smtp://::1", "smtp:/h",
        "smtp://h\\@i", "smtp://h\r\n", "smtp://п_п",
    ])
    func `anything else is refused`(text: String) { #expect(SMTPServer(text) == nil) }

    @Test func `a user and a password are decoded`() throws {
        let server = try #require(SMTPServer("smtp://anna%40example.org:p%40%3A%2F%25@h"))
        #expect(server.user == "anna@example.org")
        #expect(server.password == Secret("p@:/%"))
    }

    @Test func `a wrong setting is named, shown without its secrets, and explained`() {
        for url in [
            "smtp://u:hunter2@h:x", "smtp://u:hun/ter2@h:x", "smtp://u:a@hunter2@h:x?hunter2",
        ] {
            let found = problem { $0.smtpURL = Secret(url) }
            #expect(found?.subject == "SMTP_URL")
            #expect(found?.found == "a value that is not shown")
            #expect(found?.expected == SMTPServer.expected)
        }
        #expect(problem { $0.smtpURL = Secret("hunter2") }?.found == "a value that is not shown")
    }

    @Test func `what a channel needs must be there`() {
        #expect(problem { _ in } == nil)
        #expect(problem { $0.environment = .production }?.subject == "SMTP_URL")
        #expect(problem { $0.smtpURL = Secret("smtp://mail.example.org") }?.subject == "SMTP_FROM")
        #expect(problem { $0.smtpURL = Secret("smtp://localhost") } == nil)
        #expect(problem { $0.smtpFrom = "Анна" }?.found == "Анна")
        #expect(problem { $0.notificationChannel = .sms }?.subject == "SMS_URL")
        #expect(problem { $0.notificationChannel = .webhook }?.subject == "WEBHOOK_URL")
        #expect(problem { $0.webhookURL = Secret("https://h") }?.subject == "WEBHOOK_SECRET")
        #expect(problem { $0.smsURL = Secret("https://u:p@h") }?.subject == "SMS_FROM")
        #expect(problem { $0.smsURL = Secret("http://u:p@h") }?.subject == "SMS_URL")
        #expect(
            problem {
                $0.smsURL = Secret("http://u:p@127.0.0.1:8081")
                $0.smsFrom = "+15550100"
                $0.webhookURL = Secret("https://h/path?token=x")
                $0.webhookSecret = Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
                $0.smtpFrom = "Заказы <orders@пример.рф>"
            } == nil
        )
    }

    @Test(
        arguments: [
            ("https://hooks.example.org/secret?token=x", "https://hooks.example.org"),
            ("http://u:p@[::1]:8080/x", "http://[::1]"),
            ("HTTPS://Пример.рф", "https://xn--e1afmkfd.xn--p1ai"),
            ("ftp://h", nil), ("nonsense", nil),
        ] as [(String, String?)]
    )
    func `a webhook's letters show scheme and host`(url: String, shown: String?) {
        #expect(LetterSender.webhookRecipient(Secret(url)) == shown)
    }
}
