"""Every request has two faults or more; the earlier check answers."""

from world import new_key, some_id

ORDERS = "/api/orders"
BIG = b'"' + b"x" * 20_000 + b'"'
TEXT = "text/plain"
BAD_KEY = "ключ"


def run(world):
    before_the_token(world)
    before_the_query(world)
    before_the_body(world)
    the_body(world)
    the_key(world)


def before_the_token(world):
    foreign = f"/api/billing/accounts/{world.other.id}"
    twice = [("Authorization", "Bearer a"), ("Authorization", "Bearer b")]
    for what, status, kind, method, path, how in (
        ("path before method", 404, "not-found", "DELETE", "/api/nothing", {}),
        ("path before token", 404, "not-found", "GET", "/api/orders/", {}),
        ("path before a repeated token", 404, "not-found", "GET", "/api/nothing", {"fields": twice}),
        ("malformed id before method", 404, "not-found", "DELETE", "/api/orders/1", {}),
        ("malformed id before token", 404, "not-found", "GET", "/api/orders/1", {}),
        ("`me` under withdrawals before token", 404, "not-found", "POST", "/api/billing/accounts/me/withdrawals", {}),
        ("method before token", 405, "method-not-allowed", "DELETE", ORDERS, {}),
        ("method before a bad token", 405, "method-not-allowed", "PUT", ORDERS, {"who": "rubbish"}),
        ("method before a repeated token", 405, "method-not-allowed", "PUT", ORDERS, {"fields": twice}),
        ("method before size", 405, "method-not-allowed", "PATCH", ORDERS, {"raw": BIG}),
        ("token before foreign account", 401, "token-missing", "GET", foreign, {}),
        ("token before role", 401, "token-missing", "POST", foreign + "/withdrawals", {}),
        ("token before query", 401, "token-invalid", "GET", ORDERS + "?x=1", {"who": "rubbish"}),
        ("token before key", 401, "token-missing", "POST", ORDERS, {"key": BAD_KEY, "raw": b"{}"}),
        ("token before size", 401, "token-missing", "POST", ORDERS, {"raw": BIG}),
        ("token before a size of megabytes", 401, "token-missing", "POST", ORDERS, {"raw": b" " * 2_000_000}),
        ("token before media type", 401, "token-missing", "POST", ORDERS, {"raw": b"{", "media": TEXT}),
    ):
        world.ask(what, status, method, path, kind=kind, **how)


def before_the_query(world):
    user, service = world.user, world.service
    foreign = f"/api/billing/accounts/{world.other.id}"
    for what, status, kind, method, path, how in (
        ("role before foreign account", 403, "forbidden", "GET", foreign, {"who": service}),
        ("role before query", 403, "forbidden", "GET", ORDERS + "?x=1", {"who": service}),
        ("role before foreign userId", 403, "forbidden", "GET", ORDERS + "?userId=-", {"who": service}),
        ("role before key", 403, "forbidden", "POST", ORDERS, {"who": service, "key": BAD_KEY, "raw": b"{"}),
        ("role before size", 403, "forbidden", "POST", foreign + "/withdrawals", {"who": user, "raw": BIG}),
        (
            "role before missing account",
            403,
            "forbidden",
            "POST",
            f"/api/billing/accounts/{some_id()}/withdrawals",
            {"who": user, "raw": b"{"},
        ),
        ("foreign account before query", 404, None, "GET", foreign + "?x=1", {"who": user}),
        ("foreign entries before query", 404, None, "GET", foreign + "/entries?limit=0", {"who": user}),
        (
            "foreign account before key",
            404,
            None,
            "POST",
            foreign + "/deposits",
            {"who": user, "key": BAD_KEY, "raw": b"{}"},
        ),
        ("foreign account before size", 404, None, "POST", foreign + "/deposits", {"who": user, "raw": BIG}),
        (
            "foreign account before media type",
            404,
            None,
            "POST",
            foreign + "/deposits",
            {"who": user, "raw": b"{", "media": TEXT},
        ),
        ("foreign account before shape", 404, None, "POST", foreign + "/deposits", {"who": user, "raw": b"{}"}),
    ):
        world.ask(what, status, method, path, kind=kind, **how)


def before_the_body(world):
    user, foreign = world.user, world.other.id
    for what, status, kind, method, path, how in (
        ("query before foreign userId", 400, "parameter-invalid", "GET", f"{ORDERS}?userId={foreign}&limit=0", {}),
        ("unknown parameter before foreign userId", 400, "parameter-invalid", "GET", f"{ORDERS}?x=1&userId=-", {}),
        (
            "cursor before foreign userId",
            400,
            "parameter-invalid",
            "GET",
            f"/api/notifications?userId={foreign}&cursor=x",
            {},
        ),
        ("query before key", 400, "parameter-invalid", "POST", ORDERS + "?x=1", {"key": BAD_KEY, "raw": b"{}"}),
        ("query before size", 400, "parameter-invalid", "POST", ORDERS + "?x=1", {"raw": BIG}),
        ("query before not JSON", 400, "parameter-invalid", "POST", ORDERS + "?x=1", {"raw": b"{"}),
        (
            "query of a read object before its absence",
            400,
            "parameter-invalid",
            "GET",
            f"/api/orders/{some_id()}?x=1",
            {},
        ),
        ("key before size", 400, "key-invalid", "POST", ORDERS, {"key": BAD_KEY, "raw": BIG}),
        ("key before size in chunks", 400, "key-invalid", "POST", ORDERS, {"key": BAD_KEY, "raw": BIG, "chunks": True}),
        ("key before media type", 400, "key-invalid", "POST", ORDERS, {"key": BAD_KEY, "raw": b"{", "media": TEXT}),
        ("key before not JSON", 400, "key-invalid", "POST", ORDERS, {"key": BAD_KEY, "raw": b"{"}),
        ("key before shape", 400, "key-invalid", "POST", ORDERS, {"key": BAD_KEY, "raw": b"{}"}),
    ):
        world.ask(what, status, method, path, kind=kind, who=user, **how)


def the_body(world):
    foreign = world.other.id
    shape = b'{"title":"x","price":0,"userId":"%s"}' % foreign.encode()
    for what, status, kind, raw, media, chunks in (
        ("size before media type", 413, "body-too-large", BIG, TEXT, False),
        ("size before media type, in chunks", 413, "body-too-large", BIG, TEXT, True),
        ("size before no media type", 413, "body-too-large", BIG, None, False),
        ("size before not JSON", 413, "body-too-large", b"{" * 20_000, "application/json", False),
        ("size before not JSON, in chunks", 413, "body-too-large", b"{" * 20_000, "application/json", True),
        ("media type before not JSON", 415, "media-type-unsupported", b"{", TEXT, False),
        ("media type before not JSON, in chunks", 415, "media-type-unsupported", b"{", TEXT, True),
        ("media type before shape", 415, "media-type-unsupported", b"{}", TEXT, False),
        ("no body has no media type", 400, "body-malformed", b"", TEXT, False),
        ("no body in chunks has none either", 400, "body-malformed", b"", TEXT, True),
        ("not JSON before shape", 400, "body-malformed", b'{"price":"x"', "application/json", False),
        ("not JSON before foreign userId", 400, "body-malformed", shape[:-1], "application/json", False),
        ("shape before foreign userId", 422, "body-invalid", shape, "application/json", False),
    ):
        world.ask(what, status, "POST", ORDERS, who=world.user, raw=raw, media=media, chunks=chunks, kind=kind)


def the_key(world):
    """The key's record comes behind every check of the request itself, before the function's own word."""
    user, key = world.user, new_key()
    good = {"title": "in order", "price": 1}
    world.ask("an order under the key", 201, "POST", ORDERS, good, who=user, key=key)
    for what, status, kind, raw, media in (
        ("size before a used key", 413, "body-too-large", BIG, "application/json"),
        ("media type before a used key", 415, "media-type-unsupported", b'{"title":"x","price":1}', TEXT),
        ("not JSON before a used key", 400, "body-malformed", b"{", "application/json"),
        ("shape before a used key", 422, "body-invalid", b'{"title":"","price":1}', "application/json"),
        (
            "foreign userId before a used key",
            403,
            "foreign-user",
            b'{"title":"in order","price":1,"userId":"%s"}' % world.other.id.encode(),
            "application/json",
        ),
        ("a used key before the money", 422, "key-reused", b'{"title":"dear","price":99999999999}', "application/json"),
    ):
        world.ask(what, status, "POST", ORDERS, who=user, key=key, raw=raw, media=media, kind=kind)
    stranger, key = world.new_stranger(), new_key()
    world.ask("no account", 404, "POST", ORDERS, good, who=stranger, key=key, kind="account-missing")
    world.ask(
        "a used key before the account",
        422,
        "POST",
        ORDERS,
        {**good, "price": 2},
        who=stranger,
        key=key,
        kind="key-reused",
    )
