internal import Functions

/// `runner worker`: delivers the events of the outbox to the process of `notify`, renews leases, and
/// ends registrations that nobody asks for again.
struct WorkerRole: RunningRole {
    /// Hands one event to `notify`.
    typealias Deliver = @Sendable (ClaimedEvent) async -> DeliveryOutcome
    typealias MakeDelivery = @Sendable (Services, KeycloakLink, Settings) throws -> Deliver

    let frame: RoleFrame
    private let work: Task<Void, Never>

    static func start(
        _ settings: Settings,
        _ log: StandardLog,
        _ ending: ProcessEnding,
        open: @escaping StoreOpener = StoreDoor.open,
        makeDelivery: @escaping MakeDelivery = WorkerRole.delivery
    ) throws -> WorkerRole {
        let frame = try RoleFrame(
            settings,
            log,
            functions: [],
            waitingFor: [StoreWait.part],
            loopCount: 1
        )
        let keycloak = try KeycloakLink(settings)
        let secret = try settings.requiredSecretKey()
        let bell = Bell()
        let work = Task {
            let wait = StoreWait(readiness: frame.readiness, log: log, open: open)
            var request = StoreRequest(settings: settings, secret: secret, log: log)
            request.onEvents = { bell.ring() }
            do {
                guard let store = try await wait.run(request) else { return }
                defer { store.close() }
                let services = services(store.store, secret, keycloak, frame)
                let worker = OutboxWorker(
                    services: services,
                    bell: bell,
                    deliver: try makeDelivery(services, keycloak, settings)
                )
                let sweeper = RegistrationSweeper(services: services, now: SystemClock.now)
                store.watch(frame.metrics)
                store.watchOutbox(frame.metrics)
                wait.inPlace()
                frame.announce("worker", places(store, settings))
                async let sweeping: Void = sweeper.run()
                await worker.run()
                await sweeping
            } catch {
                log.error("the worker cannot work: \(error)")
                ending.fail()
            }
        }
        return WorkerRole(frame: frame, work: work)
    }

    private static let delivery: MakeDelivery = { services, keycloak, settings in
        let notify = Notify.declaration
        let addresses = try FunctionAddresses([notify]) { settings.address(ofFunction: $0) }
        guard let base = addresses[notify] else {
            throw StartFailure("FUNCTION_URL: where notify is, is not known")
        }
        let delivery = RemoteDelivery(
            services: services,
            notify: base,
            token: keycloak.serviceToken(settings),
            now: SystemClock.now
        )
        return { await delivery.deliver($0) }
    }

    func drain() async {
        frame.readiness.drain()
        work.cancel()
        await work.value
        await frame.end()
    }

    private static func services(
        _ store: any Store,
        _ secret: Secret,
        _ keycloak: KeycloakLink,
        _ frame: RoleFrame
    ) -> Services {
        Services(
            store: store,
            configuration: FunctionConfiguration(frame.settings),
            identity: keycloak.administration(frame.settings, frame.log),
            delivery: .undeclared(by: "the worker"),
            keys: DerivedKeys(secret),
            log: frame.log,
            makeIdentifier: { Identifiers.shared.next() }
        )
    }

    private static func places(
        _ store: OpenedStore,
        _ settings: Settings
    ) -> [(name: String, value: String)] {
        [
            ("database", store.place), ("keycloak", settings.keycloakURL ?? "–"),
            ("notify", settings.address(ofFunction: Notify.declaration.name) ?? "–"),
        ]
    }
}

extension OutboxWorker {
    convenience init(
        services: Services,
        bell: Bell,
        deliver: @escaping @Sendable (ClaimedEvent) async -> DeliveryOutcome
    ) {
        self.init(
            store: services.store,
            schedule: RetrySchedule { Int64.random(in: 0..<$0) },
            bell: bell,
            log: services.log,
            now: SystemClock.now,
            deliver: deliver
        )
    }
}
