"""HEAD wherever GET is, OPTIONS and Allow, TRACE, and what HTTP does not define."""

from world import some_id

GET, POST = "GET, HEAD, OPTIONS", "POST, OPTIONS"


def run(world):
    user = world.user
    me = "/api/billing/accounts/me"
    paths = {
        "/api/openapi.json": GET,
        "/api/register": POST,
        "/api/billing/accounts": POST,
        me: GET,
        f"{me}/deposits": POST,
        f"{me}/entries": GET,
        f"/api/billing/accounts/{user.id}/withdrawals": POST,
        "/api/orders": "GET, HEAD, POST, OPTIONS",
        f"/api/orders/{some_id()}": GET,
        "/api/notifications": GET,
        f"/api/notifications/{some_id()}": GET,
    }
    for path, allow in paths.items():
        options = world.ask(f"OPTIONS {path} needs no token", 204, "OPTIONS", path)
        world.fact(f"OPTIONS {path} says {allow}", options.all("allow") == [allow] and not options.body, options)
        for method in ("PUT", "PATCH", "DELETE"):
            refused = world.ask(f"{method} {path}", 405, method, path)
            world.fact(f"{method} {path} names the methods", refused.all("allow") == [allow], refused)
        trace = world.ask(f"TRACE {path}", 405, "TRACE", path)
        world.fact(f"TRACE {path} names the methods", trace.all("allow") == [allow], trace)
        if "GET" in allow:
            same_head(world, path, user)
        else:
            world.ask(f"GET {path}", 405, "GET", path)
            world.ask(f"HEAD {path}", 405, "HEAD", path)
    for path in ("/api/nothing", "/", "/auth/realms/otus", "/auth/nothing", "/nothing"):
        world.ask(f"TRACE {path}", 405, "TRACE", path)
    for method in ("BREW", "get", "Get", "QUERY2", "PROPFIND", "X" * 40):
        world.ask(f"the method {method}", 501, method, "/api/orders", who=user)
    for path in (
        "/api",
        "/api/",
        "/api/nothing",
        "/api/orders/",
        "/api//orders",
        "/api/ORDERS",
        "/API/orders",
        "/apix/orders",
        "/api/billing/accounts/ME",
        "/api/orders/..",
        "/api/./orders",
        "/api/%6frders",
        f"/api/orders/%30{some_id()[1:]}",
        "/api/orders/me",
        "/api/register/",
        "/api/openapi.json/",
        "/api/notify",
        "/",
        "/nothing",
        "/favicon.ico",
    ):
        world.ask(f"GET {path}", 404, "GET", path, who=user)
    world.ask("OPTIONS of no path", 404, "OPTIONS", "/api/nothing")
    targets(world, user)


def same_head(world, path, user):
    """HEAD answers with GET's head: status, length and media type, of errors too."""
    for target in (path, path + "?nobody=1"):
        for who in (user, None, "rubbish"):
            get, head = (world.send(method, target, who=who) for method in ("GET", "HEAD"))
            names = {name for name, _ in get.fields + head.fields} - {"date", "x-request-id"}
            world.fact(
                f"HEAD {target} has the head of GET ({get.status})",
                get.status == head.status and not head.body and all(get.all(name) == head.all(name) for name in names),
                (get, head),
            )


def targets(world, user):
    for status, target in (
        (400, "/api/orders?x=%"),
        (400, "/api/orders?x=%zz"),
        (400, "/api/orders?x=%00"),
        (400, "/api/orders%00"),
        (400, "/api/%zz"),
        (400, "/api/orders#x"),
        (400, "/auth/realms/otus%2f"),
        (400, "/auth/%72ealms/otus"),
        (400, "/auth/realms/otus/%"),
        (404, "/auth/admin/realms/otus"),
        (404, "/auth/realms/master"),
        (404, "/auth"),
        (404, "/auth/realms"),
        (404, "/auth/realms/otus2"),
        (404, "/api/orders%2F"),
        (404, "/api/orders/%2e%2e"),
    ):
        world.ask(f"the target {target}", status, "GET", target, who=user)
    keycloak = world.send(
        "OPTIONS",
        f"/auth/realms/{world.realm}/protocol/openid-connect/token",
        fields=[("Origin", "http://localhost"), ("Access-Control-Request-Method", "POST")],
    )
    world.fact("OPTIONS under /auth is Keycloak's", keycloak.status == 200, keycloak)
    get, head = (
        world.send(method, f"/auth/realms/{world.realm}/.well-known/openid-configuration") for method in ("GET", "HEAD")
    )
    world.fact("HEAD under /auth", get.status == head.status == 200 and not head.body, head)
