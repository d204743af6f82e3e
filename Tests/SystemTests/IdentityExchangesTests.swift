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
}
