package import Functions

/// Ends the registrations that nobody asks for again, from time to time.
package struct RegistrationSweeper: Sendable {
    /// How often it looks, and how many claims it takes at once.
    private static var pause: Duration { .seconds(15) }
    private static var batch: Int { 20 }

    private let services: Services
    private let now: @Sendable () -> Timestamp

    package init(services: Services, now: @escaping @Sendable () -> Timestamp) {
        self.services = services
        self.now = now
    }

    /// Works until its task is cancelled.
    package func run() async {
        while !Task.isCancelled {
            await sweep()
            try? await Task.sleep(for: RegistrationSweeper.pause)
        }
    }

    package func sweep() async {
        let deadline = Timestamp(
            milliseconds: now().milliseconds - RegistrationClaim.lifetime
        )
        do throws(StoreUnavailable) {
            let claims = try await services.store.staleClaims(
                before: deadline,
                limit: RegistrationSweeper.batch
            )
            for claim in claims { await end(claim) }
        } catch {
            services.log.warning("claims cannot be read", [("reason", error.reason)])
        }
    }

    private func end(_ claim: RegistrationClaim) async {
        do throws(EffectError<Register.Code>) {
            try await RegistrationSweep.sweep(
                claim,
                services.configuration,
                in: services.effectContext()
            )
            services.log.info(
                "a registration was ended",
                [("requestId", claim.requestID.text)]
            )
        } catch {
            guard case .unavailable(let reason) = error else { return }
            services.log.warning(
                "a registration cannot be ended yet",
                [("requestId", claim.requestID.text), ("reason", reason)]
            )
        }
    }
}
