import Functions
import Runner
import Testing

/// A realm that would not be served as Keycloak serves it is refused at the start, with the place.
@Suite struct IdentityRealmFileTests {
    @Test(arguments: [
        (
            #""protocolMapper":"oidc-audience-mapper""#, #""protocolMapper":"oidc-magic-mapper""#,
            #"/clients/0/protocolMappers/0: the mapper type "oidc-magic-mapper" is not known here"#
        ),
        (
            "length(8)", "length(8) and forceExpiredPasswordChange(7)",
            #"has the password rule "forceExpiredPasswordChange(7)""#
        ),
        (#""secret":"admin-secret""#, #""secret":"""#, "/clients/2: is a confidential client"),
        (#""clientId":"admin""#, #""clientId":"api""#, #"/clients/2: is the second client "api""#),
        (#""realm":"${REALM:small}""#, #""realm":"a/b""#, "a realm name that a path cannot hold"),
        (#""realm":"${REALM:small}""#, #""enabled":true"#, #"needs a member "realm""#),
        (
            #""publicClient":true"#, #""publicClient":1"#,
            "/clients/0/publicClient: must be true or false"
        ),
        (
            #""defaultGroups":["/all"]"#, #""defaultGroups":["/none"]"#,
            #"has a default group "/none""#
        ),
        ("{", "[", "is not JSON"),
    ])
    func `what is not understood is refused`(old: String, new: String, problem: String) throws {
        let file = IdentityRealm.file.replacing(old, with: new, maxReplacements: 1)
        #expect {
            try IdentityRealm(file: file)
        } throws: {
            "\($0)".contains(problem)
        }
    }

    @Test(arguments: [
        (#"{"pattern":{"pattern":"^\\d+$"}}"#, "which is more than a POSIX extended one"),
        (#"{"pattern":{"pattern":"(?i)a"}}"#, "which is more than a POSIX extended one"),
        (#"{"iso-date":{}}"#, #"the validation "iso-date" is not known here"#),
    ])
    func `a validation that could not be kept is refused`(rules: String, problem: String) throws {
        #expect {
            try IdentityRealm(file: Self.profile(rules))
        } throws: {
            "\($0)".contains(problem)
        }
    }

    @Test(arguments: [
        ("+79990000001", true), ("+7", false), ("79990000001", false), ("x+79990000001", false),
        ("+79990000001\\n", false), ("+79990000001\\u0000", false),
    ])
    func `a pattern is matched against the whole value`(value: String, isFine: Bool) throws {
        let rules = #"{"pattern":{"pattern":"^\\+[1-9][0-9]{6,14}$"}}"#
        let realm = try IdentityRealm(file: Self.profile(rules))
        let body =
            "{\"username\":\"kim\",\"attributes\":{\"phone\":[\"\(value)\"],\"shoe\":\"42\"}}"
        let reply = realm.administer(.post, "", body)
        #expect(reply.status == (isFine ? 201 : 400))
        guard isFine else { return }
        let user = realm.administer(.get, "/\(realm.userID("kim"))").json
        #expect(user["attributes"] == ["phone": ["+79990000001"]])
    }

    @Test func `placeholders are filled in, and a name that nobody set stays`() throws {
        let file = IdentityRealm.file.replacing("\"Lee\"", with: "\"${x} $ ${y:z:$} ${\"")
        let realm = try IdentityRealm(directory: IdentityRealm.newDirectory(), file: file)
        let user = realm.administer(.get, "/\(realm.userID("ann"))").json
        #expect(user["lastName"] == "${x} $ z:$ ${")
    }

    private static func profile(_ rules: String) -> String {
        let profile = "{\"attributes\":[{\"name\":\"phone\",\"validations\":\(rules)}]}"
        let quoted = profile.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return IdentityRealm.file.replacing(
            #""clients":["#,
            with: #""components":{"org.keycloak.userprofile.UserProfileProvider":[{"config":"#
                + "{\"kc.user.profile.config\":[\"\(quoted)\"]}}]},\"clients\":["
        )
    }
}
