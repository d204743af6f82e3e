"""RATE_LIMIT: requests a second and caller; behind the token, before all else."""

from world import login, some_id

ORDERS = "/api/orders"
# The limit gives one request back each second: an attempt that took so long says nothing.
ATTEMPTS = 20


def run(world):
    alice, bob = (world.known(login(name, f"{name}-password")) for name in ("alice", "bob"))
    refused = exhausted(world, "GET", ORDERS, who=alice)
    world.fact(
        "too many are 429 with Retry-After",
        refused.status == 429 and (refused.one("retry-after") or "").isdigit(),
        refused,
    )
    reply = world.ask("another caller is not concerned", 200, "GET", ORDERS, who=bob)
    world.fact("nor told of a limit", not reply.all("retry-after"), reply)
    for what, method, path, how in (
        ("role", "POST", f"/api/billing/accounts/{some_id()}/withdrawals", {"raw": b"{}"}),
        ("foreign account", "GET", f"/api/billing/accounts/{bob.id}", {}),
        ("query", "GET", ORDERS + "?x=1", {}),
        ("foreign userId", "GET", ORDERS + "?userId=-", {}),
        ("key", "POST", ORDERS, {"key": "é", "raw": b"{}"}),
        ("size", "POST", ORDERS, {"raw": b" " * 20_000}),
        ("media type", "POST", ORDERS, {"raw": b"{}", "media": "text/plain"}),
        ("JSON", "POST", ORDERS, {"raw": b"{"}),
    ):
        world.fact(f"the rate comes before {what}", exhausted(world, method, path, who=alice, **how).status == 429)
    for what, status, method, path, who in (
        ("path", 404, "GET", "/api/nothing", alice),
        ("method", 405, "DELETE", ORDERS, alice),
        ("no token", 401, "GET", ORDERS, None),
        ("a bad token", 401, "GET", ORDERS, "rubbish"),
    ):
        replies = [world.send(method, path, who=who).status for _ in range(8)]
        world.fact(f"{what} comes before the rate", replies == [status] * 8, replies)
    for what, method, path, how in (
        ("register", "POST", "/api/register", {"raw": b"{}"}),
        ("the document", "GET", "/api/openapi.json", {}),
    ):
        world.fact(
            f"without a token the rate is the address's: {what}", exhausted(world, method, path, **how).status == 429
        )
    proxies(world)


def exhausted(world, method, path, **how):
    """Asks until the limit is met, or so often that there is none."""
    for _ in range(ATTEMPTS):
        reply = world.send(method, path, **how)
        if reply.status == 429:
            break
    return reply


def proxies(world):
    """X-Forwarded-For is believed of trusted proxies only."""
    statuses = {
        world.send("POST", "/api/register", raw=b"{}", fields=[("X-Forwarded-For", f"192.0.2.{number}")]).status
        for number in range(1, 15)
    }
    trusted = bool(world.settings.get("TRUSTED_PROXIES"))
    world.fact(
        f"addresses that a proxy names, trusted {trusted}", statuses == {422} if trusted else 429 in statuses, statuses
    )
