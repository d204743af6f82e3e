/// One setting: all that there is to know of it.
///
/// Flags, environment, `.env`, help and the checks at start derive from this; tests compare the
/// README's table with it.
package struct SettingDefinition: Sendable {
    package let name: String
    /// What holds where it is not set, in words; empty: nothing does.
    package let defaultText: String
    package let help: String
    package let roles: Set<Role>
    /// Which functions, where the role `function` reads it.
    let condition: FunctionCondition
    /// Its value is never shown, and may come as the file that `NAME_FILE` names.
    package let isSecret: Bool
    /// A flag without a value means true.
    package let isToggle: Bool
    package let expected: String
    /// False where the text does not fit.
    let read: @Sendable (String, inout Settings) -> Bool
    /// How a wrong value is shown.
    let show: @Sendable (String) -> String

    init<Value: Sendable>(
        _ name: String,
        _ member: any WritableKeyPath<Settings, Value> & Sendable,
        _ parser: SettingParser<Value>,
        default defaultText: String = "",
        for roles: Set<Role>,
        where condition: FunctionCondition = .every,
        _ help: String
    ) {
        self.init(name, parser, defaultText, (roles, condition), help) {
            $0[keyPath: member] = $1
        }
    }

    /// For a setting that may be absent.
    init<Value: Sendable>(
        _ name: String,
        optional member: any WritableKeyPath<Settings, Value?> & Sendable,
        _ parser: SettingParser<Value>,
        default defaultText: String = "",
        for roles: Set<Role>,
        where condition: FunctionCondition = .every,
        _ help: String
    ) {
        self.init(name, parser, defaultText, (roles, condition), help) {
            $0[keyPath: member] = $1
        }
    }

    private init<Value: Sendable>(
        _ name: String,
        _ parser: SettingParser<Value>,
        _ defaultText: String,
        _ readers: (roles: Set<Role>, condition: FunctionCondition),
        _ help: String,
        _ store: @escaping @Sendable (inout Settings, Value) -> Void
    ) {
        self.name = name
        self.defaultText = defaultText
        self.help = help
        roles = readers.roles
        condition = readers.condition
        isSecret = parser.secrecy != .open
        isToggle = Value.self == Bool.self
        expected = parser.expected
        read = { text, settings in
            guard let value = parser.parse(text) else { return false }
            store(&settings, value)
            return true
        }
        show =
            switch parser.secrecy {
            case .open: Found.text
            case .secret: { _ in Found.secret }
            case .secretURL: Found.secretURL
            }
    }

    /// `--token-check` for `TOKEN_CHECK`.
    package var flag: String { SettingDefinition.flag(of: name) }

    static func flag(of name: String) -> String {
        var flag = "--"
        for character in name.lowercased() { flag.append(character == "_" ? "-" : character) }
        return flag
    }
}
