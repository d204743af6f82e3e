/// Delivers the letter about a settled order, at least once.
///
/// The event carries its id and its fence; the rest is read fresh. The transaction that records the
/// delivery settles the event, too. Where the message could not be handed on now, nothing changes and
/// the event is to be sent again later.
package enum Notify: EffectFunction, DeclaredFunction {
    package struct Input: Sendable {
        package let letterID: LetterID
        package let fence: Int64

        package init(letterID: LetterID, fence: Int64) {
            self.letterID = letterID
            self.fence = fence
        }
    }

    package enum Code: String, ProblemCode {
        /// Someone has taken the event since.
        case fenceStale
        case letterMissing

        package var status: Int {
            switch self {
            case .fenceStale: 409
            case .letterMissing: 422
            }
        }

        package var title: String {
            switch self {
            case .fenceStale: "The event was taken by another delivery"
            case .letterMissing: "No such event"
            }
        }

        package var detail: String {
            switch self {
            case .fenceStale: "A newer delivery of this event is under way: leave it alone."
            case .letterMissing:
                "No order was settled under this event's id: do not send it again."
            }
        }

        package var isRecorded: Bool { false }
    }

    package static let declaration = Declaration(
        "notify",
        "Delivers the letter about a settled order.",
        .event(OrderSettled.type),
        access: .service,
        // A mail server may take five minutes for its answer to the last dot.
        timeoutSeconds: 600,
        uses: [.letterDelivery]
    )

    package static let input = InputSchema<Input>.fields(
        .attribute("id", .letterID),
        .attribute("fence", .fence)
    ) { Input(letterID: $0, fence: $1) }

    package static func handle(
        _ input: Input,
        _ call: Call,
        in context: borrowing EffectContext
    ) async throws(EffectError<Code>) -> NoContent {
        let state = try await context.read(ReadLetter.self, input.letterID, call)
        guard !state.isSettled else { return NoContent() }
        guard state.fence == input.fence else {
            throw .problem(Problem(.fenceStale))
        }
        switch await context.delivery.send(state.letter) {
        case .sent:
            try await record(.sent, input, call, in: context)
        case .rejected(let reason):
            try await record(.failed(reason), input, call, in: context)
        case .later(let reason):
            throw .unavailable(reason)
        }
        return NoContent()
    }

    private static func record(
        _ ending: RecordDelivery.Ending,
        _ input: Input,
        _ call: Call,
        in context: borrowing EffectContext
    ) async throws(EffectError<Code>) {
        try await context.run(
            RecordDelivery.self,
            .init(letterID: input.letterID, fence: input.fence, ending: ending),
            call
        )
    }
}

extension ParameterSchema where Value == LetterID {
    fileprivate static let letterID = ParameterSchema(document: Schema<UUID>.uuid.document) {
        text,
        name,
        decoding in
        guard let uuid = UUID(text) else {
            decoding.report(.parameter(name), "must be a UUID")
            return nil
        }
        return LetterID(uuid)
    }
}

extension ParameterSchema where Value == Int64 {
    fileprivate static let fence = ParameterSchema(
        document: ["type": "integer", "format": "int64", "minimum": 0]
    ) { text, name, decoding in
        guard text.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), let fence = Int64(text) else {
            decoding.report(.parameter(name), "must be an integer from 0")
            return nil
        }
        return fence
    }
}
