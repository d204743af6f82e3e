import CLinux
import Glibc

/// The data directory: who may read it, how much room is left, what kind of file system it is.
struct DataDoctor {
    let settings: Settings

    private static let wantedBytes: Int64 = 1 << 30
    private static let neededBytes: Int64 = 100 << 20

    func findings() -> [DoctorFinding] {
        let directory = settings.dataDirectory
        var information = stat()
        guard unsafe stat(directory, &information) == 0 else {
            return [
                errno == ENOENT
                    ? .warning(
                        "DATA_DIR \(Found.quoted(directory)) is not there yet",
                        "runner serve makes it. Run doctor in the service's working directory."
                    )
                    : .failure(
                        "DATA_DIR \(Found.quoted(directory)): \(SystemError.text(errno))",
                        "Give the service's user access to it."
                    )
            ]
        }
        guard information.st_mode & S_IFMT == S_IFDIR else {
            return [
                .failure(
                    "DATA_DIR \(Found.quoted(directory)) is no directory",
                    "Set DATA_DIR to one."
                )
            ]
        }
        return [
            access(directory, information.st_mode),
            DataDoctor.space(unsafe linux_free_bytes(directory)),
            secretKey(directory),
        ]
    }

    private func access(_ directory: String, _ mode: mode_t) -> DoctorFinding {
        guard unsafe Glibc.access(directory, R_OK | W_OK | X_OK) == 0 else {
            return .failure(
                "DATA_DIR \(Found.quoted(directory)) cannot be written by this user",
                "Run as the service's user, or: chown \(getuid()) \(directory)"
            )
        }
        guard mode & 0o077 == 0 else {
            return .warning(
                "DATA_DIR \(Found.quoted(directory)) is open to other users",
                "Its files are their owner's alone; to hide their names too: chmod 700 \(directory)"
            )
        }
        return .fine("DATA_DIR \(Found.quoted(directory)) is its owner's alone and can be written")
    }

    /// By the bytes that are free; -1 where that cannot be told.
    static func space(_ free: Int64) -> DoctorFinding {
        guard free >= 0 else {
            return .warning("nobody can tell how much room DATA_DIR has", "Look: df DATA_DIR")
        }
        let text = "\(free >> 20) MiB are free in DATA_DIR"
        if free < DataDoctor.neededBytes {
            return .failure(
                text,
                "Make room, or set DATA_DIR to another disk: without room no order is taken."
            )
        }
        return free < DataDoctor.wantedBytes ? .warning(text, "Make room soon.") : .fine(text)
    }

    private func secretKey(_ directory: String) -> DoctorFinding {
        if settings.secretKey != nil { return .fine("SECRET_KEY is set") }
        do throws(SecretKeyFile.Failure) {
            let kept = try SecretKeyFile.existing(in: directory)
            return .fine("SECRET_KEY \(kept == nil ? "will be made" : "is kept") in DATA_DIR")
        } catch {
            return .failure(error.description, "Make it readable, or set SECRET_KEY.")
        }
    }
}
