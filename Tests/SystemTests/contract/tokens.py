"""Access tokens: how they are sent, and which are good."""

import base64
import json

from world import claims, login

ORDERS = "/api/orders"


def run(world):
    fields(world)
    bad_tokens(world)
    other_tokens(world)
    ended_sessions(world)


def challenge(world, what, reply, is_bare):
    value = reply.one("www-authenticate") or ""
    world.fact(
        f"{what}: {'the bare challenge' if is_bare else 'invalid_token'}",
        value.startswith("Bearer") and ("error" not in value if is_bare else 'error="invalid_token"' in value),
        reply,
    )


def fields(world):
    token = world.user.token
    for value in (
        f"Bearer {token}",
        f"bearer {token}",
        f"BEARER {token}",
        f"bEaReR {token}",
        f"Bearer   {token}",
        f"  Bearer {token}  ",
    ):
        world.ask(f"Authorization {value[:12]!r}", 200, "GET", ORDERS, fields=[("Authorization", value)])
    for value in (
        None,
        "",
        "Basic YTpi",
        f"Token {token}",
        f"Bearer{token}",
        token,
        f"Digest {token}",
        f"DPoP {token}",
        "Bearertoken x",
        "Négociate x",
    ):
        reply = world.ask(
            f"Authorization {str(value)[:12]!r}",
            401,
            "GET",
            ORDERS,
            fields=[("Authorization", value)] if value is not None else (),
        )
        challenge(world, f"Authorization {str(value)[:12]!r}", reply, True)
    for value in (
        f"Bearer {token} x",
        f"Bearer {token},",
        f"Bearer {token}, Bearer {token}",
        f'Bearer "{token}"',
        f"Bearer {token}=",
        "Bearer a b",
        "Bearer é",
        "Bearer ....",
        "Bearer =",
    ):
        reply = world.ask(
            f"Authorization {value[:12]!r}…{value[-4:]!r}", 401, "GET", ORDERS, fields=[("Authorization", value)]
        )
        challenge(world, f"Authorization …{value[-4:]!r}", reply, False)
    for second in (f"Bearer {token}", "", "Basic YTpi"):
        for method, path in (
            ("GET", ORDERS),
            ("POST", ORDERS),
            ("GET", f"/auth/realms/{world.realm}/protocol/openid-connect/userinfo"),
        ):
            world.ask(
                f"{method} {path[:20]}: two fields Authorization",
                400,
                method,
                path,
                kind="authorization-repeated",
                fields=[("Authorization", f"Bearer {token}"), ("authorization", second)],
            )
    world.ask("a token in the query is none", 401, "GET", f"{ORDERS}?access_token={token}", kind="token-missing")


def part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def bad_tokens(world):
    token = world.user.token
    head, body, seal = token.split(".")
    said = claims(token)
    none = {"alg": "none", "typ": "JWT"}
    for what, bad in (
        ("rubbish", "rubbish"),
        ("two parts", f"{head}.{body}"),
        ("four parts", f"{token}.x"),
        ("empty parts", ".."),
        ("no seal", f"{head}.{body}."),
        ("alg none", f"{part(none)}.{body}."),
        ("alg none with a seal", f"{part(none)}.{body}.{seal}"),
        ("alg HS256", f"{part({'alg': 'HS256', 'typ': 'JWT', 'kid': 'x'})}.{body}.{seal}"),
        ("no kid", f"{part({'alg': 'RS256'})}.{body}.{seal}"),
        ("a key of nobody's", f"{part({'alg': 'RS256', 'kid': 'nobody'})}.{body}.{seal}"),
        ("another seal", f"{head}.{body}.{seal[:-8]}AAAAAAAA"),
        ("another caller", f"{head}.{part({**said, 'sub': world.other.id})}.{seal}"),
        ("a longer life", f"{head}.{part({**said, 'exp': 1e308})}.{seal}"),
        ("absurd numbers", f"{head}.{part({**said, 'exp': -1e308, 'nbf': 10**400, 'iat': 0.5})}.{seal}"),
        ("no object", f"{head}.{part([])}.{seal}"),
        ("no JSON", f"{head}.AAAA.{seal}"),
        ("no base64url", f"{head}.{body}.!!"),
        ("standard base64", f"{head}.{body}.{seal[:-1]}+"),
        ("the other way round", f"{seal}.{body}.{head}"),
        ("8,192 bytes", "x" * 8_192),
        ("8,193 bytes", "x" * 8_193),
        ("30 KB", "x" * 30_000),
        ("a good one that is too long", f"{token}{'=' * (8_193 - len(token))}"),
        ("many dots", "." * 8_000),
    ):
        challenge(world, what, world.ask(f"a token: {what}", 401, "GET", ORDERS, who=bad, kind="token-invalid"), False)


def other_tokens(world):
    """Good ones, but not for us."""
    tokens = world.grant(login(world.user.email))
    for what in ("refresh_token", "id_token"):
        challenge(
            world,
            what,
            world.ask(f"{what} as a bearer", 401, "GET", ORDERS, who=tokens[what], kind="token-invalid"),
            False,
        )
    other = world.grant(login(world.user.email, client="no-audience"))["access_token"]
    challenge(
        world,
        "no audience",
        world.ask("a token for somebody else", 401, "GET", ORDERS, who=other, kind="token-invalid"),
        False,
    )
    admin = world.grant(
        {"grant_type": "client_credentials", "client_id": "gateway-admin", "client_secret": "gateway-admin-secret"}
    )["access_token"]
    world.ask("the administrator's token, which is not for us", 401, "GET", ORDERS, who=admin, kind="token-invalid")
    world.ask(
        "a service's token is for us, but has another role", 403, "GET", ORDERS, who=world.service, kind="forbidden"
    )
    reply = world.form(
        f"/auth/realms/{world.realm}/protocol/openid-connect/token", login("disabled", "disabled-password")
    )
    world.fact("a disabled user gets no token", reply.status in (400, 401), reply)


def ended_sessions(world):
    """By introspection a session's end is known at once; by the keys alone it is not."""
    expected = 200 if world.settings.get("TOKEN_CHECK") == "jwks" else 401
    user = world.new_user()
    tokens = world.grant(login(user.email))
    world.ask("a token in use", 200, "GET", ORDERS, who=tokens["access_token"])
    out = world.form(
        f"/auth/realms/{world.realm}/protocol/openid-connect/logout",
        {"client_id": "orders-web", "refresh_token": tokens["refresh_token"]},
    )
    world.fact("logout", out.status == 204, out)
    world.ask("the token of a session that ended", expected, "GET", ORDERS, who=tokens["access_token"])
    tokens = world.grant(login(user.email))
    off = world.administer("PUT", f"/users/{user.id}", {"enabled": False})
    world.fact("an administrator disables the user", off.status == 204, off)
    world.ask("the token of a disabled user", expected, "GET", ORDERS, who=tokens["access_token"])
    gone = world.new_user()
    tokens = world.grant(login(gone.email))
    world.administer("DELETE", f"/users/{gone.id}")
    world.ask("the token of a user who is gone", expected, "GET", ORDERS, who=tokens["access_token"])
