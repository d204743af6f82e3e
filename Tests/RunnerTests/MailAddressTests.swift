import Runner
import Testing

struct MailAddressTests {
    @Test(arguments: [
        ("example.org", "example.org"), ("EXAMPLE.Org", "example.org"), ("localhost", "localhost"),
        ("пример.рф", "xn--e1afmkfd.xn--p1ai"), ("ПРИМЕР.РФ", "xn--e1afmkfd.xn--p1ai"),
        ("xn--e1afmkfd.xn--p1ai", "xn--e1afmkfd.xn--p1ai"), ("a-1.b2", "a-1.b2"),
        ("münchen.example", "xn--mnchen-3ya.example"), ("straße.de", "xn--strae-oqa.de"),
        (String(repeating: "a", count: 63) + ".x", String(repeating: "a", count: 63) + ".x"),
    ])
    func `a domain goes out in small ASCII letters`(name: String, ascii: String) {
        #expect(DomainName.ascii(name) == ascii)
    }

    @Test(arguments: [
        "", ".", "a.", ".a", "a..b", "-a", "a-", "a b", "a_b", "a@b", "a/b", "a:80", "127.0.0.1",
        "[::1]", "a%41", "a\r\nb", "a\0b", "a>b", "пример.рф/", "п\r\nример.рф", "пример。", "／.рф",
        "\u{202E}.рф", String(repeating: "a", count: 64),
        String(repeating: "abcdefgh.", count: 29) + "x",
    ])
    func `what is no domain name is refused`(name: String) {
        #expect(DomainName.ascii(name) == nil)
    }

    @Test(arguments: [
        ("anna@example.org", "anna@example.org"),
        ("Anna.B+tag@Example.ORG", "Anna.B+tag@example.org"),
        ("anna@пример.рф", "anna@xn--e1afmkfd.xn--p1ai"),
        ("!#$%&'*+-/=?^_`{|}~@x", "!#$%&'*+-/=?^_`{|}~@x"),
    ])
    func `an address keeps its local part and has its domain in ASCII`(text: String, whole: String)
    {
        #expect(MailAddress(text)?.text == whole)
    }

    @Test(arguments: [
        "", "@", "anna", "anna@", "@example.org", "a@b@c", "анна@example.org", ".a@x", "a.@x",
        "a..b@x", "a b@x", "\"a\"@x", "a@x>\r\nRCPT TO:<b@x", "a\r\n@x", "a\n@x", "a\0@x", "a@x\n",
        "<a@x>", "a@x y", "a,b@x", "a@127.0.0.1", String(repeating: "a", count: 65) + "@x",
    ])
    func `what could mean anything else to a server is no address`(text: String) {
        #expect(MailAddress(text) == nil)
    }

    @Test(
        arguments: [
            ("anna@x", nil, "anna@x"), ("<anna@x>", nil, "anna@x"), ("  anna@x ", nil, "anna@x"),
            ("Анна <anna@пример.рф>", "Анна", "anna@xn--e1afmkfd.xn--p1ai"),
            ("\"Orders, \\\"daily\\\"\" <o@x>", "Orders, \"daily\"", "o@x"),
            ("Order Service<o@x>", "Order Service", "o@x"), ("\"a < b\" <o@x>", "a < b", "o@x"),
        ] as [(String, String?, String)]
    )
    func `a name may stand before an address`(text: String, name: String?, address: String) throws {
        let whom = try #require(NamedAddress(text))
        #expect(whom.name == name)
        #expect(whom.address.text == address)
    }

    @Test(arguments: [
        "", "<>", "Anna", "Anna <anna>", "Anna <a@x", "\"Anna <a@x>", "\"a\"b\" <a@x>",
        "a\rb <a@x>",
        "a\nBcc: b@x <a@x>", "\"a\\\" <a@x>", "Anna <a@x> b", "<a@x>, <b@x>",
    ])
    func `what is neither is refused`(text: String) {
        #expect(NamedAddress(text) == nil)
    }
}
