/// Why a store was not opened, told to a person.
package enum StoreOpenError: Error, Equatable, CustomStringConvertible {
    /// Another process owns the file.
    case busy(path: String)
    /// No such file, where one must be there.
    case missing(path: String)
    /// The database does not answer, or its schema is not there: another attempt makes sense.
    case notYet(String)
    /// The file, or the place where it lies, is not one that this program can use.
    case refused(String)

    package var description: String {
        switch self {
        case .busy(let path):
            "another process owns the store \(path): stop it first, or set DATA_DIR to another place"
        case .missing(let path):
            "there is no store at \(path)"
        case .notYet(let reason), .refused(let reason):
            reason
        }
    }
}
