internal import Testing

struct StyleTests {
    @Test(arguments: Rule.all)
    func `the project keeps the rule`(_ rule: Rule) throws {
        let files = try Project.files.get()
        let findings = files.flatMap(rule.findings)
        #expect(files.contains { $0.path == "Package.swift" })
        #expect(findings.isEmpty, "\(findings.map(\.description).joined(separator: "\n"))")
    }

    @Test(arguments: Rule.all)
    func `the rule finds what breaks it`(_ rule: Rule) {
        #expect(rule.findings(rule.planted).count == 1)
    }
}

struct SwiftTextTests {
    @Test func `comments, strings and quoted names are blanked, interpolations are not`() {
        let text = SwiftText(
            ##"""
            let a = "try! \(try! load("{")) {"  // try! }
            /* one /* two */ { */ let b = #"\(no) " \#(yes)"#
            func `a { b`() {}
            """##
        )

        #expect(text.code[0].filter { $0 != " " } == "leta=(try!load())")
        #expect(text.code[1].filter { $0 != " " } == "letb=(yes)")
        #expect(text.code[2].filter { $0 != " " } == "func(){}")
        #expect(text.comments[0] == "// try! }")
    }

    @Test func `a function reaches from its keyword to its brace`() {
        let text = SwiftText(
            """
            protocol P {
                func required() -> Int
                init(x: Int)
            }
            struct S {
                init(
                    x: Int
                ) throws
                where Int: P {
                    self.init { "}" }
                }
                func one() { two() }
            }
            """
        )

        #expect(
            text.functions() == [
                FunctionExtent(line: 6, lines: 6), FunctionExtent(line: 12, lines: 1),
            ]
        )
    }
}
