extension SettingTable {
    /// The file `.env.example`: every setting, commented out.
    package static var example: String {
        var text = """
            # Settings of the runner. Copy to .env and take the # off what you change.
            # Flags come before the environment, the environment before this file.
            # An empty value is as if not set. A secret NAME may come as a file: NAME_FILE=/path

            """
        for definition in all {
            text += "\n# \(definition.help)\n"
            if !definition.defaultText.isEmpty { text += "# default: \(definition.defaultText)\n" }
            text += "#\(definition.name)=\n"
        }
        return text
    }

    /// What help says of the settings that a role reads: flags, defaults and meaning.
    static func help(for reader: SettingReader) -> String {
        var text = ""
        for definition in all where reader.reads(definition) {
            let value = definition.isToggle ? "[=true|false]" : " …"
            text += "  \(definition.flag)\(value)\n      \(definition.help)"
            text += definition.defaultText.isEmpty ? "\n" : " (\(definition.defaultText))\n"
        }
        return text
    }
}
