internal import Functions

extension StoreIdentity {
    /// Writes what is kept into a new store, or compares; answers why the store is not ours.
    ///
    /// Of two processes that do so at once, the later one waits and finds what the other has written.
    func check(
        _ thread: DatabaseThread,
        _ store: String
    ) async throws(PostgreSQLError) -> String? {
        let sorted = values.sorted { $0.name < $1.name }
        let statements = sorted.map { name, value in
            PostgreSQLStatement(
                "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
                .text(name),
                .bytes(value)
            )
        }
        let kept = PostgreSQLStatement("SELECT name, value FROM meta")
        guard let result = try await thread.run(statements + [kept]).last else { return nil }
        var found: [String: ContiguousArray<UInt8>] = [:]
        for index in 0..<result.count {
            found[try result[index].text(0)] = try result[index].bytes(1)
        }
        return refusal(found, store: store, setting: "DATABASE_URL")
    }
}
