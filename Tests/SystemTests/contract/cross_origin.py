"""CORS: on every answer under /api where it is on; Keycloak's own under /auth."""

EXPOSED = {"x-request-id", "location", "idempotency-key", "idempotent-replayed", "retry-after", "www-authenticate"}
PREFLIGHT = ("access-control-allow-methods", "access-control-allow-headers", "access-control-max-age")


def run(world):
    origins = world.settings["CORS_ORIGINS"]
    is_open = origins == "*"
    allowed = "https://shop.example" if is_open else origins.split(",")[0].strip()
    for what, method, path, how, status in requests(world):
        for origin, is_allowed in (
            (allowed, True),
            ("https://evil.example", is_open),
            (allowed.upper(), is_open),
            (allowed + ".evil.example", is_open),
            ("null", is_open),
            (None, False),
        ):
            fields = list(how.get("fields", ())) + ([("Origin", origin)] if origin else [])
            reply = world.ask(f"{what} from {origin}", status, method, path, **{**how, "fields": fields})
            answers(world, f"{what} from {origin}", reply, "*" if is_open else origin, is_allowed)
    preflights(world, allowed, is_open)
    for status, path, fields in (
        (414, "/api/" + "x" * 9_000, ()),
        (414, "/api/orders?cursor=" + "x" * 9_000, ()),
        (431, "/api/orders", [("X-Long", "x" * 40_000)]),
    ):
        world.ask("what the core refuses early varies, too", status, "GET", path, fields=fields)
    long = world.ask(
        "a long field behind the origin",
        431,
        "GET",
        "/api/orders",
        fields=[("Origin", allowed), ("X-Long", "x" * 40_000)],
    )
    answers(world, "a long field behind the origin", long, "*" if is_open else allowed, True)
    under_auth(world, allowed)


def requests(world):
    """Every kind of answer: good ones, the gateway's refusals, the HTTP core's own."""
    user, good = world.user, {"title": "x", "price": 1}
    return (
        ("a list", "GET", "/api/orders", {"who": user}, 200),
        ("an order", "POST", "/api/orders", {"who": user, "body": good}, 201),
        (
            "a rejected order",
            "POST",
            "/api/orders",
            {"who": user, "body": {"title": "x", "price": 99_999_999_999}},
            402,
        ),
        ("the document", "GET", "/api/openapi.json", {}, 200),
        ("no token", "GET", "/api/orders", {}, 401),
        ("a bad token", "GET", "/api/orders", {"who": "rubbish"}, 401),
        ("no path", "GET", "/api/nothing", {"who": user}, 404),
        ("a wrong method", "DELETE", "/api/orders", {"who": user}, 405),
        ("no account of theirs", "GET", f"/api/billing/accounts/{world.other.id}", {"who": user}, 404),
        ("a foreign list", "GET", "/api/orders?userId=-", {"who": user}, 403),
        ("a query", "GET", "/api/orders?x=1", {"who": user}, 400),
        ("a key", "POST", "/api/orders", {"who": user, "body": good, "key": "é"}, 400),
        ("a size", "POST", "/api/orders", {"who": user, "raw": b" " * 20_000}, 413),
        ("a size in chunks", "POST", "/api/orders", {"who": user, "raw": b" " * 20_000, "chunks": True}, 413),
        ("a media type", "POST", "/api/orders", {"who": user, "raw": b"{}", "media": "text/plain"}, 415),
        ("no JSON", "POST", "/api/orders", {"who": user, "raw": b"{"}, 400),
        ("a shape", "POST", "/api/orders", {"who": user, "body": {}}, 422),
        ("HEAD", "HEAD", "/api/orders", {"who": user}, 200),
        ("OPTIONS", "OPTIONS", "/api/orders", {}, 204),
        ("TRACE", "TRACE", "/api/orders", {}, 405),
        ("an unknown method", "BREW", "/api/orders", {}, 501),
        ("a bad target", "GET", "/api/orders?x=%zz", {}, 400),
        ("NUL in a target", "GET", "/api/orders%00", {}, 400),
        ("two authorizations", "GET", "/api/orders", {"fields": [("Authorization", "a"), ("Authorization", "b")]}, 400),
    )


def answers(world, what, reply, value, is_allowed):
    world.fact(
        f"{what}: {'may be read' if is_allowed else 'may not be read'}",
        reply.all("access-control-allow-origin") == ([value] if is_allowed else [])
        and not reply.all("access-control-allow-credentials"),
        reply,
    )
    exposed = {
        name.strip().lower() for name in (reply.one("access-control-expose-headers") or "").split(",") if name.strip()
    }
    world.fact(f"{what}: exposes its fields", exposed == (EXPOSED if is_allowed else set()), reply)


def preflights(world, allowed, is_open):
    for path, methods in (
        ("/api/orders", {"GET", "POST"}),
        ("/api/register", {"POST"}),
        ("/api/billing/accounts/me", {"GET"}),
    ):
        for origin, is_allowed in ((allowed, True), ("https://evil.example", is_open)):
            reply = world.ask(
                f"preflight of {path} from {origin}",
                204,
                "OPTIONS",
                path,
                fields=[
                    ("Origin", origin),
                    ("Access-Control-Request-Method", "POST"),
                    ("Access-Control-Request-Headers", "authorization,content-type,idempotency-key"),
                ],
            )
            said = {name: (reply.one(name) or "") for name in PREFLIGHT}
            if is_allowed:
                world.fact(
                    "it names methods, fields and an hour",
                    methods <= {name.strip() for name in said[PREFLIGHT[0]].split(",")}
                    and {"authorization", "content-type", "idempotency-key"}
                    <= {name.strip().lower() for name in said[PREFLIGHT[1]].split(",")}
                    and said[PREFLIGHT[2]] == "3600"
                    and reply.all("access-control-allow-origin") == ["*" if is_open else origin],
                    reply,
                )
            else:
                world.fact(
                    "it names nothing to a stranger",
                    not any(said.values()) and not reply.all("access-control-allow-origin"),
                    reply,
                )


def under_auth(world, allowed):
    token = f"/auth/realms/{world.realm}/protocol/openid-connect/token"
    form = [("Content-Type", "application/x-www-form-urlencoded")]
    for origin in (allowed, world.base, "https://evil.example"):
        for method, path, fields in (
            ("POST", token, form),
            ("OPTIONS", token, [("Access-Control-Request-Method", "POST")]),
            ("GET", f"/auth/realms/{world.realm}/.well-known/openid-configuration", []),
            ("GET", "/auth/nothing", []),
        ):
            reply = world.send(
                method,
                path,
                fields=[*fields, ("Origin", origin)],
                raw=b"grant_type=x" if method == "POST" else None,
                media=None,
            )
            world.fact(
                f"{method} {path[-20:]} from {origin}: one Access-Control-Allow-Origin at most",
                len(reply.all("access-control-allow-origin")) <= 1,
                reply,
            )
