extension VerdictRows {
    static let lengths: [Verdict] =
        [
            Verdict("length", post("Content-Length: 5", body: "hello"), 200, body: "POST /p hello"),
            Verdict("length 0", post("Content-Length: 0", body: ""), 200, body: "POST /p "),
            Verdict("neither length nor coding", post(body: ""), 200, body: "POST /p "),
            Verdict("body of a GET", get("Content-Length: 2") + "ab", 200, body: "GET /p ab"),
            Verdict(
                "body of a DELETE",
                "DELETE /p HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nz",
                200,
                body: "DELETE /p z"
            ),
            Verdict(
                "body nobody reads",
                "POST /ignore HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nGET ",
                404,
                keeps: true
            ),
            Verdict(
                "lengths that differ",
                post("Content-Length: 5", "Content-Length: 6", body: "hello!"),
                400
            ),
            Verdict(
                "lengths that agree",
                post("Content-Length: 5", "Content-Length: 5", body: "hello"),
                400
            ),
            Verdict(
                "body at the limit",
                post("Content-Length: 16384", body: String(repeating: "b", count: 16_384)),
                200
            ),
            Verdict(
                "body over the limit",
                post("Content-Length: 16385", body: String(repeating: "b", count: 16_385)),
                413
            ),
            Verdict(
                "length far over the limit",
                post("Content-Length: 9223372036854775807", body: ""),
                413
            ),
        ]
        + [
            "", "+5", "-5", "0x5", "5_0", "5 0", "05", "00", "5.0", "5,5", "5, 5", "five", "5;",
            "9223372036854775808", "18446744073709551621", "\u{663}", "5\u{0}",
        ].map { value in
            let latin = String(
                String.UnicodeScalarView(value.unicodeScalars.filter { $0.value < 256 })
            )
            return Verdict(
                "length \"\(value)\"",
                post("Content-Length: \(latin)", body: "hello"),
                400
            )
        }

    static let codings: [Verdict] =
        [
            Verdict("chunked", chunked("5\r\nhello\r\n0\r\n\r\n"), 200, body: "POST /p hello"),
            Verdict(
                "chunked in capitals",
                post("TRANSFER-ENCODING: Chunked", body: "1\r\na\r\n0\r\n\r\n"),
                200,
                body: "POST /p a"
            ),
            Verdict(
                "coding and length",
                post("Content-Length: 5", "Transfer-Encoding: chunked", body: "0\r\n\r\n"),
                400
            ),
            Verdict(
                "length and coding",
                post("Transfer-Encoding: chunked", "Content-Length: 5", body: "0\r\n\r\n"),
                400
            ),
            Verdict(
                "two codings",
                post("Transfer-Encoding: chunked", "Transfer-Encoding: chunked", body: ""),
                400
            ),
            Verdict(
                "coding in 1.0",
                "POST /p HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                400
            ),
        ]
        + [
            ("identity", 501), ("gzip", 501), ("gzip, chunked", 501), ("chunked, gzip", 501),
            ("xchunked", 501), ("chunkedx", 501), ("chunked, chunked", 400), (",chunked", 400),
            ("chunked,", 400), ("", 400), ("chunked;q=1", 400), ("chunked foo", 400),
            ("\u{b}chunked", 400), ("chunked\u{b}", 400), ("\"chunked\"", 400),
            ("chun\u{0}ked", 400),
        ].map {
            Verdict("coding \($0.0)", post("Transfer-Encoding: \($0.0)", body: "0\r\n\r\n"), $0.1)
        }

    static let chunks: [Verdict] = [
        Verdict("no chunk but the last", chunked("0\r\n\r\n"), 200, body: "POST /p "),
        Verdict("last chunk of many zeros", chunked("0000\r\n\r\n"), 200, body: "POST /p "),
        Verdict(
            "several chunks",
            chunked("1\r\na\r\n00A\r\nbcdefghijk\r\n0\r\n\r\n"),
            200,
            body: "POST /p abcdefghijk"
        ),
        Verdict("chunk in small letters", chunked("a\r\n0123456789\r\n0\r\n\r\n"), 200),
        Verdict("16 digits", chunked("0000000000000001\r\na\r\n0\r\n\r\n"), 200, body: "POST /p a"),
        Verdict("17 digits", chunked("00000000000000001\r\na\r\n0\r\n\r\n"), 400),
        Verdict("a size that overflows", chunked("ffffffffffffffff0\r\na\r\n0\r\n\r\n"), 400),
        Verdict(
            "a size beyond everything",
            chunked("ffffffffffffffff\r\n" + String(repeating: "c", count: 20_000)),
            413
        ),
        Verdict(
            "chunks over the limit",
            chunked(
                "2000\r\n" + String(repeating: "c", count: 8192) + "\r\n2001\r\n"
                    + String(repeating: "c", count: 8193) + "\r\n0\r\n\r\n"
            ),
            413
        ),
        Verdict("size with plus", chunked("+5\r\nhello\r\n0\r\n\r\n"), 400),
        Verdict("size with minus", chunked("-5\r\nhello\r\n0\r\n\r\n"), 400),
        Verdict("size with 0x", chunked("0x5\r\nhello\r\n0\r\n\r\n"), 400),
        Verdict("size behind a blank", chunked(" 5\r\nhello\r\n0\r\n\r\n"), 400),
        Verdict("size before a blank", chunked("5 \r\nhello\r\n0\r\n\r\n"), 400),
        Verdict("size before a tab", chunked("5\t\r\nhello\r\n0\r\n\r\n"), 400),
        Verdict("empty size", chunked("\r\nhello\r\n0\r\n\r\n"), 400),
        Verdict("size that is none", chunked("g\r\nhello\r\n0\r\n\r\n"), 400),
        Verdict("underscore in a size", chunked("1_0\r\nhello\r\n0\r\n\r\n"), 400),
        Verdict("bare LF behind a size", chunked("5\nhello\r\n0\r\n\r\n"), 400),
        Verdict("CR CR LF behind a size", chunked("5\r\r\nhello\r\n0\r\n\r\n"), 400),
        Verdict("bare LF behind data", chunked("5\r\nhello\n0\r\n\r\n"), 400),
        Verdict("bare CR behind data", chunked("5\r\nhello\r0\r\n\r\n"), 400),
        Verdict("data longer than its size", chunked("4\r\nhello\r\n0\r\n\r\n"), 400),
        Verdict("data shorter than its size", chunked("6\r\nhello\r\n0\r\n\r\n"), 400),
        Verdict("bare LF behind the last chunk", chunked("0\n\n"), 400),
        Verdict("bare LF as the last line of a body", chunked("0\r\n\n"), 400),
    ]

    static let extensions: [Verdict] =
        [
            ";a", ";a=b", ";a=\"b\"", ";a=\"\\\"\"", ";a;b=c", " ;a", " ; a = b",
            ";a=\"b\u{e9}\tc\"", ";a ;b",
        ].map {
            Verdict("extension \($0)", chunked("1\($0)\r\nx\r\n0\r\n\r\n"), 200, body: "POST /p x")
        }
        + [
            ";", ";=b", ";a=", ";a=\"b", ";a=\"b\"c", ";a=b c", ";a b", ";a\n", ";a\u{0}",
            ";a=\"\n\"",
            ";a=\"\r\n\"", ";a=\"\u{1}\"", ";a\rb", " a", ";a=\"b\\", ";\u{e9}", ";a=b;", ";a ",
            ";a=b ",
        ].map { Verdict("extension \($0)", chunked("1\($0)\r\nx\r\n0\r\n\r\n"), 400) }
        + [
            Verdict(
                "extension of 1 KB",
                chunked("1;" + String(repeating: "a", count: 1023) + "\r\nx\r\n0\r\n\r\n"),
                200
            ),
            Verdict(
                "extension over 1 KB",
                chunked("1;" + String(repeating: "a", count: 1024) + "\r\nx\r\n0\r\n\r\n"),
                400
            ),
            Verdict("extension of the last chunk", chunked("0;a=b\r\n\r\n"), 200, body: "POST /p "),
            Verdict(
                "extensions over 16 KB",
                chunked(
                    String(
                        repeating: "1;" + String(repeating: "a", count: 1000) + "\r\nx\r\n",
                        count: 17
                    )
                        + "0\r\n\r\n"
                ),
                400
            ),
        ]

    static let trailers: [Verdict] = [
        Verdict("trailer", chunked("0\r\nA: b\r\n\r\n"), 200, body: "POST /p "),
        Verdict("two trailers", chunked("0\r\nA: b\r\nC:\r\n\r\n"), 200, body: "POST /p "),
        Verdict(
            "a length as trailer means nothing",
            chunked("0\r\nContent-Length: 50\r\n\r\n"),
            200
        ),
        Verdict("a host as trailer means nothing", chunked("0\r\nHost: a b\r\n\r\n"), 200),
        Verdict("trailer without colon", chunked("0\r\nA\r\n\r\n"), 400),
        Verdict("trailer without name", chunked("0\r\n: b\r\n\r\n"), 400),
        Verdict("trailer with a blank before the colon", chunked("0\r\nA : b\r\n\r\n"), 400),
        Verdict("trailer folded", chunked("0\r\nA: b\r\n c\r\n\r\n"), 400),
        Verdict("trailer with NUL", chunked("0\r\nA: \u{0}\r\n\r\n"), 400),
        Verdict("trailer with bare LF", chunked("0\r\nA: b\n\r\n"), 400),
        Verdict("trailer with bare CR", chunked("0\r\nA: b\rc\r\n\r\n"), 400),
        Verdict(
            "a request in place of trailers",
            chunked("0\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"),
            400
        ),
        Verdict(
            "trailers of 16 KB",
            chunked("0\r\nA: " + String(repeating: "t", count: 16_377) + "\r\n\r\n"),
            200
        ),
        Verdict(
            "trailers over 16 KB",
            chunked("0\r\nA: " + String(repeating: "t", count: 16_378) + "\r\n\r\n"),
            431
        ),
    ]

    static let sizes: [Verdict] = [
        Verdict(
            "request line of 8000 bytes",
            line("GET /" + String(repeating: "u", count: 7986) + " HTTP/1.1"),
            200
        ),
        Verdict(
            "request line of 8192 bytes",
            line("GET /" + String(repeating: "u", count: 8178) + " HTTP/1.1"),
            200
        ),
        Verdict(
            "request line of 8193 bytes",
            line("GET /" + String(repeating: "u", count: 8179) + " HTTP/1.1"),
            414
        ),
        Verdict("endless request line", "GET /" + String(repeating: "u", count: 9000), 414),
        Verdict("head of 32 KB", get("A: " + String(repeating: "f", count: 32_768 - 33)), 200),
        Verdict("head over 32 KB", get("A: " + String(repeating: "f", count: 32_768 - 32)), 431),
        Verdict(
            "endless field",
            "GET / HTTP/1.1\r\nHost: x\r\nA: " + String(repeating: "f", count: 33_000),
            431
        ),
        Verdict(
            "100 fields",
            "GET / HTTP/1.1\r\n" + "Host: x\r\n" + String(repeating: "A: b\r\n", count: 99)
                + "\r\n",
            200
        ),
        Verdict(
            "101 fields",
            "GET / HTTP/1.1\r\n" + "Host: x\r\n" + String(repeating: "A: b\r\n", count: 100)
                + "\r\n",
            431
        ),
    ]
}
