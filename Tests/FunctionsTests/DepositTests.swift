import Functions
import Testing

struct DepositTests {
    @Test func `money is paid in and the receipt says what there is now`() async throws {
        let store = try await TestStore()
        try await store.open(.alice, 10)
        let receipt = try await store.output(
            Deposit.self,
            .init(userID: Person.alice.id, amount: 5)
        )

        #expect(receipt.status == 201)
        #expect(
            receipt.rendered == """
                {"id":"\(receipt.movement.id)","userId":"\(Person.alice.id)","amount":5,\
                "currency":"RUB","balance":15,"createdAt":"2025-11-25T11:00:00.000Z"}
                """
        )
        #expect(try await store.balance(of: .alice) == 15)
    }

    @Test func `the same key pays in once and answers the same bytes`() async throws {
        let store = try await TestStore()
        try await store.open(.alice, 10)
        let input = Deposit.Input(userID: Person.alice.id, amount: 5)

        let first = try await store.output(Deposit.self, input, key: .named(1))
        store.clock.advance(seconds: 100)
        try await store.output(Deposit.self, input)
        let again = try await store.output(Deposit.self, input, key: .named(1))

        #expect(again.rendered == first.rendered)
        #expect(try await store.balance(of: .alice) == 20)
    }

    @Test func `without an account nothing happens, and the key keeps that`() async throws {
        let store = try await TestStore()
        let input = Deposit.Input(userID: Person.alice.id, amount: 5)
        let first = await problem(Deposit.Code.self) {
            try await store.output(Deposit.self, input, key: .named(1))
        }
        try await store.open(.alice)
        let again = await problem(Deposit.Code.self) {
            try await store.output(Deposit.self, input, key: .named(1))
        }

        #expect(first?.code == .accountMissing)
        #expect(first?.detail.contains("new Idempotency-Key") == true)
        #expect(again?.code == .accountMissing)
        #expect(again?.detail == first?.detail)
        #expect(try await store.balance(of: .alice) == 0)
    }

    @Test func `a balance reaches its limit and never passes it`() async throws {
        let store = try await TestStore()
        let room: Int64 = 3
        try await store.output(RaiseBalance.self, Money.largestBalance - room)
        let tooMuch = await problem(Deposit.Code.self) {
            try await store.output(
                Deposit.self,
                .init(userID: Person.alice.id, amount: room + 1),
                key: .named(1)
            )
        }
        #expect(tooMuch?.code == .balanceLimit)
        #expect(tooMuch?.code.status == 422)
        #expect(tooMuch?.errors.map(\.text) == ["/amount \(tooMuch?.detail ?? "")"])
        #expect(tooMuch?.detail.contains("3 more") == true)

        try await store.output(Deposit.self, .init(userID: Person.alice.id, amount: room))
        #expect(try await store.balance(of: .alice) == Money.largestBalance)

        let again = await problem(Deposit.Code.self) {
            try await store.output(
                Deposit.self,
                .init(userID: Person.alice.id, amount: room + 1),
                key: .named(1)
            )
        }
        #expect(again?.detail == tooMuch?.detail)
        #expect(again?.errors == tooMuch?.errors)
    }

    @Test(arguments: ["1", "99999999999"])
    func `an amount within its range is taken`(amount: String) throws {
        let decoded = try Deposit.decode(#"{"amount":\#(amount)}"#, path: path)
        #expect(decoded.problems.isEmpty)
        #expect(decoded.input?.amount == Int64(amount))
        #expect(decoded.input?.userID == Person.alice.id)
    }

    @Test(arguments: [
        "0", "-1", "100000000000", "1.0", "1e3", #""5""#, "null", "true", "[]", "{}",
        "9223372036854775808", "-9223372036854775809", "1e400",
    ])
    func `an amount outside its range, or of another kind, is refused`(amount: String) throws {
        let decoded = try Deposit.decode(#"{"amount":\#(amount)}"#, path: path)
        #expect(decoded.input == nil)
        #expect(decoded.problems == ["/amount must be an integer from 1 to 99999999999"])
    }

    @Test func `all that is wrong with a body is told at once`() throws {
        let decoded = try Deposit.decode(#"{"x":1,"a/b~c":2}"#, path: path)
        #expect(
            decoded.problems == ["/x is not known", "/a~1b~0c is not known", "/amount is required"]
        )
        #expect(try Deposit.decode("[]", path: path).problems == [" must be an object"])
    }

    private let path = [(name: "userId", value: Person.alice.id.uuid)]
}
