"""400 or 422: what is no JSON text, and what is one of the wrong shape."""

from world import new_key

ORDERS, ACCOUNTS = "/api/orders", "/api/billing/accounts"
GOOD = b'{"title":"x","price":1}'


def nested(depth):
    """An object of this depth in all: the object itself is one."""
    return b'{"title":"x","price":1,"more":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"


NOT_JSON = (
    ("empty", b""),
    ("blanks", b" \r\n\t "),
    ("half an object", b'{"title":"x"'),
    ("a word", b"nothing"),
    ("a comma too much", GOOD[:-1] + b",}"),
    ("two texts", GOOD + GOOD),
    ("a letter behind", GOOD + b"x"),
    ("NUL behind", GOOD + b"\0"),
    ("single quotes", b"{'title':'x','price':1}"),
    ("a comment", GOOD + b"// x"),
    ("NaN", b'{"title":"x","price":NaN}'),
    ("Infinity", b'{"title":"x","price":Infinity}'),
    ("a leading zero", b'{"title":"x","price":01}'),
    ("a plus sign", b'{"title":"x","price":+1}'),
    ("minus alone", b'{"title":"x","price":-}'),
    ("-01", b'{"title":"x","price":-01}'),
    ("1.", b'{"title":"x","price":1.}'),
    (".5", b'{"title":"x","price":.5}'),
    ("1e", b'{"title":"x","price":1e}'),
    ("0x1", b'{"title":"x","price":0x1}'),
    ("TRUE", b'{"title":TRUE,"price":1}'),
    ("a byte order mark", b"\xef\xbb\xbf" + GOOD),
    ("UTF-16", GOOD.decode().encode("utf-16-le")),
    ("bad UTF-8 in a value", b'{"title":"\xff","price":1}'),
    ("bad UTF-8 in a name", b'{"\xff":"x","price":1}'),
    ("overlong UTF-8", b'{"title":"\xc0\xaf","price":1}'),
    ("a surrogate in UTF-8", b'{"title":"\xed\xa0\x80","price":1}'),
    ("beyond Unicode", b'{"title":"\xf4\x90\x80\x80","price":1}'),
    ("a lone surrogate", b'{"title":"\\ud800","price":1}'),
    ("a lone low surrogate", b'{"title":"\\udc00","price":1}'),
    ("two high surrogates", b'{"title":"\\ud800\\ud800","price":1}'),
    ("a lone surrogate in a name", b'{"\\ud800":"x","price":1}'),
    ("an unknown escape", b'{"title":"\\x","price":1}'),
    ("half an escape", b'{"title":"\\u12","price":1}'),
    ("a raw line feed in a text", b'{"title":"a\nb","price":1}'),
    ("a raw tab in a text", b'{"title":"a\tb","price":1}'),
    ("a member twice", b'{"title":"x","title":"x","price":1}'),
    ("a member twice, once escaped", b'{"title":"x","t\\u0069tle":"y","price":1}'),
    ("an unknown member twice", b'{"a":1,"a":1}'),
    ("a member twice, deep down", b'{"title":"x","price":1,"more":[{"a":{"b":1,"b":2}}]}'),
    ("one of many members twice", b"{" + b",".join(b'"m%d":1' % (n % 40) for n in range(41)) + b"}"),
    ("17 deep", nested(17)),
    ("17 deep of arrays", b"[" * 17 + b"]" * 17),
    ("8,000 deep", b"[" * 8_000),
)
WRONG_SHAPE = (
    ("16 deep", nested(16), ["/more"]),
    ("16 deep of arrays", b"[" * 16 + b"]" * 16, [""]),
    ("an array", b"[]", [""]),
    ("a text", b'"x"', [""]),
    ("a number", b"1", [""]),
    ("null", b"null", [""]),
    ("true", b"true", [""]),
    ("nothing in it", b"{}", ["/price", "/title"]),
    ("blanks around", b" \n" + b"{}" + b"\t\r\n", ["/price", "/title"]),
    (
        "everything wrong",
        b'{"price":0,"userid":1,"Title":"x","userId":"me"}',
        ["/Title", "/price", "/title", "/userId", "/userid"],
    ),
    ("names that a pointer escapes", GOOD[:-1] + b',"a/b~c":1}', ["/a~1b~0c"]),
    ("an empty name", GOOD[:-1] + b',"":1}', ["/"]),
    ("two names that look alike", GOOD[:-1] + b',"\xc3\xa9":1,"e\xcc\x81":1}', ["/e\u0301", "/\u00e9"]),
    ("null for a member that may be left out", GOOD[:-1] + b',"userId":null}', ["/userId"]),
    ("`me` for a userId", GOOD[:-1] + b',"userId":"me"}', ["/userId"]),
    ("`-` for a userId", GOOD[:-1] + b',"userId":"-"}', ["/userId"]),
    ("a userId in braces", GOOD[:-1] + b',"userId":"{0198d6f0-0000-7000-8000-000000000000}"}', ["/userId"]),
    ("a userId without hyphens", GOOD[:-1] + b',"userId":"0198d6f0000070008000000000000000"}', ["/userId"]),
)
AMOUNTS = (
    "-0",
    "1.0",
    "1e2",
    "1E2",
    "1e-2",
    "0",
    "-1",
    '"5"',
    "null",
    "true",
    "[1]",
    "{}",
    "0.1",
    "100000000000",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "1" + "0" * 400,
    "1e400",
    "-1e400",
    "0." + "0" * 400 + "1",
    "18446744073709551617",
    "4294967297.0",
    '"1"',
    '""',
)


def run(world):
    user = world.user
    for what, raw in NOT_JSON:
        world.ask(f"not JSON, {what}", 400, "POST", ORDERS, raw=raw, who=user, key=new_key(), kind="body-malformed")
    for what, raw, places in WRONG_SHAPE:
        world.ask(
            f"JSON of the wrong shape, {what}", 422, "POST", ORDERS, raw=raw, who=user, key=new_key(), places=places
        )
    for amount in AMOUNTS:
        world.ask(
            f"the amount {amount[:30]}",
            422,
            "POST",
            f"{ACCOUNTS}/me/deposits",
            raw=b'{"amount":%s}' % amount.encode(),
            who=user,
            key=new_key(),
            places=["/amount"],
        )
    empty_bodies(world)
    media_types(world)
    codings(world)
    chunks(world)


def empty_bodies(world):
    """Where every member is optional, no body means {}."""
    for what, status, how in (
        ("no body", 200, {}),
        ("a length of 0", 200, {"raw": b""}),
        ("a length of 0 as text", 200, {"raw": b"", "media": "text/plain"}),
        ("empty chunks", 200, {"raw": b"", "chunks": True}),
        ("empty chunks, no media type", 200, {"raw": b"", "chunks": True, "media": None}),
        ("an encoding of nothing", 200, {"fields": [("Content-Encoding", "gzip")]}),
        ("{}", 200, {"raw": b"{}"}),
        ("blanks are a body, and no JSON", 400, {"raw": b"  "}),
        ("null", 422, {"raw": b"null"}),
    ):
        world.ask(f"openAccount with {what}", status, "POST", ACCOUNTS, who=world.user, **how)
    for path in ("/api/register", ORDERS, f"{ACCOUNTS}/me/deposits"):
        world.ask(f"{path} without a body", 400, "POST", path, who=world.user, kind="body-malformed")


def media_types(world):
    for status, media in (
        (201, "application/json"),
        (201, "APPLICATION/JSON"),
        (201, "application/json;charset=UTF-8"),
        (201, "application/json; charset=utf-8"),
        (201, 'application/json ; charset="utf-8"'),
        (201, "application/json;v=1"),
        (415, "text/plain"),
        (415, "text/json"),
        (415, ""),
        (415, "application/jsonx"),
        (415, "application/problem+json"),
        (415, "application/merge-patch+json"),
        (415, "application"),
        (415, "application/json, text/plain"),
        (415, "application/x-www-form-urlencoded"),
        (415, None),
        (415, "*/*"),
    ):
        world.ask(
            f"the media type {media}", status, "POST", ORDERS, raw=GOOD, media=media, who=world.user, key=new_key()
        )
    world.ask(
        "two media types",
        415,
        "POST",
        ORDERS,
        raw=GOOD,
        who=world.user,
        key=new_key(),
        fields=[("Content-Type", "application/json")],
    )


def codings(world):
    for status, fields in (
        (201, [("Content-Encoding", "identity")]),
        (201, [("Content-Encoding", "Identity")]),
        (415, [("Content-Encoding", "gzip")]),
        (415, [("Content-Encoding", "deflate")]),
        (415, [("Content-Encoding", "br")]),
        (415, [("Content-Encoding", "identity, gzip")]),
        (415, [("Content-Encoding", "identity"), ("Content-Encoding", "gzip")]),
    ):
        world.ask(f"{fields}", status, "POST", ORDERS, raw=GOOD, fields=fields, who=world.user, key=new_key())


def chunks(world):
    for status, raw in (
        (201, GOOD),
        (201, GOOD + b" " * (16_384 - len(GOOD))),
        (413, GOOD + b" " * (16_385 - len(GOOD))),
        (413, b" " * 2_000_000),
        (400, b""),
        (400, b"{"),
        (422, b"{}"),
    ):
        world.ask(
            f"{len(raw)} bytes in chunks", status, "POST", ORDERS, raw=raw, chunks=True, who=world.user, key=new_key()
        )
