import Functions
import Testing

@testable import Runner

/// What libpq says of a connection that it does not get.
struct ConnectionMessageTests {
    private static let place = #"connection to server at "127.0.0.1", port 5432 failed: "#

    @Test(arguments: [
        (
            place + "FATAL:  28P01: password authentication failed\nLOCATION:  auth_failed, auth.c",
            "28P01", place + "FATAL:  password authentication failed"
        ),
        (
            place + "Connection refused\n\tIs the server running?\n" + place
                + "FATAL:  57P03: the database system is starting up\n",
            "57P03", place + "FATAL:  the database system is starting up"
        ),
        (place + "Connection refused\n\tIs it?", "", place + "Connection refused"),
        ("FATAL:  28P0: x", "", "FATAL:  28P0: x"), ("FATAL:  28p01: x", "", "FATAL:  28p01: x"),
        ("FATAL: 28P01: x", "", "FATAL: 28P01: x"), ("FATAL:  28P01", "", "FATAL:  28P01"),
        ("ü:  3D000: ü", "3D000", "ü:  ü"), ("", "", "the connection was closed"),
    ])
    func `the server's code is told apart from its words`(
        text: String,
        state: String,
        message: String
    ) {
        let error = PostgreSQLError(.away, ofConnection: text)
        #expect(error == PostgreSQLError(.away, state: state, message))
        #expect(error.isLoginRefused == (state == "28P01"))
    }
}

/// Who visits the database is told at once that it is not let in; who stays tries again.
@Suite(TestDatabase.isThere)
struct PostgreSQLLoginTests {
    private func url(_ change: (inout String) -> Void) throws -> String {
        var url = try #require(TestDatabase.cluster)
        change(&url)
        return url
    }

    private func migration(_ url: String) async throws -> StoreOpenError? {
        let options = DatabaseOptions(
            address: try PostgreSQLAddress(url: Secret(url)),
            log: SilentLog()
        )
        do throws(StoreOpenError) {
            _ = try await SchemaMigration.run(options)
            return nil
        } catch {
            return error
        }
    }

    @Test func `a wrong password is told at once`() async throws {
        let url = try url { $0 = $0.replacing("tester:", with: "tester:wrong") }
        guard case .refused(let reason) = try await migration(url) else {
            Issue.record("it is not refused")
            return
        }
        #expect(reason.contains("password authentication failed") && reason.contains("28P01"))
    }

    @Test func `no password is told at once`() async throws {
        let url = try url { url in
            let end = url.firstIndex(of: "@") ?? url.endIndex
            url = "postgres://tester" + url[end...]
        }
        guard case .refused(let reason) = try await migration(url) else {
            Issue.record("it is not refused")
            return
        }
        #expect(reason.contains("no password supplied"))
    }

    @Test func `a database that is not made yet, or not there, may come`() async throws {
        let unmade = try url { $0 = $0.replacing("/postgres", with: "/not_made") }
        guard case .notYet(let reason) = try await migration(unmade) else {
            Issue.record("it is refused")
            return
        }
        #expect(reason.contains("3D000"))
        for place in ["127.0.0.1:1", "no-such-host.invalid:5432"] {
            guard case .notYet = try await migration("postgres://a:b@\(place)/orders") else {
                Issue.record("\(place) is refused")
                continue
            }
        }
    }

    @Test func `a process that stays tries a refused login again`() async throws {
        let wrong = try url { $0 = $0.replacing("tester:", with: "tester:wrong") }
        let thread = try TestThread(wrong)
        guard case .away(let reason) = await thread.thread.contact.first() else {
            Issue.record("it gives up")
            return
        }
        #expect(reason.contains("28P01"))
    }
}
