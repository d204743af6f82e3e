import Functions
import Testing

struct WithdrawTests {
    private let orderID = OrderID(UUID(high: 0x0BDE, low: 1))

    private func input(_ amount: Int64, _ orderID: OrderID? = nil) -> Withdraw.Input {
        Withdraw.Input(userID: Person.alice.id, amount: amount, orderID: orderID ?? self.orderID)
    }

    @Test func `the money goes and the receipt names the order`() async throws {
        let store = try await TestStore()
        try await store.open(.alice, 10)
        let receipt = try await store.output(Withdraw.self, input(10), as: .service, key: .named(1))

        #expect(receipt.status == 201)
        #expect(
            receipt.rendered == """
                {"id":"\(receipt.movement.id)","userId":"\(Person.alice.id)","amount":10,\
                "currency":"RUB","balance":0,"orderId":"\(orderID)",\
                "createdAt":"2025-11-25T11:00:00.000Z"}
                """
        )
        let again = try await store.output(Withdraw.self, input(10), as: .service, key: .named(1))
        #expect(again.rendered == receipt.rendered)
        #expect(try await store.balance(of: .alice) == 0)
        // The letter belongs to an order of ours.
        #expect(try await store.letters(of: .alice).isEmpty)
    }

    @Test func `a minor unit too much is refused, recorded, and does not use the order`()
        async throws
    {
        let store = try await TestStore()
        try await store.open(.alice, 10)
        let refused = await problem(Withdraw.Code.self) {
            try await store.output(Withdraw.self, input(11), as: .service, key: .named(1))
        }
        #expect(refused?.code == .insufficientFunds)
        #expect(refused?.code.status == 402)

        try await store.open(.alice, 5)
        let again = await problem(Withdraw.Code.self) {
            try await store.output(Withdraw.self, input(11), as: .service, key: .named(1))
        }
        #expect(again?.code == .insufficientFunds)

        let paid = try await store.output(Withdraw.self, input(11), as: .service, key: .named(2))
        #expect(paid.movement.balance == 4)
    }

    @Test func `an order is paid once, whatever account it names`() async throws {
        let store = try await TestStore()
        try await store.open(.alice, 10)
        try await store.open(.bob, 10)
        _ = try await store.output(Withdraw.self, input(1), as: .service, key: .named(1))
        let again = await problem(Withdraw.Code.self) {
            try await store.output(
                Withdraw.self,
                .init(userID: Person.bob.id, amount: 1, orderID: orderID),
                as: .service,
                key: .named(2)
            )
        }
        #expect(again?.code == .orderUsed)
        #expect(again?.code.status == 409)
        #expect(try await store.balance(of: .bob) == 10)
    }

    @Test(arguments: [1, 100])
    func `an order of ours, paid or rejected, has used its id`(price: Int64) async throws {
        let store = try await TestStore()
        try await store.open(.alice, 10)
        let order = try await store.order("tea", price).order
        let refused = await problem(Withdraw.Code.self) {
            try await store.output(Withdraw.self, input(1, order.id), as: .service, key: .named(1))
        }
        #expect(refused?.code == .orderUsed)
    }

    @Test func `without an account nothing happens`() async throws {
        let store = try await TestStore()
        let refused = await problem(Withdraw.Code.self) {
            try await store.output(Withdraw.self, input(1), as: .service, key: .named(1))
        }
        #expect(refused?.code == .accountMissing)
        #expect(refused?.code.status == 404)
    }

    @Test func `an order's id is taken in either letter case and must be a UUID`() throws {
        let path = [(name: "userId", value: Person.alice.id.uuid)]
        let good = try Withdraw.decode(
            #"{"amount":1,"orderId":"019ABA21-0FD0-7B3C-8D4E-5F60718293A4"}"#,
            path: path,
            as: .service
        )
        #expect(good.input?.orderID.description == "019aba21-0fd0-7b3c-8d4e-5f60718293a4")
        let bad = try Withdraw.decode(#"{"amount":1,"orderId":"7"}"#, path: path, as: .service)
        #expect(bad.problems == ["/orderId must be a UUID"])
    }
}
