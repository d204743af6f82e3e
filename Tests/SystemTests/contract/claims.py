"""What a token may claim: judged by the same rules, whether Keycloak is asked or its keys are used."""

import json
import time

from world import new_key, some_id

ORDERS, ME = "/api/orders", "/api/billing/accounts/me"


def run(world):
    provider = world.settings["provider"]
    issuer = f"{world.base}/auth/realms/{world.realm}"

    def base(**more):
        now = int(time.time())
        whole = {
            "iss": issuer,
            "aud": "gateway",
            "sub": some_id(),
            "typ": "Bearer",
            "iat": now,
            "exp": now + 300,
            "jti": some_id(),
            "sid": some_id(),
            "realm_access": {"roles": ["user"]},
            **more,
        }
        return {name: value for name, value in whole.items() if value is not None}

    def signed(**more):
        return provider.signer.token(base(**more))

    good(world, signed, provider, base)
    no_uuid_or_role(world, signed)
    bad(world, signed, provider, base, issuer)
    contact(world, signed)
    lengths(world, provider, base)
    if world.settings.get("TOKEN_CHECK") != "jwks":
        introspection(world, signed, provider, base)


def good(world, signed, provider, base):
    now = time.time()
    for what, claims in (
        ("plain", {}),
        ("many audiences", {"aud": ["account", "gateway"]}),
        ("a fraction of a second", {"exp": now + 299.5, "iat": now - 0.25}),
        ("an end beyond all numbers of integers", {"exp": 1e308}),
        ("a beginning long ago", {"nbf": -1e308, "iat": -5}),
        ("nbf within the leeway", {"nbf": now + 3}),
        ("iat within the leeway", {"iat": now + 3}),
        ("other roles, too", {"realm_access": {"roles": ["USER", "user", "uma", ""]}}),
        ("a contact that is none", {"email": "nobody", "phone_number": "12", "locale": "-"}),
        ("contact of other types", {"email": 5, "phone_number": [], "locale": {}}),
        ("claims that nobody knows", {"acr": 0.5, "allowed-origins": ["*"], "x": {"y": [None, True]}}),
    ):
        world.ask(f"a good token: {what}", 200, "GET", ORDERS, who=signed(**claims))
        world.ask(f"and an account with it: {what}", 201, "POST", "/api/billing/accounts", who=signed(**claims))
    for exp in ("1e400", "9" * 300, "1" + "0" * 30 + ".5"):
        text = json.dumps(base(exp=12345)).replace("12345", exp)
        world.ask(f"an end at {exp[:9]}", (200, 401), "GET", ORDERS, who=provider.signer.token(text))
        world.ask("and the service is still there", 200, "GET", ORDERS, who=signed())
    sub = some_id()
    made = world.ask("a subject in capitals", 201, "POST", "/api/billing/accounts", who=signed(sub=sub.upper()))
    world.fact("is answered in small letters", made.json["userId"] == sub, made)
    world.ask("and is the same user", 200, "GET", ME, who=signed(sub=sub))


def no_uuid_or_role(world, signed):
    for sub in (
        "f:0198d6f0:bob",
        "bob",
        "1",
        "0198d6f0-0000-7000-8000-00000000000",
        "0198d6f0000070008000000000000000",
        "me",
        "-",
    ):
        world.ask(f"the subject {sub}, which is no UUID", 403, "GET", ORDERS, who=signed(sub=sub), kind="forbidden")
        world.ask("before the query", 403, "GET", ORDERS + "?x=1", who=signed(sub=sub), kind="forbidden")
    for access in (
        {"roles": []},
        {"roles": ["User"]},
        {"roles": ["user "]},
        {"roles": ["default-roles-otus"]},
        None,
        {},
        {"roles": ["service"]},
    ):
        world.ask(f"roles {access}", 403, "GET", ORDERS, who=signed(realm_access=access), kind="forbidden")
    world.ask(
        "a client's role is no realm's",
        403,
        "GET",
        ORDERS,
        who=signed(realm_access=None, resource_access={"gateway": {"roles": ["user"]}}),
        kind="forbidden",
    )
    for roles in (["operator"], ["service", "user"], ["user", "operator", "service"]):
        world.ask(f"roles {roles}", 200, "GET", ORDERS, who=signed(realm_access={"roles": roles}))
    body = {"amount": 1, "orderId": some_id()}
    path = f"/api/billing/accounts/{some_id()}/withdrawals"
    for roles, status in (
        (["service"], 404),
        (["service", "user"], 404),
        (["user"], 403),
        (["operator"], 403),
        ([], 403),
    ):
        world.ask(
            f"withdraw with {roles}",
            status,
            "POST",
            path,
            body,
            who=signed(realm_access={"roles": roles}),
            key=new_key(),
        )


def bad(world, signed, provider, base, issuer):
    now = time.time()
    tokens = {
        what: signed(**claims)
        for what, claims in {
            "another issuer": {"iss": "http://elsewhere/auth/realms/otus"},
            "an issuer with a slash": {"iss": issuer + "/"},
            "another realm": {"iss": issuer[:-4] + "master"},
            "no issuer": {"iss": None},
            "an issuer of another type": {"iss": [issuer]},
            "another audience": {"aud": "account"},
            "no audience": {"aud": None},
            "an audience of another type": {"aud": {"gateway": True}},
            "audiences of other types": {"aud": ["gateway", 5]},
            "audience in capitals": {"aud": "Gateway"},
            "a refresh token": {"typ": "Refresh"},
            "an ID token": {"typ": "ID"},
            "no type": {"typ": None},
            "a logout token": {"typ": "Logout"},
            "expired": {"exp": now - 1},
            "expired long ago": {"exp": -1e308},
            "an end that is a text": {"exp": str(int(now) + 300)},
            "no end": {"exp": None},
            "an end that is true": {"exp": True},
            "not yet": {"nbf": now + 60},
            "made in the future": {"iat": now + 60},
            "never": {"nbf": 1e308},
            "nbf of another type": {"nbf": "0"},
            "no subject": {"sub": None},
            "an empty subject": {"sub": ""},
            "a subject of another type": {"sub": 5},
            "bound to a key": {"cnf": {"jkt": "x"}},
        }.items()
    }
    text = json.dumps(base(exp=12345))
    tokens["a claim twice"] = provider.signer.token(text[:-1] + ',"aud":"gateway"}')
    tokens["an end at -1e400"] = provider.signer.token(text.replace("12345", "-1e400"))
    for what, claims in (
        ("claims that are an array", "[]"),
        ("no claims", ""),
        ("claims nested without end", '{"a":' * 5_00 + "1" + "}" * 5_00),
    ):
        tokens[what] = provider.signer.token(claims)
    for what, head in (
        ("alg none", {"alg": "none"}),
        ("alg HS256", {"alg": "HS256", "kid": "contract"}),
        ("alg RS257", {"alg": "RS257", "kid": "contract"}),
        ("alg of another type", {"alg": ["RS256"], "kid": "contract"}),
        ("a critical extension", {"alg": "RS256", "kid": "contract", "crit": ["b64"], "b64": False}),
    ):
        tokens[what] = provider.signer.token(base(), head)
    if world.settings.get("TOKEN_CHECK") == "jwks":
        tokens["a key of nobody's"] = provider.signer.token(base(), {"alg": "RS256", "kid": "nobody"})
        tokens["a key that cannot be read"] = provider.signer.token(base(), {"alg": "RS256", "kid": "short"})
        tokens["another key's seal"] = provider.signer.token(base())[:-20] + "A" * 20
    for what, token in tokens.items():
        reply = world.ask(f"a bad token: {what}", 401, "GET", ORDERS, who=token, kind="token-invalid")
        world.fact(
            f"a bad token: {what}: invalid_token",
            'error="invalid_token"' in (reply.one("www-authenticate") or ""),
            reply,
        )
    world.ask("and a good one afterwards", 200, "GET", ORDERS, who=signed())


def contact(world, signed):
    """Claims that pass register's rules are the contact; the others are passed over."""
    for claims, recipient in (
        ({"email": "Of.Claims@Example.org"}, "of.claims@example.org"),
        ({"email": "a@münchen.de"}, "a@xn--mnchen-3ya.de"),
        ({"email": "no address"}, None),
        ({"email": "a@b.org\r\nBcc: c@d.org"}, None),
        ({}, None),
    ):
        sub = some_id()
        world.ask("openAccount", 201, "POST", "/api/billing/accounts", who=signed(sub=sub, **claims))
        world.send("POST", ORDERS, {"title": "x", "price": 1}, who=signed(sub=sub), key=new_key())
        letter = world.ask("the letter", 200, "GET", "/api/notifications", who=signed(sub=sub)).json["items"][0]
        world.fact(
            f"the contact of {claims}",
            letter.get("recipient") == recipient and (letter["status"] == "failed") == (recipient is None),
            letter,
        )


def introspection(world, signed, provider, base):
    for what, status, said, wanted in (
        ("not active", 200, b'{"active":false}', 401),
        ("not active, with claims", 200, json.dumps({**base(), "active": False}).encode(), 401),
        ("400 is a bad token", 400, b'{"error":"invalid_request"}', 401),
        ("our client is not taken", 401, b'{"error":"invalid_client"}', 503),
        ("our client may not", 403, b"{}", 503),
        ("no such realm", 404, b'{"error":"Realm does not exist"}', 503),
        ("an error", 500, b"oops", 503),
        ("no JSON", 200, b"<html>", 503),
        ("nothing", 200, b"", 503),
        ("no active", 200, b"{}", 503),
        ("active of another type", 200, b'{"active":"true"}', 503),
        ("an array", 200, b"[]", 503),
        ("active and nothing else", 200, b'{"active":true}', 401),
        ("another audience", 200, json.dumps({**base(aud="account"), "active": True}).encode(), 401),
        ("a redirect", 302, b"", 503),
    ):
        token = signed()
        provider.introspections[token] = (status, said)
        world.ask(f"introspection says: {what}", wanted, "GET", ORDERS, who=token)
        world.ask("and of another token that it is good", 200, "GET", ORDERS, who=signed())


def lengths(world, provider, base):
    """A token of up to 8,192 bytes is looked at; a longer one is a bad one."""
    found, head, claims = {}, {"alg": "RS256", "typ": "JWT", "kid": "contract"}, base(padding="")
    room = 8_192 - len(provider.signer.token(claims))
    for padding in range(room * 3 // 4 - 20, room * 3 // 4 - 6):
        for more in range(3):
            token = provider.signer.token({**claims, "padding": "x" * padding}, {**head, "x": "y" * more})
            found[len(token)] = token
    for length, status in ((8_191, 200), (8_192, 200), (8_193, 401), (8_194, 401)):
        world.fact(f"a token of {length} bytes can be made", length in found, sorted(found))
        if length in found:
            world.ask(f"a good token of {length} bytes", status, "GET", ORDERS, who=found[length])
