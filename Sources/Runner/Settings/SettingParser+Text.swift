extension SettingParser where Value == String {
    /// Any text on one line.
    static func line(
        _ expected: String,
        _ fits: @escaping @Sendable (String) -> Bool = { _ in true }
    )
        -> Self
    {
        SettingParser(expected: expected) { isOneLine($0) && fits($0) ? $0 : nil }
    }

    static var host: Self {
        .line("a host name or an IP address, without port and brackets", HostName.isValid)
    }

    static var path: Self { .line("a path") }

    /// Printable ASCII without blanks.
    static var clientID: Self {
        .line("1 to 255 printable ASCII characters without blanks") { text in
            text.utf8.count <= 255 && text.utf8.allSatisfy { $0 > 32 && $0 < 127 }
        }
    }

    /// It becomes a path segment under `/auth/realms/`.
    static var realm: Self {
        .line("letters, digits, '-', '_' and '.', and not master, which is Keycloak's own") {
            text in
            text.utf8.count <= 255 && text != "." && text != ".." && text != "master"
                && text.utf8.allSatisfy {
                    (97...122).contains($0 | 0x20) || (48...57).contains($0)
                        || [UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ".")].contains($0)
                }
        }
    }

    /// What clients call: scheme and host, since every path of ours begins at the root.
    static var publicURL: Self {
        SettingParser(expected: "http:// or https:// with a host, and neither path nor credentials")
        {
            guard let parts = URLParts($0), isWebURL(parts), parts.path.isEmpty || parts.path == "/"
            else { return nil }
            return parts.origin
        }
    }

    /// A base URL, with its path and without the slash at its end.
    static var baseURL: Self {
        SettingParser(
            expected: "http:// or https:// with a host and a path, as in http://keycloak:8080/auth"
        ) { text in
            guard let parts = URLParts(text), isWebURL(parts) else { return nil }
            var path = parts.path
            while path.utf8.last == UInt8(ascii: "/") { path.removeLast() }
            return parts.origin + path
        }
    }

    /// The URL of a function, or a template with its name in kebab-case.
    static var functionURL: Self {
        SettingParser(expected: "a URL such as http://{name}:8080, with {name} for the function") {
            let filled = FunctionURL.fill($0, name: "create-order")
            guard let parts = URLParts(filled), isWebURL(parts) else { return nil }
            return $0
        }
    }

    private static func isWebURL(_ parts: URLParts) -> Bool {
        ["http", "https"].contains(parts.scheme) && parts.user == nil && parts.query == nil
            && parts.fragment == nil
    }
}

extension SettingParser where Value == Settings.DatabaseLocation {
    static var database: Self {
        SettingParser(
            expected: "sqlite:PATH, or postgres://user:password@host:5432/name",
            secrecy: .secretURL
        ) { text in
            let prefix = "sqlite:"
            guard text.utf8.starts(with: prefix.utf8) else { return postgresql(text) }
            var path = Array(text.utf8.dropFirst(prefix.utf8.count))[...]
            if path.starts(with: "///".utf8) { path = path.dropFirst(2) }
            let isFile =
                !path.isEmpty && !path.starts(with: "//".utf8) && path.last != slash
                && path.first != UInt8(ascii: ":") && !path.contains(UInt8(ascii: "?"))
            guard isFile, isOneLine(text) else { return nil }
            return .sqlite(path: String(decoding: path, as: UTF8.self))
        }
    }

    private static var slash: UInt8 { UInt8(ascii: "/") }

    private static func postgresql(_ text: String) -> Value? {
        guard let parts = URLParts(text), ["postgres", "postgresql"].contains(parts.scheme),
            parts.fragment == nil, parts.path.utf8.count > 1
        else { return nil }
        return .postgresql(Secret(text))
    }
}

extension SettingParser where Value == [NetworkRange] {
    static var networkRanges: Self {
        SettingParser(
            expected: "IP addresses or blocks such as 10.0.0.0/8, separated by commas"
        ) { text in
            let ranges = items(of: text).map { NetworkRange($0) }
            return ranges.contains(nil) ? nil : ranges.compactMap(\.self)
        }
    }
}

extension SettingParser where Value == [String] {
    static var origins: Self {
        SettingParser(
            expected: "* alone, or exact origins such as https://shop.example.org separated by"
                + " commas, in small letters, without path, slash at the end or default port"
        ) { text in
            let origins = items(of: text)
            if origins == ["*"] { return origins }
            return origins.allSatisfy(isOrigin) ? origins : nil
        }
    }

    /// As browsers write it, since it is compared byte by byte.
    private static func isOrigin(_ text: String) -> Bool {
        guard let parts = URLParts(text), ["http", "https"].contains(parts.scheme) else {
            return false
        }
        let usual = parts.scheme == "http" ? 80 : 443
        return parts.origin == text && text == text.lowercased() && parts.port != usual
    }
}

/// The members of a list separated by commas, without the blanks around them.
private func items(of text: String) -> [String] {
    text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map { item in
        var bytes = Array(item)[...]
        while bytes.first == 32 || bytes.first == 9 { bytes = bytes.dropFirst() }
        while bytes.last == 32 || bytes.last == 9 { bytes = bytes.dropLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// The address of a function's process.
enum FunctionURL {
    /// The template with every `{name}` replaced.
    static func fill(_ template: String, name: String) -> String {
        let mark = Array("{name}".utf8)
        var filled: [UInt8] = []
        var rest = Array(template.utf8)[...]
        while let byte = rest.first {
            let isMark = rest.starts(with: mark)
            filled += isMark ? Array(name.utf8) : [byte]
            rest = rest.dropFirst(isMark ? mark.count : 1)
        }
        return String(decoding: filled, as: UTF8.self)
    }
}
