internal import Functions

/// What `runner realm` prints: the realm file for a real Keycloak.
enum RealmExport {
    /// As it stands, or what production keeps of it.
    static func bytes(
        _ settings: Settings,
        isProduction: Bool
    ) throws(CommandFailure) -> ContiguousArray<UInt8> {
        do {
            let file = try EmbeddedIdentity.realmFile(settings)
            let realm = try parse(file)
            guard isProduction else { return file }
            let text = PrettyJSON.text(try ProductionRealm.derive(realm)) + "\n"
            return ContiguousArray(text.utf8)
        } catch {
            throw CommandFailure("\(error)")
        }
    }

    private static func parse(_ file: ContiguousArray<UInt8>) throws(RealmFileError) -> JSON {
        let realm: JSON
        do throws(JSONError) {
            realm = try JSON.parse(file)
        } catch {
            let problem = "is not JSON: it \(error.reason) at byte \(error.offset)"
            throw RealmFileError(pointer: "", problem: problem)
        }
        guard case .object = realm else {
            throw RealmFileError(pointer: "", problem: "is no object, as a realm is")
        }
        return realm
    }
}
