import Functions
import Glibc
import Runner
import Synchronization

/// A small realm under test: a provider that is asked as a function, with a clock that is set.
final class IdentityRealm {
    static let file = #"""
        {"realm":"${REALM:small}","passwordPolicy":"length(8) and notUsername",
        "roles":{"realm":[{"name":"user"}]},
        "groups":[{"name":"all","realmRoles":["user"]}],"defaultGroups":["/all"],
        "clients":[
        {"clientId":"web","publicClient":true,"directAccessGrantsEnabled":true,
        "redirectUris":["${PUBLIC_URL:x}/*"],"protocolMappers":[{"name":"audience",
        "protocolMapper":"oidc-audience-mapper","config":{"included.client.audience":"api",
        "access.token.claim":"true"}}]},
        {"clientId":"api","secret":"${API_SECRET:api-secret}","serviceAccountsEnabled":true},
        {"clientId":"admin","secret":"admin-secret","serviceAccountsEnabled":true}],
        "users":[
        {"username":"ann","enabled":true,"email":"ann@example.org","firstName":"Ann",
        "lastName":"Lee","credentials":[{"value":"ann-password"}],
        "realmRoles":["default-roles-small"]},
        {"username":"service-account-admin","enabled":true,"serviceAccountClientId":"admin",
        "clientRoles":{"realm-management":["manage-users"]}}]}
        """#

    let provider: IdentityProvider
    let directory: String
    private let time: Time

    final class Time: Sendable {
        let milliseconds = Atomic<Int64>(1_800_000_000_000)
    }

    /// What a first start leaves: keys and hashes are slow to make, so they are made once.
    private static let firstStart: [UInt8] = {
        let directory = newDirectory()
        return (try? IdentityRealm(directory: directory))?.journal() ?? []
    }()

    init(
        directory: String = IdentityRealm.directory(holding: IdentityRealm.firstStart),
        file: String = IdentityRealm.file,
        environment: [String: String] = [:]
    ) throws {
        self.directory = directory
        let time = Time()
        self.time = time
        provider = try IdentityProvider(
            realmFile: ContiguousArray(file.utf8),
            environment: environment,
            publicURL: "https://shop.example",
            directory: directory,
            log: SilentLog()
        ) { time.milliseconds.load(ordering: .relaxed) }
    }

    static func newDirectory() -> String {
        var template = Array("/tmp/identity-XXXXXX".utf8CString)
        return mkdtemp(&template).map { String(cString: $0) } ?? "/tmp"
    }

    deinit {
        unlink("\(directory)/small.journal")
        unlink("\(directory)/small.journal.broken")
        rmdir(directory)
    }

    /// What stands on disk at this moment, as a killed process would leave it.
    func journal() -> [UInt8] {
        let descriptor = open("\(directory)/small.journal", O_RDONLY)
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = read(descriptor, &bytes, bytes.count)
        return Array(bytes.prefix(max(0, count)))
    }

    /// A directory with this journal.
    static func directory(holding journal: [UInt8]) -> String {
        let directory = newDirectory()
        let descriptor = open("\(directory)/small.journal", O_WRONLY | O_CREAT, 0o600)
        write(descriptor, journal, journal.count)
        close(descriptor)
        return directory
    }

    func pass(seconds: Int64) { time.milliseconds.add(seconds * 1_000, ordering: .relaxed) }

    struct Reply {
        let status: Int
        let head: String
        let body: ContiguousArray<UInt8>

        var json: JSON { (try? JSON.parse(body)) ?? .null }
        var error: String? { json["error_description"]?.string ?? json["error"]?.string }
    }

    func ask(
        _ method: Method,
        _ path: String,
        _ fields: [(String, String)] = [],
        _ body: String = ""
    ) -> Reply {
        var bytes = ContiguousArray(path.utf8)
        let mark = bytes.firstIndex(of: UInt8(ascii: "?"))
        let end = bytes.count
        var ranges: ContiguousArray<RequestHead.Field> = []
        for (name, value) in fields {
            let start = bytes.count
            bytes += name.utf8
            let middle = bytes.count
            bytes += value.utf8
            ranges.append(.init(name: start..<middle, value: middle..<bytes.count))
        }
        let head = RequestHead(
            method: method,
            bytes: bytes,
            pathRange: 0..<(mark ?? end),
            queryRange: mark.map { ($0 + 1)..<end },
            fields: ranges,
            isVersion11: true,
            peer: "127.0.0.1"
        )
        let response = provider.answer(head, body: ContiguousArray(body.utf8))
        return Reply(
            status: response.status,
            head: String(decoding: response.fields.bytes, as: UTF8.self),
            body: response.body
        )
    }

    func post(_ path: String, _ form: String, _ fields: [(String, String)] = []) -> Reply {
        let type = ("Content-Type", "application/x-www-form-urlencoded")
        return ask(
            .post,
            "/auth/realms/small/protocol/openid-connect/\(path)",
            fields + [type],
            form
        )
    }

    func login(
        _ name: String = "ann",
        _ password: String = "ann-password",
        _ extra: String = "",
        _ fields: [(String, String)] = []
    ) -> Reply {
        let form = "grant_type=password&client_id=web&username=\(name)&password=\(password)\(extra)"
        return post("token", form, fields)
    }

    func refresh(_ token: String) -> Reply {
        post("token", "grant_type=refresh_token&client_id=web&refresh_token=\(token)")
    }

    func introspect(_ token: String, secret: String = "api-secret") -> JSON {
        post("token/introspect", "client_id=api&client_secret=\(secret)&token=\(token)").json
    }

    func isActive(_ token: String) -> Bool { introspect(token)["active"] == true }

    func administer(_ method: Method, _ path: String, _ body: String = "") -> Reply {
        let form = "grant_type=client_credentials&client_id=admin&client_secret=admin-secret"
        let token = post("token", form).json["access_token"]?.string ?? ""
        return ask(
            method,
            "/auth/admin/realms/small/users\(path)",
            [("Authorization", "Bearer \(token)"), ("Host", "localhost:1")],
            body
        )
    }

    func userID(_ name: String) -> String {
        let found = administer(.get, "?username=\(name)&exact=true").json.array ?? []
        return found.first?["id"]?.string ?? "none"
    }
}
