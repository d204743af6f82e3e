import Functions
import Testing

struct CatalogTests {
    /// The contract's table, line by line.
    private static let contract = [
        "POST /api/register register anyone key",
        "POST /api/billing/accounts openAccount user",
        "GET /api/billing/accounts/{userId} getAccount owner",
        "POST /api/billing/accounts/{userId}/deposits deposit owner key",
        "GET /api/billing/accounts/{userId}/entries listEntries owner",
        "POST /api/billing/accounts/{userId}/withdrawals withdraw service key",
        "POST /api/orders createOrder user key",
        "GET /api/orders listOrders owner",
        "GET /api/orders/{orderId} getOrder owner",
        "GET /api/notifications listNotifications owner",
        "GET /api/notifications/{id} getNotification owner",
        "order.settled notify service",
    ]

    @Test func `the catalog is the contract's table`() {
        let catalog = Catalog.functions.map { function in
            let declaration = function.declaration
            let trigger =
                switch declaration.trigger {
                case .http(let method, let path): "\(method.rawValue) \(path)"
                case .event(let type): type
                }
            let key = declaration.idempotency == .key ? " key" : ""
            return "\(trigger) \(declaration.name) \(declaration.access)\(key)"
        }
        #expect(catalog == Self.contract)
    }

    @Test func `what has a key in its declaration is of a kind that records it`() {
        for function in Catalog.functions {
            let isRecorded =
                switch function {
                case .keyed, .keyedEffect: true
                case .query, .transaction, .effect: false
                }
            #expect((function.declaration.idempotency == .key) == isRecorded)
        }
    }

    @Test func `only register holds a password, and limits are the contract's`() {
        for declaration in Catalog.functions.map(\.declaration) {
            #expect(declaration.holdsPassword == (declaration.name == "register"))
            #expect(declaration.bodyLimit == 16_384)
            switch declaration.name {
            case "register": #expect(declaration.timeoutSeconds == 15)
            case "notify": #expect(declaration.timeoutSeconds > 300)
            default: #expect(declaration.timeoutSeconds == 10)
            }
        }
    }
}
