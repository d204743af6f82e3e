import Synchronization

/// Tells a bad token from one that is refused because Keycloak or a setting of ours is wrong.
///
/// Knows it from the self-test alone, which looks at a token of our own: no caller's token has a
/// say in it.
package final class TokenHealth: Sendable {
    /// Who is to blame for a refusal.
    enum Blame {
        case token(TokenFlaw)
        /// Keycloak or our settings; why, for the log.
        case provider(String)
    }

    private let state = Lock(TokenDiagnosis())
    private let isDoubted = Atomic(false)

    package init() {}

    package var diagnosis: TokenDiagnosis { state.withLock { $0 } }

    package func learn(_ diagnosis: TokenDiagnosis) { state.withLock { $0 = diagnosis } }

    /// A token was refused: perhaps something has changed since the last look.
    func doubt() { isDoubted.store(true, ordering: .relaxed) }

    /// Whether a token was refused since this was last asked.
    func takeDoubt() -> Bool { isDoubted.exchange(false, ordering: .relaxed) }

    /// For a token that breaks a rule; `judge` holds it against others.
    func blame(
        _ flaw: TokenFlaw,
        _ rules: TokenRules,
        _ judge: (TokenRules) throws(TokenFlaw) -> Void
    ) -> Blame {
        let diagnosis = diagnosis
        guard !diagnosis.isWell else { return .token(flaw) }
        do throws(TokenFlaw) {
            try judge(diagnosis.excusing(rules))
            return .provider(diagnosis.reason)
        } catch {
            return .token(error)
        }
    }

    /// For a flaw that is seen without the rules.
    func blame(_ flaw: TokenFlaw, _ rules: TokenRules, of token: SignedToken) -> Blame {
        let diagnosis = diagnosis
        return diagnosis.explains(flaw, of: token, for: rules.audience)
            ? .provider(diagnosis.reason) : .token(flaw)
    }
}
