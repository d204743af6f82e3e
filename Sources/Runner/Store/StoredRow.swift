package import Functions

/// A row as a store reads it; its columns are counted from 0.
package protocol StoredRow: ~Copyable {
    associatedtype Failure: Error

    func integer(_ column: Int32) throws(Failure) -> Int64
    func moment(_ column: Int32) throws(Failure) -> Timestamp
    func optionalMoment(_ column: Int32) throws(Failure) -> Timestamp?
    func text(_ column: Int32) throws(Failure) -> String
    func optionalText(_ column: Int32) throws(Failure) -> String?
    func uuid(_ column: Int32) throws(Failure) -> UUID
    func optionalUUID(_ column: Int32) throws(Failure) -> UUID?

    /// What does not mean anything that this program writes.
    static func meaningless(_ text: String) -> Failure
}

extension StoredRow where Self: ~Copyable {
    package func id<Subject>(_ column: Int32) throws(Failure) -> ID<Subject> {
        ID(try uuid(column))
    }

    /// A text that names one case of a closed list.
    package func choice<Choice: RawRepresentable<String>>(
        _ column: Int32
    ) throws(Failure) -> Choice {
        let text = try text(column)
        guard let choice = Choice(rawValue: text) else {
            throw Self.meaningless("'\(text)' is not one of \(Choice.self)")
        }
        return choice
    }
}
