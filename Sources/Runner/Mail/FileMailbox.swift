import Functions
import Glibc

/// A folder that takes letters as `.eml` files, for development.
///
/// A file bears its letter's id, so a letter that comes again replaces itself. A letter counts as
/// sent when its file and the folder's entry are on the disk; letters that come together are made
/// to last together.
final class FileMailbox: Sendable {
    private let folder: MailboxFolder
    private let sender: NamedAddress
    private let letters: GroupedWork<MailboxFile, SendOutcome>

    init(folder path: String, from sender: NamedAddress) {
        let folder = MailboxFolder(path: path)
        self.folder = folder
        self.sender = sender
        letters = GroupedWork("mailbox") { folder.keep($0) }
    }

    func send(_ letter: OutgoingLetter) async -> SendOutcome {
        guard let recipient = NamedAddress(letter.recipient) else {
            return .rejected(reason: "the recipient is no e-mail address")
        }
        let message = MailMessage(letter, from: sender, to: recipient)
        let outcome = await letters.run(MailboxFile(name: letter.id.text, bytes: message.bytes))
        return outcome ?? .later(reason: "the mailbox is busy, or the attempt was broken off")
    }

    /// Whether the folder can be written to.
    func check() -> ChannelCheck {
        folder.make()
        let isFine = unsafe access(folder.path, W_OK | X_OK) == 0
        return ChannelCheck(
            setting: "DATA_DIR",
            place: folder.path,
            trouble: isFine ? nil : "it cannot be written to: \(SystemError.text(errno))"
        )
    }

    func stop() { letters.stop() }
}
