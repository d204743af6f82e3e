"""Idempotency keys: what one is, what is recorded under it, what a replay is."""

import threading

from world import PASSWORD, login, new_key, some_id

ORDERS, ACCOUNTS = "/api/orders", "/api/billing/accounts"
DEPOSITS = f"{ACCOUNTS}/me/deposits"
ORDER = {"title": "a key's order", "price": 1}


def run(world):
    values(world)
    generated(world)
    replays(world)
    recorded_failures(world)
    not_recorded(world)
    scopes(world)
    same_requests(world)
    at_once(world)
    not_looked_at(world)
    after_a_restart(world)


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


def is_replay(world, what, first, again):
    world.fact(f"{what}: the first is no replay", not first.all("idempotent-replayed"), first)
    world.fact(
        f"{what}: the same again",
        again.all("idempotent-replayed") == ["true"]
        and again.one("x-request-id") != first.one("x-request-id")
        and all(
            again.all(name) == first.all(name)
            for name in ("location", "content-type", "idempotency-key", "retry-after")
        )
        and (again.status, again.body) == (first.status, first.body),
        (first, again),
    )


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


def scopes(world):
    key = new_key()
    first = world.ask("a key", 201, "POST", ORDERS, ORDER, who=world.user, key=key)
    other = world.ask("another user's same key", 201, "POST", ORDERS, ORDER, who=world.other, key=key)
    world.fact("is another key", not other.all("idempotent-replayed") and other.body != first.body, other)
    deposit = world.ask(
        "the same key of another operation", 201, "POST", DEPOSITS, {"amount": 3}, who=world.user, key=key
    )
    world.fact("is another key", not deposit.all("idempotent-replayed"), deposit)
    key, paths = new_key(), [f"{ACCOUNTS}/{user.id}/deposits" for user in (world.user, world.other)]
    world.ask("an operator's key", 201, "POST", paths[0], {"amount": 3}, who=world.operator, key=key)
    world.ask("for another user", 422, "POST", paths[1], {"amount": 3}, who=world.operator, key=key, kind="key-reused")
    mine = world.ask("is not the user's", 201, "POST", paths[0], {"amount": 3}, who=world.user, key=key)
    world.fact("is not the user's", not mine.all("idempotent-replayed"), mine)
    second_session = world.grant(login(world.user.email))["access_token"]
    again = world.ask(
        "a new token of the same caller", 201, "POST", paths[0], {"amount": 3}, who=second_session, key=key
    )
    is_replay(world, "a new token of the same caller", mine, again)


def same_requests(world):
    """What is decoded is compared, not how it was written."""
    user, key = world.user, new_key()
    own = f"{ACCOUNTS}/{user.id}/deposits"
    first = world.ask("deposit to me", 201, "POST", DEPOSITS, {"amount": 4}, who=user, key=key)
    for path in (own, own.replace(user.id, user.id.upper()), DEPOSITS):
        is_replay(world, path, first, world.ask(path, 201, "POST", path, raw=b' {"amount" : 4 }\n', who=user, key=key))
    key = new_key()
    first = world.ask(
        "order",
        201,
        "POST",
        ORDERS,
        raw=b'{"title":"\xc3\xa9","price":1,"userId":"%s"}' % user.id.encode(),
        who=user,
        key=key,
    )
    for raw in (
        b'{"price":1,"userId":"%s","title":"\xc3\xa9"}' % user.id.encode(),
        b'{"title":"\\u00e9","price":1,"userId":"%s"}' % user.id.upper().encode(),
    ):
        is_replay(
            world,
            str(raw),
            first,
            world.ask(
                "the same, written otherwise",
                201,
                "POST",
                ORDERS,
                raw=raw,
                who=user,
                key=key,
                media="application/json; charset=utf-8",
            ),
        )
    world.ask(
        "a title that only looks the same",
        422,
        "POST",
        ORDERS,
        raw='{"title":"e\u0301","price":1,"userId":"%s"}'.encode() % user.id.encode(),
        who=user,
        key=key,
        kind="key-reused",
    )
    email, key = f"Key.{new_key()[:12]}@Example.org", new_key()
    person = {"email": email, "password": PASSWORD, "firstName": "A", "lastName": "B"}
    first = world.ask("register", 201, "POST", "/api/register", person, key=key)
    is_replay(
        world,
        "an e-mail in other letters",
        first,
        world.ask(
            "an e-mail in other letters", 201, "POST", "/api/register", {**person, "email": email.upper()}, key=key
        ),
    )
    world.ask(
        "another password",
        422,
        "POST",
        "/api/register",
        {**person, "password": PASSWORD + "x"},
        key=key,
        kind="key-reused",
    )
    world.ask(
        "a phone more", 422, "POST", "/api/register", {**person, "phone": "+79161234567"}, key=key, kind="key-reused"
    )
    world.ask(
        "somebody else under the key: its scope is the operation",
        422,
        "POST",
        "/api/register",
        {**person, "email": "else-" + email},
        key=key,
        kind="key-reused",
    )


def together(count, work):
    """Runs the work in so many threads at once, and returns what each made."""
    made, gate = [None] * count, threading.Barrier(count)

    def one(number):
        gate.wait()
        made[number] = work(number)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return made


def at_once(world):
    """The second waits and replays."""
    token, person = world.user.token, {"password": PASSWORD, "firstName": "A", "lastName": "B"}
    for what, path, body in (
        ("deposit", DEPOSITS, lambda: {"amount": 1}),
        ("order", ORDERS, lambda: ORDER),
        ("register", "/api/register", lambda: {**person, "email": f"t-{new_key()[:12]}@example.org"}),
    ):
        for _ in range(3):
            key, sent = new_key(), body()
            replies = together(8, lambda _: world.send("POST", path, sent, who=token, key=key))
            world.fact(
                f"{what}, eight at once: one effect, the same bytes",
                {reply.status for reply in replies} == {201}
                and len({(reply.body, reply.one("location")) for reply in replies}) == 1
                and sum(not reply.all("idempotent-replayed") for reply in replies) == 1,
                replies,
            )
    sent = {**person, "email": f"t-{new_key()[:12]}@example.org"}
    replies = together(6, lambda _: world.send("POST", "/api/register", sent, key=new_key()))
    world.fact(
        "one e-mail under six keys at once: one user",
        sum(reply.status == 201 for reply in replies) == 1 and all(reply.status in (201, 409) for reply in replies),
        replies,
    )
    world.fact(
        "an e-mail in progress may be asked for again, a taken one is final",
        all(bool(reply.all("retry-after")) == (reply.kind == "registration-in-progress") for reply in replies),
        replies,
    )


def not_looked_at(world):
    for method, path in (("GET", ORDERS), ("POST", ACCOUNTS), ("GET", f"{ACCOUNTS}/me")):
        for key in ("", "ключ", "good"):
            reply = world.ask(
                f"{method} {path} does not look at the key {key!r}", 200, method, path, who=world.user, key=key
            )
            world.fact(f"{method} {path} does not speak of it either", not reply.all("idempotency-key"), reply)


def after_a_restart(world):
    service = world.settings.get("service")
    if not service:
        return
    user, dear, person = (
        world.user,
        {"title": "dear", "price": 99_999_999_999},
        {"password": PASSWORD, "firstName": "A", "lastName": "B"},
    )
    sent = [
        (status, path, body, who, new_key())
        for status, path, body, who in (
            (201, DEPOSITS, {"amount": 2}, user),
            (201, ORDERS, ORDER, user),
            (402, ORDERS, dear, user),
            (404, ORDERS, ORDER, world.new_stranger()),
            (201, "/api/register", {**person, "email": f"k-{new_key()[:12]}@example.org"}, None),
        )
    ]
    first = [
        world.ask("before a restart", status, "POST", path, body, who=who, key=key)
        for status, path, body, who, key in sent
    ]
    service.stop()
    service.start()
    for one, (status, path, body, who, key) in zip(first, sent):
        is_replay(
            world,
            f"{path} after a restart",
            one,
            world.ask("after a restart", status, "POST", path, body, who=who, key=key),
        )
