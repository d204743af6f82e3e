import CLinux
import Glibc

/// What may stand for a machine: a DNS name or an IP address, without brackets or a port.
enum HostName {
    static func isValid(_ text: String) -> Bool { isName(text) || isIPv6(text) }

    /// A DNS name or an IPv4 address: letters, digits, hyphens, dots and (as container networks
    /// have them) underscores.
    static func isName(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard (1...253).contains(bytes.count), bytes.first != UInt8(ascii: "."),
            bytes.first != UInt8(ascii: "-")
        else { return false }
        let labels = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return labels.dropLast().allSatisfy { !$0.isEmpty }
            && bytes.allSatisfy {
                (97...122).contains($0 | 0x20) || (48...57).contains($0) || $0 == UInt8(ascii: "-")
                    || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "_")
            }
    }

    static func isIPv6(_ text: String) -> Bool {
        var address = in6_addr()
        return unsafe inet_pton(AF_INET6, text, &address) == 1
    }

    /// How a listener on this host is called from this machine.
    static func inURL(_ host: String) -> String {
        if ["::", "0.0.0.0"].contains(host) { return "localhost" }
        return isIPv6(host) ? "[\(host)]" : host
    }

    /// True for the names and addresses of this machine alone.
    static func isLoopback(_ text: String) -> Bool {
        text == "localhost" || NetworkRange("127.0.0.0/8")?.contains(text) == true
            || NetworkRange("::1")?.contains(text) == true
    }

    /// True where a listener on one host keeps another off the same port.
    static func overlap(_ one: String, _ other: String) -> Bool {
        let wildcards = ["0.0.0.0", "::"]
        if one == other || wildcards.contains(one) || wildcards.contains(other) { return true }
        let local = [one, other].contains("localhost")
        return local && isLoopback(one) && isLoopback(other)
    }
}
