"""REQUIRE_IDEMPOTENCY_KEY=true: no key is 400, where a key would be."""

from world import new_key


def run(world):
    user = world.user
    for path, raw, who in (
        ("/api/register", b"{}", None),
        ("/api/orders", b" " * 20_000, user),
        ("/api/billing/accounts/me/deposits", b'{"amount":1}', user),
        (f"/api/billing/accounts/{user.id}/withdrawals", b"{", world.service),
    ):
        world.ask(f"{path} without a key", 400, "POST", path, raw=raw, who=who, kind="key-missing")
    world.ask(
        "an empty key is a wrong one",
        400,
        "POST",
        "/api/orders",
        {"title": "x", "price": 1},
        who=user,
        key="",
        kind="key-invalid",
    )
    world.ask("with a key", 201, "POST", "/api/orders", {"title": "x", "price": 1}, who=user, key=new_key())
    world.ask("query before key", 400, "POST", "/api/orders?x=1", raw=b"{}", who=user, kind="parameter-invalid")
    world.ask("openAccount has no keys", 200, "POST", "/api/billing/accounts", who=user)
