import Functions
import Runner
import Testing

/// Where a test's store keeps its rows, and how a test looks at them behind its back.
enum StorePlace: Sendable {
    case sqlite(SQLiteOptions.Place, TestDirectory?)
    case postgresql(BorrowedDatabase, StoreForm)

    /// An empty one.
    static func new(_ form: StoreForm) throws -> StorePlace {
        if let variable = form.missingVariable {
            try Test.cancel("\(variable) is not set: `make test` starts the servers and sets it")
        }
        switch form {
        case .sqliteMemory: return .sqlite(.memory, nil)
        case .sqliteDisk:
            let directory = try TestDirectory()
            return .sqlite(.file(directory.database), directory)
        case .postgresql, .distributed, .pgbouncer:
            return .postgresql(try BorrowedDatabase(), form)
        }
    }

    /// What the store's own audit finds; nil where it has none.
    func audit() async throws -> StoreAudit.Report? {
        switch self {
        case .sqlite(.memory, _): nil
        case .sqlite(.file(let path), _): try StoreAudit.run(path)
        case .postgresql(let borrowed, let form):
            try await PostgreSQLAudit.run(form.options(borrowed.database, KeptLog()))
        }
    }

    /// Runs SQL that no guard of the schema hinders.
    func tamper(_ sql: String) throws {
        switch self {
        case .sqlite(.memory, _):
            throw StoreUnavailable("nobody else reaches a store in memory")
        case .sqlite(.file(let path), _):
            let raw = try RawDatabase(path)
            for trigger in try raw.texts("SELECT name FROM sqlite_schema WHERE type = 'trigger'") {
                try raw.execute("DROP TRIGGER \(trigger)")
            }
            try raw.execute("PRAGMA foreign_keys = OFF; \(sql)")
        case .postgresql(let borrowed, _): try borrowed.database.raw().run(sql)
        }
    }
}

extension TestStore {
    /// A store of this form, empty.
    static func open(
        _ form: StoreForm,
        _ configuration: FunctionConfiguration = FunctionConfiguration(currency: "RUB")
    ) async throws -> TestStore {
        try await open(StorePlace.new(form), ManualClock(), configuration)
    }

    /// Another store over the same rows: beside this one, or after it where only one may be.
    func another() async throws -> TestStore {
        try await TestStore.open(place, clock, configuration)
    }

    private static func open(
        _ place: StorePlace,
        _ clock: ManualClock,
        _ configuration: FunctionConfiguration
    ) async throws -> TestStore {
        switch place {
        case .sqlite(let place, let directory):
            return try TestStore(place, in: directory, clock: clock, configuration: configuration)
        case .postgresql(let borrowed, let form):
            let log = KeptLog()
            let database = try form.options(borrowed.database, log)
            let options = options(database, clock, configuration)
            let store = try await PostgreSQLStore.open(options)
            return TestStore(place, store, clock, log, configuration)
        }
    }

    private static func options(
        _ database: DatabaseOptions,
        _ clock: ManualClock,
        _ configuration: FunctionConfiguration
    ) -> PostgreSQLOptions {
        var options = PostgreSQLOptions(
            database: database,
            currency: configuration.currency,
            secretKey: TestStore.secret,
            now: { clock.now },
            makeIdentifier: { Identifiers.shared.next() },
            chooseRecipient: { Recipient.choose($0, configuration) }
        )
        options.runsTwice = true
        return options
    }
}

extension StoreForm {
    /// How a database is reached in this form.
    func options(_ database: TestDatabase, _ log: KeptLog) throws -> DatabaseOptions {
        let url = try self == .pgbouncer ? database.pooledURL : database.url
        var options = DatabaseOptions(address: try PostgreSQLAddress(url: Secret(url)), log: log)
        options.isDistributed = self == .distributed
        return options
    }
}
