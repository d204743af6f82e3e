/// The values that examples of the OpenAPI document are made of.
enum Example {
    static let userID = UserID(UUID(high: 0x6f1d_2c7a_1b5e_4c3d, low: 0x9a8b_7c6d_5e4f_3a2b))
    static let movementID = MovementID(identifier(1))
    static let orderID = OrderID(identifier(2))
    static let letterID = LetterID(identifier(3))
    static let time = Timestamp(milliseconds: 1_764_068_400_000)
    static let email = "anna@example.com"
    static let phone = "+79161234567"
    static let title = "A night train to Kazan"
    static let currency = "RUB"

    private static func identifier(_ number: UInt64) -> UUID {
        UUID(milliseconds: time.milliseconds, counter: number, random: number << 2)
    }
}
