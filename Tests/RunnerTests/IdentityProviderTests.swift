import Functions
import Runner
import Testing

/// What the recordings do not hold.
@Suite struct IdentityProviderTests {
    @Test func `a browser's script is served for the origins that its client lists`() throws {
        let realm = try IdentityRealm()
        let good = realm.login("ann", "ann-password", "", [("Origin", "https://shop.example")])
        #expect(good.status == 200)
        #expect(good.head.contains("Access-Control-Allow-Origin: https://shop.example\r\n"))
        let foreign = realm.login("ann", "ann-password", "", [("Origin", "https://evil.example")])
        #expect(foreign.status == 403)
        #expect(foreign.error == "Invalid origin")
        #expect(!foreign.head.contains("Access-Control"))
    }

    @Test(arguments: [
        ("203.0.113.9", "http", 403), ("203.0.113.9", "https", 200), ("192.168.1.20", "http", 200),
        ("172.32.0.1", "http", 403), ("::1", "http", 200), ("2001:db8::1", "http", 403),
        ("rubbish", "http", 403), ("10.0.0.1, 203.0.113.9", "http", 200),
    ])
    func `a client in the open needs TLS`(address: String, scheme: String, status: Int) throws {
        let realm = try IdentityRealm()
        let fields = [("X-Forwarded-For", address), ("X-Forwarded-Proto", scheme)]
        let reply = realm.login("ann", "ann-password", "", fields)
        #expect(reply.status == status)
        if status == 403 { #expect(reply.error == "HTTPS required") }
    }

    @Test func `an ID token ends its session, and the browser goes where the client allows`() throws
    {
        let realm = try IdentityRealm()
        let login = realm.login("ann", "ann-password", "&scope=openid").json
        let path = "/auth/realms/small/protocol/openid-connect/logout?id_token_hint="
        let hint = login["id_token"]?.string ?? ""
        for target in ["evil.example%2F", "shop.example%2Fa%0D%0ASet-Cookie%3A%20b"] {
            let refused = realm.ask(
                .get,
                "\(path)\(hint)&post_logout_redirect_uri=https%3A%2F%2F\(target)"
            )
            #expect(refused.status == 400)
        }
        #expect(realm.isActive(login["access_token"]?.string ?? ""))
        let left = realm.ask(
            .get,
            "\(path)\(hint)&state=a%26b&post_logout_redirect_uri=https%3A%2F%2Fshop.example%2Fbye"
        )
        #expect(left.status == 302)
        #expect(left.head.contains("Location: https://shop.example/bye?state=a%26b\r\n"))
        #expect(!realm.isActive(login["access_token"]?.string ?? ""))
        #expect(realm.ask(.get, "\(path)x.y.z").status == 400)
    }

    @Test func `a secret comes from the environment, for both sides`() throws {
        let realm = try IdentityRealm(environment: ["API_SECRET": "better"])
        let token = realm.login().json["access_token"]?.string ?? ""
        #expect(realm.introspect(token, secret: "better")["active"] == true)
        #expect(realm.introspect(token)["error"] == "invalid_client")
        #expect(realm.provider.issuer == "https://shop.example/auth/realms/small")
    }

    @Test func `logins of one user at once all succeed, and keep their sessions apart`() throws {
        let realm = try IdentityRealm()
        let sessions = (0..<3).map { _ in realm.login().json["session_state"]?.string ?? "" }
        #expect(Set(sessions).count == 3)
        #expect(sessions.allSatisfy { $0.utf8.count == 24 })
    }

    @Test func `a user is changed where the request says so, and nowhere else`() throws {
        let realm = try IdentityRealm()
        let id = realm.userID("ann")
        #expect(realm.administer(.put, "/\(id)", #"{"lastName":"Ray"}"#).status == 204)
        let user = realm.administer(.get, "/\(id)").json
        #expect(user["firstName"] == "Ann")
        #expect(user["lastName"] == "Ray")
        #expect(user["email"] == "ann@example.org")
        #expect(realm.login().status == 200)
        let temporary = #"{"value":"ann-password-2","temporary":true}"#
        #expect(realm.administer(.put, "/\(id)/reset-password", temporary).status == 204)
        #expect(realm.login().error == "Invalid user credentials")
        #expect(realm.login("ann", "ann-password-2").error == "Account is not fully set up")
        let lasting = #"{"value":"ann-password-3"}"#
        #expect(realm.administer(.put, "/\(id)/reset-password", lasting).status == 204)
        #expect(realm.login("ann", "ann-password-3").status == 200)
    }

    @Test(arguments: [
        (#"{"username":"ab"}"#, "error-invalid-length-too-short"),
        (#"{"username":"имя"}"#, "error-username-invalid-character"),
        (#"{"username":"a b c"}"#, "error-username-invalid-character"),
        (#"{"username":"abc","email":"a@b@c"}"#, "error-invalid-email"),
        (#"{"username":"abc","email":"имя@example.org"}"#, "error-invalid-email"),
        (#"{"username":"abc","email":".a@example.org"}"#, "error-invalid-email"),
        (#"{"username":"abc","lastName":"<b>"}"#, "error-person-name-invalid-character"),
        (#"{"username":""}"#, "User name is missing"),
        (#"{"username":"ANN"}"#, "User exists with same username"),
        (#"{"username":"abc","email":"Ann@Example.org"}"#, "User exists with same email"),
    ])
    func `a user that the profile refuses is not made`(body: String, message: String) throws {
        let realm = try IdentityRealm()
        let reply = realm.administer(.post, "", body)
        #expect(reply.json["errorMessage"]?.string == message)
        #expect(realm.userID("abc") == "none")
    }

    @Test(arguments: [
        "", "[]", "null", "{", #"{"username":1}"#, #"{"username":"x","username":"y"}"#,
        #"{"username":"xyz","attributes":[]}"#, #"{"username":"xyz","enabled":"true"}"#,
        #"{"username":"xyz","credentials":[1]}"#,
        #"{"username":"xyz","credentials":[{"value":""}]}"#,
        #"{"username":"xyz","credentials":[{"type":"otp"}]}"#,
        #"{"username":"xyz","groups":["/no"]}"#,
        #"{"username":"xyz","credentials":[{"value":"xyz"}]}"#, "\u{0}", "{\"\u{7F}\u{7F}\":1}",
        #"{"\u006dagic":1}"#, #"{"magic":1}"#,
    ])
    func `a body that makes no sense makes no user`(body: String) throws {
        let realm = try IdentityRealm()
        let reply = realm.administer(.post, "", body)
        #expect(reply.status == 400 || reply.status == 404)
        #expect(realm.userID("xyz") == "none")
    }

    @Test func `whoever has no right to administer has none`() throws {
        let realm = try IdentityRealm()
        let user = realm.login().json["access_token"]?.string ?? ""
        let form = "grant_type=client_credentials&client_id=api&client_secret=api-secret"
        let service = realm.post("token", form).json["access_token"]?.string ?? ""
        for (token, status) in [(user, 403), (service, 403), ("", 401), ("x.y.z", 401)] {
            for path in ["users", "users/count", "roles", "clients", ""] {
                let reply = realm.ask(
                    .get,
                    "/auth/admin/realms/small/\(path)",
                    [("Authorization", "Bearer \(token)")]
                )
                #expect(reply.status == status, "\(path)")
            }
        }
        #expect(realm.administer(.get, "/count").body == ContiguousArray("1".utf8))
    }

    @Test(arguments: [
        ("/auth/realms/small/../small", 400), ("/auth//realms/small", 400),
        ("/auth/realms/%2e", 400),
        ("/auth/realms/small;x", 400), ("/auth/realms/other", 404), ("/auth/realms", 404),
        ("/", 404),
        ("/realms/small", 404), ("/auth/realms/small/", 200), ("/auth/realms/small%00", 404),
        ("/auth/metrics", 404), ("/auth/admin/realms/master/users", 401),
        ("/auth/realms/small/protocol/openid-connect/auth", 501),
    ])
    func `a path leads where Keycloak's does`(path: String, status: Int) throws {
        #expect(try IdentityRealm().ask(.get, path).status == status)
    }

    @Test func `fields are decoded as a form has them, and rubbish stays rubbish`() throws {
        let realm = try IdentityRealm()
        #expect(realm.login("%61nn", "ann%2Dpassword").status == 200)
        #expect(realm.login("ann%", "ann-password").error == "Invalid user credentials")
        #expect(realm.login("%ff%fe", "%00").error == "Invalid user credentials")
        let basic = Base64.encode("api:api%2Dsecret".utf8)
        let reply = realm.post(
            "token",
            "grant_type=client_credentials",
            [("Authorization", "basic  \(basic)")]
        )
        #expect(reply.status == 200)
    }
}
