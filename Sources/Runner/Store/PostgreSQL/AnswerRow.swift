internal import Functions

/// A row of `answers`.
struct AnswerRow {
    let id: UUID
    let fingerprint: UUID
    let requestID: UUID
    var outcome: String?
    var reference: UUID?
    var problem: String?
    var detail: String?

    init?(_ record: KeyRecord, id: UUID?) {
        guard let id else { return nil }
        self.id = id
        fingerprint = record.claim.fingerprint
        requestID = record.requestID
        switch record.ending {
        case .reply(let outcome, let reference):
            self.outcome = outcome
            self.reference = reference
        case .problem(let code, let detail):
            problem = code
            self.detail = detail
        }
    }
}
