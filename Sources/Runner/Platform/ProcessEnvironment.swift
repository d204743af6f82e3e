import CLinux

/// The process's environment.
package enum ProcessEnvironment {
    /// By name; of a name that stands twice the first holds, as for `getenv`.
    package static func all() -> [String: String] {
        var values: [String: String] = [:]
        guard var next = unsafe linux_environment() else { return values }
        while let entry = unsafe next.pointee {
            let text = unsafe String(cString: entry)
            if let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")) {
                let name = String(text[..<equals])
                if values[name] == nil { values[name] = String(text[text.index(after: equals)...]) }
            }
            unsafe next += 1
        }
        return values
    }
}
