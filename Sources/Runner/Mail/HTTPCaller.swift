/// What became of a call.
package enum HTTPCallOutcome: Sendable, Equatable {
    case answered(status: Int, body: ContiguousArray<UInt8>)
    /// No whole answer; the reason names neither user, password nor query.
    case failed(reason: String)
}

/// The part of an HTTP client that letters need.
///
/// It follows no redirect and checks certificates. A cancelled task ends the call.
package protocol HTTPCaller: Sendable {
    /// Makes a call of half a minute at most.
    ///
    /// The URL has no user and no password and is all ASCII; names and values of the fields are
    /// printable ASCII.
    func call(
        _ method: Method,
        _ url: String,
        fields: [(name: String, value: String)],
        body: ContiguousArray<UInt8>?
    ) async -> HTTPCallOutcome
}

extension HTTPCaller {
    func call(
        _ method: Method,
        _ url: String,
        fields: [(name: String, value: String)]
    ) async -> HTTPCallOutcome {
        await call(method, url, fields: fields, body: nil)
    }
}

extension CurlClient: HTTPCaller {
    package func call(
        _ method: Method,
        _ url: String,
        fields: [(name: String, value: String)],
        body: ContiguousArray<UInt8>?
    ) async -> HTTPCallOutcome {
        guard let parts = URLParts(url), let base = BaseURL(parts.origin),
            var request = ClientRequest(
                method,
                base,
                path: parts.path.utf8,
                query: parts.query?.utf8
            )
        else { return .failed(reason: "its URL cannot be called") }
        for field in fields {
            guard request.fields.add(field.name.utf8, field.value.utf8) else {
                return .failed(reason: "the field \(field.name) cannot be sent")
            }
        }
        if let body { request.body = .whole(body) }
        request.limits.connect = .seconds(10)
        request.limits.total = .seconds(30)
        do {
            let response = try await response(to: request)
            return .answered(status: response.status, body: response.body)
        } catch {
            return .failed(reason: error.description)
        }
    }
}
