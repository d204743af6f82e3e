/// Why a file could not be read, in words: `no such file`, `permission denied`.
package struct FileFailure: Error, Equatable {
    package let reason: String

    package init(_ reason: String) { self.reason = reason }
}

/// Where values come from, the first that has one wins: flags, the environment, `.env`.
struct SettingSources {
    typealias FileReader = (_ path: String) throws(FileFailure) -> [UInt8]

    /// A value and where it stands.
    struct Value: Equatable {
        let text: String
        let origin: String
    }

    private let layers: [[String: Value]]
    private let readFile: FileReader

    init(
        flags: [String: String],
        environment: [String: String],
        file: [DotEnv.Entry],
        readFile: @escaping FileReader
    ) {
        var values: [String: Value] = [:]
        for (name, text) in flags {
            values[name] = Value(text: text, origin: SettingDefinition.flag(of: name))
        }
        var lines: [String: Value] = [:]
        for entry in file {
            lines[entry.name] = Value(text: entry.value, origin: ".env, line \(entry.line)")
        }
        layers = [
            values, environment.mapValues { Value(text: $0, origin: "environment") }, lines,
        ]
        self.readFile = readFile
    }

    /// Nil where the setting is not set, which an empty value is not.
    func value(of definition: SettingDefinition) throws(SettingProblem) -> Value? {
        for layer in layers {
            let direct = layer[definition.name].flatMap { $0.text.isEmpty ? nil : $0 }
            guard definition.isSecret else {
                if let direct { return direct }
                continue
            }
            let named = layer[definition.name + "_FILE"].flatMap { $0.text.isEmpty ? nil : $0 }
            if let direct, named != nil {
                throw SettingProblem(
                    definition.name,
                    from: direct.origin,
                    expected: "either \(definition.name) or \(definition.name)_FILE, not both"
                )
            }
            if let direct { return direct }
            if let named { return try content(of: named, definition) }
        }
        return nil
    }

    /// A secret's file, without the line end that editors and secret stores put behind it.
    private func content(
        of file: Value,
        _ definition: SettingDefinition
    ) throws(SettingProblem) -> Value {
        var bytes: [UInt8]
        let name = definition.name + "_FILE"
        do {
            bytes = try readFile(file.text)
        } catch {
            let found = "\(Found.text(file.text)): \(error.reason)"
            throw SettingProblem(
                name,
                from: file.origin,
                found: found,
                expected: "a file that can be read"
            )
        }
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        guard !bytes.isEmpty, let text = String(validating: bytes, as: UTF8.self) else {
            throw SettingProblem(
                name,
                from: file.origin,
                found: bytes.isEmpty ? "an empty file" : "a file that is not UTF-8",
                expected: "the secret as one line of UTF-8 text"
            )
        }
        return Value(text: text, origin: "file \(Found.text(file.text))")
    }
}
