"""Heads that no polite client sends: lines, fields and targets that parsers have been fooled with."""

from case import ANSWER
from raw import BODY, END, GET, HOST, LENGTH, OWN, POST, account, lines, raw

ACCOUNT, HEAD = account(), account(b"HEAD")
BAD = ACCOUNT + b"X : 1\r\n\r\n"

REQUEST_LINES = tuple(
    raw(f"the line {line[:60].decode('latin-1')!r}", status, line + b"\r\n" + HOST + END)
    for status, line in (
        (400, b"GET /api/orders"),
        (400, b"GET  /api/orders HTTP/1.1"),
        (400, b"GET /api/orders  HTTP/1.1"),
        (400, b"GET /api/orders HTTP/1.1 "),
        (400, b" GET /api/orders HTTP/1.1"),
        (400, b"GET\t/api/orders\tHTTP/1.1"),
        (400, b"GET /api/orders http/1.1"),
        (400, b"GET /api/orders HTTP/1.10"),
        (400, b"GET /api/orders HTTP/01.1"),
        (505, b"GET /api/orders HTTP/1.2"),
        (505, b"GET /api/orders HTTP/2.0"),
        (505, b"GET /api/orders HTTP/3.0"),
        (505, b"PRI * HTTP/2.0"),
        (400, b"GET api/orders HTTP/1.1"),
        (400, b"GET /api/orders\\x HTTP/1.1"),
        (400, b"GET /api/or\xc3\xa9 HTTP/1.1"),
        (400, b"GET /api/orders\x00 HTTP/1.1"),
        (400, b"GET /api/orders\x7f HTTP/1.1"),
        (400, b"G(T /api/orders HTTP/1.1"),
        (501, b"get /api/orders HTTP/1.1"),
        (501, b"BREW /api/orders HTTP/1.1"),
        ((400, 501), b"X" * 40 + b" /api/orders HTTP/1.1"),
        (501, b"CONNECT localhost:80 HTTP/1.1"),
        (400, b"GET * HTTP/1.1"),
        (204, b"OPTIONS * HTTP/1.1"),
        (405, b"TRACE /api/orders HTTP/1.1"),
        (414, b"GET /api/orders?" + b"x" * 8300 + b" HTTP/1.1"),
        (401, b"GET /api/orders?limit=" + b"1" * 7000 + b" HTTP/1.1"),
        (400, b"GET ftp://<<host>>/api/orders HTTP/1.1"),
        (400, b"GET http://u@<<host>>/api/orders HTTP/1.1"),
        (400, b"GET http://elsewhere/api/orders HTTP/1.1"),
        (401, b"GET http://<<host>>/api/orders HTTP/1.1"),
    )
)

FIELDS = (
    raw("a bare LF behind the line", 400, b"GET /api/orders HTTP/1.1\n" + HOST + END),
    raw("a bare LF behind a field", 400, GET + HOST + b"X: 1\n" + END),
    raw("a bare LF at the end", 400, GET + HOST + b"\n"),
    raw("a bare CR in a value", 400, GET + HOST + b"X: a\rb\r\n" + END),
    raw("one empty line before", 401, b"\r\n" + GET + HOST + END, methods=("GET",)),
    raw("two empty lines before", 400, b"\r\n\r\n" + GET + HOST + END),
    raw("nothing but an end", 400, b"GET /api/orders HTTP/1.1\r\nHost", finish=True),
    lines("a folded field", 400, b"X: a\r\n b\r\n"),
    lines("NUL in a value", 400, b"X: a\x00b\r\n"),
    lines("NUL far into a value", 400, b"X: " + b"a" * 70 + b"\x00\r\n"),
    lines("a control character in a value", 400, b"X: \x01\r\n"),
    lines("DEL in a value", 400, b"X: \x7f\r\n"),
    lines("bytes beyond ASCII in a value", 401, b"X: \xff\xfe\r\n"),
    lines("bytes beyond ASCII in a name", 400, b"X\xc3: 1\r\n"),
    lines("an underscore in a name", (400, 401), b"Content_Length: 5\r\n"),
    lines("a blank before the colon", 400, b"X : 1\r\n"),
    lines("no colon", 400, b"X\r\n"),
    lines("no name", 400, b": 1\r\n"),
    lines("a hundred fields", 401, b"X: 1\r\n" * 98),
    lines("a field too many", 431, b"X: 1\r\n" * 99),
    lines("a head of 40 KB", 431, b"X: " + b"a" * 8000 + b"\r\n", *[b"Y: " + b"b" * 8000 + b"\r\n"] * 4),
    lines("an expectation", 417, b"Expect: a-miracle\r\n"),
    lines("an upgrade", 401, b"Upgrade: h2c\r\nHTTP2-Settings: AAAA\r\n"),
    lines("a connection without Host", 400, b"Connection: Host\r\n"),
    lines("a connection without Authorization", 400, b"Connection: authorization\r\n"),
    raw("no Host", 400, GET + END),
    raw("Host twice", 400, GET + HOST + HOST + END),
    raw("no Host in 1.0", 401, b"GET /api/orders HTTP/1.0\r\n\r\n"),
    *[
        raw(f"the host {host.decode()!r}", 400, GET + b"Host: " + host + b"\r\n" + END)
        for host in (b"", b"a@b", b"a/b", b"a,b", b"a:b", b"a:99999", b"[::1", b"a b")
    ],
    raw("another host", 401, GET + b"Host: other.example\r\n" + END),
)

CONNECTIONS = (
    raw("three requests at once", 200, (ACCOUNT + OWN + b"\r\n") * 2 + ACCOUNT + OWN + END, methods=("GET",) * 3),
    raw(
        "a head between two",
        200,
        ACCOUNT + OWN + b"\r\n" + HEAD + OWN + b"\r\n" + ACCOUNT + OWN + END,
        methods=("GET", "HEAD", "GET"),
    ),
    raw(
        "errors between two",
        200,
        ACCOUNT + OWN + b"\r\n" + ACCOUNT + b"\r\n" + ACCOUNT + OWN + END,
        methods=("GET",) * 3,
    ),
    raw(
        "a broken one behind a good one", 400, ACCOUNT + OWN + b"\r\n" + BAD + ACCOUNT + OWN + END, methods=("GET",) * 3
    ),
    raw(
        "two orders at once",
        201,
        (POST + HOST + OWN + LENGTH + b"\r\n" + BODY) + POST + HOST + OWN + LENGTH + END,
        BODY,
        methods=("POST",) * 2,
    ),
    raw(
        "a body of a GET is passed over",
        200,
        ACCOUNT + OWN + LENGTH + b"\r\n" + BODY + ACCOUNT + OWN + END,
        methods=("GET",) * 2,
    ),
    raw(
        "1.0 and kept alive",
        200,
        account(version=b"1.0") + OWN + b"Connection: keep-alive\r\n\r\n",
        ANSWER,
        ACCOUNT + OWN + END,
        methods=("GET",) * 2,
    ),
    raw("a head in pieces", 200, ACCOUNT[:9], 0.01, ACCOUNT[9:] + OWN, 0.01, END[:-1], 0.01, END[-1:]),
)

CASES = (*REQUEST_LINES, *FIELDS, *CONNECTIONS)
