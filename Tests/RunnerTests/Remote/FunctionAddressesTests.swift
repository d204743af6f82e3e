import Functions
import Testing

@testable import Runner

struct FunctionAddressesTests {
    private let functions = Catalog.functions.map(\.declaration)

    @Test func `every function has its address, each its own setting`() throws {
        let addresses = try FunctionAddresses(functions) { "http://\($0.kebabCase):8080/" }
        let order = try #require(functions.first { $0.name == "createOrder" })
        #expect(addresses[order]?.text == "http://create-order:8080")
        #expect(FunctionAddresses.setting("createOrder") == "FUNCTION_URL_CREATE_ORDER")
        #expect(FunctionAddresses.setting("notify") == "FUNCTION_URL_NOTIFY")
    }

    @Test func `a missing address is told by the name of its setting`() {
        let failure = #expect(throws: FunctionAddresses.Failure.self) {
            try FunctionAddresses(functions) { $0 == "deposit" ? nil : "http://x" }
        }
        #expect(
            failure?.description
                == "FUNCTION_URL_DEPOSIT is not set, nor is FUNCTION_URL: where deposit is found"
        )
    }

    @Test(arguments: ["", "deposit:8080", "ftp://deposit", "http://u:p@deposit", "http://a b"])
    func `what cannot be called is no address`(address: String) {
        let failure = #expect(throws: FunctionAddresses.Failure.self) {
            try FunctionAddresses(functions) { $0 == "deposit" ? address : "http://x" }
        }
        #expect(failure?.description.hasPrefix("FUNCTION_URL_DEPOSIT, or FUNCTION_URL:") == true)
        #expect(failure?.description.contains("u:p") == false)
    }
}
