import Runner
import Testing

@Suite struct IdentityCryptoTests {
    @Test func `SHA-256 hashes the standard's examples`() {
        #expect(
            hex(SHA256.hash("abc".utf8).bytes)
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        )
        #expect(
            hex(SHA256.hash([]).bytes)
                == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        )
    }

    @Test func `HMAC agrees with RFC 4231's second case`() {
        let code = HMAC.sha256(key: "Jefe".utf8, "what do ya want for nothing?".utf8)
        #expect(
            hex(code) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        )
        let long = HMAC.sha512(key: "Jefe".utf8, "what do ya want for nothing?".utf8)
        #expect(
            hex(long).hasPrefix("164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505")
        )
    }

    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ])
    func `base64 goes there and back`(plain: String, encoded: String) {
        #expect(Base64.encode(plain.utf8) == encoded)
        #expect(Base64.decode(encoded.utf8) == ContiguousArray(plain.utf8))
        let bare = encoded.filter { $0 != "=" }
        #expect(Base64.encodeURL(plain.utf8) == bare)
        #expect(Base64.decodeURL(bare.utf8) == ContiguousArray(plain.utf8))
    }

    @Test(arguments: ["Zg", "Zg=", "Zh==", "Zg===", "=Zg=", "Zm9v\n", "Z", "Zm-v", "===="])
    func `base64 that is not the one encoding is refused`(text: String) {
        #expect(Base64.decode(text.utf8) == nil)
    }

    @Test(arguments: ["Zg==", "Zh", "Zm9v=", "Z", "Zm+v", "Zm/v", "Zm 9v"])
    func `base64url that is not the one encoding is refused`(text: String) {
        #expect(Base64.decodeURL(text.utf8) == nil)
    }

    @Test func `a password matches its own hash only`() {
        let hash = PasswordHash(password: "пароль-1")
        #expect(hash.iterations == 600_000)
        #expect(hash.salt.count == 16)
        #expect(hash.matches("пароль-1"))
        #expect(!hash.matches("пароль-2"))
        #expect(!hash.matches(""))
    }

    @Test func `random bytes differ`() {
        #expect(RandomBytes.make(16) != RandomBytes.make(16))
        #expect(RandomBytes.make(0).isEmpty)
    }

    @Test func `secrets are compared whole`() {
        #expect(ConstantTime.areEqual("abc".utf8, "abc".utf8))
        #expect(!ConstantTime.areEqual("abc".utf8, "abd".utf8))
        #expect(!ConstantTime.areEqual("abc".utf8, "ab".utf8))
        #expect(ConstantTime.areEqual([], []))
    }

    @Test func `a key signs, and survives its text form`() throws {
        let key = PrivateKey.generate()
        let read = try #require(PrivateKey(pem: key.pem))
        #expect(read.modulus == key.modulus)
        let verifier = try #require(PublicKey(modulus: key.modulus, exponent: key.exponent))
        let signature = read.sign("message".utf8)
        #expect(verifier.verifies(signature, of: "message".utf8, with: .rs256))
        #expect(!verifier.verifies(signature, of: "massage".utf8, with: .rs256))
        #expect(!verifier.verifies(signature, of: "message".utf8, with: .rs512))
        #expect(!verifier.verifies(signature, of: "message".utf8, with: .ps256))
        #expect(!verifier.verifies(signature, of: "message".utf8, with: .es256))
        #expect(!verifier.verifies([], of: "message".utf8, with: .rs256))
    }

    @Test func `text that is no key is refused`() {
        #expect(PrivateKey(pem: "") == nil)
        #expect(
            PrivateKey(pem: "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n") == nil
        )
    }

    private func hex(_ bytes: ContiguousArray<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
