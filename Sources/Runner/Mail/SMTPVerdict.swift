/// A mail server's answer to one command.
struct SMTPReply: Sendable, Equatable {
    let code: Int
    /// What follows the code on its last line, safe to log.
    let text: String

    /// Nil for a line that does not begin with a code.
    init?(line: some Collection<UInt8>) {
        let digits = line.prefix(3)
        guard digits.count == 3, digits.allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return nil }
        code = digits.reduce(0) { $0 * 10 + Int($1 - 48) }
        text = SMTPReply.shown(line.dropFirst(4))
    }

    /// Printable ASCII, shortened, without the words that hold an address.
    static func shown(_ bytes: some Collection<UInt8>) -> String {
        let printable = bytes.prefix(200).map { $0 >= 32 && $0 < 127 ? $0 : UInt8(ascii: " ") }
        let words = printable.split(separator: UInt8(ascii: " "))
        return words.map { word in
            word.contains(UInt8(ascii: "@")) ? "…" : String(decoding: word, as: UTF8.self)
        }.joined(separator: " ")
    }
}

/// How far a conversation came: the last command that went out, and the answer to it.
struct SMTPProgress: Sendable, Equatable {
    /// The command's verb, or empty before the first one.
    ///
    /// A letter itself counts with its `DATA`.
    var command = ""
    var reply: SMTPReply?

    /// What the end of a conversation means for its letter.
    ///
    /// Only libcurl's 0 is a letter that was taken. A refusal (5xx) of the recipient or of the
    /// letter is final; one of anything else is about us or our settings, and those can be mended.
    /// `result` is libcurl's number, `trouble` what it says of it.
    func outcome(result: UInt32, trouble: String) -> SendOutcome {
        if result == 0 { return .sent }
        let place = command.isEmpty ? "the connection" : command
        guard let reply, reply.code >= 400 else {
            return .later(reason: "\(place): \(trouble)")
        }
        let reason = "\(place) was answered \(reply.code) \(reply.text)"
        let isAboutTheLetter = command == "RCPT" || command == "DATA"
        return isAboutTheLetter && reply.code >= 500 && !SMTPProgress.aboutUs.contains(reply.code)
            ? .rejected(reason: reason) : .later(reason: reason)
    }

    /// Refusals that are never the letter's fault, wherever they come: a bad sequence of commands,
    /// a missing or wrong login, a missing encryption.
    private static let aboutUs: Set<Int> = [503, 523, 530, 534, 535, 538]
}
