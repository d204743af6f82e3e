import Runner
import Testing

@Suite struct IdentityExchangesTests {
    @Test(.timeLimit(.minutes(5)))
    func `the embedded provider answers as a recorded Keycloak does`() async throws {
        let directory = TemporaryDirectory()
        let fixture = try IdentityFixture(directory: directory.path)
        let ending = Program.run(
            "python3",
            [
                Program.script("keycloak/exchanges.py"), "check", fixture.base,
                Program.script("keycloak/keycloak-26.7.3.json"),
            ]
        )
        await fixture.stop()
        #expect(ending.output.hasSuffix("120 exchanges compared, 0 differ\n"), "\(ending.output)")
        #expect(ending.status == 0)
    }

    @Test(.timeLimit(.minutes(5)))
    func `it answers so with every name changed, from the realm file alone`() async throws {
        let directory = TemporaryDirectory()
        let realm = Program.script("../../deploy/keycloak/realm.json")
        let renaming = Program.run(
            "python3",
            [
                Program.script("keycloak/renamed.py"), realm,
                Program.script("keycloak/exchanges.py"),
                Program.script("keycloak/keycloak-26.7.3.json"), directory.path,
            ]
        )
        try #require(renaming.status == 0, "\(renaming.output)")
        let fixture = try IdentityFixture(
            directory: directory.path + "/identity",
            realmFile: ContiguousArray(Program.contents("\(directory.path)/realm.json"))
        )
        let ending = Program.run(
            "python3",
            [
                "\(directory.path)/exchanges.py", "check", fixture.base,
                "\(directory.path)/recorded.json",
            ]
        )
        await fixture.stop()
        #expect(fixture.provider.realmName == "bazaar")
        #expect(ending.output.hasSuffix("120 exchanges compared, 0 differ\n"), "\(ending.output)")
    }

    @Test func `the compiled-in realm is the one that a Keycloak imports`() {
        let file = Program.contents(Program.script("../../deploy/keycloak/realm.json"))
        #expect(IdentityProvider.compiledRealm.elementsEqual(file))
    }
}
