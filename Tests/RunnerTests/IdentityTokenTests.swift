import Functions
import Runner
import Testing

@Suite struct IdentityTokenTests {
    /// RFC 7515 A.2 and A.3.
    static let rsaKey = """
        {"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"}
        """
    static let rsaToken =
        "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"
    static let ellipticKey = """
        {"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}
        """
    static let ellipticToken =
        "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"

    static func keys(_ entries: String...) throws -> JSONWebKeySet {
        let text = "{\"keys\":[\(entries.joined(separator: ","))]}"
        return try #require(JSONWebKeySet(ContiguousArray(text.utf8)))
    }

    @Test func `the signatures of RFC 7515 hold, each by its own key only`() throws {
        let rsa = try #require(SignedToken(Self.rsaToken.utf8))
        let elliptic = try #require(SignedToken(Self.ellipticToken.utf8))
        let both = try Self.keys(Self.rsaKey, Self.ellipticKey)
        #expect(both.keys.count == 2)
        #expect(TokenSignature.verify(rsa, with: both) == .valid)
        #expect(TokenSignature.verify(elliptic, with: both) == .valid)
        let onlyRSA = try Self.keys(Self.rsaKey)
        #expect(TokenSignature.verify(elliptic, with: onlyRSA) == .invalid)
        #expect(TokenSignature.verify(rsa, with: JSONWebKeySet(keys: [])) == .unknownKey)
    }

    @Test func `a changed part is noticed`() throws {
        let keys = try Self.keys(Self.rsaKey, Self.ellipticKey)
        for text in [Self.rsaToken, Self.ellipticToken] {
            let parts = text.split(separator: ".")
            let payload = Base64.encodeURL(#"{"iss":"eve"}"#.utf8)
            let forged = try #require(SignedToken("\(parts[0]).\(payload).\(parts[2])".utf8))
            #expect(TokenSignature.verify(forged, with: keys) == .invalid)
            let short = try #require(SignedToken("\(parts[0]).\(parts[1]).AAAA".utf8))
            #expect(TokenSignature.verify(short, with: keys) == .invalid)
        }
    }

    @Test(arguments: ["none", "HS256", "HS512", "RS1", "", "rs256", "ES384"])
    func `an algorithm that is not taken is refused`(algorithm: String) throws {
        let header = Base64.encodeURL("{\"alg\":\"\(algorithm)\"}".utf8)
        let token = try #require(SignedToken("\(header).e30.AAAA".utf8))
        #expect(TokenSignature.verify(token, with: try Self.keys(Self.rsaKey)) == .invalid)
    }

    @Test func `a token of a key that is not there asks for a newer key set`() throws {
        let header = Base64.encodeURL(#"{"alg":"RS256","kid":"new"}"#.utf8)
        let token = try #require(SignedToken("\(header).e30.AAAA".utf8))
        #expect(TokenSignature.verify(token, with: try Self.keys(Self.rsaKey)) == .unknownKey)
    }

    @Test(arguments: [
        "", ".", "..", "a.b", "e30.e30.", "e30.e30.AAAA", "eyJhbGciOjF9.e30.AAAA",
        "eyJhbGciOiJSUzI1NiJ9.W10.AAAA", "eyJhbGciOiJSUzI1NiJ9.e30.AAAA.AAAA",
        "eyJhbGciOiJSUzI1NiJ9.e30=.AAAA", "eyJhbGciOiJSUzI1NiJ9.e30.A",
        "eyJhbGciOiJSUzI1NiIsImNyaXQiOltdfQ.e30.AAAA", "eyJhbGciOiJSUzI1NiJ9. e30.AAAA",
    ])
    func `what is no token is refused whole`(text: String) {
        #expect(SignedToken(text.utf8) == nil)
    }

    @Test func `entries that cannot be read are passed over`() throws {
        let readable = Self.rsaKey.dropLast()
        let keys = try Self.keys(
            "\(readable),\"kid\":\"good\",\"use\":\"sig\",\"alg\":\"RS256\"}",
            "\(readable),\"kid\":\"encryption\",\"use\":\"enc\",\"alg\":\"RSA-OAEP\"}",
            "\(readable),\"kid\":\"other algorithm\",\"alg\":\"ES256\"}",
            #"{"kty":"RSA","n":"AQAB","e":"AQAB","kid":"too short"}"#,
            #"{"kty":"OKP","crv":"Ed25519","x":"AA"}"#,
            #"{"kty":"RSA"}"#,
            #"{}"#,
            "1",
            Self.ellipticKey.replacing("x_FEzRu9", with: "x_FEzRu8")
        )
        #expect(keys.keys.map(\.id) == ["good"])
        #expect(keys.passedOver == 8)
        #expect(keys.keys.first?.serves(.rs512) == false)
    }

    @Test(arguments: ["", "[]", "{}", #"{"keys":1}"#])
    func `what is no key set is told from an empty one`(text: String) {
        #expect(JSONWebKeySet(ContiguousArray(text.utf8)) == nil)
        #expect(JSONWebKeySet(ContiguousArray(#"{"keys":[]}"#.utf8))?.keys.isEmpty == true)
    }

    @Test func `claims are read as they stand`() throws {
        let claims = try TokenClaims(
            try JSON.parse(
                #"""
                {"active":true,"iss":"i","sub":"s","aud":["a","b"],"typ":"Bearer","azp":"web",
                "exp":1.5,"nbf":1e400,"iat":-9223372036854775808,"sid":"x","jti":"j",
                "realm_access":{"roles":["user","operator"]},"preferred_username":"anna",
                "email":"anna@example.org","phone_number":"+7","locale":"ru","scope":"openid"}
                """#
            )
        )
        #expect(claims.isActive == true)
        #expect(claims.audience == ["a", "b"])
        #expect(claims.expiresAt == 1.5)
        #expect(claims.notBefore == .infinity)
        #expect(claims.issuedAt == -9_223_372_036_854_775_808)
        #expect(claims.roles == ["user", "operator"])
        #expect(claims.username == "anna")
        #expect(!claims.isBound)
    }

    @Test(arguments: [
        (#"{"exp":"soon"}"#, "exp"), (#"{"exp":null}"#, "exp"), (#"{"aud":7}"#, "aud"),
        (#"{"aud":["a",1]}"#, "aud"), (#"{"sub":1}"#, "sub"), (#"{"active":"yes"}"#, "active"),
        (#"{"realm_access":{"roles":{}}}"#, "roles"), (#"{"iat":[]}"#, "iat"),
    ])
    func `a claim of the wrong kind is named`(text: String, claim: String) throws {
        let json = try JSON.parse(text)
        #expect {
            try TokenClaims(json)
        } throws: {
            ($0 as? TokenClaims.Malformed)?.claim == claim
        }
    }

    @Test func `absurd numbers neither trap nor become NaN`() throws {
        for number in [
            "1e999999999", "-1e999999999", "0.0000000001", String(repeating: "9", count: 400),
        ] {
            let claims = try TokenClaims(try JSON.parse("{\"exp\":\(number)}"))
            #expect(claims.expiresAt?.isNaN == false)
        }
    }
}
