"""Bytes that no polite client sends: heads, framings and targets that parsers have been fooled with."""

from case import ANSWER, Case, chunked

GET = b"GET /api/orders HTTP/1.1\r\n"
POST = b"POST /api/orders HTTP/1.1\r\n"
HOST, END = b"Host: <<host>>\r\n", b"Connection: close\r\n\r\n"
OWN = b"Authorization: Bearer <<clara.token>>\r\nContent-Type: application/json\r\n"
BODY = b'{"title":"x","price":1}'
LENGTH, CHUNKED = b"Content-Length: 23\r\n", b"Transfer-Encoding: chunked\r\n"


def raw(name, status, *parts, methods=("GET",), **more):
    return Case(f"bytes: {name}", status, parts=parts, methods=methods, **more)


def lines(name, status, *fields, first=GET):
    """A head with these lines."""
    return raw(name, status, first + HOST + b"".join(fields) + END, methods=(first.split(b" ")[0].decode("latin-1"),))


def posted(name, status, fields, *parts, finish=False):
    """An order with these fields for its framing."""
    return raw(name, status, POST + HOST + OWN + fields + END, *parts, methods=("POST",), finish=finish)


REQUEST_LINES = tuple(
    raw(f"the line {line[:60].decode('latin-1')!r}", status, line + b"\r\n" + HOST + END)
    for status, line in (
        (400, b"GET /api/orders"), (400, b"GET  /api/orders HTTP/1.1"), (400, b"GET /api/orders  HTTP/1.1"),
        (400, b"GET /api/orders HTTP/1.1 "), (400, b" GET /api/orders HTTP/1.1"), (400, b"GET\t/api/orders\tHTTP/1.1"),
        (400, b"GET /api/orders http/1.1"), (400, b"GET /api/orders HTTP/1.10"), (400, b"GET /api/orders HTTP/01.1"),
        (505, b"GET /api/orders HTTP/1.2"), (505, b"GET /api/orders HTTP/2.0"), (505, b"GET /api/orders HTTP/3.0"),
        (505, b"PRI * HTTP/2.0"), (400, b"GET api/orders HTTP/1.1"), (400, b"GET /api/orders\\x HTTP/1.1"),
        (400, b"GET /api/or\xc3\xa9 HTTP/1.1"), (400, b"GET /api/orders\x00 HTTP/1.1"), (400, b"GET /api/orders\x7f HTTP/1.1"),
        (400, b"G(T /api/orders HTTP/1.1"), (501, b"get /api/orders HTTP/1.1"), (501, b"BREW /api/orders HTTP/1.1"),
        ((400, 501), b"X" * 40 + b" /api/orders HTTP/1.1"), (501, b"CONNECT localhost:80 HTTP/1.1"),
        (400, b"GET * HTTP/1.1"), (204, b"OPTIONS * HTTP/1.1"), (405, b"TRACE /api/orders HTTP/1.1"),
        (414, b"GET /api/orders?" + b"x" * 8300 + b" HTTP/1.1"), (401, b"GET /api/orders?limit=" + b"1" * 7000 + b" HTTP/1.1"),
        (400, b"GET ftp://<<host>>/api/orders HTTP/1.1"), (400, b"GET http://u@<<host>>/api/orders HTTP/1.1"),
        (400, b"GET http://elsewhere/api/orders HTTP/1.1"), (401, b"GET http://<<host>>/api/orders HTTP/1.1"),
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
    *[raw(f"the host {host.decode()!r}", 400, GET + b"Host: " + host + b"\r\n" + END)
      for host in (b"", b"a@b", b"a/b", b"a,b", b"a:b", b"a:99999", b"[::1", b"a b")],
    raw("another host", 401, GET + b"Host: other.example\r\n" + END),
)

LENGTHS = tuple(
    posted(f"the length {length.decode()!r}", status, b"Content-Length: " + length + b"\r\n", BODY)
    for status, length in (
        (400, b"-23"), (400, b"+23"), (400, b"23,23"), (400, b"0x17"), (400, b"2_3"), (400, b"023"), (400, b"23x"),
        (400, b""), (400, b"23.0"), (400, b"99999999999999999999"), (413, b"9223372036854775807"), (413, b"16385"),
    )
) + (
    posted("the length twice, equal", 400, LENGTH * 2, BODY),
    posted("the length twice, different", 400, LENGTH + b"Content-Length: 24\r\n", BODY),
    posted("a length and chunks", 400, LENGTH + CHUNKED, chunked(BODY)),
    posted("chunks and a length", 400, CHUNKED + b"Content-Length: 0\r\n", chunked(BODY)),
    posted("a body cut short", 400, b"Content-Length: 100\r\n", BODY, finish=True),
    posted("a body longer than its length", 201, LENGTH, BODY + b"more"),
    posted("a body in pieces", 201, LENGTH, *[piece for byte in BODY for piece in (bytes([byte]), 0.002)]),
)

CODINGS = tuple(
    posted(f"the coding {coding.decode('latin-1')!r}", status, b"Transfer-Encoding: " + coding + b"\r\n", chunked(BODY))
    for status, coding in (
        (201, b"chunked"), (201, b"CHUNKED"), (501, b"gzip, chunked"), (501, b"identity"), (400, b"chunked, chunked"),
        (400, b",chunked"), (400, b"chunked;x=1"), (400, b"\x0bchunked"), (400, b""), (501, b"xchunked"), (400, b'"chunked"'),
    )
) + (
    posted("the coding twice", 400, CHUNKED * 2, chunked(BODY)),
    raw("a coding in 1.0", 400, b"POST /api/orders HTTP/1.0\r\n" + HOST + OWN + CHUNKED + END, chunked(BODY), methods=("POST",)),
)

CHUNKS = tuple(
    posted(f"chunks: {name}", status, CHUNKED, sent, finish=finish)
    for name, status, sent, finish in (
        ("one byte each", 201, chunked(BODY, 1), False),
        ("capitals and leading zeros", 201, b"0017\r\n" + BODY + b"\r\n000\r\n\r\n", False),
        ("an extension", 201, b'17;a=b;c="d\\"e"\r\n' + BODY + b"\r\n0;x\r\n\r\n", False),
        ("a bare LF in an extension", 400, b"17;a\nb\r\n" + BODY + b"\r\n0\r\n\r\n", False),
        ("a long extension", 400, b"17;" + b"a" * 2000 + b"\r\n" + BODY + b"\r\n0\r\n\r\n", False),
        ("a trailer", 201, b"17\r\n" + BODY + b"\r\n0\r\nAuthorization: Bearer x\r\n\r\n", False),
        ("a bad trailer", 400, b"17\r\n" + BODY + b"\r\n0\r\nX : 1\r\n\r\n", False),
        ("trailers of 20 KB", 431, b"17\r\n" + BODY + b"\r\n0\r\n" + (b"X: " + b"a" * 1000 + b"\r\n") * 20 + b"\r\n", False),
        ("no size", 400, b"\r\n" + BODY + b"\r\n0\r\n\r\n", False),
        ("a size with 0x", 400, b"0x17\r\n" + BODY + b"\r\n0\r\n\r\n", False),
        ("a size with a sign", 400, b"+17\r\n" + BODY + b"\r\n0\r\n\r\n", False),
        ("a size with a blank", 400, b"17 \r\n" + BODY + b"\r\n0\r\n\r\n", False),
        ("a size of 17 digits", 400, b"0" * 15 + b"17\r\n" + BODY + b"\r\n0\r\n\r\n", False),
        ("a size beyond all", (400, 413), b"ffffffffffffffff\r\n", True),
        ("a size that is too small", 400, b"5\r\n" + BODY + b"\r\n0\r\n\r\n", False),
        ("bare LFs", 400, b"17\n" + BODY + b"\n0\n\n", False),
        ("cut short", 400, b"17\r\n" + BODY, True),
        ("no end", 400, b"17\r\n" + BODY + b"\r\n", True),
        ("nothing in them", 400, b"0\r\n\r\n", False),
        ("too much in them", 413, chunked(b" " * 16_385), False),
        ("far too much in them", 413, chunked(b" " * 300_000), False),
        ("just as much as may be", 400, chunked(b" " * 16_384), False),
    )
)


def expecting(name, status, fields, *parts, first=POST):
    return raw(f"expects: {name}", status, first + HOST + fields + b"Expect: 100-continue\r\n" + END, *parts, methods=("POST",))


EXPECTATIONS = (
    expecting("a body that is wanted", 201, OWN + LENGTH, ANSWER, BODY),
    expecting("chunks that are wanted", 201, OWN + CHUNKED, ANSWER, chunked(BODY)),
    expecting("no token", 401, LENGTH),
    expecting("too much", 413, OWN + b"Content-Length: 16385\r\n"),
    expecting("a wrong query", 400, OWN + LENGTH, first=b"POST /api/orders?x=1 HTTP/1.1\r\n"),
    expecting("no key", 400, OWN + LENGTH + b"Idempotency-Key: \r\n"),
    expecting("no such method", 405, OWN + LENGTH, first=b"PUT /api/orders HTTP/1.1\r\n"),
    expecting("another media type", 415, OWN[:-18] + b"text/plain\r\n" + LENGTH, ANSWER, BODY),
)


def filling(name, status, before, byte, after):
    """Of these lengths one fills the head just so, whatever the token's length is: a hop may not lengthen it."""
    method = before.split(b" ")[0].decode()
    known = len(before) + len(after)
    return [raw(f"{name} of {length:,} bytes", (status, 431), before + byte * length + after, methods=(method,))
            for length in range(32_768 - known - 1500, 32_768 - known + 100, 60)]


# What a hop might lengthen beyond a limit of the next one.
LARGEST = (
    posted("a head of 32,700 bytes", 201, LENGTH + (b"X: " + b"a" * 8000 + b"\r\n") * 3 + b"Y: " + b"b" * 7000 + b"\r\n", BODY),
    *filling("a media type", 201, POST + HOST + OWN[:-2] + b";x=", b"a", b"\r\n" + LENGTH + END + BODY),
    *filling("blanks before a token", 201, POST + HOST + LENGTH + OWN[:15] + b"Bearer", b" ", OWN[21:] + END + BODY),
    *filling("a token that is not looked at", 422, POST.replace(b"orders", b"register") + HOST + OWN[:22], b"a",
             b"\r\nContent-Type: application/json\r\nContent-Length: 2\r\n" + END + b"{}"),
    raw("a media type of 31 KB, in chunks", 415, POST + HOST + OWN[:-2] + b"a" * 31_000 + b"\r\n" + CHUNKED + END, chunked(BODY),
        methods=("POST",)),
    posted("ninety-five codings, a hundred fields", 201, b"Content-Encoding: identity\r\n" * 95 + LENGTH, BODY),
    posted("ninety-six codings", 431, b"Content-Encoding: identity\r\n" * 96 + LENGTH, BODY),
    posted("ninety codings in chunks, the last another", 415,
           b"Content-Encoding: identity\r\n" * 93 + b"Content-Encoding: br\r\n" + CHUNKED, chunked(BODY)),
    posted("an empty body in chunks of another media type", 400, b"Content-Encoding: br\r\n" + CHUNKED, b"0\r\n\r\n"),
    *[raw(f"a cursor of {what}", 400, b"GET /api/orders?cursor=" + text + b" HTTP/1.1\r\n" + HOST + OWN + END)
      for what, text in (("many backslashes", b"\\" * 8000), ("8,000 bytes", b"a" * 8000), ("quotes and more", b"'\"<>^`{|}"),
                         ("pluses", b"a+b%2B"), ("a question", b"?a?b/../c"), ("line breaks", b"%0d%0aX:%20y"))],
    *[raw(f"the query {query.decode()}", 400, b"GET /api/orders?" + query + b" HTTP/1.1\r\n" + HOST + OWN + END)
      for query in (b"limit=1;limit=2", b"limit=1&limit=%31", b"limit[]=1", b"limit=1%26", b"%6cimit=0", b"limit=%201", b"=1", b"&")],
)

ACCOUNT = b"GET /api/billing/accounts/me HTTP/1.1\r\n" + HOST
HEAD = b"HEAD /api/billing/accounts/me HTTP/1.1\r\n" + HOST
BAD = b"GET /api/billing/accounts/me HTTP/1.1\r\n" + HOST + b"X : 1\r\n\r\n"

CONNECTIONS = (
    raw("three requests at once", 200, (ACCOUNT + OWN + b"\r\n") * 2 + ACCOUNT + OWN + END, methods=("GET",) * 3),
    raw("a head between two", 200, ACCOUNT + OWN + b"\r\n" + HEAD + OWN + b"\r\n" + ACCOUNT + OWN + END,
        methods=("GET", "HEAD", "GET")),
    raw("errors between two", 200, ACCOUNT + OWN + b"\r\n" + ACCOUNT + b"\r\n" + ACCOUNT + OWN + END, methods=("GET",) * 3),
    raw("a broken one behind a good one", 400, ACCOUNT + OWN + b"\r\n" + BAD + ACCOUNT + OWN + END, methods=("GET",) * 3),
    raw("two orders at once", 201, (POST + HOST + OWN + LENGTH + b"\r\n" + BODY) + POST + HOST + OWN + LENGTH + END, BODY,
        methods=("POST",) * 2),
    raw("a body of a GET is passed over", 200, ACCOUNT + OWN + LENGTH + b"\r\n" + BODY + ACCOUNT + OWN + END, methods=("GET",) * 2),
    raw("1.0 and kept alive", 200, ACCOUNT.replace(b"1.1", b"1.0") + OWN + b"Connection: keep-alive\r\n\r\n", ANSWER,
        ACCOUNT + OWN + END, methods=("GET",) * 2),
    raw("a head in pieces", 200, ACCOUNT[:9], 0.01, ACCOUNT[9:] + OWN, 0.01, END[:-1], 0.01, END[-1:]),
)

CASES = (*REQUEST_LINES, *FIELDS, *LENGTHS, *CODINGS, *CHUNKS, *EXPECTATIONS, *LARGEST, *CONNECTIONS)
