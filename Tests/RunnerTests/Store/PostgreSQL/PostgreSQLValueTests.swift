import Functions
import Runner
import Testing

@Suite(TestDatabase.isThere)
struct PostgreSQLValueTests {
    private let texts: [String?] = ["", nil, "Kопейка ₽ 🧾", "a'b\"c\\d{e,f}", "NULL", " x\n\ty "]
    private let integers: [Int64?] = [.min, -1, 0, 1, nil, 255, 256, .max]
    private let uuids: [UUID?] = [
        UUID(high: 0, low: 0), nil, UUID(high: .max, low: .max),
        UUID(high: 0x0102_0304_0506_0708, low: 0x090A_0B0C_0D0E_0F10),
    ]

    @Test func `every value comes back as it went`() async throws {
        let thread = try TestThread(TestDatabase.cluster ?? "")

        for text in texts {
            let row = try await row(thread, "text", .text(text))
            #expect(try row.optionalText(0) == text)
        }
        for integer in integers {
            let row = try await row(thread, "bigint", .integer(integer))
            #expect(try row.optionalInteger(0) == integer)
        }
        for uuid in uuids {
            let row = try await row(thread, "uuid", .uuid(uuid))
            #expect(try row.optionalUUID(0) == uuid)
        }
        for boolean in [true, false] {
            let row = try await row(thread, "boolean", .boolean(boolean))
            #expect(try row.boolean(0) == boolean)
        }
        let bytes = ContiguousArray<UInt8>((0...255).map { UInt8($0) })
        #expect(try await row(thread, "bytea", .bytes(bytes)).bytes(0) == bytes)
    }

    @Test func `a column of values comes back row by row`() async throws {
        let thread = try TestThread(TestDatabase.cluster ?? "")
        let results = try await thread.run(
            PostgreSQLStatement("SELECT * FROM unnest($1) AS t(v)", .texts(texts)),
            PostgreSQLStatement("SELECT * FROM unnest($1) AS t(v)", .integers(integers)),
            PostgreSQLStatement("SELECT * FROM unnest($1) AS t(v)", .uuids(uuids)),
            PostgreSQLStatement("SELECT * FROM unnest($1) AS t(v)", .booleans([true, nil, false])),
            PostgreSQLStatement("SELECT * FROM unnest($1) AS t(v)", .uuids([]))
        )

        #expect(
            try results[0].map { row throws(PostgreSQLError) in try row.optionalText(0) } == texts
        )
        #expect(
            try results[1].map { row throws(PostgreSQLError) in try row.optionalInteger(0) }
                == integers
        )
        #expect(
            try results[2].map { row throws(PostgreSQLError) in try row.optionalUUID(0) } == uuids
        )
        #expect(results[3].count == 3 && results[3][1].isNull(0))
        #expect(results[4].isEmpty)
    }

    @Test func `many rows go in one statement`() async throws {
        let thread = try TestThread(TestDatabase.cluster ?? "")
        let many = (0..<50_000).map { Int64($0) }
        let results = try await thread.run(
            PostgreSQLStatement(
                "SELECT count(*), sum(v)::bigint, min(t) FROM unnest($1, $2) AS u(v, t)",
                .integers(many),
                .texts(many.map { "\($0)" })
            )
        )

        let row = try #require(results.first?.first)
        #expect(try row.integer(0) == 50_000)
        #expect(try row.integer(1) == 49_999 * 25_000)
        #expect(try row.text(2) == "0")
    }

    @Test func `smaller integers are integers, too`() async throws {
        let thread = try TestThread(TestDatabase.cluster ?? "")
        let results = try await thread.run(
            PostgreSQLStatement("SELECT (-7)::smallint, (-70000)::int, 'x'::varchar(3)")
        )

        let row = try #require(results.first?.first)
        #expect(try row.integer(0) == -7)
        #expect(try row.integer(1) == -70_000)
        #expect(try row.text(2) == "x")
    }

    @Test func `a value of another type, or none, is an error and no value`() async throws {
        let thread = try TestThread(TestDatabase.cluster ?? "")
        let results = try await thread.run(
            PostgreSQLStatement("SELECT 1::numeric, NULL::text, 'red'::text, NULL::uuid")
        )

        let row = try #require(results.first?.first)
        #expect(throws: PostgreSQLError(.unexpected, "column 0 is of the type 1700")) {
            try row.integer(0)
        }
        #expect(throws: PostgreSQLError(.unexpected, "column 1 holds no String")) {
            try row.text(1)
        }
        #expect(throws: PostgreSQLError(.unexpected, "'red' is not one of LogLevel")) {
            let _: LogLevel = try row.choice(2)
        }
        #expect(throws: PostgreSQLError.self) { try row.text(9) }
    }

    private func row(
        _ thread: TestThread,
        _ type: String,
        _ value: PostgreSQLValue
    ) async throws -> PostgreSQLRow {
        let results = try await thread.run(PostgreSQLStatement("SELECT $1::\(type)", value))
        return try #require(results.first?.first)
    }
}
