extension TokenCheck: TokenVerifier {
    package func verify(
        _ token: ArraySlice<UInt8>,
        loop: Int,
        done: @escaping @Sendable (TokenAnswer) -> Void
    ) -> TokenAnswer? {
        check(token) { done($0.answer) }?.answer
    }
}

extension TokenVerdict {
    fileprivate var answer: TokenAnswer {
        switch self {
        case .valid(let token): token.caller.map(TokenAnswer.valid) ?? .foreignSubject
        case .invalid: .invalid
        case .unavailable: .unavailable
        }
    }
}
