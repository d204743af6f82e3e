internal import Functions

/// The parts of the local runner, put together.
struct LocalParts: Sendable {
    let gateway: Gateway
    let management: ManagementHandler
    let readiness: Readiness
    let metrics: Metrics
    let services: Services
    let store: OpenedStore
    let worker: OutboxWorker
    let letters: LetterSender
    /// Nil where Keycloak is another program.
    let identity: EmbeddedIdentity?
    let keycloak: KeycloakLink
    let tokens: TokenCheck
}

/// Puts the local runner's parts together: the same that processes of their own have.
struct LocalAssembly {
    let settings: Settings
    let log: StandardLog
    let loops: EventLoops

    func make(_ publicURL: String) async throws -> LocalParts {
        // Takes milliseconds and needs nothing of the rest: so it is made beside it.
        async let document = document(publicURL)
        let functions = Catalog.functions.map { $0.bound(limit: LocalRunner.inFlightLimit) }
        let metrics = Metrics(functions: functions.map(\.declaration.name), loops: loops.count)
        metrics.watch(log: log)
        metrics.watch(disk: settings.dataDirectory)
        let secret = try settings.secretKey ?? secretOfDevelopment()
        let keys = DerivedKeys(secret)
        let bell = Bell()
        let readiness = Readiness(waitingFor: [])
        let opened = try await openStore(secret, bell, readiness)
        opened.watch(metrics)
        opened.watchOutbox(metrics)
        let identity = try startIdentity(publicURL)
        let keycloak = try KeycloakLink(
            settings,
            keycloakURL: settings.keycloakURL ?? identity?.url,
            publicURL: publicURL
        )
        let tokens = keycloak.tokenCheck(settings, log)
        metrics.watch(tokens: tokens)
        let letters = try LetterSender(settings, client: keycloak.client)
        let services = Services(
            store: opened.store,
            configuration: FunctionConfiguration(settings),
            identity: keycloak.administration(settings, log),
            delivery: LetterDelivery(letters).counted(in: metrics),
            keys: keys,
            log: log,
            makeIdentifier: { Identifiers.shared.next() }
        )
        let delivery = LocalDelivery(services: services, now: SystemClock.now)
        let store = opened.store
        return LocalParts(
            gateway: makeGateway(functions, services, keycloak, tokens, metrics, await document),
            management: ManagementHandler(
                readiness: readiness,
                metrics: metrics,
                token: keys.managementToken
            ) { selection async throws(CommandFailure) in try await redrive(selection, store) },
            readiness: readiness,
            metrics: metrics,
            services: services,
            store: opened,
            worker: OutboxWorker(services: services, bell: bell) { await delivery.deliver($0) },
            letters: letters,
            identity: identity,
            keycloak: keycloak,
            tokens: tokens
        )
    }

    private func openStore(
        _ secret: Secret,
        _ bell: Bell,
        _ readiness: Readiness
    ) async throws -> OpenedStore {
        var request = StoreRequest(settings: settings, secret: secret, log: log)
        request.readers = loops.count
        request.migrates = true
        request.onEvents = { bell.ring() }
        request.onHealth = readiness.storeHealth
        return try await StoreDoor.open(request)
    }

    private func secretOfDevelopment() throws -> Secret {
        try StoreFile.makeDirectory(of: settings.dataDirectory + "/secret-key")
        return try SecretKeyFile.load(in: settings.dataDirectory)
    }

    private func startIdentity(_ publicURL: String) throws -> EmbeddedIdentity? {
        guard settings.keycloakURL == nil else { return nil }
        return try EmbeddedIdentity.start(settings, publicURL: publicURL, loops: loops, log: log)
    }

    private func document(_ publicURL: String) -> ContiguousArray<UInt8> {
        OpenAPI.bytes(
            publicURL: BaseURL(publicURL)?.text ?? publicURL,
            realm: settings.keycloakRealm
        )
    }

    private func makeGateway(
        _ functions: [BoundFunction],
        _ services: Services,
        _ keycloak: KeycloakLink,
        _ tokens: TokenCheck,
        _ metrics: Metrics,
        _ document: ContiguousArray<UInt8>
    ) -> Gateway {
        let report = RequestReport(metrics: metrics, log: log)
        return Gateway(
            functions: functions,
            services: services,
            options: GatewayOptions(settings),
            tokens: tokens,
            keycloak: keycloak.proxy(settings, tokens, report, log),
            observer: report,
            document: document
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
