/// Ends registrations that nobody asks for again: their attempt died, and its minute is over.
package enum RegistrationSweep {
    /// Opens the account of the user that the claim's attempt made, or ends the claim.
    ///
    /// Never deletes a user. To be called with claims that are not alive any more.
    package static func sweep(
        _ claim: RegistrationClaim,
        _ configuration: FunctionConfiguration,
        in context: borrowing EffectContext
    ) async throws(EffectError<Register.Code>) {
        let call = Call(caller: nil, requestID: claim.requestID, configuration: configuration)
        if let user = try await context.user(claim.email, Register.Code.self),
            claim.covers(user.createdAt)
        {
            _ = try await context.conclude(.opened(user.id, claim), claim.key, call)
        } else {
            try await context.run(EndRegistration.self, claim, call)
        }
    }
}
