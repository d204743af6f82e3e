internal import Functions

/// An identity provider for development: Keycloak's paths, fields, errors and realm file, as far as
/// this service uses them.
///
/// Users, keys, sessions and revocations are kept in a directory of its own. Not for production: it
/// has no login pages, no lock-out after wrong passwords and no administration but that of users.
package final class IdentityProvider: ExchangeHandler {
    /// Why it must not run here.
    package enum Refusal: Error, CustomStringConvertible {
        case production

        package var description: String {
            "the embedded identity provider is for development: set KEYCLOAK_URL to your Keycloak, "
                + "or ENVIRONMENT to development"
        }
    }

    /// The largest body that is read.
    package static let bodyLimit = 1 << 20

    /// The realm file that is compiled in.
    package static var compiledRealm: ContiguousArray<UInt8> {
        ContiguousArray(PackageResources.realm_json)
    }

    private let service: IdentityService
    private let hashing: IdentityWorkers
    private let writing: IdentityWorkers

    package var realmName: String { service.realm.name }
    /// The `iss` of its tokens.
    package var issuer: String { service.tokens.issuer }

    /// Reads the realm, opens the directory, and makes what is missing there: at the first start that
    /// hashes the realm file's passwords and takes a second.
    ///
    /// `publicURL` is what clients call the gateway, without `/auth`; `environment` fills in the
    /// realm file's placeholders (`PUBLIC_URL` is there by itself). Throws `RealmFileError`,
    /// `JournalError` or `ServerError`.
    package init(
        realmFile: ContiguousArray<UInt8>,
        environment: [String: String],
        publicURL: String,
        directory: String,
        log: any Log,
        clock: @escaping @Sendable () -> Int64 = { SystemClock.now().milliseconds }
    ) throws {
        var values = environment
        values["PUBLIC_URL"] = publicURL
        let file = try RealmFile(realmFile, environment: values)
        if !file.ignored.isEmpty {
            log.warning(
                "the realm file has members that the embedded identity provider does not act on",
                [("members", file.ignored.joined(separator: ", "))]
            )
        }
        let now = clock()
        let store = try IdentityStore(
            realm: file.realm,
            directory: directory,
            now: now / 1_000,
            log: log
        )
        try IdentityImport(file: file, store: store, milliseconds: now).run()
        service = IdentityService(
            realm: file.realm,
            publicURL: publicURL,
            store: store,
            log: log,
            clock: clock
        )
        hashing = try IdentityWorkers("identity-hash", count: 2)
        writing = try IdentityWorkers("identity-write", count: 1)
    }

    /// Signs with a new key from now on; tokens of the old ones stay good.
    package func rotateKey() throws {
        let key = SigningKey(use: .signature)
        try service.store.change(now: service.now) { _ in ([.key(key)], ()) }
    }

    package func handle(_ exchange: Exchange) {
        exchange.collectBody(limit: IdentityProvider.bodyLimit) { [self] body in
            switch body {
            case .tooLarge:
                let refusal = Answers.json(413, ["error": "HTTP 413 Request Entity Too Large"])
                exchange.respond(Answers.secure(refusal))
            case .whole(let bytes): serve(exchange, bytes)
            }
        }
    }

    /// The answer to one request, on the caller's thread: it may take a tenth of a second.
    package func answer(_ head: RequestHead, body: ContiguousArray<UInt8>) -> Response {
        Answers.secure(service.answer(request(head, body)))
    }

    private func request(
        _ head: RequestHead,
        _ body: ContiguousArray<UInt8>
    ) -> IdentityRequest {
        IdentityRequest(
            head: head,
            route: IdentityRoute(path: head.path, realm: service.realm.name),
            query: FormFields(head.query ?? []),
            body: body
        )
    }

    private func serve(_ exchange: Exchange, _ body: ContiguousArray<UInt8>) {
        let request = request(exchange.head, body)
        let workers: IdentityWorkers
        switch request.effort {
        case .quick:
            exchange.respond(Answers.secure(service.answer(request)))
            return
        case .writes: workers = writing
        case .hashes: workers = hashing
        }
        let isTaken = workers.run { [service] in
            let response = Answers.secure(service.answer(request))
            exchange.resume { $0.respond(response) }
        }
        guard !isTaken else { return }
        var busy = Answers.json(503, ["error": "temporarily_unavailable"])
        busy.fields.add("Retry-After", "1")
        exchange.respond(Answers.secure(busy))
    }
}
