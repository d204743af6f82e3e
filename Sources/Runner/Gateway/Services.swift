package import Functions

/// What the gateway needs of the rest of the runner.
package final class Services: Sendable {
    package let store: any Store
    package let configuration: FunctionConfiguration
    package let identity: IdentityAdministration
    package let delivery: LetterDelivery
    package let keys: DerivedKeys
    package let log: any Log
    package let runningEffects = RunningEffects()
    package let makeIdentifier: @Sendable () -> UUID

    package init(
        store: any Store,
        configuration: FunctionConfiguration,
        identity: IdentityAdministration,
        delivery: LetterDelivery,
        keys: DerivedKeys,
        log: any Log,
        makeIdentifier: @escaping @Sendable () -> UUID
    ) {
        self.store = store
        self.configuration = configuration
        self.identity = identity
        self.delivery = delivery
        self.keys = keys
        self.log = log
        self.makeIdentifier = makeIdentifier
    }

    var effectRunner: StoreEffectRunner { StoreEffectRunner(store: store) }

    /// The context of an effect that is called with this key, or without one.
    func effectContext(key: KeyClaim? = nil) -> EffectContext {
        EffectContext(key: key, identity: identity, delivery: delivery, runner: effectRunner)
    }
}
