import Functions
import Glibc
import Testing

@testable import Runner

/// The embedded provider as Keycloak, with whatever realm file.
private final class DoctorRealm: Sendable {
    let base: String
    private let directory: String
    private let loops: EventLoops

    init(_ change: (String) -> String = { $0 }) throws {
        var template = Array("/tmp/doctor-XXXXXX".utf8CString)
        precondition(mkdtemp(&template) != nil)
        directory = String(
            decoding: template.dropLast().map { UInt8(bitPattern: $0) },
            as: UTF8.self
        )
        let realm = change(String(decoding: IdentityProvider.compiledRealm, as: UTF8.self))
        let provider = try IdentityProvider(
            realmFile: ContiguousArray(realm.utf8),
            environment: [:],
            publicURL: "http://localhost:8080",
            directory: directory,
            log: SilentLog()
        )
        loops = try EventLoops(count: 1, log: SilentLog())
        let server = HTTPServer(
            name: "identity",
            host: "127.0.0.1",
            port: 0,
            handler: provider,
            loops: loops,
            log: SilentLog()
        )
        base = "http://127.0.0.1:\(try server.start().port)/auth"
    }

    deinit {
        loops.stop()
        for file in ["journal"] { unlink(directory + "/" + file) }
        rmdir(directory)
    }

    func failures(_ change: (inout Settings) -> Void = { _ in }) async -> [String] {
        var settings = Settings()
        settings.keycloakURL = base
        change(&settings)
        return await KeycloakDoctor(settings: settings, client: CurlClient()).findings()
            .filter { $0.verdict != .fine }.map(\.text)
    }
}

struct CommandDoctorTests {
    @Test func `a healthy provider has nothing to do`() async throws {
        let realm = try DoctorRealm()
        let found = await realm.failures()
        #expect(found == [])
    }

    @Test func `what is wrong with Keycloak is told by what to set`() async throws {
        let realm = try DoctorRealm()
        #expect(
            await realm.failures { $0.publicURL = "https://shop.example.org" }.first
                == "issuer is \"http://localhost:8080/auth/realms/otus\", tokens must come from "
                + "https://shop.example.org/auth/realms/otus"
        )
        #expect(
            await realm.failures { $0.keycloakRealm = "other" }
                == ["realm other at \(realm.base) answers 404"]
        )
        #expect(
            await realm.failures { $0.keycloakClient.secret = Secret("wrong") }
                == ["client gateway is refused with 401"]
        )
        #expect(
            await realm.failures { $0.keycloakServiceClient.secret = Secret("wrong") }
                == ["client functions is refused with 401"]
        )
        #expect(
            await realm.failures { $0.keycloakAdminClient = $0.keycloakServiceClient }
                == ["client functions may not see users (403): nobody can register"]
        )
        let gone = await realm.failures { $0.keycloakURL = "http://127.0.0.1:1/auth" }
        #expect(
            gone.count == 1
                && gone.first?.hasPrefix("Keycloak at http://127.0.0.1:1/auth: unreachable") == true
        )
    }

    @Test func `an audience mapper that is missing is found`() async throws {
        let realm = try DoctorRealm { text in
            replacing(
                "\"included.client.audience\": \"${KEYCLOAK_CLIENT_ID:gateway}\"",
                in: text,
                by: "\"included.client.audience\": \"else\""
            )
        }
        #expect(await realm.failures() == ["a new token of functions is not for gateway"])
    }

    @Test(
        arguments: [
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
            ("Thu, 29 Feb 2024 23:59:60 GMT", 1_709_251_200),
            ("Fri, 31 Dec 2100 00:00:00 GMT", 4_133_894_400),
        ] as [(String, Int64)]
    )
    func `a date is read`(text: String, seconds: Int64) {
        #expect(DateField.seconds(text.utf8) == seconds)
    }

    @Test(arguments: [
        "", "now", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT",
    ])
    func `what is no date is not`(text: String) { #expect(DateField.seconds(text.utf8) == nil) }

    @Test func `a directory that is not there is no failure yet`() async {
        var settings = Settings()
        settings.dataDirectory = "/tmp/doctor-of-nothing"
        #expect(DataDoctor(settings: settings).findings().map(\.verdict) == [.warning])
        let findings = await DatabaseDoctor(settings: settings).findings()
        #expect(findings.allSatisfy { $0.verdict == .fine })
        settings.dataDirectory = "/dev/null"
        #expect(DataDoctor(settings: settings).findings().map(\.verdict) == [.failure])
    }
}

private func replacing(_ part: String, in text: String, by other: String) -> String {
    var bytes = Array(text.utf8)[...]
    let part = Array(part.utf8)
    var result: [UInt8] = []
    while let byte = bytes.first {
        let isPart = bytes.starts(with: part)
        result += isPart ? Array(other.utf8) : [byte]
        bytes = bytes.dropFirst(isPart ? part.count : 1)
    }
    return String(decoding: result, as: UTF8.self)
}
