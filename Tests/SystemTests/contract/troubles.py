"""When the identity provider goes wrong: under /auth, and while a user is being registered."""

import time
import urllib.parse

import wire
from provider import Answering
from world import PASSWORD, new_key

REGISTER = "/api/register"


def run(world):
    provider = world.settings["provider"]
    under_auth(world)
    creations(world, provider)
    resumed(world, provider)


def person(mark=""):
    return {"email": f"t-{mark}{new_key()[:12]}@example.org", "password": PASSWORD, "firstName": "A", "lastName": "B"}


def under_auth(world):
    path = f"/auth/realms/{world.realm}/x/"
    for how, status in (
        ("closed", 502),
        ("garbage", 502),
        ("head-cut", 502),
        ("error", 500),
        ("redirect", 302),
        ("origins", 200),
    ):
        for method in ("GET", "POST"):
            reply = world.send(
                method, path + how, raw=b"a=b" if method == "POST" else None, fields=[("Origin", "https://of.keycloak")]
            )
            world.fact(f"{method}, an answer that is {how}: {status}", reply.status == status, reply)
            if status == 502:
                world.fact(
                    f"{how}: a problem document",
                    reply.json.get("status") == 502 and reply.json.get("requestId") == reply.one("x-request-id"),
                    reply,
                )
            if how == "redirect":
                world.fact(
                    "a redirect and a cookie pass",
                    reply.one("location") == "http://elsewhere.example/x?y=z"
                    and reply.one("set-cookie") == "a=b; Path=/auth",
                    reply,
                )
            if how == "error":
                world.fact("Keycloak's own words pass", reply.json == {"error": "keycloak's own words"}, reply)
            if how == "origins":
                world.fact(
                    "one Access-Control-Allow-Origin, Keycloak's",
                    reply.all("access-control-allow-origin") == ["https://of.keycloak"],
                    reply,
                )
                world.fact("what Connection names stays behind", not reply.all("x-secret"), reply)
    place = urllib.parse.urlsplit(world.base)
    for how in ("body-cut", "chunk-cut"):
        received = wire.exchange(place, wire.head_of("GET", path + how, place.netloc, []))
        head, _, rest = received.partition(b"\r\n\r\n")
        whole = rest.endswith(b"0\r\n\r\n") or b"content-length: %d\r\n" % len(rest) in head.lower() + b"\r\n"
        world.fact(
            f"{how}: closed without the answer's end", head.startswith(b"HTTP/1.1 200") and not whole, received[:300]
        )
    mine = [
        ("X-Forwarded-Host", "evil"),
        ("X-Forwarded-For", "1.2.3.4"),
        ("X-Forwarded-Proto", "gopher"),
        ("Forwarded", "host=evil"),
        ("Connection", "X-Forwarded-Host, Host"),
        ("X-Forwarded-Port", "1"),
    ]
    heard = world.send("GET", path + "echo", fields=mine[:4] + mine[5:]).json
    world.fact(
        "Keycloak hears PUBLIC_URL's host and our own X-Forwarded-*",
        (
            heard.get("host"),
            heard.get("x-forwarded-host"),
            heard.get("x-forwarded-proto"),
            heard.get("x-forwarded-port"),
        )
        == (place.netloc, place.netloc, "http", str(place.port))
        and "1.2.3.4" not in heard.get("x-forwarded-for", "")
        and "forwarded" not in heard,
        heard,
    )


def creations(world, provider):
    """What creating a user answers, and what becomes of it."""
    for what, action, status, kind in (
        ("500", lambda handler, user: handler.answer(500, b"oops"), 503, None),
        ("no JSON", lambda handler, user: handler.answer(400, b"<html>"), 503, None),
        ("201 without Location", lambda handler, user: handler.answer(201), 503, None),
        ("an answer that makes no sense", lambda handler, user: handler.answer(418, b"{}"), 503, None),
        ("403, our settings' fault", lambda handler, user: handler.answer(403, {"error": "forbidden"}), 503, None),
        (
            "409, somebody was faster",
            lambda handler, user: handler.answer(409, {"errorMessage": "User exists with same email"}),
            409,
            "email-taken",
        ),
        (
            "a policy",
            lambda handler, user: handler.answer(
                400,
                {
                    "error": "invalidPasswordMinLengthMessage",
                    "error_description": "Invalid password: minimum length 12.",
                },
            ),
            422,
            "profile-refused",
        ),
        (
            "a name",
            lambda handler, user: handler.answer(
                400,
                {"field": "lastName", "errorMessage": "error-person-name-invalid-character", "params": ["lastName"]},
            ),
            422,
            "profile-refused",
        ),
        (
            "a username",
            lambda handler, user: handler.answer(
                400, {"field": "username", "errorMessage": "error-username-invalid-character", "params": ["username"]}
            ),
            422,
            "profile-refused",
        ),
    ):
        sent, key = person(), new_key()
        provider.creations[sent["email"]] = action
        reply = world.ask(
            f"creating says {what}", status, "POST", REGISTER, sent, key=key, **({"kind": kind} if kind else {})
        )
        places = {"a policy": ["/password"], "a name": ["/lastName"], "a username": ["/email"]}.get(what)
        world.fact(f"{what}: at the member that the client sent", places is None or reply.places == places, reply)
        del provider.creations[sent["email"]]
        if status == 503:
            other = world.ask(
                f"{what}: another key meanwhile",
                409,
                "POST",
                REGISTER,
                sent,
                key=new_key(),
                kind="registration-in-progress",
            )
            world.fact("may be tried again", len(other.all("retry-after")) == 1, other)
        again = world.ask(f"{what}: the same key again", 409 if status == 409 else 201, "POST", REGISTER, sent, key=key)
        world.fact(
            f"{what}: is recorded {status == 409}", bool(again.all("idempotent-replayed")) == (status == 409), again
        )


def resumed(world, provider):
    """An attempt that made the user and did not hear of it goes on with the same key; no other does."""
    sent, key = person(), new_key()

    def made_and_silent(handler, user):
        handler.keep(user)
        handler.answer(500, b"oops")

    provider.creations[sent["email"]] = made_and_silent
    world.ask("made, and not heard of", 503, "POST", REGISTER, sent, key=key)
    world.ask("another key", 409, "POST", REGISTER, sent, key=new_key(), kind="registration-in-progress")
    made = world.ask("the same key adopts the user", 201, "POST", REGISTER, sent, key=key)
    world.fact(
        "that very one, whom nobody made twice",
        made.json["userId"] == provider.users[sent["email"]]["id"] and provider.created.count(sent["email"]) == 1,
        made,
    )
    world.ask("another key now", 409, "POST", REGISTER, sent, key=new_key(), kind="email-taken")
    sent, key = person(), new_key()
    provider.creations[sent["email"]] = lambda handler, user: handler.answer(500, b"oops")
    world.ask("not made, and not heard of", 503, "POST", REGISTER, sent, key=key)
    Answering.keep(type("Handler", (), {"provider": provider}), sent, created=time.time() - 3_600)
    world.ask(
        "a user who was there before is nobody's to take over", 409, "POST", REGISTER, sent, key=key, kind="email-taken"
    )
    sent = person()
    Answering.keep(type("Handler", (), {"provider": provider}), sent)
    world.ask(
        "a user of a moment ago, whom no attempt of ours made",
        409,
        "POST",
        REGISTER,
        sent,
        key=new_key(),
        kind="email-taken",
    )
