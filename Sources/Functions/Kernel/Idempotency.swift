/// A request's idempotency key, and what the request asks for: both as digests that the runner makes.
package struct KeyClaim: Hashable, Sendable {
    /// The digest of caller (where there is one), operation and key.
    package let key: UUID
    /// The digest of operation, path and decoded input; keyed where that holds a password.
    package let fingerprint: UUID

    package init(key: UUID, fingerprint: UUID) {
        self.key = key
        self.fingerprint = fingerprint
    }
}

/// How a keyed call ended, kept forever: from it the same answer is rendered again.
package struct KeyRecord: Sendable, Equatable {
    package enum Ending: Sendable, Equatable {
        /// The reply's outcome and the id of what it is rendered from.
        case reply(outcome: String, reference: UUID)
        /// A problem's code and detail.
        case problem(code: String, detail: String)
    }

    package let claim: KeyClaim
    package let ending: Ending
    /// The first request's id: a problem document names it.
    package let requestID: UUID

    package init(claim: KeyClaim, ending: Ending, requestID: UUID) {
        self.claim = claim
        self.ending = ending
        self.requestID = requestID
    }
}
