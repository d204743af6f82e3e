internal import Functions

/// What a store was made for and stays with: its currency and the service's secret key.
struct StoreIdentity {
    let currency: String
    let secretKey: Secret

    /// Writes both into a new store, or compares.
    func check(_ database: Database, path: String) throws {
        try check(database, "currency", ContiguousArray(currency.utf8)) { found in
            """
            CURRENCY is \(currency), but the store \(path) keeps amounts in \
            \(String(decoding: found, as: UTF8.self)): set it back, or use another DATA_DIR
            """
        }
        try check(database, "secret_check", DerivedKeys(secretKey).check) { _ in
            """
            SECRET_KEY is not the one that the store \(path) was made with: set it back, or use \
            another DATA_DIR
            """
        }
    }

    private func check(
        _ database: Database,
        _ name: String,
        _ value: ContiguousArray<UInt8>,
        refusal: (ContiguousArray<UInt8>) -> String
    ) throws {
        try Statement(
            database,
            "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING",
            isKept: false
        ).run(name, value)
        let found = try Statement(database, "SELECT value FROM meta WHERE name = ?", isKept: false)
            .first(name) { (row) throws(DatabaseError) in row.blob(0) }
        guard let found, found == value else {
            throw StoreOpenError.refused(refusal(found ?? []))
        }
    }
}
