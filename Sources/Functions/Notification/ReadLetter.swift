/// A letter and its event as they are now, for a delivery.
package enum ReadLetter: QueryFunction {
    package typealias Code = Notify.Code

    package static func handle(
        _ input: LetterID,
        _ call: Call,
        in snapshot: borrowing Snapshot
    ) throws(Problem<Code>) -> LetterState {
        guard let state = snapshot.letter(input) else {
            throw Problem(.letterMissing)
        }
        return state
    }
}
