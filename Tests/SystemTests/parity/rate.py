"""How often a caller may come, which the gateway alone decides: of two requests in one packet the second is refused."""

from case import Case
from good import ACCOUNTS, NOBODY, ORDERS
from people import CASES as PEOPLE

# The addresses that a proxy names are believed: so each of these callers is another.
SETTINGS = {"RATE_LIMIT": "1", "TRUSTED_PROXIES": "127.0.0.0/8,::1", "CORS_ORIGINS": "https://shop.example"}


def twice(name, statuses, line, *fields, who=None, body=b""):
    """Both answers are compared; the status is the second one's."""
    lines = [b"Host: <<host>>", *fields] + ([b"Authorization: Bearer <<%s.token>>" % who.encode()] if who else [])
    lines += [b"Content-Type: application/json", b"Content-Length: %d" % len(body)] if body else []
    head = b"\r\n".join([line + b" HTTP/1.1", *lines])
    method = line.split(b" ")[0].decode()
    return Case(
        f"twice: {name}",
        statuses,
        parts=(head + b"\r\n\r\n" + body + head + b"\r\nConnection: close\r\n\r\n" + body,),
        methods=(method, method),
        alone=False,
    )


def address(number):
    return b"X-Forwarded-For: 192.0.2.%d" % number


CASES = (
    *[case for case in PEOPLE if case.setup and case.name.split()[-1] in ("stranger", "operator", "service")],
    twice("orders", 429, b"GET " + ORDERS.encode(), b"Origin: https://shop.example", who="stranger"),
    twice("the role", 429, b"POST " + f"{ACCOUNTS}/{NOBODY}/withdrawals".encode(), who="operator", body=b"{"),
    twice("an account", 429, b"GET " + ACCOUNTS.encode() + b"/me", who="service"),
    twice("register", 429, b"POST /api/register", address(1), body=b"{}"),
    twice("register by another", 429, b"POST /api/register", address(2), b"Origin: https://shop.example", body=b"{"),
    twice("the document", 429, b"GET /api/openapi.json", address(3)),
    twice("its head", 429, b"HEAD /api/openapi.json", address(4)),
    twice("through two proxies", 429, b"POST /api/register", b"X-Forwarded-For: 192.0.2.9, 192.0.2.5", body=b"{}"),
    twice("no path", 404, b"GET /api/nothing", address(6)),
    twice("no such method", 405, b"DELETE " + ORDERS.encode(), address(7)),
    twice("no token", 401, b"GET " + ORDERS.encode(), address(8)),
    twice("a preflight", 204, b"OPTIONS " + ORDERS.encode(), b"Origin: https://shop.example"),
    twice("what is Keycloak's", 200, b"GET /auth/realms/otus/protocol/openid-connect/certs", address(9)),
)
