"""withdraw, as services call it: an order id is paid once, over all accounts."""

from world import new_key, some_id

ACCOUNTS = "/api/billing/accounts"


def run(world):
    service, user, other = world.service, world.new_user(100), world.new_user(100)

    def draw(what, status, who, amount, order, **how):
        return world.ask(
            what,
            status,
            "POST",
            f"{ACCOUNTS}/{who if isinstance(who, str) else who.id}/withdrawals",
            {"amount": amount, "orderId": order},
            who=service,
            key=new_key(),
            **how,
        )

    first = some_id()
    made = draw("withdraw", 201, user, 30, first.upper())
    world.fact(
        "it answers as deposit does, with orderId",
        {name: made.json.get(name) for name in ("userId", "amount", "currency", "balance", "orderId")}
        == {"userId": user.id, "amount": 30, "currency": "RUB", "balance": 70, "orderId": first}
        and set(made.json) == {"id", "userId", "amount", "currency", "balance", "orderId", "createdAt"},
        made,
    )
    for what, who, order in (
        ("the order id again", user, first),
        ("in capitals", user, first.upper()),
        ("of another account", other, first),
    ):
        used = draw(what, 409, who, 1, order)
        world.fact("a used id is final", not used.all("retry-after"), used)
    key, body = new_key(), {"amount": 1, "orderId": some_id()}
    replies = [
        world.ask(
            "an order id in any letters is one request",
            201,
            "POST",
            f"{ACCOUNTS}/{other.id}/withdrawals",
            sent,
            who=service,
            key=key,
        )
        for sent in (body, {"orderId": body["orderId"].upper(), "amount": 1})
    ]
    world.fact(
        "the second is a replay",
        replies[1].all("idempotent-replayed") == ["true"] and replies[0].body == replies[1].body,
        replies,
    )
    second = some_id()
    poor = draw("more than there is", 402, user, 71, second)
    world.fact(
        "402 has no order, no Location and no words about how much there is",
        "order" not in poor.json and not poor.all("location") and "70" not in poor.json["detail"],
        poor,
    )
    draw("402 does not use the id", 201, user, 70, second)
    third = some_id()
    draw("no account", 404, some_id(), 1, third)
    draw("404 does not use the id", 201, other, 1, third)
    for price, status in ((9, 201), (999, 402)):
        reply = world.ask(
            "an order of ours",
            status,
            "POST",
            "/api/orders",
            {"title": "ours", "price": price},
            who=other,
            key=new_key(),
        )
        order = reply.json["id"] if status == 201 else reply.json["order"]["id"]
        draw("an order id of ours is used, paid or rejected", 409, user, 1, order)
    letters = world.ask("letters", 200, "GET", "/api/notifications", who=user)
    world.fact("a withdrawal sends no letter", letters.json["items"] == [], letters)
    entries = world.ask("entries", 200, "GET", f"{ACCOUNTS}/me/entries", who=user).json["items"]
    world.fact(
        "entries are signed, with the order's id",
        [(item["kind"], item["amount"], item["balance"], item.get("orderId")) for item in entries]
        == [("withdrawal", -70, 0, second), ("withdrawal", -30, 70, first), ("deposit", 100, 100, None)],
        entries,
    )
    shapes(world, service, user)


def shapes(world, service, user):
    path, good = f"{ACCOUNTS}/{user.id}/withdrawals", {"amount": 1, "orderId": some_id()}
    for body, places in (
        ({"amount": 1}, ["/orderId"]),
        ({"orderId": some_id()}, ["/amount"]),
        ({**good, "orderId": "1"}, ["/orderId"]),
        ({**good, "orderId": None}, ["/orderId"]),
        ({**good, "amount": 0}, ["/amount"]),
        ({**good, "amount": -1}, ["/amount"]),
        ({**good, "title": "x"}, ["/title"]),
        ({**good, "userId": user.id}, ["/userId"]),
        ({}, ["/amount", "/orderId"]),
    ):
        world.ask(f"withdraw {list(body)}", 422, "POST", path, body, who=service, key=new_key(), places=places)
    for name in ("me", "ME", "-", "1"):
        world.ask(
            f"withdrawals of {name}", 404, "POST", f"{ACCOUNTS}/{name}/withdrawals", good, who=service, key=new_key()
        )
    world.ask(
        "a user's capitals", 402, "POST", f"{ACCOUNTS}/{user.id.upper()}/withdrawals", good, who=service, key=new_key()
    )
    world.ask("no body", 400, "POST", path, who=service, key=new_key())
    for method in ("GET", "HEAD", "DELETE"):
        world.ask(f"{method} of withdrawals", 405, method, path, who=service)
