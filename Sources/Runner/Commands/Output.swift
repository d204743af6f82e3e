internal import CLinux
internal import Glibc

/// What commands print: results on standard output, everything else on standard error.
package enum Output {
    package static func result(_ text: String) { write(Array(text.utf8), to: STDOUT_FILENO) }

    package static func result(_ bytes: ContiguousArray<UInt8>) {
        write(Array(bytes), to: STDOUT_FILENO)
    }

    /// A problem of the command line names `runner` itself.
    static func problem(_ problem: SettingProblem) {
        let text = problem.description
        note(text.utf8.starts(with: "runner".utf8) ? "\(text)\n" : "runner: \(text)\n")
    }

    package static func note(_ text: String) { write(Array(text.utf8), to: STDERR_FILENO) }

    /// Waits for whoever reads; gives up where nobody can.
    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { bytes in
                unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count)
            }
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
