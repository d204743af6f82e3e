internal import CSQLite

/// What SQLite answered instead of success, copied while it stood there.
struct DatabaseError: Error, CustomStringConvertible {
    /// The extended result code.
    let code: Int32
    let message: String

    init(code: Int32, message: String) {
        self.code = code
        self.message = message
    }

    /// What is wrong with the file itself, or with what it says of itself.
    init(corrupt message: String) { self.init(code: SQLITE_CORRUPT, message: message) }

    var primary: Int32 { code & 0xFF }

    var description: String { "\(message) (SQLite \(code))" }

    /// A row that the schema does not take: a defect of the one who wrote it.
    var isConstraint: Bool { primary == SQLITE_CONSTRAINT || primary == SQLITE_MISMATCH }

    /// No space is left, for the file or for the WAL's index: passes when there is some again.
    var isFull: Bool { primary == SQLITE_FULL || code == DatabaseError.indexFull }

    /// `SQLITE_IOERR_SHMSIZE`: the commit at hand is not taken, what was committed is untouched.
    private static let indexFull = SQLITE_IOERR | 19 << 8

    /// After it nobody can tell what the disk holds until the file is opened anew.
    var isFatal: Bool {
        if isFull { return false }
        return switch primary {
        case SQLITE_IOERR, SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_CANTOPEN, SQLITE_READONLY: true
        default: false
        }
    }
}
