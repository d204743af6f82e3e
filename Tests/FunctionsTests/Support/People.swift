import Functions

/// The people of the tests: their ids are made of their place in the list.
enum Person: UInt64, CaseIterable {
    case alice = 1
    case bob
    case olga

    var id: UserID {
        UserID(UUID(high: 0xA11C_E000_0000_4000, low: 0x8000_0000_0000_0000 | rawValue))
    }

    /// With the role that fits: Olga is the operator.
    var caller: Caller { Caller(userID: id, roles: self == .olga ? [.user, .operator] : .user) }
}

extension Caller {
    static let service = Caller(
        userID: UserID(UUID(high: 0x5E41_1CE0_0000_4000, low: 0x8000_0000_0000_0000)),
        roles: .service
    )

    func claiming(email: String? = nil, phone: String? = nil, locale: String? = nil) -> Caller {
        Caller(
            userID: userID,
            roles: roles,
            claims: ContactClaims(email: email, phone: phone, locale: locale)
        )
    }
}

extension FunctionConfiguration {
    static let roubles = FunctionConfiguration(currency: "RUB")

    static func of(
        _ channel: Channel,
        webhook: String? = nil
    ) -> FunctionConfiguration {
        FunctionConfiguration(currency: "RUB", channel: channel, webhookRecipient: webhook)
    }
}

extension Call {
    static func by(
        _ caller: Caller?,
        _ configuration: FunctionConfiguration = .roubles
    ) -> Call {
        Call(
            caller: caller,
            requestID: UUID(high: 0x019A_0000_0000_7000, low: 0x8000_0000_0000_0001),
            traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            configuration: configuration
        )
    }
}

extension KeyClaim {
    /// A key of this name for a request of this content.
    static func named(_ key: UInt64, request: UInt64 = 0) -> KeyClaim {
        KeyClaim(
            key: UUID(high: 0xEE, low: key),
            fingerprint: UUID(high: 0xFF, low: request)
        )
    }
}
