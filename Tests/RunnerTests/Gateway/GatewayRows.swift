/// The cases that are for the gateway to decide; each of its own refusals keeps the connection.
enum GatewayRows {
    static let targets = api + keycloak + malformed

    private static let api: [Verdict] =
        [
            Verdict("the document", line("GET /api/openapi.json HTTP/1.1"), 200, body: "{}"),
            Verdict(
                "the document by an absolute target",
                line("GET http://x/api/openapi.json HTTP/1.1"),
                200,
                body: "{}"
            ),
            Verdict(
                "the document's head",
                line("HEAD /api/openapi.json HTTP/1.1"),
                200,
                .headOnly,
                fields: ["content-length": "2"]
            ),
        ]
        + [
            "/", "//", "/.", "/..", "//api/openapi.json", "/api//openapi.json",
            "/api/openapi.json/",
            "/api/openapi.json//", "/./api/openapi.json", "/api/./openapi.json",
            "/api/x/../openapi.json", "/api/openapi.json/.", "/api/openapi.json/..",
            "/../api/openapi.json", "/auth/../api/openapi.json/x", "/api%2fopenapi.json",
            "/api/openapi%2ejson", "/api/openapi%2Ejson", "/api/%6fpenapi.json",
            "/api/%2e/openapi.json", "/api/x/%2e%2e/openapi.json", "/api%5copenapi.json",
            "/api/openapi.json%2f", "/api/openapi.json%5C", "/%61pi/openapi.json",
            "/API/openapi.json", "http://x//api/openapi.json",
        ].map { target in
            // Below /auth a dot segment is malformed; elsewhere it names nothing.
            let status = target.hasPrefix("/auth") ? 400 : 404
            return Verdict(target, line("GET \(target) HTTP/1.1"), status, keeps: true)
        }

    private static let keycloak: [Verdict] =
        [
            Verdict(
                "what is on the list",
                line("GET /auth/realms/otus/x?y=//%2f..%5c HTTP/1.1"),
                200,
                body: "GET /realms/otus/x?y=//%2f..%5c "
            )
        ]
        + [
            "/auth//realms/otus", "/auth/realms//otus", "/auth/realms/otus//",
            "/auth/realms/otus//x",
            "/auth/./realms/otus", "/auth/realms/otus/.", "/auth/realms/otus/./x",
            "/auth/../auth/realms/otus", "/auth/realms/otus/..", "/auth/realms/otus/../../admin",
            "/auth/realms/otus/%2e", "/auth/realms/otus/%2E%2e/admin", "/auth/realms/otus/.%2e/x",
            "/auth/realms/otus%2fx", "/auth/realms/otus/..%2Fadmin", "/auth/realms/otus/%5c",
            "/auth/realms/otus/..%5Cadmin", "/auth/realms/otus/%252e%252e/admin",
            "/auth/%72ealms/otus", "/auth/realms/master/%2e%2e/otus", "/auth%2frealms/otus/x/%2e",
        ].map { target in
            // Where the first segment is not /auth, nothing is there.
            let status = target.hasPrefix("/auth/") ? 400 : 404
            return Verdict(target, line("GET \(target) HTTP/1.1"), status, keeps: true)
        }
        + [
            "/auth", "/auth/", "/auth/admin/realms/otus", "/auth/realms/master",
            "//auth/realms/otus",
            "/./auth/realms/otus", "/auth/realms/otus2", "/%61uth/realms/otus",
        ].map { Verdict($0, line("GET \($0) HTTP/1.1"), 404, keeps: true) }

    /// What the core refuses before anybody is asked.
    private static let malformed: [Verdict] = [
        "/auth/realms/otus/a\\b", "/api\\openapi.json", "/auth/realms/otus/%00",
        "/auth/realms/otus/%",
        "/auth/realms/otus/%2", "/auth/realms/otus/%5z", "/auth/realms/otus#x", "/api/%zz",
        "/api/openapi.json%00", "/api/openapi.json#x",
    ].map { Verdict($0, line("GET \($0) HTTP/1.1"), 400) }

    private static let root = "/auth/realms/otus"

    private static func post(_ fields: String..., body: String) -> String {
        "POST \(root)/x HTTP/1.1\r\nHost: x\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n"
            + body
    }

    /// What Keycloak answers by path, and then closes; any other path answers what was asked.
    static let upstream: [String: String] = Dictionary(
        uniqueKeysWithValues: [
            ("pieces", "\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n"),
            ("close", "\r\n\r\nhello!"),
            ("cut-length", "\r\nContent-Length: 10\r\n\r\nhello"),
            ("cut-chunks", "\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"),
            ("cut-chunk", "\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel"),
            ("cut-head", "\r\nContent-Len"),
            ("cut-status", ""),
        ].map { ("/realms/otus/\($0.0)", "HTTP/1.1 200 OK" + $0.1) }
            + split.map {
                (
                    "/realms/otus/\($0.0)",
                    "HTTP/1.1 200 OK\r\n\($0.1)\r\nContent-Length: 2\r\n\r\nok"
                )
            }
    )

    /// Fields that could split an answer where they are passed on.
    private static let split: [(path: String, field: String)] = [
        ("bare-lf", "X-A: a\nSet-Cookie: b"),
        ("bare-cr", "X-A: a\rSet-Cookie: b"),
        ("cr-cr-lf", "X-A: a\r"),
        ("nul", "X-A: a\u{0}b"),
        ("control", "X-A: a\u{1}b"),
        ("delete", "X-A: a\u{7f}b"),
        ("folded", "X-A: a\r\n Set-Cookie: b"),
        ("blank-name", "X A: b"),
        ("blank-before-colon", "X-A : b"),
        ("empty-name", ": b"),
        ("no-colon", "X-A"),
        ("cr-in-name", "X\rA: b"),
        ("nul-in-name", "X\u{0}A: b"),
    ]

    static let splits: [Verdict] = split.map { path, _ in
        Verdict(
            path,
            line("GET \(root)/\(path) HTTP/1.1"),
            502,
            keeps: true,
            fields: ["x-a": "", "set-cookie": ""]
        )
    }

    static let answers: [Verdict] =
        [
            Verdict(
                "HEAD",
                line("HEAD \(root)/x HTTP/1.1"),
                200,
                .headOnly,
                fields: ["content-length": "19"]
            ),
            Verdict(
                "HEAD with a body",
                "HEAD \(root)/x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
                200,
                .headOnly,
                fields: ["content-length": "19"]
            ),
            Verdict(
                "Expect",
                post("Expect: 100-continue", "Content-Length: 5", body: "hello"),
                200,
                .continued,
                body: "POST /realms/otus/x hello"
            ),
            Verdict(
                "Expect, and chunks",
                post(
                    "Expect: 100-continue",
                    "Transfer-Encoding: chunked",
                    body: "5\r\nhello\r\n0\r\n\r\n"
                ),
                200,
                .continued,
                body: "POST /realms/otus/x hello"
            ),
        ] + unknownLengths

    private static let unknownLengths =
        ["pieces", "close"].flatMap { path in
            [
                Verdict(
                    path,
                    line("GET \(root)/\(path) HTTP/1.1"),
                    200,
                    body: "hello!",
                    fields: ["content-length": "", "transfer-encoding": "chunked"]
                ),
                Verdict(
                    "\(path) in 1.0",
                    line("GET \(root)/\(path) HTTP/1.0"),
                    200,
                    .untilClose,
                    body: "hello!"
                ),
            ]
        }
        + ["cut-length", "cut-chunks", "cut-chunk"].flatMap { path in
            ["1.1", "1.0"].map { version in
                Verdict(
                    "\(path) in \(version)",
                    line("GET \(root)/\(path) HTTP/\(version)"),
                    200,
                    .cut
                )
            }
        }
        + ["cut-head", "cut-status"].map {
            Verdict($0, line("GET \(root)/\($0) HTTP/1.1"), 502, keeps: true)
        }
}
