import Functions
import Runner
import Testing

struct MailMessageTests {
    private func message(_ letter: OutgoingLetter, from: String = "o@x", to: String = "a@x") throws
        -> MailMessage
    {
        MailMessage(
            letter,
            from: try #require(NamedAddress(from)),
            to: try #require(NamedAddress(to))
        )
    }

    private func lines(_ message: MailMessage) -> [String] {
        String(decoding: message.bytes, as: UTF8.self).split(
            separator: "\r\n",
            omittingEmptySubsequences: false
        ).map { String($0) }
    }

    @Test func `every copy of a letter has the same Message-ID, whatever the settings`() throws {
        let letter = MailLetters.letter(to: "")
        let one = try message(letter)
        let other = try message(letter, from: "Other <p@y>", to: "Anna <b@y>")
        let field = "Message-ID: <01935f1e-7c00-7000-8000-000000000001@orders.invalid>"

        #expect(try message(letter).bytes == one.bytes)
        #expect(one.bytes != other.bytes)
        #expect(lines(one).filter { $0.hasPrefix("Message-ID:") } == [field])
        #expect(lines(other).filter { $0.hasPrefix("Message-ID:") } == [field])
    }

    @Test(arguments: [
        "a\r\nBcc: eve@example.org", "a\n\nb", "a\rb", "a\0b", "\r\n.\r\n", "a\u{85}b",
    ])
    func `a line's end in a text starts no field, no part and ends no letter`(text: String) throws {
        let letter = OutgoingLetter(
            id: MailLetters.id,
            channel: .email,
            recipient: "a@x",
            language: .english,
            kind: .happy,
            userID: MailLetters.id,
            orderID: MailLetters.id,
            text: LetterText(subject: text, text: text, html: text),
            createdAt: Timestamp(milliseconds: 0)
        )
        let plain = try lines(message(MailLetters.letter(to: "")))
        let lines = try lines(message(letter))
        let names = { (lines: [String]) in
            lines.prefix { !$0.isEmpty }.filter { $0.first != " " }.map { $0.prefix { $0 != ":" } }
        }
        #expect(names(lines) == names(plain))
        #expect(!lines.contains("."))
        #expect(
            lines.allSatisfy {
                $0.utf8.allSatisfy { (32..<127).contains($0) } && $0.utf8.count <= 78
            }
        )
    }

    @Test(arguments: [
        (0, "Thu, 1 Jan 1970 00:00:00 +0000"), (-1, "Wed, 31 Dec 1969 23:59:59 +0000"),
        (951_782_400_000, "Tue, 29 Feb 2000 00:00:00 +0000"),
        (1_795_341_600_999, "Sun, 22 Nov 2026 10:00:00 +0000"),
    ])
    func `the date is the letter's own`(milliseconds: Int64, date: String) throws {
        let letter = OutgoingLetter(
            id: MailLetters.id,
            channel: .email,
            recipient: "a@x",
            language: .english,
            kind: .happy,
            userID: MailLetters.id,
            orderID: MailLetters.id,
            text: LetterText(subject: "", text: "", html: ""),
            createdAt: Timestamp(milliseconds: milliseconds)
        )
        #expect(try lines(message(letter)).first == "Date: \(date)")
    }
}
