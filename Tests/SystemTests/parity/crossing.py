"""Pages of other origins, and fields that are not the client's to decide."""

from case import Case
from good import ACCOUNTS, ORDERS

SHOP, OTHER = ("Origin", "https://shop.example"), ("Origin", "https://other.example")
WANTS = (
    ("Access-Control-Request-Method", "POST"),
    ("Access-Control-Request-Headers", "authorization, idempotency-key"),
)
GIVEN = "3a6fa25b-88dd-4e91-8a44-4c3f5e6d7082"
ME = f"{ACCOUNTS}/me"

CASES = (
    Case("a preflight", 204, "OPTIONS", ORDERS, fields=(SHOP, *WANTS)),
    Case("a preflight of another origin", 204, "OPTIONS", ORDERS, fields=(OTHER, *WANTS)),
    Case("a preflight of no path", 404, "OPTIONS", "/api/nothing", fields=(SHOP, *WANTS)),
    Case("an answer for a shop", 200, "GET", ME, "clara", fields=(SHOP,)),
    Case("an answer for another origin", 200, "GET", ME, "clara", fields=(OTHER,)),
    Case("an answer for the origin null", 200, "GET", ME, "clara", fields=(("Origin", "null"),)),
    Case("an answer for two origins", (200, 400), "GET", ME, "clara", fields=(SHOP, OTHER)),
    Case("a refusal for a shop", 401, "GET", ME, fields=(SHOP,)),
    Case("an unfit method for a shop", 405, "PUT", ME, fields=(SHOP,)),
    Case("a broken request for a shop", 417, "GET", ME, fields=(SHOP, ("Expect", "x"))),
    Case("an order for a shop", 201, "POST", ORDERS, "clara", {"title": "x", "price": 1}, "shop-1", fields=(SHOP,)),
    Case(
        "an order again for a shop", 201, "POST", ORDERS, "clara", {"title": "x", "price": 1}, "shop-1", fields=(SHOP,)
    ),
    Case("a request id of the client's", 200, "GET", ME, "clara", fields=(("X-Request-Id", GIVEN),)),
    Case("a request id of the client's, refused", 401, "GET", ME, fields=(("X-Request-Id", GIVEN),)),
    Case("a request id that is none", 200, "GET", ME, "clara", fields=(("X-Request-Id", "'\\\"<script>"),)),
    Case(
        "a trace",
        200,
        "GET",
        ME,
        "clara",
        fields=(("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),),
    ),
    Case("a trace that is none", 200, "GET", ME, "clara", fields=(("traceparent", "00-zz"),)),
    Case(
        "forwarded by somebody",
        200,
        "GET",
        ME,
        "clara",
        fields=(
            ("X-Forwarded-For", "10.0.0.1"),
            ("X-Forwarded-Proto", "https"),
            ("X-Forwarded-Host", "evil.example"),
            ("Forwarded", "for=10.0.0.1;host=evil.example"),
            ("X-Original-URL", "/api/openapi.json"),
        ),
    ),
    Case("another method by a field", 200, "GET", ME, "clara", fields=(("X-HTTP-Method-Override", "DELETE"),)),
    Case("a range", 200, "GET", ME, "clara", fields=(("Range", "bytes=0-1"), ("If-None-Match", "*"))),
    Case(
        "another media type wished for",
        200,
        "GET",
        ME,
        "clara",
        fields=(("Accept", "text/html"), ("Accept-Encoding", "gzip"), ("Accept-Language", "ru")),
    ),
    Case("an event's fields", 200, "GET", ME, "clara", fields=(("ce-id", GIVEN), ("ce-type", "order.settled"))),
    Case(
        "a deposit with a length and a coding",
        415,
        "POST",
        f"{ME}/deposits",
        "clara",
        {"amount": 1},
        fields=(("Content-Encoding", "gzip"),),
    ),
    Case(
        "an identity coding",
        201,
        "POST",
        f"{ME}/deposits",
        "clara",
        {"amount": 1},
        "identity-1",
        fields=(("Content-Encoding", "Identity"),),
    ),
    Case(
        "two media types",
        415,
        "POST",
        f"{ME}/deposits",
        "clara",
        {"amount": 1},
        fields=(("Content-Type", "application/json"),),
    ),
)
