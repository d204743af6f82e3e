"""Bodies framed otherwise than they are: lengths, codings, chunks, expectations; and heads full to the brim."""

from case import ANSWER, chunked
from raw import BODY, CHUNKED, END, HOST, LENGTH, OWN, POST, posted, raw

LENGTHS = tuple(
    posted(f"the length {length.decode()!r}", status, b"Content-Length: " + length + b"\r\n", BODY)
    for status, length in (
        (400, b"-23"),
        (400, b"+23"),
        (400, b"23,23"),
        (400, b"0x17"),
        (400, b"2_3"),
        (400, b"023"),
        (400, b"23x"),
        (400, b""),
        (400, b"23.0"),
        (400, b"99999999999999999999"),
        (413, b"9223372036854775807"),
        (413, b"16385"),
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
        (201, b"chunked"),
        (201, b"CHUNKED"),
        (501, b"gzip, chunked"),
        (501, b"identity"),
        (400, b"chunked, chunked"),
        (400, b",chunked"),
        (400, b"chunked;x=1"),
        (400, b"\x0bchunked"),
        (400, b""),
        (501, b"xchunked"),
        (400, b'"chunked"'),
    )
) + (
    posted("the coding twice", 400, CHUNKED * 2, chunked(BODY)),
    raw(
        "a coding in 1.0",
        400,
        b"POST /api/orders HTTP/1.0\r\n" + HOST + OWN + CHUNKED + END,
        chunked(BODY),
        methods=("POST",),
    ),
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
        (
            "trailers of 20 KB",
            431,
            b"17\r\n" + BODY + b"\r\n0\r\n" + (b"X: " + b"a" * 1000 + b"\r\n") * 20 + b"\r\n",
            False,
        ),
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
    return raw(
        f"expects: {name}", status, first + HOST + fields + b"Expect: 100-continue\r\n" + END, *parts, methods=("POST",)
    )


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
    return [
        raw(f"{name} of {length:,} bytes", (status, 431), before + byte * length + after, methods=(method,))
        for length in range(32_768 - known - 1500, 32_768 - known + 100, 60)
    ]


# What a hop might lengthen beyond a limit of the next one.
LARGEST = (
    posted(
        "a head of 32,700 bytes",
        201,
        LENGTH + (b"X: " + b"a" * 8000 + b"\r\n") * 3 + b"Y: " + b"b" * 7000 + b"\r\n",
        BODY,
    ),
    *filling("a media type", 201, POST + HOST + OWN[:-2] + b";x=", b"a", b"\r\n" + LENGTH + END + BODY),
    *filling("blanks before a token", 201, POST + HOST + LENGTH + OWN[:15] + b"Bearer", b" ", OWN[21:] + END + BODY),
    *filling(
        "a token that is not looked at",
        422,
        POST.replace(b"orders", b"register") + HOST + OWN[:22],
        b"a",
        b"\r\nContent-Type: application/json\r\nContent-Length: 2\r\n" + END + b"{}",
    ),
    raw(
        "a media type of 31 KB, in chunks",
        415,
        POST + HOST + OWN[:-2] + b"a" * 31_000 + b"\r\n" + CHUNKED + END,
        chunked(BODY),
        methods=("POST",),
    ),
    posted("ninety-five codings, a hundred fields", 201, b"Content-Encoding: identity\r\n" * 95 + LENGTH, BODY),
    posted("ninety-six codings", 431, b"Content-Encoding: identity\r\n" * 96 + LENGTH, BODY),
    posted(
        "ninety codings in chunks, the last another",
        415,
        b"Content-Encoding: identity\r\n" * 93 + b"Content-Encoding: br\r\n" + CHUNKED,
        chunked(BODY),
    ),
    posted("an empty body in chunks of another media type", 400, b"Content-Encoding: br\r\n" + CHUNKED, b"0\r\n\r\n"),
    *[
        raw(f"a cursor of {what}", 400, b"GET /api/orders?cursor=" + text + b" HTTP/1.1\r\n" + HOST + OWN + END)
        for what, text in (
            ("many backslashes", b"\\" * 8000),
            ("8,000 bytes", b"a" * 8000),
            ("quotes and more", b"'\"<>^`{|}"),
            ("pluses", b"a+b%2B"),
            ("a question", b"?a?b/../c"),
            ("line breaks", b"%0d%0aX:%20y"),
        )
    ],
    *[
        raw(f"the query {query.decode()}", 400, b"GET /api/orders?" + query + b" HTTP/1.1\r\n" + HOST + OWN + END)
        for query in (
            b"limit=1;limit=2",
            b"limit=1&limit=%31",
            b"limit[]=1",
            b"limit=1%26",
            b"%6cimit=0",
            b"limit=%201",
            b"=1",
            b"&",
        )
    ],
)

CASES = (*LENGTHS, *CODINGS, *CHUNKS, *EXPECTATIONS, *LARGEST)
