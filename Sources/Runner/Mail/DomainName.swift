import CCurl
internal import CLinux
import Glibc

/// Names of the domain name system.
package enum DomainName {
    /// The name in the form that goes on the wire: small ASCII letters, international labels as
    /// A-labels (`пример.рф` becomes `xn--e1afmkfd.xn--p1ai`).
    ///
    /// Nil for what is no domain name: an empty or too long label, other characters than letters,
    /// digits and inner hyphens, an IP address, a dot at the end.
    package static func ascii(_ name: String) -> String? {
        guard name.utf8.count <= 1_000, name.unicodeScalars.allSatisfy(mayStand) else { return nil }
        let isInternational = !name.utf8.allSatisfy { $0 < 128 }
        guard let encoded = isInternational ? punycode(name) : name else { return nil }
        var bytes = ContiguousArray<UInt8>()
        for byte in encoded.utf8 { bytes.append(byte >= 65 && byte <= 90 ? byte | 0x20 : byte) }
        return isHostName(bytes) ? String(decoding: bytes, as: UTF8.self) : nil
    }

    /// Of ASCII only what a name is made of, so that nothing of it can mean anything else to libcurl.
    private static func mayStand(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.isASCII else { return true }
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "-", ".": return true
        default: return false
        }
    }

    private static func isHostName(_ bytes: ContiguousArray<UInt8>) -> Bool {
        guard bytes.count <= 253 else { return false }
        let labels = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard let last = labels.last, !last.allSatisfy({ $0 >= 48 && $0 <= 57 }) else {
            return false
        }
        return labels.allSatisfy { label in
            (1...63).contains(label.count) && label.first != UInt8(ascii: "-")
                && label.last != UInt8(ascii: "-")
                && label.allSatisfy { byte in
                    (byte >= 97 && byte <= 122) || (byte >= 48 && byte <= 57)
                        || byte == UInt8(ascii: "-")
                }
        }
    }

    /// libcurl's `CURLU_PUNYCODE`, which converts by the character set of the thread's locale: ours
    /// for the length of the call, since the process may have been started with any.
    private static func punycode(_ name: String) -> String? {
        guard let locale = unsafe utf8Locale, let url = unsafe curl_url() else { return nil }
        defer { unsafe curl_url_cleanup(url) }
        let before = unsafe uselocale(locale)
        defer { unsafe _ = uselocale(before) }
        guard unsafe curl_url_set(url, CURLUPART_URL, "http://\(name)/", 0) == CURLUE_OK else {
            return nil
        }
        var host: UnsafeMutablePointer<CChar>?
        let punycode = UInt32(1 << 12)  // CURLU_PUNYCODE
        guard unsafe curl_url_get(url, CURLUPART_HOST, &host, punycode) == CURLUE_OK,
            let host = unsafe host
        else { return nil }
        defer { unsafe curl_free(host) }
        return unsafe String(cString: host)
    }

    /// Made once and never freed.
    nonisolated(unsafe) private static let utf8Locale: locale_t? =
        unsafe newlocale(LC_CTYPE_MASK, "C.UTF-8", nil)
}
