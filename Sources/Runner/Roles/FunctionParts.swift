internal import Functions

/// What the process of a function has of the rest of the runner: what its declaration uses.
struct FunctionParts: Sendable {
    private let declaration: Declaration
    private let frame: RoleFrame
    private let keycloak: KeycloakLink
    /// Nil where anyone may call the function.
    let tokens: TokenCheck?
    /// Nil where the function hands no letters on.
    let letters: LetterSender?

    init(
        _ declaration: Declaration,
        _ frame: RoleFrame,
        _ keycloak: KeycloakLink
    ) throws {
        self.declaration = declaration
        self.frame = frame
        self.keycloak = keycloak
        let settings = frame.settings
        tokens =
            declaration.access == .anyone ? nil : keycloak.tokenCheck(settings, frame.log)
        if let tokens { frame.metrics.watch(tokens: tokens) }
        letters =
            declaration.uses.contains(.letterDelivery)
            ? try LetterSender(settings, client: keycloak.client) : nil
    }

    /// Waits for the store, puts it in its place, and says so; nil where the process ends before.
    func open(
        _ pending: PendingStore,
        by open: @escaping StoreOpener,
        _ ending: ProcessEnding,
        _ announce: (OpenedStore) -> Void
    ) async -> OpenedStore? {
        let wait = StoreWait(readiness: frame.readiness, log: frame.log, open: open)
        do {
            let request = StoreRequest(
                settings: frame.settings,
                secret: try secret(),
                log: frame.log,
                readers: frame.loops.count
            )
            guard let opened = try await wait.run(request) else { return nil }
            pending.open(opened.store)
            opened.watch(frame.metrics)
            wait.inPlace()
            announce(opened)
            return opened
        } catch {
            frame.log.error("the function cannot serve: \(error)")
            ending.fail()
            return nil
        }
    }

    func services(_ store: any Store) throws -> Services {
        let settings = frame.settings
        let usesIdentity = declaration.uses.contains(.identityAdministration)
        return Services(
            store: store,
            configuration: FunctionConfiguration(settings),
            identity: usesIdentity
                ? keycloak.administration(settings, frame.log)
                : .undeclared(by: declaration.name),
            delivery: letters.map { LetterDelivery($0).counted(in: frame.metrics) }
                ?? .undeclared(by: declaration.name),
            keys: DerivedKeys(try secret()),
            log: frame.log,
            makeIdentifier: { Identifiers.shared.next() }
        )
    }

    func places(_ url: String, _ store: OpenedStore) -> [(name: String, value: String)] {
        let keycloak: [(name: String, value: String)] = [
            (name: "keycloak", value: keycloak.address.base.text)
        ]
        return [(name: "url", value: url), (name: "database", value: store.place)] + keycloak
    }

    private func secret() throws(StartFailure) -> Secret {
        try frame.settings.requiredSecretKey()
    }
}

extension Settings {
    /// The key that function and worker are given; they make none.
    func requiredSecretKey() throws(StartFailure) -> Secret {
        guard let secretKey else { throw StartFailure("SECRET_KEY is not set") }
        return secretKey
    }
}

/// For a function that anyone may call: nobody asks whose a token is.
final class NoTokens: TokenVerifier {
    func verify(
        _ token: ArraySlice<UInt8>,
        loop: Int,
        done: @escaping @Sendable (TokenAnswer) -> Void
    ) -> TokenAnswer? { .unavailable }
}

extension IdentityAdministration {
    /// What a function has that did not declare its use: a fault of the declaration, told as such.
    static func undeclared(by name: String) -> IdentityAdministration {
        let reason = "\(name) does not declare that it uses the identity provider"
        return IdentityAdministration(
            findUser: { _ throws(ProviderUnavailable) in
                throw ProviderUnavailable(reason)
            },
            createUser: { _ throws(ProviderUnavailable) in
                throw ProviderUnavailable(reason)
            }
        )
    }
}

extension LetterDelivery {
    static func undeclared(by name: String) -> LetterDelivery {
        LetterDelivery { _ in .later("\(name) does not declare that it delivers letters") }
    }
}
