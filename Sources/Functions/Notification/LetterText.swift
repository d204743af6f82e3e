/// A letter's subject and its body, as text and as HTML.
///
/// The text is what the interface shows as the notification's `body` and what a message by SMS
/// holds. Its lines end with a line feed alone; whoever sends it writes the ends its channel wants.
package struct LetterText: Hashable, Sendable {
    package let subject: String
    package let text: String
    package let html: String

    package init(subject: String, text: String, html: String) {
        self.subject = subject
        self.text = text
        self.html = html
    }

    /// The template for new letters.
    package static let newestTemplate = 1

    /// The letter of a settled order.
    ///
    /// The title stands in it exactly as it was given: never as markup, never as a template. Nil
    /// where this release does not know the template or the currency.
    package static func render(
        template: Int,
        locale: LetterLanguage,
        kind: LetterKind,
        title: String,
        price: Int64,
        currency: String
    ) -> LetterText? {
        guard let currency = Currency(code: currency) else { return nil }
        let facts = LetterFacts(
            language: locale,
            kind: kind,
            title: title,
            price: currency.format(minor: price, locale),
            currency: currency.code
        )
        switch template {
        case 1: return TemplatesFirst.render(facts)
        default: return nil
        }
    }
}

/// What a template may tell about.
struct LetterFacts: Sendable {
    let language: LetterLanguage
    let kind: LetterKind
    let title: String
    /// The amount, formatted for the language.
    let price: String
    let currency: String
}

/// HTML with everything in it that is not ours escaped.
enum LetterMarkup {
    /// The text as characters of HTML, within an element or a quoted attribute.
    static func escape(_ text: String) -> String {
        guard text.utf8.contains(where: isMarkup) else { return text }
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    private static func isMarkup(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"): true
        case UInt8(ascii: "\""), UInt8(ascii: "'"): true
        default: false
        }
    }
}
