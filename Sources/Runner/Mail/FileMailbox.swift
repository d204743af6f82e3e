import CLinux
import Functions
import Glibc

/// A folder that takes letters as `.eml` files, for development.
///
/// A file bears its letter's id, so a letter that comes again replaces itself. A letter counts as
/// sent when its file and the folder's entry are on the disk.
final class FileMailbox: Sendable {
    private let folder: String
    private let sender: NamedAddress
    private let threads: LetterThreads<Never>

    init(folder: String, from sender: NamedAddress) {
        self.folder = folder
        self.sender = sender
        threads = LetterThreads(.init(threads: 1))
    }

    func send(_ letter: OutgoingLetter) async -> SendOutcome {
        guard let recipient = NamedAddress(letter.recipient) else {
            return .rejected(reason: "the recipient is no e-mail address")
        }
        let message = MailMessage(letter, from: sender, to: recipient)
        let outcome = await threads.run(key: recipient.address.text) { [self] _, _ in
            keep(letter.id, message.bytes)
        }
        return outcome ?? .later(reason: "the mailbox is busy, or the attempt was broken off")
    }

    /// Whether the folder can be written to.
    func check() -> ChannelCheck {
        makeFolder()
        let isFine = unsafe access(folder, W_OK | X_OK) == 0
        return ChannelCheck(
            setting: "DATA_DIR",
            place: folder,
            trouble: isFine ? nil : "it cannot be written to: \(FileMailbox.trouble())"
        )
    }

    func stop() { threads.stop() }

    private func keep(_ id: UUID, _ bytes: ContiguousArray<UInt8>) -> SendOutcome {
        makeFolder()
        let path = "\(folder)/\(id.text).eml"
        let draft = "\(folder)/.\(id.text).draft"
        guard write(bytes, to: draft, thenName: path), syncFolder() else {
            let trouble = FileMailbox.trouble()
            unsafe unlink(draft)
            return .later(reason: "the mailbox could not be written to: \(trouble)")
        }
        return .sent
    }

    private func makeFolder() { unsafe mkdir(folder, 0o700) }

    /// Who looks into the folder sees whole letters only.
    ///
    /// The name is there before the bytes are safe, so that one sync does for both on most file
    /// systems; what a power cut leaves half done does not count as sent and comes again.
    private func write(
        _ bytes: ContiguousArray<UInt8>,
        to draft: String,
        thenName path: String
    ) -> Bool {
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW
        let file = unsafe linux_open(draft, flags, 0o600)
        guard file >= 0 else { return false }
        defer { close(file) }
        guard write(bytes, to: file), unsafe rename(draft, path) == 0 else { return false }
        return fsync(file) == 0
    }

    private func write(_ bytes: ContiguousArray<UInt8>, to file: Int32) -> Bool {
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[written...])
                return unsafe Glibc.write(file, rest.baseAddress, rest.count)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return false }
            written += count
        }
        return true
    }

    /// Makes the new name last, too.
    private func syncFolder() -> Bool {
        let directory = unsafe linux_open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        guard directory >= 0 else { return false }
        defer { close(directory) }
        return fsync(directory) == 0
    }

    private static func trouble() -> String { SystemError.text(errno) }
}
