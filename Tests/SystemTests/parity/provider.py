"""What is Keycloak's, through the gateway: only the first two forms are asked."""

import urllib.parse

from case import Case
from people import FORM, TOKEN

REALM = "/auth/realms/otus"
CONNECT = f"{REALM}/protocol/openid-connect"


def form(name, status, path, media=FORM, **members):
    return Case(f"auth: {name}", status, "POST", path, body=urllib.parse.urlencode(members), media=media)


PATHS = tuple(
    Case(f"auth: {method} {path}", status, method, path)
    for status, method, path in (
        (404, "GET", "/auth"),
        (404, "GET", "/auth/"),
        (404, "GET", "/auth/admin"),
        (404, "GET", "/auth/admin/realms/otus"),
        (404, "GET", "/auth/realms"),
        (404, "GET", "/auth/realms/master"),
        (404, "GET", "/auth/realms/otus2"),
        (404, "GET", "/auth/metrics"),
        (200, "GET", REALM),
        (400, "GET", "/auth/realms/otus%2f"),
        (400, "GET", "/auth/%72ealms/otus"),
        ((400, 404), "GET", f"{REALM}/../master"),
        ((400, 404), "GET", f"{REALM}/./x"),
        ((400, 404), "GET", f"{REALM}//x"),
        ((400, 404), "GET", f"{REALM};x=1"),
        ((400, 404), "GET", f"{REALM}/%2e%2e/master"),
        (405, "TRACE", REALM),
        (404, "GET", f"{REALM}/nothing"),
        (200, "GET", f"{REALM}/.well-known/openid-configuration"),
        (200, "HEAD", f"{REALM}/.well-known/openid-configuration"),
        (200, "GET", f"{CONNECT}/certs"),
        (200, "OPTIONS", TOKEN),
        (405, "GET", TOKEN),
    )
)

GRANTS = (
    form(
        "a wrong password",
        (400, 401),
        TOKEN,
        grant_type="password",
        client_id="orders-web",
        username="bob",
        password="x",
    ),
    form("no user", (400, 401), TOKEN, grant_type="password", client_id="orders-web", username="nobody", password="x"),
    form("no such client", 401, TOKEN, grant_type="password", client_id="nobody", username="bob", password="x"),
    form("no client", (400, 401), TOKEN, grant_type="password", username="bob", password="bob-password"),
    form("no grant", 400, TOKEN, client_id="orders-web"),
    form("an unknown grant", 400, TOKEN, client_id="orders-web", grant_type="x"),
    form("a wrong secret", 401, TOKEN, grant_type="client_credentials", client_id="functions", client_secret="x"),
    form(
        "a disabled user",
        400,
        TOKEN,
        grant_type="password",
        client_id="orders-web",
        username="disabled",
        password="disabled-password",
    ),
    form("JSON for a form", (400, 415), TOKEN, media="application/json", grant_type="password"),
    Case(
        "auth: a parameter twice",
        400,
        "POST",
        TOKEN,
        media=FORM,
        body="grant_type=password&grant_type=password&client_id=orders-web",
    ),
    form("introspection without a secret", (400, 401, 403, 404), f"{CONNECT}/token/introspect", token="x"),
    Case("auth: userinfo", 200, "GET", f"{CONNECT}/userinfo", "anna"),
    Case("auth: userinfo without a token", (400, 401), "GET", f"{CONNECT}/userinfo"),
    Case("auth: userinfo with a bad token", 401, "GET", f"{CONNECT}/userinfo", fields=(("Authorization", "Bearer x"),)),
    Case(
        "auth: a page of another origin",
        (200, 403),
        "GET",
        f"{CONNECT}/certs",
        fields=(("Origin", "https://shop.example"),),
    ),
)

LOGOUT = (
    Case("auth: before the logout", 200, "GET", "/api/billing/accounts/me", "clara", alone=False),
    Case(
        "auth: a logout",
        204,
        "POST",
        f"{CONNECT}/logout",
        media=FORM,
        body="client_id=orders-web&refresh_token=<<clara.refresh>>",
    ),
    Case("auth: after the logout", 401, "GET", "/api/billing/accounts/me", "clara", alone=False),
    Case(
        "auth: after the logout, an order", 401, "POST", "/api/orders", "clara", {"title": "x", "price": 1}, alone=False
    ),
    Case(
        "auth: a refresh after the logout",
        400,
        "POST",
        TOKEN,
        media=FORM,
        body="grant_type=refresh_token&client_id=orders-web&refresh_token=<<clara.refresh>>",
    ),
)

CASES = (*PATHS, *GRANTS, *LOGOUT)
