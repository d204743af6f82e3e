internal import Functions

extension SettingParser where Value == String {
    static var currency: Self {
        .line("a code of ISO 4217 in capital letters, such as RUB") {
            Currency(code: $0) != nil
        }
    }
}
