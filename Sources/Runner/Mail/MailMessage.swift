package import Functions

/// A letter as the bytes that go to a mail server or into a file (RFC 5322, RFC 2045).
///
/// The same letter is always the same bytes for one sender and recipient: its date is the letter's
/// own, its boundary comes from its id. Only CRLF ends a line, and no line is longer than 78,
/// but for an address that is longer itself.
package struct MailMessage: Sendable {
    package let sender: NamedAddress
    package let recipient: NamedAddress
    package let bytes: ContiguousArray<UInt8>

    package init(_ letter: OutgoingLetter, from sender: NamedAddress, to recipient: NamedAddress) {
        self.sender = sender
        self.recipient = recipient
        let boundary = "=_\(letter.id.text)"
        var bytes = MailMessage.head(letter, sender, recipient, boundary)
        for (type, body) in [("plain", letter.text), ("html", letter.html)] {
            bytes.append(contentsOf: "\r\n--\(boundary)\r\n".utf8)
            bytes.append(contentsOf: MailMessage.part(type, body))
        }
        bytes.append(contentsOf: "\r\n--\(boundary)--\r\n".utf8)
        self.bytes = bytes
    }

    /// The same for every copy of a letter, whatever the settings.
    ///
    /// So the domain is a fixed one, and one that nobody can own (RFC 2606); the id alone makes it
    /// unique.
    package static func messageID(_ letter: UUID) -> String { "<\(letter.text)@orders.invalid>" }

    private static func head(
        _ letter: OutgoingLetter,
        _ sender: NamedAddress,
        _ recipient: NamedAddress,
        _ boundary: String
    ) -> ContiguousArray<UInt8> {
        var date = HeaderField("Date")
        date.add(mailDate(letter.createdAt))
        var from = HeaderField("From")
        from.add(sender)
        var to = HeaderField("To")
        to.add(recipient)
        var subject = HeaderField("Subject")
        subject.addText(letter.subject)
        var bytes = date.line + from.line + to.line + subject.line
        let rest = [
            "Message-ID: \(messageID(letter.id))",
            "MIME-Version: 1.0",
            "Auto-Submitted: auto-generated",
            "Content-Language: \(letter.language.rawValue)",
            "Content-Type: multipart/alternative;",
            " boundary=\"\(boundary)\"",
        ]
        for line in rest { bytes.append(contentsOf: "\(line)\r\n".utf8) }
        return bytes
    }

    private static func part(_ type: String, _ body: String) -> ContiguousArray<UInt8> {
        let (encoding, bytes) = TransferEncoding.encode(TransferEncoding.canonical(body))
        let head = """
            Content-Type: text/\(type); charset=utf-8\r
            Content-Transfer-Encoding: \(encoding.rawValue)\r
            \r

            """
        return ContiguousArray(head.utf8) + bytes
    }

    /// `Sun, 22 Nov 2026 10:00:00 +0000`.
    static func mailDate(_ moment: Timestamp) -> String {
        let milliseconds = moment.milliseconds
        let days = (milliseconds < 0 ? milliseconds - 86_399_999 : milliseconds) / 86_400_000
        let date = Timestamp.civil(days: days)
        // Day 0 was a Thursday.
        let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        let weekday = weekdays[Int((days % 7 + 7) % 7)]
        let time = moment.text.utf8.dropFirst(11).prefix(8)
        return "\(weekday), \(date.day) \(months[Int(date.month) - 1]) \(date.year) "
            + "\(String(decoding: time, as: UTF8.self)) +0000"
    }
}
