import CCurl

/// The address that requests are sent below: scheme, host, perhaps a port and a path.
///
/// Has no slash at its end, no user, no query, no fragment; so a path that is appended to it can
/// change nothing before it.
package struct BaseURL: Sendable, Equatable {
    /// The whole of it, as it goes before a path.
    package let text: String
    package let scheme: String
    /// Without brackets around an address of IPv6.
    package let host: String
    /// The scheme's own where the text names none.
    package let port: Int
    /// Empty, or begins with a slash.
    package let path: String
    /// Host and port as a `Host` field has them.
    package let authority: String

    /// Nil where the text is no such address.
    package init?(_ text: String) {
        let trimmed = Self.withoutSlash(text)
        guard trimmed.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "\\") }),
            let parts = Parts(trimmed)
        else { return nil }
        let scheme = parts.scheme
        guard scheme == "http" || scheme == "https", let number = Int(parts.port) else {
            return nil
        }
        let standard = scheme == "https" ? 443 : 80
        let path = Self.withoutSlash(parts.path)
        let authority = number == standard ? parts.host : "\(parts.host):\(number)"
        self.scheme = scheme
        self.host =
            parts.host.hasPrefix("[") ? String(parts.host.dropFirst().dropLast()) : parts.host
        self.port = number
        self.path = path
        self.authority = authority
        self.text = "\(scheme)://\(authority)\(path)"
    }

    private static func withoutSlash(_ text: String) -> String {
        text.hasSuffix("/") ? withoutSlash(String(text.dropLast())) : text
    }

    /// What libcurl's own parser, the one that will dial, makes of the text.
    private struct Parts {
        let scheme: String
        let host: String
        let port: String
        let path: String

        init?(_ text: String) {
            guard let handle = unsafe curl_url() else { return nil }
            defer { unsafe curl_url_cleanup(handle) }
            guard
                unsafe curl_url_set(handle, CURLUPART_URL, text, UInt32(CURLU_PATH_AS_IS))
                    == CURLUE_OK
            else { return nil }
            func part(_ what: CURLUPart) -> String? {
                var found: UnsafeMutablePointer<CChar>?
                let flags = UInt32(CURLU_DEFAULT_PORT)
                guard unsafe curl_url_get(handle, what, &found, flags) == CURLUE_OK else {
                    return nil
                }
                defer { unsafe curl_free(found) }
                return unsafe found.map { unsafe String(cString: $0) }
            }
            guard let scheme = part(CURLUPART_SCHEME), let host = part(CURLUPART_HOST),
                let port = part(CURLUPART_PORT), let path = part(CURLUPART_PATH),
                part(CURLUPART_USER) == nil, part(CURLUPART_PASSWORD) == nil,
                part(CURLUPART_QUERY) == nil, part(CURLUPART_FRAGMENT) == nil
            else { return nil }
            self.scheme = scheme
            self.host = host
            self.port = port
            self.path = path
        }
    }
}
