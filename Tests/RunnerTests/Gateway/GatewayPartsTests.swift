import Functions
import Testing

@testable import Runner

/// The small parts of the gateway, each by itself.
struct GatewayPartsTests {
    private let routes = RouteTable(Catalog.functions.map { $0.bound(limit: 1) })

    private func match(_ path: String) -> (route: Route, captures: PathCaptures)? {
        routes.match(ArraySlice(Array(path.utf8)))
    }

    @Test(arguments: [
        "/api/orders/", "/api//orders", "/api/Orders", "/api/%6frders", "/api", "/api/",
        "/api/orders/1", "/api/orders/me", "/api/billing/accounts/me/withdrawals", "/api/nothing",
        "/api/orders/0190b7e2-0000-7000-8000-00000000000",
    ])
    func `what is no path of the contract matches nothing`(path: String) {
        #expect(match(path) == nil)
    }

    @Test func `a path names its ids, me among them`() throws {
        let id = "0190B7E2-1111-7000-8000-000000000001"
        let mine = try #require(match("/api/billing/accounts/me/deposits"))
        let theirs = try #require(match("/api/billing/accounts/\(id)/entries"))
        #expect(mine.route.allow == "POST, OPTIONS")
        #expect(theirs.route.allow == "GET, HEAD, OPTIONS")
        guard case .me = mine.captures.values.first?.value,
            case .uuid(let uuid) = theirs.captures.values.first?.value
        else {
            Issue.record("the captures are others")
            return
        }
        #expect(uuid.text == id.lowercased())
    }

    @Test func `every function behind HTTP has its route, by its own method`() {
        for function in Catalog.functions {
            guard case .http(let method, let path) = function.declaration.trigger else { continue }
            let sample = path.split(separator: "/").map {
                $0.hasPrefix("{") ? "0190b7e2-1111-7000-8000-000000000001" : String($0)
            }
            let operation = match("/" + sample.joined(separator: "/"))?.route
                .operation(method == .get ? .get : .post)
            guard case .function(let bound) = operation else {
                Issue.record("\(path) leads nowhere")
                continue
            }
            #expect(bound.declaration.name == function.declaration.name)
        }
    }

    @Test func `a query's names and repeats are checked, its values decoded`() {
        var decoding = Decoding()
        let query = QueryString.parse(
            ArraySlice(Array("limit=5&cursor=a%2Bb&limit=6&colour=red&x%ff=1".utf8)),
            known: ["limit", "cursor"],
            into: &decoding
        )
        #expect(query.map(\.name) == ["limit", "cursor"])
        #expect(query.map(\.value) == ["5", "a+b"])
        #expect(
            decoding.problems.map(\.place) == [
                .parameter("limit"), .parameter("colour"), .parameter(""),
            ]
        )
    }

    @Test func `a cursor opens in its own list only, and not when a letter was changed`() throws {
        let seal = CursorSeal(key: ContiguousArray("a key".utf8))
        let position = UUID(high: 1, low: 42)
        let text = seal.seal(position, list: "listOrders", whose: "anna")
        #expect(seal.open(text, list: "listOrders", whose: "anna") == position)
        #expect(seal.open(text, list: "listOrders", whose: "boris") == nil)
        #expect(seal.open(text, list: "listEntries", whose: "anna") == nil)
        #expect(text.utf8.allSatisfy { Grammar.isTokenByte($0) && $0 != UInt8(ascii: "%") })
        for index in text.indices {
            var changed = text
            changed.replaceSubrange(index...index, with: changed[index] == "A" ? "B" : "A")
            #expect(seal.open(changed, list: "listOrders", whose: "anna") == nil)
        }
        let other = CursorSeal(key: ContiguousArray("another".utf8))
        #expect(other.open(text, list: "listOrders", whose: "anna") == nil)
    }

    @Test func `a caller has a second's worth of requests, and others have their own`() {
        let limit = RateLimit(perSecond: 2)
        let second: UInt64 = 1_000_000_000
        let first = (0..<3).map { _ in limit.admits("anna", nanoseconds: second) }
        #expect(first == [true, true, false])
        #expect(limit.admits("boris", nanoseconds: second))
        #expect(limit.admits("anna", nanoseconds: second + second / 2))
        #expect(!limit.admits("anna", nanoseconds: second + second / 2))
    }

    @Test func `the fields of CORS go to allowed origins alone, and Vary to all`() {
        let origin = ArraySlice(Array("https://shop.example".utf8))
        func fields(_ origins: [String], _ origin: ArraySlice<UInt8>?) -> String {
            var fields = ResponseFields()
            CrossOrigin(origins).addFields(origin: origin, &fields)
            return String(decoding: fields.bytes, as: UTF8.self)
        }
        #expect(fields([], origin).isEmpty)
        #expect(fields(["https://other.example"], origin) == "Vary: Origin\r\n")
        #expect(fields(["https://shop.example"], nil) == "Vary: Origin\r\n")
        #expect(
            fields(["https://shop.example"], origin)
                .hasPrefix("Vary: Origin\r\nAccess-Control-Allow-Origin: https://shop.example\r\n")
        )
        #expect(fields(["*"], origin).contains("Access-Control-Allow-Origin: *\r\n"))
        #expect(!fields(["*"], origin).contains("Credentials"))
    }

    @Test func `more calls than the limit are refused until one has ended`() {
        let inFlight = InFlight(limit: 2)
        #expect([inFlight.enter(), inFlight.enter(), inFlight.enter()] == [true, true, false])
        inFlight.leave()
        #expect(inFlight.enter())
        #expect(inFlight.current == 2)
    }

    @Test func `one of a key's effects runs at a time, and patience ends`() async {
        let running = RunningEffects()
        let key = UUID(high: 1, low: 2)
        let first = await running.enter(key, patience: .seconds(60))
        let impatient = await running.enter(key, patience: .milliseconds(1))
        let other = await running.enter(UUID(high: 1, low: 3), patience: .seconds(60))
        async let second = running.enter(key, patience: .seconds(60))
        running.leave(key)
        let isSecond = await second
        #expect([first, impatient, other, isSecond] == [true, false, true, true])
    }
}
