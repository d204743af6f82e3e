internal import Functions

/// The changes of a batch by table; of a claim and of a letter's end, the last one counts.
struct BatchChanges {
    typealias PaidOrder = (order: Order, payment: Movement?)
    typealias AskedLetter = (letter: Letter, event: OrderSettled)
    typealias EndedLetter = (letter: Letter, reason: String?)

    private(set) var movements: [Movement] = []
    private(set) var orders: [PaidOrder] = []
    private(set) var letters: [AskedLetter] = []
    private(set) var registrations: [Registration] = []
    /// By e-mail; nil where the claim has ended.
    private(set) var claims: [String: RegistrationClaim?] = [:]
    private var endings: [LetterID: EndedLetter] = [:]

    var endedLetters: [EndedLetter] { Array(endings.values) }

    init(_ changes: [Change]) {
        for change in changes {
            switch change {
            case .movement(let movement): movements.append(movement)
            case .order(let order, let payment): orders.append((order, payment))
            case .letter(let letter, let event): letters.append((letter, event))
            case .letterEnded(let letter, let reason): endings[letter.id] = (letter, reason)
            case .claim(let claim): claims[claim.email] = .some(claim)
            case .claimEnded(let email): claims.updateValue(nil, forKey: email)
            case .registration(let registration): registrations.append(registration)
            }
        }
    }
}
