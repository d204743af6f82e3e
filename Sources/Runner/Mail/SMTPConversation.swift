/// How long a mail server may take (RFC 5321 §4.5.3.2).
package struct SMTPTimes: Sendable {
    /// Seconds to reach and greet us, and for every step after that.
    package var step = 30
    /// Seconds to take the letter, once it is there whole.
    package var final = 300
    /// Seconds that a connection is kept without a letter.
    package var idle = 5
    /// Seconds to say goodbye.
    package var goodbye = 2

    package init() {}
}

/// What libcurl asks and tells while one letter goes out, as its callbacks' context.
///
/// Used on the thread of its session only.
final class SMTPConversation {
    private let message: ContiguousArray<UInt8>
    private let times: SMTPTimes
    private let cancellation: Cancellation
    private var sent = 0
    private var stepBegan = SMTPConversation.now()
    private var isLeaving = false
    private(set) var progress = SMTPProgress()
    private(set) var hasLoggedIn = false
    /// What ended it, where that was us.
    private(set) var brokenOff: String?

    init(message: ContiguousArray<UInt8>, times: SMTPTimes, cancellation: Cancellation) {
        self.message = message
        self.times = times
        self.cancellation = cancellation
    }

    /// Fills libcurl's buffer with what comes next of the letter; 0 at its end.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(buffer.count, message.count - sent)
        for offset in 0..<count { unsafe buffer[offset] = message[sent + offset] }
        sent += count
        stepBegan = SMTPConversation.now()
        return count
    }

    /// A command of ours, or a piece of one.
    ///
    /// Only the verb is looked at, and only one that we know: the pieces of a login pass here too.
    func wrote(_ line: UnsafeRawBufferPointer) {
        guard !isLeaving else { return }
        stepBegan = SMTPConversation.now()
        let verb = unsafe String(
            decoding: line.prefix(8).prefix { $0 >= 65 && $0 <= 90 },
            as: UTF8.self
        )
        guard SMTPConversation.verbs.contains(verb) else { return }
        if verb == "QUIT" {
            isLeaving = true
        } else {
            progress = SMTPProgress(command: verb)
        }
    }

    /// A line of an answer.
    func heard(_ line: UnsafeRawBufferPointer) {
        guard !isLeaving, let reply = unsafe SMTPReply(line: line) else { return }
        progress.reply = reply
        if reply.code == 235 { hasLoggedIn = true }
    }

    /// Whether to break off, asked about once a second.
    func mustEnd() -> Bool {
        guard !cancellation.isCancelled else {
            brokenOff = brokenOff ?? "broken off by us"
            return true
        }
        let isWhole = sent == message.count && !message.isEmpty
        let limit = isLeaving ? times.goodbye : isWhole ? times.final : times.step
        guard SMTPConversation.now() - stepBegan >= limit * 1_000 else { return false }
        if !isLeaving { brokenOff = brokenOff ?? "no answer within \(limit) s" }
        return true
    }

    private static let verbs: Set = [
        "EHLO", "HELO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "NOOP", "QUIT",
    ]

    /// Milliseconds of a clock that nobody sets.
    private static func now() -> Int {
        Int(SystemClock.nanoseconds() / 1_000_000)
    }
}
