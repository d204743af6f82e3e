import Functions
import Glibc
import Runner
import Testing

/// What the provider remembers, and what ends.
@Suite struct IdentityMemoryTests {
    @Test func `a killed provider comes back with users, keys, sessions and revocations`() throws {
        let before = try IdentityRealm()
        let made = before.administer(
            .post,
            "",
            #"""
            {"username":"Kim","enabled":true,"email":"kim@example.org","firstName":"Kim",
            "lastName":"Roe","credentials":[{"value":"kim-password"}]}
            """#
        )
        #expect(made.status == 201)
        let kim = before.login("kim", "kim-password").json
        let ended = before.login().json
        let revoked = before.login().json
        let form = "client_id=web&refresh_token=\(ended["refresh_token"]?.string ?? "")"
        #expect(before.post("logout", form).status == 204)
        let access = revoked["access_token"]?.string ?? ""
        #expect(before.post("revoke", "client_id=web&token=\(access)").status == 200)

        let left = IdentityRealm.directory(holding: before.journal())
        let after = try IdentityRealm(directory: left)
        #expect(after.isActive(kim["access_token"]?.string ?? ""))
        #expect(after.refresh(kim["refresh_token"]?.string ?? "").status == 200)
        #expect(!after.isActive(ended["access_token"]?.string ?? ""))
        #expect(after.refresh(ended["refresh_token"]?.string ?? "").error == "Session not active")
        #expect(!after.isActive(access))
        #expect(after.refresh(revoked["refresh_token"]?.string ?? "").status == 200)
        #expect(after.login("kim", "kim-password").status == 200)
        #expect(after.userID("kim") == before.userID("kim"))
        #expect(after.userID("ann") == before.userID("ann"))
    }

    @Test func `a record that was half written is dropped, whatever stands before it stays`() throws
    {
        let before = try IdentityRealm()
        let token = before.login().json["access_token"]?.string ?? ""
        let whole = before.journal()
        for torn in [whole + Array(#"{"user":{"id":"x"#.utf8), whole + [0, 0, 10] + whole] {
            let after = try IdentityRealm(directory: IdentityRealm.directory(holding: torn))
            #expect(after.isActive(token))
            let again = IdentityRealm.directory(holding: after.journal())
            #expect(try IdentityRealm(directory: again).isActive(token))
        }
    }

    @Test func `a user who was deleted does not come back from the realm file`() throws {
        let before = try IdentityRealm()
        let token = before.login().json["access_token"]?.string ?? ""
        #expect(before.administer(.delete, "/\(before.userID("ann"))").status == 204)
        #expect(!before.isActive(token))
        let left = IdentityRealm.directory(holding: before.journal())
        let after = try IdentityRealm(directory: left)
        #expect(after.login().error == "Invalid user credentials")
        #expect(after.userID("ann") == "none")
    }

    @Test func `two providers do not share a directory, and its files are the owner's`() throws {
        let first = try IdentityRealm()
        #expect(throws: JournalError.self) { try IdentityRealm(directory: first.directory) }
        var status = stat()
        #expect(stat("\(first.directory)/small.journal", &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
    }

    @Test func `after a new key, tokens of the old one stay good`() throws {
        let realm = try IdentityRealm()
        let old = realm.login().json["access_token"]?.string ?? ""
        try realm.provider.rotateKey()
        let new = realm.login().json["access_token"]?.string ?? ""
        #expect(realm.isActive(old))
        #expect(realm.isActive(new))
        let ids = [old, new].map { SignedToken($0.utf8)?.keyID }
        #expect(ids[0] != ids[1])
        let certs = realm.ask(.get, "/auth/realms/small/protocol/openid-connect/certs")
        let keys = try #require(JSONWebKeySet(certs.body))
        #expect(Set(keys.keys.map(\.id)) == Set(ids))
        #expect(keys.passedOver == 1, "the key for encryption")
        for token in [old, new].compactMap({ SignedToken($0.utf8) }) {
            #expect(TokenSignature.verify(token, with: keys) == .valid)
        }
    }

    @Test func `tokens and sessions end with their time`() throws {
        let realm = try IdentityRealm()
        let login = realm.login().json
        let access = login["access_token"]?.string ?? ""
        let refresh = login["refresh_token"]?.string ?? ""
        realm.pass(seconds: 299)
        #expect(realm.isActive(access))
        realm.pass(seconds: 1)
        #expect(!realm.isActive(access))
        realm.pass(seconds: 1_499)
        let second = realm.refresh(refresh)
        #expect(second.status == 200)
        realm.pass(seconds: 1)
        #expect(realm.refresh(refresh).error == "Token is not active")
        realm.pass(seconds: 1_799)
        let last = second.json["refresh_token"]?.string ?? ""
        #expect(realm.refresh(last).error == "Token is not active")
    }

    @Test func `a session ends after ten hours, however often it is refreshed`() throws {
        let realm = try IdentityRealm()
        var reply = realm.login()
        for _ in 0..<20 {
            realm.pass(seconds: 1_700)
            reply = realm.refresh(reply.json["refresh_token"]?.string ?? "")
            #expect(reply.status == 200)
        }
        #expect(reply.json["refresh_expires_in"] == 1_800)
        realm.pass(seconds: 1_700)
        reply = realm.refresh(reply.json["refresh_token"]?.string ?? "")
        #expect(reply.json["refresh_expires_in"] == 300)
        realm.pass(seconds: 300)
        reply = realm.refresh(reply.json["refresh_token"]?.string ?? "")
        #expect(reply.status == 400)
    }

    @Test func `tokens from before the realm's not-before are void`() throws {
        let before = try IdentityRealm()
        let login = before.login().json
        let left = IdentityRealm.directory(holding: before.journal())
        let file = IdentityRealm.file.replacing(
            #""passwordPolicy""#,
            with: #""notBefore":1800000001,"passwordPolicy""#
        )
        let after = try IdentityRealm(directory: left, file: file)
        #expect(!after.isActive(login["access_token"]?.string ?? ""))
        #expect(after.refresh(login["refresh_token"]?.string ?? "").error == "Stale token")
    }
}
