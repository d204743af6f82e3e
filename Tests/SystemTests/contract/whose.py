"""Whose is what: me, operators, strangers, services."""

from world import new_key, some_id

ORDERS, LETTERS, ACCOUNTS = "/api/orders", "/api/notifications", "/api/billing/accounts"


def run(world):
    lists(world)
    own_account(world)
    operator_acts(world)
    foreign_objects(world)
    nothing_yet(world)
    roles(world)


def order(world, who, title, price=1, **members):
    return world.ask(
        f"order {title}", 201, "POST", ORDERS, {"title": title, "price": price, **members}, who=who, key=new_key()
    ).json


def lists(world):
    user, other, operator = world.user, world.other, world.operator
    mine, theirs = order(world, user, "mine")["id"], order(world, other, "theirs")["id"]
    for path, member in ((ORDERS, "id"), (LETTERS, "orderId")):
        for what, query, who, is_mine, is_theirs in (
            ("a list is the caller's own", "", user, True, False),
            ("me", "?userId=me", user, True, False),
            ("their id", f"?userId={user.id}", user, True, False),
            ("in capitals", f"?userId={user.id.upper()}", user, True, False),
            ("also an operator's", "", operator, False, False),
            ("an operator's me", "?userId=me", operator, False, False),
            ("an operator's own id", f"?userId={operator.id}", operator, False, False),
            ("an operator, of a user", f"?userId={user.id}", operator, True, False),
            ("an operator, of everybody", "?userId=-", operator, True, True),
            ("an operator, of nobody", f"?userId={some_id()}", operator, False, False),
        ):
            items = world.ask(f"{path}: {what}", 200, "GET", path + query, who=who).json["items"]
            found = {item[member] for item in items}
            world.fact(f"{path}: {what}", (mine in found, theirs in found) == (is_mine, is_theirs), items[:3])
        for query in (f"?userId={other.id}", f"?userId={some_id()}", "?userId=-"):
            world.ask(f"{path}: a user's {query[:9]}", 403, "GET", path + query, who=user, kind="foreign-user")
        for query in (
            "?userId=",
            "?userId=ME",
            "?userId=1",
            "?userId=--",
            "?userId=%2D%2D",
            f"?userId=%7B{user.id}%7D",
            f"?userId={user.id[:-1]}",
            "?userId",
        ):
            world.ask(f"{path}: {query}", 400, "GET", path + query, who=user, places=["userId"])
        world.ask(f"{path}: userId twice", 400, "GET", f"{path}?userId=me&userId=me", who=user, places=["userId"])
        world.ask(f"{path}: userid", 400, "GET", f"{path}?userid=me", who=user, places=["userid"])
    for path in (f"{ACCOUNTS}/me", f"{ACCOUNTS}/me/entries", f"{ORDERS}/{mine}", "/api/openapi.json"):
        world.ask(f"{path} knows no userId", 400, "GET", path + "?userId=me", who=user, places=["userId"])


def own_account(world):
    user = world.user
    accounts = [
        world.ask(name, 200, "GET", f"{ACCOUNTS}/{name}", who=user).json for name in ("me", user.id, user.id.upper())
    ]
    world.fact(
        "me, the id and the id in capitals are one account, answered in small letters",
        accounts[0] == accounts[1] == accounts[2] and accounts[0]["userId"] == user.id,
        accounts,
    )
    for body, status, kind in (
        ({"userId": user.id}, 200, None),
        ({"userId": user.id.upper()}, 200, None),
        ({"userId": world.other.id}, 403, "foreign-user"),
        ({"userId": some_id()}, 403, "foreign-user"),
    ):
        world.ask(f"openAccount {body}", status, "POST", ACCOUNTS, body, who=user, **({"kind": kind} if kind else {}))
        world.ask(
            f"order for {body}",
            201 if status == 200 else status,
            "POST",
            ORDERS,
            {"title": "x", "price": 1, **body},
            who=user,
            key=new_key(),
        )


def operator_acts(world):
    operator, user, key = world.operator, world.new_user(100), new_key()
    body = {"title": "by the operator", "price": 40, "userId": user.id}
    made = world.ask("an operator orders for a user", 201, "POST", ORDERS, body, who=operator, key=key)
    world.fact("it is the user's order", made.json["userId"] == user.id, made)
    balance = world.ask("the user's account", 200, "GET", f"{ACCOUNTS}/me", who=user).json["balance"]
    world.fact("the user's money", balance == 60, balance)
    for path, member in ((ORDERS, "id"), (LETTERS, "orderId")):
        found = [item[member] for item in world.ask(f"the user's {path}", 200, "GET", path, who=user).json["items"]]
        world.fact(f"the user's {path} has it", found == [made.json["id"]], found)
    own = world.ask("the key stays the operator's", 201, "POST", ORDERS, body, who=user, key=key)
    world.fact(
        "the key stays the operator's", not own.all("idempotent-replayed") and own.json["id"] != made.json["id"], own
    )
    letter = world.ask("letters", 200, "GET", LETTERS, who=user).json["items"][0]
    for path in (
        f"{ACCOUNTS}/{user.id}",
        f"{ACCOUNTS}/{user.id}/entries",
        f"{ORDERS}/{made.json['id']}",
        f"{LETTERS}/{letter['id']}",
    ):
        seen = [world.ask(f"{path} is seen", 200, "GET", path, who=who).body for who in (user, operator)]
        world.fact("an operator sees what the user sees", seen[0] == seen[1], seen)
    paid = world.ask(
        "an operator pays in for a user",
        201,
        "POST",
        f"{ACCOUNTS}/{user.id}/deposits",
        {"amount": 5},
        who=operator,
        key=new_key(),
    )
    world.fact("into the user's account", (paid.json["userId"], paid.json["balance"]) == (user.id, 25), paid)
    stranger = world.new_stranger()
    opened = world.ask(
        "an operator opens a user's account", 201, "POST", ACCOUNTS, {"userId": stranger.id}, who=operator
    )
    world.fact("it is the user's", opened.json["userId"] == stranger.id, opened)
    world.ask("it is there now", 200, "POST", ACCOUNTS, {"userId": stranger.id}, who=operator)
    world.send("POST", ORDERS, {"title": "x", "price": 1, "userId": stranger.id}, who=operator, key=new_key())
    letter = world.ask("the letter", 200, "GET", LETTERS, who=stranger).json["items"][0]
    world.fact(
        "who opens another's account gives no contact: failed, without recipient",
        letter["status"] == "failed" and "recipient" not in letter,
        letter,
    )
    world.ask("the owner opens it", 200, "POST", ACCOUNTS, who=stranger)
    world.send("POST", ORDERS, {"title": "x", "price": 1}, who=stranger, key=new_key())
    letter = world.ask("the letter", 200, "GET", LETTERS, who=stranger).json["items"][0]
    world.fact(
        "the owner's token gives it",
        letter.get("recipient") == stranger.email and letter["status"] in ("queued", "sent"),
        letter,
    )
    world.administer(
        "PUT", f"/users/{stranger.id}", {"email": "New." + stranger.email, "firstName": "Some", "lastName": "Body"}
    )
    stranger.got = -1e9  # a token that says so
    for opens in (False, True):
        if opens:
            world.ask("the owner opens it again", 200, "POST", ACCOUNTS, who=stranger)
        world.send("POST", ORDERS, {"title": "x", "price": 1}, who=stranger, key=new_key())
        letter = world.ask("the letter", 200, "GET", LETTERS, who=stranger).json["items"][0]
        world.fact(
            "a new address gets through whenever the owner calls openAccount",
            letter.get("recipient") == ("new." if opens else "") + stranger.email,
            letter,
        )


def foreign_objects(world):
    user, other = world.user, world.other
    theirs = order(world, other, "not yours")["id"]
    letter = world.ask("letters", 200, "GET", LETTERS, who=other).json["items"][0]["id"]
    for real, none in (
        (f"{ORDERS}/{theirs}", f"{ORDERS}/{some_id()}"),
        (f"{LETTERS}/{letter}", f"{LETTERS}/{some_id()}"),
        (f"{ACCOUNTS}/{other.id}", f"{ACCOUNTS}/{some_id()}"),
        (f"{ACCOUNTS}/{other.id}/entries", f"{ACCOUNTS}/{some_id()}/entries"),
    ):
        replies = [world.ask(f"{path} of somebody else", 404, "GET", path, who=user) for path in (real, none)]
        told = [{name: value for name, value in reply.json.items() if name != "requestId"} for reply in replies]
        world.fact(f"{real} does not tell whether it is there", told[0] == told[1], told)
    replies = [
        world.ask(
            "deposit to somebody else",
            404,
            "POST",
            f"{ACCOUNTS}/{owner}/deposits",
            {"amount": 1},
            who=user,
            key=new_key(),
        )
        for owner in (other.id, some_id())
    ]
    world.fact(
        "a deposit does not tell either",
        replies[0].kind == replies[1].kind and replies[0].json["detail"] == replies[1].json["detail"],
        replies,
    )
    reply = world.ask("a letter bears its order's id", 200, "GET", f"{LETTERS}/{theirs}", who=other)
    world.fact("and names the order", reply.json["orderId"] == theirs and letter == theirs, reply)


def nothing_yet(world):
    stranger, operator = world.new_stranger(), world.operator
    for method, path, body, who in (
        ("GET", f"{ACCOUNTS}/me", None, stranger),
        ("GET", f"{ACCOUNTS}/me/entries", None, stranger),
        ("GET", f"{ACCOUNTS}/{stranger.id}", None, operator),
        ("GET", f"{ACCOUNTS}/{some_id()}/entries", None, operator),
        ("POST", f"{ACCOUNTS}/me/deposits", {"amount": 1}, stranger),
        ("POST", f"{ACCOUNTS}/{stranger.id}/deposits", {"amount": 1}, operator),
        ("POST", ORDERS, {"title": "x", "price": 1}, stranger),
        ("POST", ORDERS, {"title": "x", "price": 1, "userId": stranger.id}, operator),
    ):
        reply = world.ask(f"{method} {path} without an account", 404, method, path, body, who=who)
        world.fact("says how to open one", "POST /api/billing/accounts" in reply.json["detail"], reply)
    for path in (ORDERS, LETTERS):
        empty = world.ask(f"{path} without an account", 200, "GET", path, who=stranger)
        world.fact(f"{path} is empty", empty.json == {"items": []}, empty)
    first = world.ask("openAccount", 201, "POST", ACCOUNTS, who=stranger)
    second = world.ask("openAccount again", 200, "POST", ACCOUNTS, who=stranger)
    world.fact("the same account", first.json == second.json and first.body == second.body, (first, second))
    entries = world.ask("its entries", 200, "GET", f"{ACCOUNTS}/me/entries", who=stranger)
    world.fact("are empty", entries.json == {"items": []}, entries)


def roles(world):
    for who, allowed in ((world.user, True), (world.operator, True), (world.service, False)):
        for method, path in (("GET", ORDERS), ("GET", LETTERS), ("POST", ACCOUNTS)):
            reply = world.ask(f"{method} {path}", (200, 201) if allowed else 403, method, path, who=who)
            if not allowed:
                world.fact(
                    "a role that is missing is RFC 6750's",
                    "insufficient_scope" in (reply.one("www-authenticate") or ""),
                    reply,
                )
    for who in (world.user, world.operator):
        world.ask(
            "withdrawals are a service's",
            403,
            "POST",
            f"{ACCOUNTS}/{world.user.id}/withdrawals",
            {"amount": 1, "orderId": some_id()},
            who=who,
            key=new_key(),
            kind="forbidden",
        )
