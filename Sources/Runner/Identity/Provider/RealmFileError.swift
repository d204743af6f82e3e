/// What is wrong with a realm file, and where: the service does not start with a realm that it would
/// serve differently from Keycloak.
package struct RealmFileError: Error, Equatable, CustomStringConvertible {
    /// Where, as a JSON pointer; empty for the file itself.
    package let pointer: String
    package let problem: String

    package var description: String {
        pointer.isEmpty ? "the realm file \(problem)" : "the realm file, at \(pointer): \(problem)"
    }
}
