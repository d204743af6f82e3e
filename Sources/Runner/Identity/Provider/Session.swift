internal import Functions

/// A login: what its tokens live and die with.
struct Session: Sendable {
    let id: String
    let userID: String
    let client: String
    /// Seconds since 1970.
    let startedAt: Int64
    var refreshedAt: Int64

    init(userID: String, client: String, now: Int64) {
        id = Base64.encodeURL(RandomBytes.make(18))
        self.userID = userID
        self.client = client
        startedAt = now
        refreshedAt = now
    }

    /// When it ends if nobody refreshes it.
    func end(_ realm: Realm) -> Int64 {
        min(refreshedAt + realm.sessionIdleTimeout, startedAt + realm.sessionMaximumLifespan)
    }

    var record: JSON {
        [
            "id": .string(id), "user": .string(userID), "client": .string(client),
            "startedAt": .integer(startedAt), "refreshedAt": .integer(refreshedAt),
        ]
    }

    init?(record: JSON) {
        guard let id = record["id"]?.string, let user = record["user"]?.string,
            let client = record["client"]?.string, let started = record["startedAt"]?.integer,
            let refreshed = record["refreshedAt"]?.integer
        else { return nil }
        self.id = id
        userID = user
        self.client = client
        startedAt = started
        refreshedAt = refreshed
    }
}
