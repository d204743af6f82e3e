/// The languages that letters are written in.
package enum LetterLanguage: String, Sendable, CaseIterable {
    case russian = "ru"
    case english = "en"

    /// English where the locale's language is `en`, Russian everywhere else, also without a locale.
    ///
    /// A locale is a tag of BCP 47, in any letter case, with any subtags; `_` is taken for `-`.
    package init(locale: String?) {
        let language = (locale ?? "").utf8.prefix {
            $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "_")
        }
        let isEnglish = language.elementsEqual("en".utf8) { $0 | 0x20 == $1 }
        self = isEnglish ? .english : .russian
    }
}

/// What a letter tells: that the payment went through, or that it did not.
package enum LetterKind: String, Sendable, CaseIterable {
    case happy
    case sad
}
