internal import CLinux
internal import Functions
internal import Glibc

/// The parts of the local runner, put together: the only place that names them all.
struct LocalParts: Sendable {
    let gateway: Gateway
    let management: ManagementHandler
    let readiness: Readiness
    let metrics: Metrics
    let services: Services
    let store: SQLiteStore
    let worker: OutboxWorker
    let letters: LetterSender
    let keycloak: KeycloakParts
}

/// The way to Keycloak.
struct KeycloakParts: Sendable {
    /// Nil where Keycloak is another program.
    let identity: EmbeddedIdentity?
    let client: CurlClient
    let address: KeycloakAddress
    let tokens: TokenCheck

    func administration(_ settings: Settings) -> KeycloakAdministration {
        KeycloakAdministration(
            client: client,
            address: address,
            credentials: settings.keycloakAdminClient
        )
    }

    /// Tells in the log whether tokens can be checked, and if not, which setting to change.
    func selfTest(_ credentials: ClientCredentials, log: any Log) async {
        await TokenSelfTest(client: client, address: address, credentials: credentials)
            .run(log: log)
    }
}

extension LocalRunner {
    func makeParts(
        _ secret: Secret,
        _ publicURL: String,
        _ loops: EventLoops
    ) throws -> LocalParts {
        let functions = Catalog.functions.map { $0.bound(limit: LocalRunner.inFlightLimit) }
        let metrics = Metrics(functions: functions.map(\.declaration.name), loops: loops.count)
        let keys = DerivedKeys(secret)
        let bell = Bell()
        let store = try openStore(secret, loops) { bell.ring() }
        let keycloak = try makeKeycloak(publicURL, loops)
        let letters = try LetterSender(settings, client: keycloak.client)
        let services = Services(
            store: store,
            configuration: FunctionConfiguration(settings),
            identity: keycloak.administration(settings).verbs(log),
            delivery: LetterDelivery(letters).counted(in: metrics),
            keys: keys,
            log: log,
            makeIdentifier: { Identifiers.shared.next() }
        )
        let readiness = Readiness(waitingFor: [])
        return LocalParts(
            gateway: makeGateway(functions, services, keycloak, metrics),
            management: ManagementHandler(
                readiness: readiness,
                metrics: metrics,
                token: keys.managementToken
            ) { selection async throws(CommandFailure) in try await redrive(selection, store) },
            readiness: readiness,
            metrics: metrics,
            services: services,
            store: store,
            worker: makeWorker(services, bell),
            letters: letters,
            keycloak: keycloak
        )
    }

    /// The way to Keycloak, or to the embedded provider, which is started first.
    private func makeKeycloak(_ publicURL: String, _ loops: EventLoops) throws -> KeycloakParts {
        let identity =
            settings.keycloakURL == nil
            ? try EmbeddedIdentity.start(settings, publicURL: publicURL, loops: loops, log: log)
            : nil
        guard
            let address = KeycloakAddress(
                keycloakURL: settings.keycloakURL ?? identity?.url ?? "",
                publicURL: publicURL,
                realm: settings.keycloakRealm
            )
        else { throw StartFailure("KEYCLOAK_URL or PUBLIC_URL is not a URL that can be called") }
        let client = CurlClient()
        let tokens = TokenCheck(
            address: address,
            credentials: settings.keycloakClient,
            mode: settings.tokenCheck,
            cacheSeconds: settings.tokenCacheSeconds,
            client: client,
            log: log
        )
        return KeycloakParts(identity: identity, client: client, address: address, tokens: tokens)
    }

    private func makeGateway(
        _ functions: [BoundFunction],
        _ services: Services,
        _ keycloak: KeycloakParts,
        _ metrics: Metrics
    ) -> Gateway {
        let tokens = keycloak.tokens
        metrics.watch(tokens: tokens)
        if case .sqlite(let path) = settings.database { metrics.watch(store: path) }
        let report = RequestReport(metrics: metrics, log: log)
        let proxy = KeycloakProxy(
            client: keycloak.client,
            address: keycloak.address,
            trustedProxies: settings.trustedProxies,
            hooks: .init(revoked: { tokens.revoked($0) }, observer: report),
            log: log
        )
        let document = OpenAPI.bytes(
            publicURL: keycloak.address.publicBase.text,
            realm: settings.keycloakRealm
        )
        return Gateway(
            functions: functions,
            services: services,
            options: GatewayOptions(settings),
            tokens: tokens,
            keycloak: proxy,
            observer: report,
            document: document
        )
    }

    private func openStore(
        _ secret: Secret,
        _ loops: EventLoops,
        onEvents: @escaping @Sendable () -> Void
    ) throws -> SQLiteStore {
        guard case .sqlite(let path) = settings.database else {
            throw StartFailure("DATABASE_URL: this release serves from SQLite (sqlite:PATH) only")
        }
        let configuration = FunctionConfiguration(settings)
        let log = log
        var options = SQLiteOptions(
            place: .file(path),
            currency: settings.currency,
            secretKey: secret,
            now: SystemClock.now,
            makeIdentifier: { Identifiers.shared.next() },
            chooseRecipient: { Recipient.choose($0, configuration) },
            log: log,
            onFatal: { reason in
                // What the disk holds is not known any more: only a new start can tell.
                log.error("the disk has failed, the service ends", [("reason", reason)])
                log.flush()
                _exit(ExitCode.failure)
            }
        )
        options.readers = loops.count
        options.onEvents = onEvents
        let store = try SQLiteStore(options)
        if let last = store.greatestIdentifier { Identifiers.shared.rise(above: last) }
        return store
    }

    private func makeWorker(_ services: Services, _ bell: Bell) -> OutboxWorker {
        let delivery = LocalDelivery(services: services, now: SystemClock.now)
        return OutboxWorker(
            store: services.store,
            schedule: RetrySchedule { Int64.random(in: 0..<$0) },
            bell: bell,
            log: log,
            now: SystemClock.now,
            deliver: { await delivery.deliver($0) }
        )
    }
}

/// Tries dead letters again; how many.
func redrive(
    _ selection: OutboxSelection,
    _ store: any Store
) async throws(CommandFailure) -> Int {
    let ids: [LetterID]? =
        switch selection {
        case .all: nil
        case .ids(let ids): ids.map { LetterID($0) }
        }
    do throws(StoreUnavailable) {
        return try await store.redrive(ids).count
    } catch {
        throw CommandFailure("the store does not answer: \(error.reason)")
    }
}

extension FunctionConfiguration {
    convenience init(_ settings: Settings) {
        self.init(
            currency: settings.currency,
            channel: FunctionConfiguration.Channel(rawValue: settings.notificationChannel.rawValue)
                ?? .email,
            webhookRecipient: LetterSender.webhookRecipient(settings.webhookURL),
            domainToASCII: { DomainName.ascii($0) }
        )
    }
}

extension GatewayOptions {
    init(_ settings: Settings) {
        self.init()
        realm = settings.keycloakRealm
        corsOrigins = settings.corsOrigins
        rateLimit = settings.rateLimit
        requiresKey = settings.requireIdempotencyKey
        trustedProxies = settings.trustedProxies
    }
}
