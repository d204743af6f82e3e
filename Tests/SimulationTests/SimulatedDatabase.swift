import CPostgreSQL
import Foundation
import Functions
import Glibc
import Runner

/// A database on the server of TEST_DATABASE_URL, which two stores share.
final class SimulatedDatabase: SimulatedPlace {
    let storeLimit = 2
    private let name: String
    private let cluster: String
    private let server: String
    private let isDistributed: Bool

    /// `server` is where the stores find the cluster: itself, or a pooler before it.
    init(seed: UInt64, cluster: String, server: String, isDistributed: Bool) throws {
        name = "simulation_\(getpid())_\(seed)"
        self.cluster = cluster
        self.server = server
        self.isDistributed = isDistributed
        try SimulatedDatabase.run("CREATE DATABASE \(name)", on: cluster)
    }

    deinit { try? SimulatedDatabase.run("DROP DATABASE \(name) WITH (FORCE)", on: cluster) }

    func open(_ environment: SimulatedEnvironment) async throws -> any Store {
        var options = PostgreSQLOptions(
            database: try database,
            currency: environment.configuration.currency,
            secretKey: environment.secretKey,
            now: environment.now,
            makeIdentifier: environment.makeIdentifier,
            chooseRecipient: environment.chooseRecipient
        )
        options.runsTwice = true
        return try await PostgreSQLStore.open(options)
    }

    /// The database outlives its clients.
    func crash() {}

    func findings() async throws -> [String] {
        try await PostgreSQLAudit.run(database).findings.map(\.description)
    }

    private var database: DatabaseOptions {
        get throws {
            var url = URLComponents(string: server)
            url?.path = "/\(name)"
            let address = try PostgreSQLAddress(url: Secret(url?.string ?? ""))
            var options = DatabaseOptions(address: address, log: SilentLog())
            options.isDistributed = isDistributed
            return options
        }
    }

    private static func run(_ sql: String, on url: String) throws {
        let connection = PQconnectdb(url)
        defer { PQfinish(connection) }
        let result = PQexec(connection, sql)
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_COMMAND_OK else {
            throw StoreUnavailable(String(cString: PQerrorMessage(connection)))
        }
    }
}
