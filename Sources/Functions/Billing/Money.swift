/// Amounts in minor units.
package enum Money {
    /// What one operation may move.
    package static let amounts: ClosedRange<Int64> = 1...99_999_999_999
    /// The largest integer that every JSON reader takes exactly: 2⁵³ − 1.
    package static let largestBalance: Int64 = 9_007_199_254_740_991

    static let amount = Schema.integer(
        amounts,
        "In minor units: kopecks, cents.",
        example: 150_000
    )
    static let balanceDocument: JSON = [
        "type": "integer", "format": "int64", "minimum": 0, "maximum": .integer(largestBalance),
        "description": "In minor units, after the operation.",
    ]
    static let amountDocument = amount.document
    static let currencyDocument: JSON = [
        "type": "string", "pattern": "^[A-Z]{3}$", "description": "ISO 4217.",
    ]
}
