import Functions
import Testing

struct GetOrderTests {
    @Test func `the owner and an operator see an order, nobody else does`() async throws {
        let store = try await TestStore()
        try await store.open(.alice, 10)
        let order = try await store.order("tea", 1).order
        let input = GetOrder.Input(orderID: order.id)

        #expect(try await store.output(GetOrder.self, input).order == order)
        let operated = try await store.output(GetOrder.self, input, as: Person.olga.caller)
        #expect(operated.order == order)
        let foreign = await problem(GetOrder.Code.self) {
            try await store.output(GetOrder.self, input, as: Person.bob.caller)
        }
        let absent = await problem(GetOrder.Code.self) {
            try await store.output(
                GetOrder.self,
                .init(orderID: OrderID(UUID(high: 1, low: 1))),
                as: Person.bob.caller
            )
        }
        #expect(foreign?.code.status == 404)
        #expect(foreign?.detail == absent?.detail)
    }
}
