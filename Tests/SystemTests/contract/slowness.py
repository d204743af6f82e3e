"""Who is slow, and how many may be at once: what waits, what ends, and what is told meanwhile."""

import socket
import threading
import time
import urllib.parse

import wire
from troubles import REGISTER, person
from world import new_key, some_id

# Requests in flight that a function may have.
IN_FLIGHT = 256


def run(world):
    provider = world.settings["provider"]
    works = [threading.Thread(target=work, args=(world, provider)) for work in (silent, hanging, slow_clients)]
    for work in works:
        work.start()
    for work in works:
        work.join()
    full(world, provider)


def hanging(world, provider):
    """The same key waits, then is told to come again; a user who is not made within ten seconds is 503.

    The provider's calls end before the function's own fifteen seconds, past which it would be 504.
    """
    sent, key = person("hangs-"), new_key()
    provider.creations[sent["email"]] = lambda handler, user: time.sleep(20)
    first = threading.Thread(
        target=lambda: world.ask("register, and no answer", 503, "POST", REGISTER, sent, key=key)
    )
    first.start()
    while sent["email"] not in provider.created:
        time.sleep(0.05)
    begun = time.monotonic()
    second = world.ask("the same key meanwhile", 409, "POST", REGISTER, sent, key=key, kind="key-in-progress")
    waited = time.monotonic() - begun
    world.fact(
        "waited five seconds, and may be tried again",
        4.5 <= waited <= 9 and len(second.all("retry-after")) == 1,
        (waited, second),
    )
    world.ask(
        "another request under that key meanwhile", (409, 422), "POST", REGISTER, {**sent, "lastName": "C"}, key=key
    )
    first.join()
    del provider.creations[sent["email"]]
    made = world.ask("the same key afterwards", 201, "POST", REGISTER, sent, key=key)
    world.fact("is the first answer under it", not made.all("idempotent-replayed"), made)


def silent(world, _):
    begun = time.monotonic()
    reply = world.send("GET", f"/auth/realms/{world.realm}/x/silent")
    world.fact(
        "silent for 30 s: 504",
        reply.status == 504 and 25 <= time.monotonic() - begun <= 40,
        (time.monotonic() - begun, reply),
    )


def slow_clients(world, provider):
    """A head has ten seconds; a body may stand still for fifteen."""
    token = provider.signer.token(claims_of(world))
    key = new_key()
    fields = [("Authorization", f"Bearer {token}"), ("Idempotency-Key", key), ("Content-Type", "application/json")]
    place = urllib.parse.urlsplit(world.base)
    whole = wire.head_of("POST", "/api/orders", place.netloc, [*fields, ("Content-Length", 100)])
    with socket.create_connection((place.hostname, place.port), 40) as head:
        with socket.create_connection((place.hostname, place.port), 40) as body:
            head.sendall(whole[:60])
            body.sendall(whole + b'{"title":')
            for what, connection in (("a head that stands still", head), ("a body that stands still", body)):
                reply = wire.read(b"".join(iter(lambda: connection.recv(65536), b"")), "POST")
                world.fact(f"{what}: 408", reply.status == 408 and reply.json.get("status") == 408, reply)
            world.fact("with the key, which had been looked at", reply.one("idempotency-key") == key, reply)


def claims_of(world):
    now = int(time.time())
    return {
        "iss": f"{world.base}/auth/realms/{world.realm}",
        "aud": "gateway",
        "sub": some_id(),
        "typ": "Bearer",
        "iat": now,
        "exp": now + 300,
        "realm_access": {"roles": ["user"]},
    }


def full(world, provider):
    """Too many in flight is 503, behind the request's own checks and before its key."""
    used, known = person("full-"), new_key()
    world.ask("a registration", 201, "POST", REGISTER, used, key=known)
    gate, sent = threading.Event(), [person("full-") for _ in range(IN_FLIGHT + 8)]
    for one in sent:
        provider.creations[one["email"]] = lambda handler, user: (gate.wait(30), handler.make(user))
    replies = [None] * len(sent)

    def register(number):
        key = new_key()
        while replies[number] is None or replies[number].status == 503 and not gate.is_set():
            replies[number] = world.send("POST", REGISTER, sent[number], key=key)

    threads = [threading.Thread(target=register, args=(number,)) for number in range(len(sent))]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 6
    while time.monotonic() < deadline:
        reply = world.send("POST", REGISTER, used, key=known)
        if reply.status == 503:
            break
        time.sleep(0.02)
    world.fact(
        "one too many is 503, even where the key is known", reply.status == 503 and reply.kind == "overloaded", reply
    )
    for what, status, how in (
        ("key", 400, {"body": used, "key": "é"}),
        ("size", 413, {"raw": b" " * 20_000}),
        ("JSON", 400, {"raw": b"{"}),
        ("shape", 422, {"body": {}}),
        ("method", 405, None),
        ("another operation", 401, None),
    ):
        method, path = {"method": ("PUT", REGISTER), "another operation": ("GET", "/api/orders")}.get(
            what, ("POST", REGISTER)
        )
        world.ask(f"{what} comes before too many in flight", status, method, path, **(how or {}))
    gate.set()
    for thread in threads:
        thread.join()
    world.fact("all that were in flight are answered", {reply.status for reply in replies} <= {201, 503}, replies)
    world.ask("and then there is room again", 201, "POST", REGISTER, used, key=known)
