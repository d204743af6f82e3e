/// What is ordered, in the words of whoever orders: kept and answered exactly as given.
enum Title {
    static let limit = 200

    static let schema = Schema.text(
        Text.document(
            limit: Int64(limit),
            "Not only blanks, without control characters; answered unchanged.",
            example: .string(Example.title)
        )
    ) { Text.readableProblem($0, limit: limit) }
}
