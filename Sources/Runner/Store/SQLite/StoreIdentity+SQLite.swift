internal import Functions

extension StoreIdentity {
    /// Writes what is kept into a new store, or compares.
    func check(_ database: Database, path: String) throws {
        var found: [String: ContiguousArray<UInt8>] = [:]
        for (name, value) in values {
            try Statement(
                database,
                "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING",
                isKept: false
            ).run(name, value)
            found[name] = try Statement(
                database,
                "SELECT value FROM meta WHERE name = ?",
                isKept: false
            ).first(name) { (row) throws(DatabaseError) in row.blob(0) }
        }
        if let refusal = refusal(found, store: path, setting: "DATA_DIR") {
            throw StoreOpenError.refused(refusal)
        }
    }
}
