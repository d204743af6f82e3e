import Functions
import Testing

struct GetAccountTests {
    @Test func `the account is answered as it is now`() async throws {
        let store = try await TestStore()
        try await store.open(.alice, 1_500)
        let account = try await store.output(GetAccount.self, .init(userID: Person.alice.id))

        #expect(account.status == 200)
        #expect(
            account.rendered == """
                {"userId":"\(Person.alice.id)","balance":1500,"currency":"RUB",\
                "createdAt":"2025-11-25T11:00:00.000Z"}
                """
        )
    }

    @Test func `without an account the answer says how to open one`() async throws {
        let store = try await TestStore()
        let problem = await problem(AccountMissing.self) {
            try await store.output(GetAccount.self, .init(userID: Person.alice.id))
        }
        #expect(problem?.code == .accountMissing)
        #expect(problem?.detail.contains("POST /api/billing/accounts") == true)
    }
}
