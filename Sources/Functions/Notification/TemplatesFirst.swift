/// Template 1.
///
/// Released: it is followed by another, never edited, since letters are rendered from it again.
enum TemplatesFirst {
    /// The words of one letter; the title and the price stand between `opening` and `closing`.
    private struct Words {
        let subject: String
        let heading: String
        let opening: String
        let closing: [String]
        let signature: String
    }

    static func render(_ facts: LetterFacts) -> LetterText {
        let words = words(facts.kind, facts.language)
        let price =
            facts.price.hasPrefix(facts.currency)
            ? facts.price : "\(facts.price) (\(facts.currency))"
        return LetterText(
            subject: "\(words.subject): \(facts.title)",
            text: text(words, title: facts.title, price: price),
            html: html(words, facts, price: price)
        )
    }

    /// The title has a line of its own, so that one written from right to left turns nothing else
    /// around.
    private static func text(_ words: Words, title: String, price: String) -> String {
        var lines = [words.heading, "", words.opening, "", title, price, ""]
        for paragraph in words.closing { lines += [paragraph, ""] }
        lines.append(words.signature)
        return lines.joined(separator: "\n") + "\n"
    }

    private static func html(_ words: Words, _ facts: LetterFacts, price: String) -> String {
        let escape = LetterMarkup.escape
        let accent = facts.kind == .happy ? "#1a7f4b" : "#9a5b13"
        let closing = words.closing.map { "<p>\(escape($0))</p>" }.joined(separator: "\n")
        return """
            <!DOCTYPE html>
            <html lang="\(facts.language.rawValue)">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(escape(words.subject))</title>
            </head>
            <body style="margin:0;padding:24px;background:#f4f2ee;color:#222;\
            font:16px/1.5 system-ui,sans-serif">
            <div style="max-width:32em;margin:0 auto;padding:24px;background:#fff;border-radius:12px">
            <h1 style="margin-top:0;font-size:22px;color:\(accent)">\(escape(words.heading))</h1>
            <p>\(escape(words.opening))</p>
            <div style="padding:12px 16px;border-left:4px solid \(accent);background:#f9f8f6">
            <div style="white-space:pre-wrap;overflow-wrap:anywhere"><bdi>\(escape(facts.title))</bdi></div>
            <strong>\(escape(price))</strong>
            </div>
            \(closing)
            <p style="color:#666">\(escape(words.signature))</p>
            </div>
            </body>
            </html>

            """
    }

    private static func words(_ kind: LetterKind, _ language: LetterLanguage) -> Words {
        switch (kind, language) {
        case (.happy, .russian):
            Words(
                subject: "Заказ оплачен",
                heading: "Ура, всё получилось!",
                opening: "Спасибо за заказ. Он оплачен, и мы уже взялись за него:",
                closing: ["Пусть он принесёт вам радость. Спасибо, что вы с нами."],
                signature: "С теплом, ваша служба заказов"
            )
        case (.sad, .russian):
            Words(
                subject: "Заказ не оплачен",
                heading: "Нам очень жаль",
                opening: "Оплатить этот заказ не получилось: на счёте не хватило денег.",
                closing: [
                    "Деньги не списаны, счёт остался таким же, как был.",
                    "Пополните счёт и сделайте заказ ещё раз: мы будем вам рады.",
                ],
                signature: "С теплом, ваша служба заказов"
            )
        case (.happy, .english):
            Words(
                subject: "Your order is paid",
                heading: "Hooray, it all worked out!",
                opening: "Thank you for your order. It is paid, and we are already on it:",
                closing: ["May it bring you joy. It is good to have you with us."],
                signature: "Warmly, your order service"
            )
        case (.sad, .english):
            Words(
                subject: "Your order was not paid",
                heading: "We are so sorry",
                opening: "This order could not be paid: there was not enough money on the account.",
                closing: [
                    "Nothing was taken, the account is just as it was.",
                    "Pay some money in and order again: we will be glad to see you.",
                ],
                signature: "Warmly, your order service"
            )
        }
    }
}
