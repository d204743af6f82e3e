internal import CLinux
internal import Glibc

/// Copies a store while it is in use.
package enum StoreBackup {
    /// Writes a copy to a file that must not exist yet, and audits it.
    ///
    /// The copy holds every commit up to one moment, survives a power cut when this returns, and is
    /// a store by itself: to restore it, put it in the place of the file with the service stopped.
    @discardableResult
    package static func run(
        _ path: String,
        to target: String
    ) throws(StoreOpenError) -> StoreAudit.Report {
        let database = try StoreAudit.openForReading(path)
        try reserve(target)
        do {
            // The file is open for reading only; this setting would forbid the copy, too.
            try database.execute("PRAGMA query_only = OFF")
            try Statement(database, "VACUUM INTO ?", isKept: false).run(target)
            try sync(target)
            try StoreFile.syncDirectory(of: target)
            let report = try StoreAudit.run(target)
            if let finding = report.findings.first {
                throw StoreOpenError.refused("the copy fails its audit: \(finding)")
            }
            return report
        } catch {
            unsafe unlink(target)
            if let error = error as? StoreOpenError { throw error }
            throw .refused("the store \(path) cannot be copied to \(target): \(error)")
        }
    }

    /// Makes the file, empty and of the owner's alone: nobody's file is written over.
    private static func reserve(_ target: String) throws(StoreOpenError) {
        let descriptor = unsafe linux_open(target, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .refused(
                errno == EEXIST
                    ? "\(target) exists: a backup is written to a new file only"
                    : "\(target) cannot be made: \(SystemError.text(errno))"
            )
        }
        close(descriptor)
    }

    /// SQLite does not sync a copy that it makes this way; no connection to it is open now.
    private static func sync(_ target: String) throws(StoreOpenError) {
        let descriptor = unsafe linux_open(target, O_RDWR | O_CLOEXEC, 0)
        defer { if descriptor >= 0 { close(descriptor) } }
        if descriptor < 0 || fsync(descriptor) != 0 {
            throw .refused("\(target) cannot be synced: \(SystemError.text(errno))")
        }
    }
}
