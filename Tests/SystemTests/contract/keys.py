"""Idempotency keys: what one is, what is recorded under it, what a replay is."""

from repeating import is_replay
from world import PASSWORD, new_key, some_id

ORDERS, ACCOUNTS = "/api/orders", "/api/billing/accounts"
DEPOSITS = f"{ACCOUNTS}/me/deposits"
ORDER = {"title": "a key's order", "price": 1}


def run(world):
    values(world)
    generated(world)
    replays(world)
    recorded_failures(world)
    not_recorded(world)
    not_looked_at(world)


def values(world):
    """1…255 bytes of printable ASCII, as they stand, compared byte by byte."""
    mark = new_key()[:8]
    for key in (
        mark,
        f'"{mark}"',
        f"'{mark}'",
        mark + " b",
        mark + "  b",
        mark.upper() + "K",
        mark + "k",
        mark + "~!@#$%^&*()_+`-={}|[]\\:;<>?,./",
        mark + "x" * 247,
        mark + "x" * 246,
    ):
        reply = world.ask(f"the key {key[:40]}", 201, "POST", ORDERS, ORDER, who=world.user, key=key)
        world.fact(f"{key[:40]} is nobody else's", not reply.all("idempotent-replayed"), reply)
    for key in ("", "x" * 256, "a\tb", "ключ", b"\xff", "é", "x" * 300):
        world.ask(f"the key {key[:20]!r}", 400, "POST", ORDERS, ORDER, who=world.user, key=key, kind="key-invalid")
    for first, second in (("a", "a"), ("a", "b"), ("", "a")):
        world.ask(
            f"two keys, {first!r} and {second!r}",
            400,
            "POST",
            ORDERS,
            ORDER,
            who=world.user,
            kind="key-invalid",
            fields=[("Idempotency-Key", first), ("idempotency-key", second)],
        )
    padded = world.send("POST", ORDERS, ORDER, who=world.user, fields=[("Idempotency-key", f"  {mark}p \t")])
    world.fact("blanks around a field's value are no part of it", padded.one("idempotency-key") == mark + "p", padded)


def generated(world):
    first = world.ask("no key", 201, "POST", ORDERS, ORDER, who=world.user)
    again = world.ask(
        "the key that was made", 201, "POST", ORDERS, ORDER, who=world.user, key=first.one("idempotency-key")
    )
    is_replay(world, "the key that was made", first, again)
    other = world.ask("no key again", 201, "POST", ORDERS, ORDER, who=world.user)
    world.fact("each has a key of its own", other.body != first.body, other)


def replays(world):
    user, service = world.user, world.service
    used = some_id()
    email = f"key-{new_key()[:12]}@example.org"
    person = {"email": email, "password": PASSWORD, "firstName": "A", "lastName": "B"}
    draw, missing = f"{ACCOUNTS}/{user.id}/withdrawals", f"{ACCOUNTS}/{some_id()}/withdrawals"
    for what, status, path, body, who in (
        ("register", 201, "/api/register", person, None),
        ("a taken e-mail", 409, "/api/register", person, None),
        ("deposit", 201, DEPOSITS, {"amount": 7}, user),
        ("order", 201, ORDERS, ORDER, user),
        ("rejected order", 402, ORDERS, {"title": "dear", "price": 99_999_999_999}, user),
        ("withdraw", 201, draw, {"amount": 1, "orderId": used}, service),
        ("used order id", 409, draw, {"amount": 1, "orderId": used}, service),
        ("no money", 402, draw, {"amount": 99_999_999_999, "orderId": some_id()}, service),
        ("no account", 404, missing, {"amount": 1, "orderId": some_id()}, service),
    ):
        key = new_key()
        first = world.ask(what, status, "POST", path, body, who=who, key=key)
        for _ in range(2):
            is_replay(world, what, first, world.ask(what, status, "POST", path, body, who=who, key=key))
        if status in (404, 409) or status == 402 and who is service:
            world.fact(f"{what}: asks for a new key", "new idempotency-key" in first.json["detail"].lower(), first)
        changed = {
            **body,
            **({"amount": 2} if "amount" in body else {"price": 2} if "price" in body else {"lastName": "C"}),
        }
        world.ask(
            f"{what}: another request under its key", 422, "POST", path, changed, who=who, key=key, kind="key-reused"
        )


def recorded_failures(world):
    for path, body in ((ORDERS, ORDER), (DEPOSITS, {"amount": 5})):
        stranger, key = world.new_stranger(), new_key()
        first = world.ask("no account yet", 404, "POST", path, body, who=stranger, key=key, kind="account-missing")
        world.fact(
            "it says how to open one, and to take a new key",
            "POST /api/billing/accounts" in first.json["detail"] and "new Idempotency-Key" in first.json["detail"],
            first,
        )
        world.ask("now there is one", 201, "POST", ACCOUNTS, who=stranger)
        is_replay(
            world, "a recorded 404", first, world.ask("the same key", 404, "POST", path, body, who=stranger, key=key)
        )
        fresh = world.ask("a new key", 402 if path == ORDERS else 201, "POST", path, body, who=stranger, key=new_key())
        world.fact("a new key is no replay", not fresh.all("idempotent-replayed"), fresh)


def not_recorded(world):
    """The refusals before the key leave nothing under it."""
    user = world.user
    for path, good, foreign in ((ORDERS, b'{"title":"x","price":1}', True), (DEPOSITS, b'{"amount":1}', False)):
        key = new_key()
        for status, how in (
            (400, {"raw": b"{"}),
            (400, {"raw": b""}),
            (413, {"raw": b" " * 20_000}),
            (415, {"raw": good, "media": "text/plain"}),
            (422, {"raw": b"{}"}),
            (422, {"raw": b"[]"}),
            (401, {"raw": good, "who": "rubbish"}),
        ):
            world.ask(f"{status} under a key to come", status, "POST", path, key=key, **{"who": user, **how})
        if foreign:
            world.ask(
                "403 under a key to come",
                403,
                "POST",
                path,
                key=key,
                who=user,
                raw=good[:-1] + b',"userId":"%s"}' % world.other.id.encode(),
            )
        reply = world.ask("and then a good one", 201, "POST", path, key=key, who=user, raw=good)
        world.fact("it is the first of its key", not reply.all("idempotent-replayed"), reply)
    key, person = (
        new_key(),
        {"email": f"k-{new_key()[:12]}@example.org", "password": "short", "firstName": "A", "lastName": "B"},
    )
    world.ask(
        "a password that the provider refuses", 422, "POST", "/api/register", person, key=key, places=["/password"]
    )
    made = world.ask(
        "a better one under the same key", 201, "POST", "/api/register", {**person, "password": PASSWORD}, key=key
    )
    world.fact("it is the first of its key", not made.all("idempotent-replayed"), made)


def not_looked_at(world):
    for method, path in (("GET", ORDERS), ("POST", ACCOUNTS), ("GET", f"{ACCOUNTS}/me")):
        for key in ("", "ключ", "good"):
            reply = world.ask(
                f"{method} {path} does not look at the key {key!r}", 200, method, path, who=world.user, key=key
            )
            world.fact(f"{method} {path} does not speak of it either", not reply.all("idempotency-key"), reply)
