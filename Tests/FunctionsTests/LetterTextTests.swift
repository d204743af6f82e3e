import Functions
import Testing

struct LetterTextTests {
    private func render(
        _ kind: LetterKind,
        _ language: LetterLanguage,
        title: String = "Самовар"
    ) -> LetterText? {
        LetterText.render(
            template: 1,
            locale: language,
            kind: kind,
            title: title,
            price: 123_450,
            currency: "RUB"
        )
    }

    @Test(arguments: [
        (
            LetterKind.happy, LetterLanguage.russian, "Заказ оплачен: Самовар",
            "1\u{A0}234,50\u{A0}₽ (RUB)"
        ),
        (.sad, .russian, "Заказ не оплачен: Самовар", "1\u{A0}234,50\u{A0}₽ (RUB)"),
        (.happy, .english, "Your order is paid: Самовар", "RUB\u{A0}1,234.50"),
        (.sad, .english, "Your order was not paid: Самовар", "RUB\u{A0}1,234.50"),
    ])
    func `a letter names title, price and currency in both its forms`(
        kind: LetterKind,
        language: LetterLanguage,
        subject: String,
        price: String
    ) throws {
        let letter = try #require(render(kind, language))
        let lines = letter.text.split(separator: "\n", omittingEmptySubsequences: false)

        #expect(letter.subject == subject)
        #expect(lines.contains("Самовар"))
        #expect(lines.contains(Substring(price)))
        #expect(letter.html.contains("<bdi>Самовар</bdi>"))
        #expect(letter.html.contains("<strong>\(price)</strong>"))
        #expect(letter.html.contains("<html lang=\"\(language.rawValue)\">"))
    }

    @Test(arguments: [
        "<script>alert(1)</script>", "{{price}} ${title} %s \\(title)", "a & b \"c\" 'd'", ".",
        "..\u{202E}fdp", "</bdi></div><b>", "e\u{301}", "=?UTF-8?B?eA==?=", "-- \u{2028}x",
    ])
    func `a title stands as it was given, never as markup or template`(title: String) throws {
        let letter = try #require(render(.happy, .english, title: title))
        let plain = try #require(render(.happy, .english, title: "x"))

        #expect(
            Array(letter.subject.unicodeScalars)
                == Array("Your order is paid: \(title)".unicodeScalars)
        )
        #expect(
            letter.text.utf8.elementsEqual(plain.text.replacing("\nx\n", with: "\n\(title)\n").utf8)
        )
        let escaped = title.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
            .replacing(">", with: "&gt;").replacing("\"", with: "&quot;").replacing(
                "'",
                with: "&#39;"
            )
        let html = plain.html.replacing("<bdi>x</bdi>", with: "<bdi>\(escaped)</bdi>")
        #expect(letter.html.utf8.elementsEqual(html.utf8))
    }

    @Test func `what this release does not know is not rendered`() {
        func render(_ template: Int, _ currency: String) -> LetterText? {
            LetterText.render(
                template: template,
                locale: .russian,
                kind: .happy,
                title: "x",
                price: 1,
                currency: currency
            )
        }
        #expect(render(LetterText.newestTemplate, "RUB") != nil)
        #expect(render(LetterText.newestTemplate + 1, "RUB") == nil)
        #expect(render(0, "RUB") == nil)
        #expect(render(1, "XXX") == nil)
    }

    @Test(arguments: ["en", "EN", "en-US", "En_gb", "en-Latn-GB-x-private", "en_", "en-"])
    func `a locale whose language is en is English`(locale: String) {
        #expect(LetterLanguage(locale: locale) == .english)
    }

    @Test(arguments: [
        nil, "", "ru", "ru-RU", "eng", "e", "de-en", "-en", "_en", "ėn", " en", "en US",
    ])
    func `any other locale is Russian`(locale: String?) {
        #expect(LetterLanguage(locale: locale) == .russian)
    }
}

struct LetterTextCurrencyTests {
    @Test(arguments: [
        ("RUB", 123_450, "1\u{A0}234,50\u{A0}₽", "RUB\u{A0}1,234.50"),
        ("RUB", 5, "0,05\u{A0}₽", "RUB\u{A0}0.05"),
        ("RUB", -100, "-1,00\u{A0}₽", "RUB\u{A0}-1.00"),
        ("JPY", 1_000, "1\u{A0}000\u{A0}JPY", "JPY\u{A0}1,000"),
        ("JPY", 999, "999\u{A0}JPY", "JPY\u{A0}999"),
        ("KWD", 1_234_567, "1\u{A0}234,567\u{A0}KWD", "KWD\u{A0}1,234.567"),
        ("KWD", 7, "0,007\u{A0}KWD", "KWD\u{A0}0.007"),
        ("CLF", 12_345, "1,2345\u{A0}CLF", "CLF\u{A0}1.2345"),
        (
            "EUR", 99_999_999_999, "999\u{A0}999\u{A0}999,99\u{A0}€", "EUR\u{A0}999,999,999.99"
        ),
        (
            "USD", Int64.min, "-92\u{A0}233\u{A0}720\u{A0}368\u{A0}547\u{A0}758,08\u{A0}USD",
            "USD\u{A0}-92,233,720,368,547,758.08"
        ),
    ])
    func `an amount has the digits of its currency`(
        code: String,
        minor: Int64,
        russian: String,
        english: String
    ) throws {
        let currency = try #require(Currency(code: code))
        #expect(currency.format(minor: minor, .russian) == russian)
        #expect(currency.format(minor: minor, .english) == english)
    }

    @Test(arguments: ["", "rub", "RU", "RUBL", "XXX", "XAU", "ZZZ", "РУБ", "RUB "])
    func `what ISO 4217 does not list is no currency`(code: String) {
        #expect(Currency(code: code) == nil)
    }
}
