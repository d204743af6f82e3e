"""One key, one request: whose it is, what counts as the same, at once and after a restart."""

from keys import ACCOUNTS, DEPOSITS, ORDER, ORDERS
from repeating import is_replay, together
from world import PASSWORD, login, new_key


def run(world):
    scopes(world)
    same_requests(world)
    at_once(world)
    after_a_restart(world)


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
