/// Ends a letter and settles its event in one commit, unless its event was taken by another delivery.
package enum RecordDelivery: TransactionFunction {
    package struct Input: Sendable {
        package let letterID: LetterID
        package let fence: Int64
        package let ending: Ending

        package init(letterID: LetterID, fence: Int64, ending: Ending) {
            self.letterID = letterID
            self.fence = fence
            self.ending = ending
        }
    }

    package enum Ending: Sendable {
        case sent
        /// Refused for good, or tried for too long.
        case failed(String)
    }

    package typealias Code = Notify.Code

    package static func rows(_ input: Input, _ call: Call) -> Rows {
        Rows(letters: [input.letterID])
    }

    package static func handle(
        _ input: Input,
        _ call: Call,
        in transaction: borrowing Transaction
    ) throws(Problem<Code>) {
        guard let state = transaction.letter(input.letterID) else {
            throw Problem(.letterMissing)
        }
        guard state.fence == input.fence else { throw Problem(.fenceStale) }
        guard !state.isSettled else { return }
        switch input.ending {
        case .sent: transaction.end(state, .sent, reason: nil)
        case .failed(let reason): transaction.end(state, .failed, reason: reason)
        }
    }
}
