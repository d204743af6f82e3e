"""The same with other settings: keys required, tokens checked by Keycloak's keys, any origin, another currency."""

import dataclasses

import crossing
import good
import people
import refused
from case import Case
from good import ACCOUNTS, ORDERS

SETTINGS = {"REQUIRE_IDEMPOTENCY_KEY": "true", "TOKEN_CHECK": "jwks", "CORS_ORIGINS": "*", "CURRENCY": "JPY"}
DEPOSITS = f"{ACCOUNTS}/me/deposits"

WITHOUT_KEY = (
    Case("no key", 400, "POST", ORDERS, "anna", {"title": "x", "price": 1}),
    Case("no key, for a shop", 400, "POST", ORDERS, "anna", {"title": "x", "price": 1}, fields=(crossing.SHOP,)),
    Case("no key and too much", 400, "POST", ORDERS, "anna", " " * 20_000),
    Case("no key and no JSON", 400, "POST", DEPOSITS, "anna", "{"),
    Case("no key and another's account", 404, "POST", f"{ACCOUNTS}/{good.NOBODY}/deposits", "anna", {"amount": 1}),
    Case("no key and no token", 401, "POST", DEPOSITS, body={"amount": 1}),
    Case("no key to register", 400, "POST", "/api/register", body=people.person("gleb")),
    Case(
        "no key to withdraw",
        400,
        "POST",
        f"{ACCOUNTS}/<<anna.id>>/withdrawals",
        "service",
        {"amount": 1, "orderId": good.NOBODY},
    ),
    Case("no key where none is wanted", 200, "POST", ACCOUNTS, "anna", {}),
)


def as_refused(case):
    """What is asked without a key is refused before its body is looked at."""
    takes_key = case.method == "POST" and case.target.endswith(("/orders", "/deposits", "/register"))
    is_due = takes_key and case.key is None and case.status in (201, 415, 422)
    return dataclasses.replace(case, status=400) if is_due else case


CASES = (
    *people.CASES,
    *map(as_refused, good.CASES),
    *map(as_refused, refused.TOKENS),
    *WITHOUT_KEY,
    *map(as_refused, crossing.CASES),
)
