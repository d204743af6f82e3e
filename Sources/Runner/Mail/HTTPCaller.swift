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
    /// Posts the body within so many seconds.
    ///
    /// The URL has no user and no password and is all ASCII; names and values of the fields are
    /// printable ASCII.
    func post(
        url: String,
        fields: [(name: String, value: String)],
        body: ContiguousArray<UInt8>,
        seconds: Int
    ) async -> HTTPCallOutcome
}

extension ServiceURL {
    /// The value of `Authorization` (RFC 7617), where the URL has a user.
    var basicAuthorization: String? {
        user.map { "Basic " + Base64.encode(Array("\($0):\(password?.value ?? "")".utf8)) }
    }
}
