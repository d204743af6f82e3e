enum SQLiteCommands {
    static func audit(_ s: Settings) async throws(CommandFailure) -> [String] { throw CommandFailure("x") }
    static func backup(_ s: Settings, _ f: String) async throws(CommandFailure) { throw CommandFailure("x") }
    static func outboxList(_ s: Settings) async throws(CommandFailure) -> [OutboxLine] { throw CommandFailure("x") }
    static func redrive(_ s: Settings, _ f: OutboxSelection) async throws(CommandFailure) -> Int { throw CommandFailure("x") }
}
