// What an answer is like: to HEAD, behind 100 Continue, of a length that nobody knows, cut short.
extension VerdictRows {
    private static func request(
        _ line: String,
        _ fields: String...,
        body: String = ""
    ) -> String {
        "\(line)\r\nHost: x\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n" + body
    }

    static let heads: [Verdict] = [
        Verdict(
            "HEAD",
            line("HEAD /p HTTP/1.1"),
            200,
            .headOnly,
            fields: ["content-length": "8", "transfer-encoding": ""]
        ),
        Verdict(
            "HEAD with a body",
            request("HEAD /p HTTP/1.1", "Content-Length: 5", body: "hello"),
            200,
            .headOnly,
            fields: ["content-length": "13"]
        ),
        Verdict(
            "HEAD with a body that reads like a request",
            request(
                "HEAD /ignore HTTP/1.1",
                "Content-Length: 33",
                body: "GET /smuggled HTTP/1.1\r\nHost: x\r\n"
            ),
            404,
            .headOnly,
            keeps: true
        ),
        Verdict(
            "HEAD with chunks",
            request(
                "HEAD /p HTTP/1.1",
                "Transfer-Encoding: chunked",
                body: "5\r\nhello\r\n0\r\n\r\n"
            ),
            200,
            .headOnly,
            fields: ["content-length": "13", "transfer-encoding": ""]
        ),
        Verdict(
            "HEAD with a body nobody reads",
            request("HEAD /ignore HTTP/1.1", "Content-Length: 4", body: "GET "),
            404,
            .headOnly,
            keeps: true
        ),
        Verdict(
            "HEAD with a body over the limit",
            request(
                "HEAD /p HTTP/1.1",
                "Content-Length: 16385",
                body: String(repeating: "b", count: 16_385)
            ),
            413,
            .headOnly
        ),
        Verdict(
            "HEAD with two lengths",
            request("HEAD /p HTTP/1.1", "Content-Length: 5, 5", body: "hello"),
            400,
            .headOnly
        ),
        Verdict(
            "HEAD of what has no known length",
            line("HEAD /pieces HTTP/1.1"),
            200,
            .headOnly,
            fields: ["content-length": "", "transfer-encoding": "chunked"]
        ),
        Verdict(
            "HEAD in 1.0 of what has no known length",
            line("HEAD /pieces HTTP/1.0"),
            200,
            .headOnly,
            keeps: false,
            fields: ["content-length": "", "transfer-encoding": ""]
        ),
        Verdict(
            "204",
            line("OPTIONS * HTTP/1.1"),
            204,
            fields: ["content-length": "", "transfer-encoding": ""]
        ),
    ]

    static let expectations: [Verdict] = [
        Verdict(
            "Expect",
            post("Expect: 100-continue", "Content-Length: 5", body: "hello"),
            200,
            .continued,
            body: "POST /p hello"
        ),
        Verdict(
            "Expect in capitals, and chunks",
            post(
                "EXPECT: 100-Continue",
                "Transfer-Encoding: chunked",
                body: "5\r\nhello\r\n0\r\n\r\n"
            ),
            200,
            .continued,
            body: "POST /p hello"
        ),
        Verdict(
            "Expect of a body that is broken",
            post("Expect: 100-continue", "Transfer-Encoding: chunked", body: "zz\r\n"),
            400,
            .continued
        ),
        Verdict(
            "Expect in a GET with a body",
            get("Expect: 100-continue", "Content-Length: 2") + "ab",
            200,
            .continued,
            body: "GET /p ab"
        ),
        Verdict(
            "Expect without a body",
            get("Expect: 100-continue"),
            200,
            body: "GET /p "
        ),
        Verdict(
            "Expect with a length of 0",
            post("Expect: 100-continue", "Content-Length: 0", body: ""),
            200,
            body: "POST /p "
        ),
        Verdict(
            "Expect in 1.0",
            request(
                "POST /p HTTP/1.0",
                "Expect: 100-continue",
                "Content-Length: 5",
                body: "hello"
            ),
            200,
            body: "POST /p hello",
            keeps: false
        ),
        Verdict(
            "Expect of a body nobody reads",
            request("POST /ignore HTTP/1.1", "Expect: 100-continue", "Content-Length: 99999"),
            404
        ),
        Verdict(
            "Expect of a body over the limit",
            post("Expect: 100-continue", "Content-Length: 16385", body: ""),
            413
        ),
        Verdict(
            "another expectation beside it",
            post("Expect: 100-continue, a-miracle", "Content-Length: 5", body: "hello"),
            417
        ),
    ]

    static let unknownLengths: [Verdict] = [
        Verdict(
            "unknown length",
            line("GET /pieces HTTP/1.1"),
            200,
            body: "first, then",
            fields: ["content-length": "", "transfer-encoding": "chunked"]
        ),
        Verdict(
            "unknown length in 1.0",
            line("GET /pieces HTTP/1.0"),
            200,
            .untilClose,
            body: "first, then"
        ),
        Verdict(
            "unknown length in 1.0, though the connection was to be kept",
            request("GET /pieces HTTP/1.0", "Connection: keep-alive"),
            200,
            .untilClose,
            body: "first, then"
        ),
        Verdict("unknown length, cut", line("GET /cut HTTP/1.1"), 200, .cut),
        Verdict("unknown length in 1.0, cut", line("GET /cut HTTP/1.0"), 200, .cut),
        Verdict("shorter than its length", line("GET /short HTTP/1.1"), 200, .cut),
        Verdict("shorter than its length in 1.0", line("GET /short HTTP/1.0"), 200, .cut),
    ]

    /// A field of the handler's own that would split the answer.
    static let splits: [Verdict] = [
        Verdict(
            "CR LF in a field of ours",
            line("GET /split HTTP/1.1"),
            500,
            keeps: true,
            fields: ["location": "", "set-cookie": ""]
        ),
        Verdict(
            "CR LF in a field of a streamed answer",
            line("GET /split/begun HTTP/1.1"),
            500,
            keeps: true,
            fields: ["location": "", "set-cookie": "", "transfer-encoding": ""]
        ),
        Verdict(
            "CR LF in a field of ours, to HEAD",
            line("HEAD /split HTTP/1.1"),
            500,
            .headOnly,
            keeps: true,
            fields: ["location": "", "set-cookie": ""]
        ),
    ]
}
