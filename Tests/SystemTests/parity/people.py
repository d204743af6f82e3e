"""Who there is, made by the same requests everywhere: users with and without money, an operator, a service."""

import urllib.parse

from case import Case

TOKEN = "/auth/realms/otus/protocol/openid-connect/token"
FORM = "application/x-www-form-urlencoded"
PASSWORD = "correct-horse-battery"


def person(name, **more):
    return {"email": f"{name}@example.org", "password": PASSWORD, "firstName": "Test", "lastName": "User", **more}


def register(name, **more):
    return Case(
        f"register {name}",
        201,
        "POST",
        "/api/register",
        body=person(name, **more),
        key=f"register-{name}",
        keep={f"{name}.id": "userId"},
    )


def login(name, username, password=PASSWORD):
    form = {
        "grant_type": "password",
        "client_id": "orders-web",
        "scope": "openid",
        "username": username,
        "password": password,
    }
    return Case(
        f"log in {name}",
        200,
        "POST",
        TOKEN,
        body=urllib.parse.urlencode(form),
        media=FORM,
        setup=True,
        keep={f"{name}.token": "access_token", f"{name}.refresh": "refresh_token"},
    )


SERVICE = urllib.parse.urlencode(
    {"grant_type": "client_credentials", "client_id": "functions", "client_secret": "functions-secret"}
)

CASES = (
    register("anna"),
    register("boris", phone="+79161234567", locale="ru"),
    register("clara", locale="de-AT"),
    login("anna", "anna@example.org"),
    login("boris", "boris@example.org"),
    login("clara", "clara@example.org"),
    # A user of the realm file, who has no account yet.
    login("stranger", "alice", "alice-password"),
    login("operator", "operator", "operator-password"),
    Case(
        "log in a service",
        200,
        "POST",
        TOKEN,
        body=SERVICE,
        media=FORM,
        setup=True,
        keep={"service.token": "access_token"},
    ),
    Case("anna pays in", 201, "POST", "/api/billing/accounts/me/deposits", "anna", {"amount": 1_000_000}, "anna-1"),
    Case("boris pays in", 201, "POST", "/api/billing/accounts/me/deposits", "boris", {"amount": 500}, "boris-1"),
)
