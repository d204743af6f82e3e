internal import CLinux
internal import Glibc

/// A regular expression as far as POSIX's extended ones go, matched against a whole value.
///
/// `regex_t` is only read once it is compiled, and `regexec` may be called by many threads.
@safe final class Pattern: @unchecked Sendable {
    private let compiled: UnsafeMutablePointer<regex_t>

    /// Nil for what POSIX does not know, or reads in another sense than Java does.
    init?(_ text: String) {
        guard Pattern.isPortable(text) else { return nil }
        unsafe compiled = .allocate(capacity: 1)
        unsafe compiled.initialize(to: regex_t())
        guard unsafe regcomp(compiled, "^(\(text))$", REG_EXTENDED | REG_NOSUB) == 0 else {
            unsafe compiled.deallocate()
            return nil
        }
    }

    deinit {
        unsafe regfree(compiled)
        unsafe compiled.deallocate()
    }

    func matches(_ value: String) -> Bool {
        // C's strings end at a NUL, and what follows it would go unseen.
        guard value.utf8.count <= 2048, !value.utf8.contains(0) else { return false }
        return unsafe regexec(compiled, value, 0, nil, 0) == 0
    }

    /// A backslash before a letter or digit is a class or a reference in Java, `(?` a group of a
    /// special kind, `+` or `?` after a quantifier changes its greed.
    private static func isPortable(_ text: String) -> Bool {
        var before: UInt8 = 0
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122:
                if before == UInt8(ascii: "\\") { return false }
            case UInt8(ascii: "?"), UInt8(ascii: "+"):
                if "(*+?}".utf8.contains(before) { return false }
            default: break
            }
            before = before == UInt8(ascii: "\\") ? 0 : byte
        }
        return true
    }
}
