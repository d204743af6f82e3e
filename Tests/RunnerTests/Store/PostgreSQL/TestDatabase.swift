import CPostgreSQL
import Foundation
import Functions
import Runner
import Testing

/// A database of a test's own, in the cluster that `Tests/postgresql` started or a developer named.
final class TestDatabase: Sendable {
    static let cluster = ProcessInfo.processInfo.environment["TEST_DATABASE_URL"]
    static let pooler = ProcessInfo.processInfo.environment["TEST_PGBOUNCER_URL"]
    static let certificate = ProcessInfo.processInfo.environment["TEST_DATABASE_CERTIFICATE"]
    static let isThere: ConditionTrait = .enabled(
        if: cluster != nil,
        "TEST_DATABASE_URL is not set: `make test` starts a cluster and sets it"
    )
    static let hasCertificate: ConditionTrait = .enabled(
        if: certificate != nil,
        "TEST_DATABASE_CERTIFICATE is not set: `make test` sets it"
    )

    let name = "test_" + Foundation.UUID().uuidString.lowercased().filter { $0 != "-" }

    init() throws {
        try RawConnection(#require(Self.cluster)).run("CREATE DATABASE \(name)")
    }

    deinit {
        guard let cluster = Self.cluster, let raw = try? RawConnection(cluster) else { return }
        _ = try? raw.run("DROP DATABASE \(name) WITH (FORCE)")
    }

    var url: String { get throws { try named(#require(Self.cluster)) } }
    var pooledURL: String { get throws { try named(#require(Self.pooler)) } }

    func raw() throws -> RawConnection { try RawConnection(url) }

    /// The same server's URL for this database.
    private func named(_ url: String) throws -> String {
        var components = try #require(URLComponents(string: url))
        components.path = "/\(name)"
        return try #require(components.string)
    }
}

/// A database thread over this database, and its log.
final class TestThread: Sendable {
    let thread: DatabaseThread
    let log = KeptLog()

    init(
        _ url: String,
        sources: [any WorkSource] = [],
        change: (inout DatabaseOptions) -> Void = { _ in }
    ) throws {
        var options = DatabaseOptions(address: try PostgreSQLAddress(url: Secret(url)), log: log)
        change(&options)
        thread = try DatabaseThread(options, sources: sources)
        try thread.start()
    }

    deinit { thread.close() }

    func run(
        _ statements: PostgreSQLStatement...,
        in transaction: DatabaseTransaction = DatabaseTransaction(.write)
    ) async throws -> [PostgreSQLResult] {
        try await thread.run(statements, in: transaction)
    }

    func migrate(_ migrations: [PostgreSQLMigration]) async throws -> [String] {
        try await thread.migrate(migrations) { Timestamp(milliseconds: 1_764_000_000_000) }
    }

    func schemaFit(_ migrations: [PostgreSQLMigration]) async throws -> SchemaState.Fit {
        try await thread.schemaFit(migrations)
    }

    /// What fails in it; nil where it goes well.
    func failure(
        _ statements: PostgreSQLStatement...,
        in transaction: DatabaseTransaction = DatabaseTransaction(.write)
    ) async -> PostgreSQLError? {
        do throws(PostgreSQLError) {
            _ = try await thread.run(statements, in: transaction)
            return nil
        } catch {
            return error
        }
    }
}

/// libpq as it is, blocking: what a test does behind the service's back.
final class RawConnection {
    struct Failure: Error { var message: String }

    private let handle: OpaquePointer

    init(_ url: String) throws {
        handle = try #require(PQconnectdb(url))
        guard PQstatus(handle) == CONNECTION_OK else {
            throw Failure(message: String(cString: PQerrorMessage(handle)))
        }
        postgresql_drop_notices(handle)
    }

    deinit { PQfinish(handle) }

    @discardableResult
    func run(_ sql: String) throws -> [[String]] {
        let result = try #require(PQexec(handle, sql))
        defer { PQclear(result) }
        guard [PGRES_COMMAND_OK, PGRES_TUPLES_OK].contains(PQresultStatus(result)) else {
            throw Failure(message: String(cString: PQerrorMessage(handle)))
        }
        return (0..<PQntuples(result)).map { row in
            (0..<PQnfields(result)).map { String(cString: PQgetvalue(result, row, $0)) }
        }
    }
}

/// A cluster of a test's own, to be killed and started again.
final class TestCluster {
    let url: String
    let pooledURL: String
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()

    init(_ settings: [String] = []) throws {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        process.executableURL = tests.appendingPathComponent("postgresql")
        process.arguments = ["--obey"] + settings.flatMap { ["-c", $0] }
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        url = Self.line(output)
        pooledURL = Self.line(output)
        try #require(url.hasPrefix("postgres://"))
    }

    deinit {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    /// Returns when it is done.
    func tell(_ word: String) throws {
        try input.fileHandleForWriting.write(contentsOf: Data("\(word)\n".utf8))
        #expect(Self.line(output) == "ok")
    }

    private static func line(_ output: Pipe) -> String {
        var bytes: [UInt8] = []
        while let byte = try? output.fileHandleForReading.read(upToCount: 1)?.first, byte != 10 {
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
