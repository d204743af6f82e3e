/// What a process is there for; it reads only the settings that this needs.
package enum Role: String, Sendable, CaseIterable {
    /// Gateway and all functions in one process.
    case serve
    case gateway
    case function
    case worker
    /// The embedded identity provider alone.
    case identity
    /// A command that calls the running gateway.
    case client
    /// A command that opens the store beside the service.
    case store
    case doctor
}

/// One setting: all that there is to know of it.
///
/// Flags, environment, `.env`, help, the README's table and the checks at start derive from this.
package struct SettingDefinition: Sendable {
    package let name: String
    /// What holds where it is not set, in words; empty: nothing does.
    package let defaultText: String
    package let help: String
    package let roles: Set<Role>
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
        _ help: String
    ) {
        self.init(name, parser, defaultText, roles, help) { $0[keyPath: member] = $1 }
    }

    /// For a setting that may be absent.
    init<Value: Sendable>(
        _ name: String,
        optional member: any WritableKeyPath<Settings, Value?> & Sendable,
        _ parser: SettingParser<Value>,
        default defaultText: String = "",
        for roles: Set<Role>,
        _ help: String
    ) {
        self.init(name, parser, defaultText, roles, help) { $0[keyPath: member] = $1 }
    }

    private init<Value: Sendable>(
        _ name: String,
        _ parser: SettingParser<Value>,
        _ defaultText: String,
        _ roles: Set<Role>,
        _ help: String,
        _ store: @escaping @Sendable (inout Settings, Value) -> Void
    ) {
        self.name = name
        self.defaultText = defaultText
        self.help = help
        self.roles = roles
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
