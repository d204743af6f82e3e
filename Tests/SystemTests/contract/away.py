"""With the identity provider out of reach nobody gets in: 503, to be tried again."""

from world import PASSWORD, new_key, some_id

FORGED = "eyJhbGciOiJSUzI1NiIsImtpZCI6IngifQ.eyJzdWIiOiJ4IiwiZXhwIjo5OTk5OTk5OTk5fQ.AAAA"


def run(world):
    person = {"email": f"{new_key()}@example.org", "password": PASSWORD, "firstName": "A", "lastName": "B"}
    key = new_key()
    for what, status, method, path, how in (
        ("a token that somebody must look at", 503, "GET", "/api/orders", {"who": FORGED}),
        ("the same, foreign account or not", 503, "GET", f"/api/billing/accounts/{some_id()}", {"who": FORGED}),
        ("a token that nobody need look at", 401, "GET", "/api/orders", {"who": "rubbish"}),
        ("no token", 401, "GET", "/api/orders", {}),
        ("no path", 404, "GET", "/api/nothing", {"who": FORGED}),
        ("register", 503, "POST", "/api/register", {"body": person, "key": key}),
        ("register again, which is no replay", 503, "POST", "/api/register", {"body": person, "key": key}),
        ("a wrong shape is told all the same", 422, "POST", "/api/register", {"body": {}, "key": key}),
        ("the document", 200, "GET", "/api/openapi.json", {}),
    ):
        reply = world.ask(what, status, method, path, **how)
        world.fact(f"{what}: no replay", not reply.all("idempotent-replayed"), reply)
    for path in ("/auth/realms/otus", "/auth/realms/otus/protocol/openid-connect/certs"):
        reply = world.send("GET", path)
        world.fact(
            f"{path}: 503 with Retry-After",
            reply.status == 503 and len(reply.all("retry-after")) == 1 and reply.json.get("status") == 503,
            reply,
        )
    world.fact("/auth's closed paths stay closed", world.send("GET", "/auth/admin/realms/otus").status == 404)
