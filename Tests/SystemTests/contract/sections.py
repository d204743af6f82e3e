"""Which sections there are, and of which settings each speaks."""

import json
import os
import tempfile

import afterwards
import away
import bodies
import claims
import cross_origin
import currencies
import cursors
import expiry
import keys
import lists
import methods
import order_of_checks
import profiles
import rate
import raw
import registration
import required_keys
import same_requests
import sizes
import slowness
import texts
import tokens
import troubles
import whose
import withdrawals

# What a service may be started with that changes the contract's answers.
SHAPES = {
    "plain": {},
    "jwks": {"TOKEN_CHECK": "jwks"},
    "origins": {"CORS_ORIGINS": "https://shop.example, http://localhost:3000"},
    "every origin": {"CORS_ORIGINS": "*"},
    "rate": {"RATE_LIMIT": "1"},
    "rate behind a proxy": {"RATE_LIMIT": "1", "TRUSTED_PROXIES": "127.0.0.0/8,::1"},
    "required keys": {"REQUIRE_IDEMPOTENCY_KEY": "true"},
    "provider away": {"KEYCLOAK_URL": "http://127.0.0.1:1/auth"},
    "provider away, jwks": {"KEYCLOAK_URL": "http://127.0.0.1:1/auth", "TOKEN_CHECK": "jwks"},
    "other provider": {"KEYCLOAK_URL": "ours"},
    "other provider, jwks": {"KEYCLOAK_URL": "ours", "TOKEN_CHECK": "jwks"},
    "yen": {"CURRENCY": "JPY"},
    "dinar": {"CURRENCY": "KWD"},
    "short tokens": {"IDENTITY_REALM": 2},
    "short tokens, jwks": {"IDENTITY_REALM": 2, "TOKEN_CHECK": "jwks"},
}

CORE = (
    ("order of checks", order_of_checks.run),
    ("bodies", bodies.run),
    ("methods", methods.run),
    ("keys", keys.run),
    ("same requests", same_requests.run),
    ("profiles", profiles.run),
    ("register", registration.run),
    ("whose", whose.run),
    ("withdrawals", withdrawals.run),
    ("lists", lists.run),
    ("cursors", cursors.run),
    ("texts", texts.run),
    ("tokens", tokens.run),
    ("sizes", sizes.run),
    ("raw", raw.run),
)
OTHER_PROVIDER = (("claims", claims.run), ("troubles", troubles.run), ("slowness", slowness.run))


def of(settings):
    """The sections that hold of a service with these settings."""
    return (*asked_of(settings), ("afterwards", afterwards.run))


def asked_of(settings):
    if "RATE_LIMIT" in settings:
        return (("rate", rate.run),)
    if "IDENTITY_REALM" in settings:
        return (("expiry", expiry.run),)
    if settings.get("REQUIRE_IDEMPOTENCY_KEY") == "true":
        return (("required keys", required_keys.run),)
    if "provider" in settings:
        return OTHER_PROVIDER[:1] if "TOKEN_CHECK" in settings else OTHER_PROVIDER
    if "KEYCLOAK_URL" in settings:
        return (("provider away", away.run),)
    if "CURRENCY" in settings:
        return (("currency", currencies.run),)
    if "CORS_ORIGINS" in settings:
        return (("cross origin", cross_origin.run),)
    return CORE


def short_tokens(seconds):
    """A copy of the realm file whose access tokens live so long."""
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, "../../../Sources/Runner/Identity/Provider/realm.json"), encoding="utf-8") as file:
        realm = json.load(file)
    copy = tempfile.NamedTemporaryFile("w", suffix=".json", delete=False)
    with copy:
        json.dump({**realm, "accessTokenLifespan": seconds}, copy)
    return copy.name
