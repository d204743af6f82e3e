"""Lists: limits, cursors, their order, and what they are while rows are added."""

import re

from repeating import together
from world import new_key

ORDERS, LETTERS, ENTRIES = "/api/orders", "/api/notifications", "/api/billing/accounts/me/entries"


def run(world):
    user = user_with_orders(world)
    for path in (ORDERS, LETTERS, ENTRIES):
        parameters(world, user, path)
        pages(world, user, path)
    versions(world)
    fifty(world)


def user_with_orders(world):
    """A user with a few orders, paid and rejected."""
    user = world.new_user(1_000)
    for number in range(7):
        world.send(
            "POST", ORDERS, {"title": f"number {number}", "price": 1 if number % 3 else 5_000}, who=user, key=new_key()
        )
    return user


def page(world, who, path, **query):
    text = "&".join(f"{name}={value}" for name, value in query.items() if value is not None)
    return world.ask(f"{path}?{text[:30]}", 200, "GET", f"{path}?{text}", who=who).json


def walk(world, who, path, limit, between=lambda: None, **query):
    items, cursor = [], None
    while True:
        answer = page(world, who, path, limit=limit, cursor=cursor, **query)
        items += answer["items"]
        cursor = answer.get("nextCursor")
        world.fact("a page has what it may have", len(answer["items"]) == limit or cursor is None, answer)
        if cursor is None:
            return items
        between()


def parameters(world, user, path):
    for limit in (
        "0",
        "201",
        "-1",
        "01",
        "1.0",
        "1e1",
        "",
        "a",
        "+1",
        "%201",
        "1%20",
        "%D9%A3",
        "99999999999999999999",
        "0x1",
        "1&limit=1",
        "null",
    ):
        world.ask(f"{path} limit {limit}", 400, "GET", f"{path}?limit={limit}", who=user, places=["limit"])
    for cursor in (
        "",
        "x",
        "a" * 2_000,
        "%00"[:0] + "0",
        "-",
        user.id,
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "%D1%8F",
        "null",
    ):
        world.ask(f"{path} cursor {cursor[:20]}", 400, "GET", f"{path}?cursor={cursor}", who=user, places=["cursor"])
    for query, places in (
        ("page=2", ["page"]),
        ("Limit=1", ["Limit"]),
        ("limit=0&cursor=x&y=1", ["cursor", "limit", "y"]),
        ("cursor=x&cursor=x", ["cursor", "cursor"]),
        ("limit=5&x=1&x=2", ["x", "x"]),
        ("lim%69t=0", ["limit"]),
    ):
        reply = world.send("GET", f"{path}?{query}", who=user)
        world.fact(f"{path}?{query} names {places}", reply.status == 400 and set(reply.places) == set(places), reply)
    for query in ("", "limit=1", "limit=200", "lim%69t=%31"):
        world.ask(f"{path}?{query}", 200, "GET", f"{path}?{query}", who=user)
    for query in ("&", "limit=1&", "=1", "%FF=1", "limit=%FF"):
        world.ask(f"{path}?{query}", 400, "GET", f"{path}?{query}", who=user, kind="parameter-invalid")


def pages(world, user, path):
    every = page(world, user, path, limit=200)
    world.fact(f"{path}: no cursor behind the last", "nextCursor" not in every and set(every) == {"items"}, every)
    items = every["items"]
    ids = [item["id"] for item in items]
    for limit in (1, 2, len(items) - 1, len(items)):
        world.fact(
            f"{path}: page by page the same, {limit} a page",
            [item["id"] for item in walk(world, user, path, limit)] == ids,
        )
    times = [item["createdAt"] for item in items]
    world.fact(
        f"{path}: times are RFC 3339 UTC with milliseconds",
        all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", time) for time in times),
        times,
    )
    world.fact(f"{path}: ids are UUIDs of version 7, newest first", all(item["id"][14] == "7" for item in items), items)
    added = []

    def add():
        added.append(world.send("POST", ORDERS, {"title": "meanwhile", "price": 1}, who=user, key=new_key()))

    world.fact(
        f"{path}: what was there is neither skipped nor repeated while rows are added",
        [item["id"] for item in walk(world, user, path, 2, add)] == ids and added,
    )
    world.fact(
        f"{path}: nothing is null",
        "null" not in str(every) and None not in [value for item in items for value in item.values()],
        every,
    )


def versions(world):
    """One user's lists are in the order of commits, also within a millisecond."""
    user = world.new_user(1_000)
    token = user.token
    replies = together(
        12,
        lambda number: [
            world.send(
                "POST",
                ORDERS,
                {"title": f"{number}.{turn}", "price": 10 + number if turn else 10_000 + number},
                who=token,
                key=new_key(),
            )
            for turn in range(4)
        ],
    )
    world.fact(
        "orders at once are answered", all(reply.status in (201, 402) for some in replies for reply in some), replies
    )
    entries, orders = walk(world, user, ENTRIES, 7), walk(world, user, ORDERS, 7)
    letters = walk(world, user, LETTERS, 7)
    world.fact(
        "every balance is the one before and the amount",
        all(newer["balance"] == older["balance"] + newer["amount"] for newer, older in zip(entries, entries[1:])),
        entries,
    )
    world.fact(
        "orders and entries are in one order",
        [order["id"] for order in orders if order["status"] == "paid"]
        == [entry["orderId"] for entry in entries if entry["kind"] == "withdrawal"],
        (orders, entries),
    )
    world.fact(
        "letters and orders are in one order",
        [letter["orderId"] for letter in letters] == [order["id"] for order in orders],
        (letters, orders),
    )


def fifty(world):
    user = world.new_user(1_000)
    token = user.token
    together(
        6,
        lambda _: [world.send("POST", ORDERS, {"title": "x", "price": 1}, who=token, key=new_key()) for _ in range(9)],
    )
    for path in (ORDERS, LETTERS, ENTRIES):
        answer = world.ask("a list", 200, "GET", path, who=user).json
        world.fact(
            f"{path}: 50 where no limit is given",
            len(answer["items"]) == 50 and "nextCursor" in answer,
            len(answer["items"]),
        )
