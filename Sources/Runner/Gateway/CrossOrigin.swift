/// Cross-origin resource sharing under `/api`: `CORS_ORIGINS`.
///
/// Off where no origin is allowed: then no answer carries any of its fields. Never with credentials.
struct CrossOrigin: Sendable {
    static let exposed =
        "X-Request-Id, Location, Idempotency-Key, Idempotent-Replayed, Retry-After, WWW-Authenticate"
    static let requestFields =
        "Authorization, Content-Type, Idempotency-Key, X-Request-Id, traceparent"
    static let preflightSeconds = 3600

    private let origins: [ContiguousArray<UInt8>]
    private let allowsAll: Bool

    init(_ origins: [String]) {
        allowsAll = origins == ["*"]
        self.origins = origins.map { ContiguousArray($0.utf8) }
    }

    var isOn: Bool { !origins.isEmpty }

    /// The fields that every answer to this request carries.
    func addFields(origin: ArraySlice<UInt8>?, _ fields: inout ResponseFields) {
        guard isOn else { return }
        fields.add("Vary", "Origin")
        guard let allowed = allowed(origin) else { return }
        fields.add("Access-Control-Allow-Origin", allowed)
        fields.add("Access-Control-Expose-Headers", CrossOrigin.exposed)
    }

    /// The further fields of a preflight's answer; none where this is no allowed preflight.
    func addPreflightFields(_ head: RequestHead, methods: String, _ fields: inout ResponseFields) {
        guard isOn, head.first("access-control-request-method") != nil,
            allowed(head.first("origin")) != nil
        else { return }
        fields.add("Access-Control-Allow-Methods", methods)
        fields.add("Access-Control-Allow-Headers", CrossOrigin.requestFields)
        fields.add("Access-Control-Max-Age", String(CrossOrigin.preflightSeconds))
    }

    private func allowed(_ origin: ArraySlice<UInt8>?) -> ArraySlice<UInt8>? {
        guard let origin else { return nil }
        if allowsAll { return ArraySlice("*".utf8) }
        return origins.contains { origin.elementsEqual($0) } ? origin : nil
    }
}
