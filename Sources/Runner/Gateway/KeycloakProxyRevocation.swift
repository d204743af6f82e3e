internal import Functions

/// Watches a request that ends a session, and says which one.
///
/// The token in it names the session. It is not verified: at worst another session's tokens are
/// asked about anew.
struct KeycloakProxyRevocation {
    /// A longer form is not kept, and the session cannot be told.
    private static let maximumBody = 64 << 10
    private static let members = ["refresh_token", "token", "id_token_hint", "logout_token"]

    private let query: ArraySlice<UInt8>?
    private var body: ContiguousArray<UInt8>? = []

    /// Nil for a request that ends nothing.
    init?(_ head: RequestHead, path: ArraySlice<UInt8>) {
        guard Self.endsSessions(head.method, path) else { return nil }
        query = head.query
    }

    private static func endsSessions(_ method: Method, _ path: ArraySlice<UInt8>) -> Bool {
        let segments = path.split(separator: UInt8(ascii: "/"))
        // After realms and the realm's name.
        let rest = segments.dropFirst(2).map { String(decoding: $0, as: UTF8.self) }
        if rest.starts(with: ["protocol", "openid-connect"]), rest.count > 2 {
            return rest[2] == "logout" || rest[2] == "revoke"
        }
        // The account console's "sign out everywhere".
        return method == .delete && rest.first == "account"
    }

    mutating func note(_ bytes: UnsafeRawBufferPointer) {
        guard let count = body?.count else { return }
        if count + bytes.count > Self.maximumBody {
            body = nil
        } else {
            unsafe body?.append(contentsOf: bytes)
        }
    }

    /// The session, where the request names exactly one.
    var session: RevokedSession {
        guard let body else { return .unknown }
        var tokens: [ContiguousArray<UInt8>] = []
        for member in Self.members {
            tokens += FormText.values(of: member, in: body)
            if let query { tokens += FormText.values(of: member, in: query) }
        }
        let sessions = tokens.map { SignedToken($0)?.claims["sid"]?.string }
        guard let first = sessions.first, let id = first, sessions.allSatisfy({ $0 == id }) else {
            return .unknown
        }
        return .session(id)
    }
}
