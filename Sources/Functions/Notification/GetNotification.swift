/// One letter; other people's are not found.
package enum GetNotification: QueryFunction, DeclaredFunction {
    package struct Input: Sendable {
        package let letterID: LetterID

        package init(letterID: LetterID) { self.letterID = letterID }
    }

    package enum Code: String, ProblemCode {
        case notificationMissing

        package var status: Int { 404 }
        package var title: String { "No such notification" }
        package var detail: String {
            "You have no notification with this id. GET /api/notifications lists yours."
        }
    }

    package static let declaration = Declaration(
        "getNotification",
        "One letter or message about an order.",
        .http(.get, "/api/notifications/{id}"),
        access: .owner
    )

    package static let input = InputSchema<Input>.fields(.path("id")) { Input(letterID: $0) }

    package static func handle(
        _ input: Input,
        _ call: Call,
        in snapshot: borrowing Snapshot
    ) throws(Problem<Code>) -> NotificationReply {
        guard let state = snapshot.letter(input.letterID), call.maySee(state.letter.order.userID)
        else {
            throw Problem(.notificationMissing)
        }
        return NotificationReply(state.letter)
    }
}
