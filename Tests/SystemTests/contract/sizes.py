"""How much is too much, and that the client reads so."""

from world import PASSWORD, new_key, some_id

LIMIT = 16 * 1024


def run(world):
    user = world.user
    operations = (
        (
            "/api/register",
            b'{"email":"s-%s@example.org","password":"%s","firstName":"a","lastName":"b"}'
            % (new_key().encode(), PASSWORD.encode()),
            None,
            201,
        ),
        ("/api/orders", b'{"title":"x","price":1}', user, 201),
        ("/api/billing/accounts", b"{}", user, 200),
        ("/api/billing/accounts/me/deposits", b'{"amount":1}', user, 201),
        (
            f"/api/billing/accounts/{user.id}/withdrawals",
            b'{"amount":1,"orderId":"%s"}' % some_id().encode(),
            world.service,
            201,
        ),
    )
    for path, good, who, status in operations:
        for chunks in (True, False):
            key = None if path.endswith("accounts") else new_key()
            for size in (LIMIT + 1, 64 * 1024 + 1, 2 * 1024 * 1024):
                world.ask(
                    f"{path}, {size} bytes, chunks {chunks}",
                    413,
                    "POST",
                    path,
                    raw=good + b" " * (size - len(good)),
                    who=who,
                    key=key,
                    chunks=chunks,
                    kind="body-too-large",
                )
        world.ask(
            f"{path}, exactly 16 KiB", status, "POST", path, raw=good + b" " * (LIMIT - len(good)), who=who, key=key
        )
    world.ask("7 MiB", 413, "POST", "/api/orders", raw=b" " * (7 << 20), who=user, key=new_key(), kind="body-too-large")
    world.ask("2 MiB without a token", 401, "POST", "/api/orders", raw=b" " * (2 << 20))
    world.ask("2 MiB to nowhere", 404, "POST", "/api/nothing", raw=b" " * (2 << 20))
    world.ask("2 MiB that nobody asked for", 405, "PUT", "/api/orders", raw=b" " * (2 << 20))
    world.ask("a body of GET is not looked at", 200, "GET", "/api/orders", raw=b"{" * 100, who=user, media="text/plain")
    world.ask("a long path", 414, "GET", "/api/" + "x" * 9_000)
    world.ask("a long query", 414, "GET", "/api/orders?cursor=" + "x" * 9_000, who=user)
    world.ask("a long field", 431, "GET", "/api/orders", who=user, fields=[("X-Long", "x" * 40_000)])
    world.ask(
        "many fields", 431, "GET", "/api/orders", who=user, fields=[(f"X-Field-{number}", "x") for number in range(120)]
    )
    world.ask(
        "ninety fields",
        200,
        "GET",
        "/api/orders",
        who=user,
        fields=[(f"X-Field-{number}", "x") for number in range(90)],
    )
    world.ask(
        "many parameters",
        400,
        "GET",
        "/api/orders?" + "&".join(f"a{number}=1" for number in range(500)),
        who=user,
        kind="parameter-invalid",
    )
