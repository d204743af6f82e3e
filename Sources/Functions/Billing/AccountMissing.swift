/// The only refusal of several functions: there is no account yet, and how to get one.
package enum AccountMissing: String, ProblemCode {
    case accountMissing

    package var status: Int { 404 }
    package var title: String { "No account yet" }
    package var detail: String {
        "There is no account yet. Open one: POST /api/billing/accounts."
    }

    /// What the functions with a key add: a recorded refusal stays.
    static let again =
        "There is no account yet. Open one (POST /api/billing/accounts), then send this again with "
        + "a new Idempotency-Key."
}
