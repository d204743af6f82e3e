import CLinux
import Glibc

/// A letter as a file of the mailbox.
struct MailboxFile: Sendable {
    /// Without its ending.
    let name: String
    let bytes: ContiguousArray<UInt8>
}

/// The files of the mailbox.
///
/// Who looks into the folder sees whole letters only.
struct MailboxFolder: Sendable {
    let path: String

    /// With the folders that it lies in; where that fails, opening it says why.
    func make() { try? StoreFile.makeDirectory(of: path + "/letter") }

    /// Writes the files and waits once until all of them are on the disk; what became of each.
    ///
    /// To sync the file system costs one commit of its journal and one flush of the disk, however
    /// many files there are, where `fsync` costs that for every file and once more for the folder.
    /// The price: what others have just written to the same file system is waited for, too.
    ///
    /// A file has its name before it is safe, so that one sync does for both; what a power cut
    /// leaves half done does not count as sent, and comes again under the same name.
    func keep(_ files: [MailboxFile]) -> [SendOutcome] {
        // Open before anything is written: an error of writing back is told to earlier openers.
        let folder = open()
        guard folder >= 0 else { return files.map { _ in later() } }
        defer { close(folder) }
        let outcomes = files.map { write($0) ? .sent : later() }
        guard outcomes.contains(.sent), syncfs(folder) != 0 else { return outcomes }
        let failure = later()
        return outcomes.map { $0 == .sent ? failure : $0 }
    }

    /// Made where it is not there, or not any more.
    private func open() -> Int32 {
        let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC
        let folder = unsafe linux_open(path, flags, 0)
        guard folder < 0 && errno == ENOENT else { return folder }
        make()
        return unsafe linux_open(path, flags, 0)
    }

    private func later() -> SendOutcome {
        .later(reason: "the mailbox could not be written to: \(SystemError.text(errno))")
    }

    /// Under another name first; `errno` tells why not.
    private func write(_ file: MailboxFile) -> Bool {
        let draft = "\(path)/.\(file.name).draft"
        guard write(file.bytes, to: draft),
            unsafe rename(draft, "\(path)/\(file.name).eml") == 0
        else {
            let trouble = errno
            unsafe unlink(draft)
            errno = trouble
            return false
        }
        return true
    }

    private func write(_ bytes: ContiguousArray<UInt8>, to path: String) -> Bool {
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW
        let file = unsafe linux_open(path, flags, 0o600)
        guard file >= 0 else { return false }
        defer { close(file) }
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
}
