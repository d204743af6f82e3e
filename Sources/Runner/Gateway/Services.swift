package import Functions

/// What the gateway needs of the rest of the runner.
package struct Services: Sendable {
    package let store: any Store
    package let configuration: FunctionConfiguration
    package let identity: IdentityAdministration
    package let delivery: LetterDelivery
    package let keys: DerivedKeys
    package let log: any Log
    package let runningEffects = RunningEffects()
    /// Called after a commit that may have made an event due.
    package let wakeOutbox: @Sendable () -> Void
    package let makeIdentifier: @Sendable () -> UUID

    package init(
        store: any Store,
        configuration: FunctionConfiguration,
        identity: IdentityAdministration,
        delivery: LetterDelivery,
        keys: DerivedKeys,
        log: any Log,
        wakeOutbox: @escaping @Sendable () -> Void,
        makeIdentifier: @escaping @Sendable () -> UUID
    ) {
        self.store = store
        self.configuration = configuration
        self.identity = identity
        self.delivery = delivery
        self.keys = keys
        self.log = log
        self.wakeOutbox = wakeOutbox
        self.makeIdentifier = makeIdentifier
    }

    var effectRunner: StoreEffectRunner { StoreEffectRunner(store: store, wakeOutbox: wakeOutbox) }
}
