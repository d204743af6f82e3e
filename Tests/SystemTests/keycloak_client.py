#!/usr/bin/env python3
"""Drives the embedded identity provider with python-keycloak, a client written for the real one.

  keycloak_client.py BASE [--realm otus]

BASE is like http://127.0.0.1:8180/auth. Needs python-keycloak.
"""
import argparse
import sys
import uuid

from keycloak import KeycloakAdmin, KeycloakOpenID, KeycloakOpenIDConnection
from keycloak.exceptions import KeycloakAuthenticationError, KeycloakError, KeycloakPostError

failures = 0


def check(what, condition, found=""):
    global failures
    failures += 0 if condition else 1
    print(f"{'ok    ' if condition else 'FAILED'} {what}" + ("" if condition else f"\n       found: {found}"))


def refused(what, call, *kinds):
    try:
        check(what, False, call())
    except kinds as error:
        check(what, True, error)


def openid(base, realm, client, secret=None):
    return KeycloakOpenID(server_url=base + "/", realm_name=realm, client_id=client, client_secret_key=secret)


def tokens(base, realm):
    web, gateway = openid(base, realm, "orders-web"), openid(base, realm, "gateway", "gateway-secret")
    known = web.well_known()
    check("well-known names the issuer", known["issuer"].endswith(f"/realms/{realm}"), known)
    check("certs has a signing key", any(k["use"] == "sig" for k in web.certs()["keys"]), web.certs())
    check("the public key can be read", len(web.public_key()) > 300)
    token = web.token("alice", "alice-password", scope="openid")
    check("a token by password", token["token_type"] == "Bearer" and token["expires_in"] == 300, token)
    seen = gateway.introspect(token["access_token"])
    check("it is active, and alice's", seen["active"] and seen["username"] == "alice"
          and "user" in seen["realm_access"]["roles"], seen)
    person = web.userinfo(token["access_token"])
    check("userinfo says who she is", person["email"] == "alice@example.org", person)
    check("the token verifies against the keys", web.decode_token(token["access_token"])["sub"] == person["sub"])
    newer = web.refresh_token(token["refresh_token"])
    check("refreshed, in the same session", newer["session_state"] == token["session_state"], newer)
    web.logout(newer["refresh_token"])
    check("after logout it is inactive", gateway.introspect(newer["access_token"]) == {"active": False})
    refused("a refresh token of the ended session", lambda: web.refresh_token(newer["refresh_token"]), KeycloakPostError)
    service = openid(base, realm, "functions", "functions-secret").token(grant_type="client_credentials")
    check("a service's own token", "service" in gateway.introspect(service["access_token"])["realm_access"]["roles"], service)


def users(base, realm):
    connection = KeycloakOpenIDConnection(server_url=base + "/", realm_name=realm, client_id="gateway-admin",
                                          client_secret_key="gateway-admin-secret", verify=True)
    admin, web = KeycloakAdmin(connection=connection), openid(base, realm, "orders-web")
    email = f"carol-{uuid.uuid4().hex[:12]}@example.org"
    person = {"username": email, "email": email, "enabled": True, "firstName": "Carol", "lastName": "Smirnova"}
    identifier = admin.create_user(person, exist_ok=False)
    check("a user is created", len(identifier) == 36, identifier)
    refused("the same user twice", lambda: admin.create_user(person, exist_ok=False), KeycloakPostError)
    check("found by name", admin.get_user_id(email) == identifier)
    check("read by id", admin.get_user(identifier)["firstName"] == "Carol")
    admin.set_user_password(identifier, "carol-password-1", temporary=False)
    token = web.token(email, "carol-password-1")
    check("the password that was set opens a session", "access_token" in token)
    admin.set_user_password(identifier, "carol-password-2", temporary=False)
    check("so does the one set after it", "access_token" in web.token(email, "carol-password-2"))
    refused("the one before it does not", lambda: web.token(email, "carol-password-1"), KeycloakAuthenticationError, KeycloakPostError)
    admin.delete_user(identifier)
    refused("a deleted user is gone", lambda: admin.get_user(identifier), KeycloakError)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base")
    parser.add_argument("--realm", default="otus")
    options = parser.parse_args()
    tokens(options.base.rstrip("/"), options.realm)
    users(options.base.rstrip("/"), options.realm)
    print(f"{failures} of the checks failed" if failures else "every check passed")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
