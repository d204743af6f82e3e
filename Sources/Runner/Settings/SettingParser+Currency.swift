extension SettingParser where Value == String {
    static var currency: Self {
        .line("a code of ISO 4217 in capital letters, such as RUB") { text in
            text.utf8.count == 3 && text.utf8.allSatisfy { (65...90).contains($0) }
        }
    }
}
