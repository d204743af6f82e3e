"""Cursors: whose they are, of which list, and that they last."""

import re

from lists import ENTRIES, LETTERS, ORDERS, page, user_with_orders, walk


def run(world):
    user = user_with_orders(world)
    for path in (ORDERS, LETTERS, ENTRIES):
        cursors(world, user, path)
    everybody(world, user)


def cursors(world, user, path):
    first = page(world, user, path, limit=1)
    cursor = first["nextCursor"]
    world.fact(f"{path}: a cursor needs no escaping", re.fullmatch(r"[A-Za-z0-9._~-]+", cursor) is not None, cursor)
    again = [page(world, user, path, limit=1, cursor=cursor)["items"] for _ in range(2)]
    world.fact(
        f"{path}: a cursor may be used twice", again[0][0]["id"] == again[1][0]["id"] != first["items"][0]["id"], again
    )
    second = page(world, user, path, limit=200, cursor=cursor)
    world.fact(f"{path}: with another limit", second["items"][0]["id"] == again[0][0]["id"], second)
    for other in {ORDERS, LETTERS, ENTRIES} - {path}:
        world.ask(f"{path}'s cursor at {other}", 400, "GET", f"{other}?cursor={cursor}", who=user, places=["cursor"])
    world.ask(
        f"{path}: another user's cursor", 400, "GET", f"{path}?cursor={cursor}", who=world.other, places=["cursor"]
    )
    for broken in (
        cursor[:-1],
        cursor + "A",
        cursor[::-1],
        ("A" if cursor[0] != "A" else "B") + cursor[1:],
        cursor[:-2] + ("AA" if cursor[-2:] != "AA" else "BB"),
    ):
        world.ask(
            f"{path}: a cursor that somebody changed",
            400,
            "GET",
            f"{path}?cursor={broken}",
            who=user,
            places=["cursor"],
        )
    service = world.settings.get("service")
    if service:
        service.stop()
        service.start()
        world.fact(
            f"{path}: a cursor outlives a restart",
            page(world, user, path, limit=1, cursor=cursor)["items"][0]["id"] == again[0][0]["id"],
        )


def everybody(world, user):
    operator = world.operator
    for path in (ORDERS, LETTERS):
        cursor = page(world, operator, path, limit=1, userId=user.id)["nextCursor"]
        page(world, operator, path, limit=1, userId=user.id.upper(), cursor=cursor)
        page(world, user, path, limit=1, userId="me", cursor=cursor)
        world.ask(
            f"{path}: a user's cursor in everybody's list",
            400,
            "GET",
            f"{path}?userId=-&cursor={cursor}",
            who=operator,
            places=["cursor"],
        )
        world.ask(
            f"{path}: a user's cursor in the operator's list",
            400,
            "GET",
            f"{path}?cursor={cursor}",
            who=operator,
            places=["cursor"],
        )
        everything = page(world, operator, path, limit=1, userId="-")["nextCursor"]
        world.ask(
            f"{path}: everybody's cursor in a user's list",
            400,
            "GET",
            f"{path}?userId={user.id}&cursor={everything}",
            who=operator,
            places=["cursor"],
        )
        ids = [item["id"] for item in walk(world, operator, path, 150, userId="-")]
        world.fact(
            f"{path}: everybody's is in the order of ids",
            ids == sorted(ids, reverse=True) and len(set(ids)) == len(ids),
        )
