/// Reads a setting's text into its value, and says what it expects.
struct SettingParser<Value: Sendable>: Sendable {
    enum Secrecy { case open, secret, secretURL }

    let expected: String
    var secrecy = Secrecy.open
    let parse: @Sendable (String) -> Value?
}

extension SettingParser where Value == Int {
    static func integer(_ range: ClosedRange<Int>) -> Self {
        SettingParser(
            expected: "a whole number from \(range.lowerBound) to \(range.upperBound)"
        ) { text in
            guard (1...12).contains(text.utf8.count),
                text.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(text)
            else { return nil }
            return range.contains(number) ? number : nil
        }
    }

    /// 0 lets the system choose a free one.
    static var port: Self { .integer(0...65_535) }
}

extension SettingParser where Value == Bool {
    static var toggle: Self {
        SettingParser(expected: "true or false") { text in
            switch text {
            case "true": true
            case "false": false
            default: nil
            }
        }
    }
}

extension SettingParser
where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    static var choice: Self {
        let names = Value.allCases.map(\.rawValue)
        let last = names.last ?? ""
        let expected = names.dropLast().joined(separator: ", ") + " or " + last
        return SettingParser(expected: expected) { Value(rawValue: $0) }
    }
}

extension SettingParser where Value == Secret {
    static func secret(atLeast count: Int = 1) -> Self {
        let expected =
            count > 1 ? "at least \(count) characters on one line" : "one line of text"
        return SettingParser(expected: expected, secrecy: .secret) { text in
            isOneLine(text) && text.unicodeScalars.count >= count ? Secret(text) : nil
        }
    }
}

/// True for text without control characters: it cannot end a line or a header.
func isOneLine(_ text: String) -> Bool {
    !text.isEmpty && text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
}
