"""What only bytes can say: bodies that break off, expectations, lengths that promise too much."""

import socket
import urllib.parse

import wire
from world import new_key

GOOD = b'{"title":"x","price":1}'


def run(world):
    broken_bodies(world)
    expectations(world)
    promises(world)
    request_ids(world)


def talk(world, fields, *parts, finish=False, target="/api/orders"):
    """Sends a POST's head and the parts; reads until the end."""
    place = urllib.parse.urlsplit(world.base)
    head = wire.head_of("POST", target, place.netloc, [("Content-Type", "application/json"), *fields])
    with socket.create_connection((place.hostname, place.port), 30) as connection:
        connection.sendall(head + b"".join(parts))
        if finish:
            connection.shutdown(socket.SHUT_WR)
        received = b""
        while part := connection.recv(65536):
            received += part
    return received


def broken_bodies(world):
    own = ("Authorization", f"Bearer {world.user.token}")
    key = new_key()
    for what, fields, body, finish in (
        ("a chunk without a size", [("Transfer-Encoding", "chunked")], b"zz\r\n", False),
        ("a chunk that is too short", [("Transfer-Encoding", "chunked")], b"5\r\nab\r\n0\r\n\r\n", False),
        ("a body cut short", [("Content-Length", 100)], GOOD, True),
        ("chunks cut short", [("Transfer-Encoding", "chunked")], b"5\r\nab", True),
    ):
        reply = wire.read(talk(world, [own, ("Idempotency-Key", key), *fields], body, finish=finish), "POST")
        world.fact(
            f"{what}: 400 with the key",
            reply.status == 400
            and reply.one("idempotency-key") == key
            and reply.json.get("requestId") == reply.one("x-request-id")
            and reply.one("content-type") == "application/problem+json",
            reply,
        )
        reply = wire.read(talk(world, fields, body, finish=finish), "POST")
        world.fact(f"{what}, without a token: 401", reply.status == 401, reply)
    made = world.ask("nothing stands under that key", 201, "POST", "/api/orders", raw=GOOD, who=world.user, key=key)
    world.fact("nothing stands under that key", not made.all("idempotent-replayed"), made)
    for what, fields in (
        ("two framings", [("Content-Length", 4), ("Transfer-Encoding", "chunked")]),
        ("two lengths", [("Content-Length", 4), ("Content-Length", 4)]),
        ("a negative length", [("Content-Length", -4)]),
        ("a signed length", [("Content-Length", "+4")]),
        ("no number", [("Content-Length", "4x")]),
    ):
        received = talk(world, [own, *fields], b"0\r\n\r\n")
        world.fact(
            f"{what}: 400, and nothing behind",
            received.startswith(b"HTTP/1.1 400 ") and received.count(b"HTTP/1.1 ") == 1,
            received[:300],
        )
    reply = wire.read(talk(world, [own, ("Transfer-Encoding", "gzip, chunked")], b"0\r\n\r\n"), "POST")
    world.fact("an unknown transfer coding: 501", reply.status == 501, reply)


def expectations(world):
    own = ("Authorization", f"Bearer {world.user.token}")
    for what, fields, status in (
        ("too long", [own, ("Content-Length", 2_000_000)], b"413"),
        ("no token", [("Content-Length", len(GOOD))], b"401"),
        ("a query", [own, ("Content-Length", len(GOOD))], b"400"),
        ("an empty key", [own, ("Idempotency-Key", ""), ("Content-Length", 9)], b"400"),
    ):
        received = talk(
            world, [*fields, ("Expect", "100-continue")], target="/api/orders" + ("?x=1" if what == "a query" else "")
        )
        world.fact(
            f"{what}: refused before the body is asked for", received.startswith(b"HTTP/1.1 " + status), received[:200]
        )
    received = talk(world, [own, ("Content-Length", len(GOOD)), ("Expect", "100-continue")], GOOD)
    world.fact("a body that is expected is taken", b"HTTP/1.1 201 " in received, received[:300])


def promises(world):
    """The core refuses no body's size before the gateway has had its say."""
    own = ("Authorization", f"Bearer {world.user.token}")
    for length in (16_385, 10**9, 2**62):
        for what, fields, status, target in (
            ("no path", [], 404, "/api/nothing"),
            ("no token", [], 401, "/api/orders"),
            ("too long", [own], 413, "/api/orders"),
        ):
            reply = wire.read(
                talk(world, [*fields, ("Content-Length", length)], GOOD, finish=True, target=target), "POST"
            )
            world.fact(f"{what}, with a length of {length}: {status}", reply.status == status, reply)


def request_ids(world):
    reply = world.ask(
        "a request id of the client's",
        200,
        "GET",
        "/api/orders",
        who=world.user,
        fields=[("X-Request-Id", "01990000-0000-7000-8000-000000000000")],
    )
    world.fact("is not taken over", reply.one("x-request-id") != "01990000-0000-7000-8000-000000000000", reply)
    ids = [world.send("GET", "/api/nothing").one("x-request-id") for _ in range(3)]
    world.fact("each answer has its own", len(set(ids)) == 3, ids)
    place = urllib.parse.urlsplit(world.base)
    world.ask("an absolute target", 200, "GET", f"http://{place.netloc}/api/orders", who=world.user)
