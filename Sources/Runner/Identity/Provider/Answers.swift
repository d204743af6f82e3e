internal import Functions

/// An error as OAuth has it, and most of Keycloak with it.
struct OAuthError: Error, Equatable {
    let status: Int
    let error: String
    let description: String?

    init(_ status: Int, _ error: String, _ description: String? = nil) {
        self.status = status
        self.error = error
        self.description = description
    }

    var json: JSON {
        var members = [JSON.Member("error", .string(error))]
        if let description { members.append(.init("error_description", .string(description))) }
        return .object(members)
    }
}

/// Answers in Keycloak's form.
enum Answers {
    enum Caching { case unsaid, noCache, noStore }

    static func json(
        _ status: Int,
        _ value: JSON,
        _ caching: Caching = .unsaid,
        type: String = "application/json"
    ) -> Response {
        var writer = JSONWriter()
        writer.value(value)
        var response = Response(status: status, body: writer.bytes)
        response.fields.add(caching)
        response.fields.add("Content-Type", type)
        return response
    }

    /// What the administration answers with: Keycloak names the charset there.
    static func administration(_ value: JSON) -> Response {
        json(200, value, .noCache, type: "application/json;charset=UTF-8")
    }

    static func error(_ error: OAuthError, _ caching: Caching = .unsaid) -> Response {
        json(error.status, error.json, caching)
    }

    static func empty(_ status: Int, _ caching: Caching = .unsaid) -> Response {
        var response = Response(status: status)
        response.fields.add(caching)
        return response
    }

    static let noRealm = json(404, ["error": "Realm does not exist"])
    static let notFound = json(404, ["error": "Unable to find matching target resource method"])
    static let methodNotAllowed = json(405, ["error": "HTTP 405 Method Not Allowed"])

    /// Added to every answer: what Keycloak sends against sniffing and framing.
    static func secure(_ response: Response) -> Response {
        var response = response
        response.fields.add("Referrer-Policy", "no-referrer")
        response.fields.add("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        response.fields.add("X-Content-Type-Options", "nosniff")
        response.fields.add("X-Frame-Options", "SAMEORIGIN")
        response.fields.add("X-Robots-Tag", "none")
        return response
    }
}

extension ResponseFields {
    mutating func add(_ caching: Answers.Caching) {
        switch caching {
        case .unsaid: break
        case .noCache: add("Cache-Control", "no-cache")
        case .noStore:
            add("Cache-Control", "no-store")
            add("Pragma", "no-cache")
        }
    }

    /// What lets a browser's script of this origin read the answer.
    mutating func allow(origin: String) {
        add("Access-Control-Allow-Origin", origin)
        add("Access-Control-Expose-Headers", "Access-Control-Allow-Methods")
        add("Access-Control-Allow-Credentials", "true")
    }
}
