import Functions
import Testing

struct RegisterInputTests {
    private func decode(_ changes: [(String, JSON?)]) throws -> Decoded<Register.Input> {
        var members: [(String, JSON?)] = [
            ("email", "anna@example.com"), ("password", "secret"), ("firstName", "Anna"),
            ("lastName", "Ivanova"),
        ]
        for (name, value) in changes {
            members.removeAll { $0.0 == name }
            members.append((name, value))
        }
        let body = JSON.object(
            members.compactMap { name, value in value.map { JSON.Member(name, $0) } }
        )
        return try Register.decode(body.text, as: nil)
    }

    @Test(arguments: [
        ("anna@example.com", "anna@example.com"),
        ("Anna.Ivanova+Tag@EXAMPLE.com", "anna.ivanova+tag@example.com"),
        ("a!#$%&'*+-/=?^_`{|}~z@x.org", "a!#$%&'*+-/=?^_`{|}~z@x.org"),
        ("anna@пример.рф", "anna@xn--e1afmkfd.xn--p1ai"),
        ("anna@xn--e1afmkfd.xn--p1ai", "anna@xn--e1afmkfd.xn--p1ai"),
        ("anna@localhost", "anna@localhost"),
        ("a@1.example", "a@1.example"),
    ])
    func `an e-mail is kept in small letters, its domain as A-labels`(
        text: String,
        kept: String
    ) throws {
        let decoded = try decode([("email", .string(text))])
        #expect(decoded.problems.isEmpty)
        #expect(decoded.input?.email == kept)
    }

    @Test(arguments: [
        "", "anna", "@", "anna@", "@example.com", "a@b@c", ".anna@example.com", "anna.@example.com",
        "an..na@example.com", "an na@example.com", "anna@exa mple.com", "anna@-example.com",
        "anna@example-.com", "anna@example..com", "anna@example.com.", "anna@.example.com",
        "anna@127.0.0.1", "anna@[127.0.0.1]", "anna@example.com/x", "анна@example.com",
        "anna@пример.рф/x", "anna@прим:ер.рф", "anna@пример.неведомо", "\"an na\"@example.com",
        "anna@example.com\n", "anna@exam_ple.com", "Anna <anna@example.com>", "anna@example.123",
        "anna@\(String(repeating: "x", count: 64)).com",
        "\(String(repeating: "x", count: 65))@example.com",
        "a@\(String(repeating: "x.", count: 126))com",
    ])
    func `what is no address is refused`(text: String) throws {
        #expect(
            try decode([("email", .string(text))]).problems
                == ["/email must be an e-mail address: a name in ASCII, @ and a domain"]
        )
    }

    @Test func `passwords have 1 to 256 scalars and no control character`() throws {
        for text in ["x", String(repeating: "п", count: 256), " ", "\u{1F511}", "p\u{301}"] {
            #expect(try decode([("password", .string(text))]).input?.password == text)
        }
        let long = try decode([("password", .string(String(repeating: "п", count: 257)))])
        #expect(long.problems == ["/password must have 1 to 256 characters"])
        let empty = try decode([("password", "")])
        #expect(empty.problems == ["/password must have 1 to 256 characters"])
        let control = try decode([("password", "a\tb")])
        #expect(control.problems == ["/password must have no control character"])
    }

    @Test func `a phone number is E.164`() throws {
        for phone in ["+79161234567", "+12", "+123456789012345"] {
            #expect(try decode([("phone", .string(phone))]).input?.phone == phone)
        }
        for phone in [
            "", "79161234567", "+0123", "+1", "+1234567890123456", "+7 916 1234567", "+7916a",
            "+٧٩",
        ] {
            #expect(
                try decode([("phone", .string(phone))]).problems
                    == ["/phone must be a phone number as +79161234567 (E.164)"]
            )
        }
    }

    @Test func `a locale has the form of BCP 47, with _ for - too`() throws {
        for (text, kept) in [
            ("ru", "ru"), ("en-GB", "en-GB"), ("EN_us", "EN-us"), ("zh-Hant-TW", "zh-Hant-TW"),
        ] {
            #expect(try decode([("locale", .string(text))]).input?.locale == kept)
        }
        for text in ["", "e", "ru-", "-ru", "ru--RU", "русский", "en-toolongsubtag", "12"] {
            #expect(
                try decode([("locale", .string(text))]).problems
                    == ["/locale must be a language tag such as ru or en-GB"]
            )
        }
    }

    @Test func `everything wrong is told at once, and null is a wrong value`() throws {
        let decoded = try decode([
            ("email", 5), ("password", nil), ("phone", .null), ("locale", .null),
            ("role", "operator"),
        ])
        #expect(
            Set(decoded.problems) == [
                "/role is not known", "/email must be a string", "/password is required",
                "/phone must be a string", "/locale must be a language tag such as ru or en-GB",
            ]
        )
    }

    @Test func `what is compared under a key is the decoded input`() throws {
        let first = try decode([("email", "ANNA@example.com")])
        let second = try decode([("firstName", "Anna"), ("email", "anna@example.com")])
        let third = try decode([("firstName", "Anne")])
        #expect(first.canonical == second.canonical)
        #expect(first.canonical != third.canonical)
    }
}
