import Functions
import Testing

@testable import Runner

/// `runner roles`: what deployments are held together with.
struct RoleListingTests {
    private let roles: [JSON]

    init() throws {
        roles = try #require(JSON.parse(RoleListing.json(ProcessSettings.all))["roles"]?.array)
    }

    private func role(_ name: String) throws -> JSON {
        try #require(roles.first { $0["name"] == .string(name) })
    }

    private func setting(_ name: String, of role: JSON) -> JSON? {
        role["settings"]?.array?.first { $0["name"] == .string(name) }
    }

    @Test func `every process has its place, each function by the name of its service`() throws {
        let functions = Catalog.functions.map(\.declaration.name.kebabCase)
        #expect(
            roles.map { $0["name"]?.string }
                == ["serve", "gateway", "worker", "identity", "migrate", "health"] + functions
        )
        #expect(try role("create-order")["arguments"] == ["function", "create-order"])
        #expect(try role("worker")["arguments"] == ["worker"])
        #expect(roles.filter { $0["production"] == false } == [try role("identity")])
    }

    @Test func `a port is told by the settings of its place, and by its default`() throws {
        let own: JSON = ["port": "PORT", "host": "HOST", "default": 8080]
        let management: JSON = [
            "port": "MANAGEMENT_PORT", "host": "MANAGEMENT_HOST", "default": 9090,
        ]
        let identity: JSON = ["port": "IDENTITY_PORT", "host": "IDENTITY_HOST", "default": 8180]
        #expect(try role("gateway")["listens"] == [own, management])
        #expect(try role("get-order")["listens"] == [own, management])
        #expect(try role("worker")["listens"] == [management])
        #expect(try role("identity")["listens"] == [management, identity])
        #expect(try role("serve")["listens"] == [own, management, identity])
        // These ask, they do not listen.
        #expect(try role("health")["listens"] == [])
        #expect(try role("migrate")["listens"] == [])
    }

    @Test func `a setting is told with all that a deployment wants to know of it`() throws {
        let gateway = try role("gateway")
        #expect(
            setting("KEYCLOAK_CLIENT_SECRET", of: gateway) == [
                "name": "KEYCLOAK_CLIENT_SECRET",
                "default": "gateway-secret (none in production)",
                "secret": true, "originOnly": false,
                "required": false, "requiredInProduction": true,
            ]
        )
        #expect(
            setting("FUNCTION_URL_GET_ORDER", of: gateway) == [
                "name": "FUNCTION_URL_GET_ORDER", "default": "FUNCTION_URL",
                "secret": false, "originOnly": false,
                "required": false, "requiredInProduction": false,
            ]
        )
        #expect(setting("DATABASE_URL", of: gateway) == nil)
        #expect(gateway["secrets"] == ["KEYCLOAK_CLIENT_SECRET"])
    }

    @Test func `a webhook's address is no secret to a process that reads its host alone`() throws {
        let order = setting("WEBHOOK_URL", of: try role("create-order"))
        #expect(order?["secret"] == false && order?["originOnly"] == true)
        let notify = setting("WEBHOOK_URL", of: try role("notify"))
        #expect(notify?["secret"] == true && notify?["originOnly"] == false)
    }

    @Test func `people see the secrets in a row of the role`() {
        let rows = RoleListing.text(ProcessSettings.all).split(separator: "\n")
        #expect(rows.count == ProcessSettings.all.count + 1)
        #expect(rows.allSatisfy { !$0.hasSuffix(" ") })
        let row = rows.first { $0.hasPrefix("list-orders ") }
        #expect(row?.split(separator: " ").first == "list-orders")
        #expect(row?.contains("function list-orders") == true)
        #expect(row?.contains("PORT 8080, MANAGEMENT_PORT 9090") == true)
        #expect(row?.hasSuffix("DATABASE_URL, SECRET_KEY, KEYCLOAK_CLIENT_SECRET") == true)
        #expect(rows.contains { $0.hasPrefix("health ") && $0.hasSuffix("–") })
    }
}
