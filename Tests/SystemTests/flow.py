#!/usr/bin/env python3
"""The whole order flow against a running service, over HTTP and nothing else.

  flow.py BASE [--realm otus] [--client orders-web] [--letters SECONDS] [--jwks]

BASE is the gateway, e.g. http://localhost:8080, here or anywhere. Two new users are registered in
each run. Prints a line for each check and exits with 1 when one of them failed.
"""
import argparse
import socket
import sys
import time
import urllib.parse
import uuid

from client import PASSWORD, Client, new_email

ACCOUNT = "/api/billing/accounts/me"
failures = 0


def check(what, condition, found=""):
    """One line for each fact; a wrong one is counted, and the flow goes on."""
    global failures
    failures += 0 if condition else 1
    print(f"{'ok    ' if condition else 'FAILED'} {what}" + ("" if condition else f"\n       found: {found}"))
    return condition


def key():
    return str(uuid.uuid4())


def problem(answer, status, what):
    """A refusal is a problem document with its request id and a word on what to do."""
    kind = answer.headers.get("content-type", "").split(";")[0]
    body = answer.json if answer.body and kind == "application/problem+json" else {}
    whole = all(name in body for name in ("type", "title", "status", "detail", "requestId"))
    same = body.get("status") == status and body.get("requestId") == answer.headers.get("x-request-id")
    return check(f"{status} {what}", answer.status == status and whole and same, answer)


def replays(client, path, body, first, the_key, what):
    """The same key answers the same bytes; another request under it is refused."""
    again = client.post(path, body, key=the_key)
    check(f"{what}: the same key answers the same bytes",
          again.replayed and (again.status, again.body) == (first.status, first.body), again)
    check(f"{what}: a replay bears its own request id",
          again.headers.get("x-request-id") != first.headers.get("x-request-id"), again.headers)
    check(f"{what}: Location stays", again.headers.get("location") == first.headers.get("location"), again.headers)


def register(base, options):
    client = Client(base)
    email, the_key = new_email(), key()
    body = {"email": email.upper(), "password": PASSWORD, "firstName": "Анна", "lastName": "Иванова", "locale": "ru"}
    answer = client.post("/api/register", body, key=the_key)
    check("register answers 201 with the account", answer.status == 201
          and answer.json["email"] == email and answer.json["account"]["balance"] == 0
          and answer.json["account"]["userId"] == answer.json["userId"], answer)
    client.userId = answer.json["userId"]
    replays(client, "/api/register", body, answer, the_key, "register")
    problem(client.post("/api/register", {**body, "password": PASSWORD + "2"}, key=the_key), 422,
            "another registration under the same key")
    taken = client.post("/api/register", body, key=key())
    problem(taken, 409, "the e-mail is taken")
    check("email-taken is final", taken.status == 409 and "retry-after" not in taken.headers
          and taken.json["type"].endswith("/email-taken"), taken)
    token = client.login(email, PASSWORD, options.realm, options.client)
    check("the password grant gives a bearer token", token["token_type"] == "Bearer", token)
    return client, token


def billing(client):
    there = client.post("/api/billing/accounts", {})
    check("asking for the account again answers 200", there.status == 200
          and there.json["userId"] == client.userId and there.json["balance"] == 0, there)
    the_key = key()
    paid = client.post(f"{ACCOUNT}/deposits", {"amount": 100_000}, key=the_key)
    check("deposit answers 201 with the balance", paid.status == 201 and paid.json["amount"] == 100_000
          and paid.json["balance"] == 100_000 and paid.json["userId"] == client.userId, paid)
    replays(client, f"{ACCOUNT}/deposits", {"amount": 100_000}, paid, the_key, "deposit")
    problem(client.post(f"{ACCOUNT}/deposits", {"amount": 1}, key=the_key), 422, "another amount under the same key")
    balance = client.get(ACCOUNT)
    check("the balance is what was paid in", balance.status == 200 and balance.json["balance"] == 100_000, balance)
    head = client.call("HEAD", ACCOUNT)
    check("HEAD has the head and no body", head.status == 200 and head.body == b"", head)
    for amount in (0, -1, 1.5, "5", None, 10**11, 2**63, 10**400):
        answer = client.post(f"{ACCOUNT}/deposits", {"amount": amount}, key=key())
        problem(answer, 422, f"amount {str(amount)[:24]}")
        check("  with its pointer", answer.json.get("errors", [{}])[0].get("pointer") == "/amount", answer)


def orders(client):
    the_key, body = key(), {"title": "Книга «Идиот» & <b>co</b>", "price": 40_000}
    paid = client.post("/api/orders", body, key=the_key)
    order = paid.json
    check("an order that the account covers is paid", paid.status == 201 and order["status"] == "paid"
          and order["title"] == body["title"] and order["price"] == 40_000, paid)
    check("Location names the order", paid.headers.get("location") == f"/api/orders/{order['id']}", paid.headers)
    listed = client.get(f"/api/notifications?limit=200").json["items"]
    check("its letter is listed at once", [n["kind"] for n in listed if n["orderId"] == order["id"]] == ["happy"], listed)
    replays(client, "/api/orders", body, paid, the_key, "order")
    problem(client.post("/api/orders", {**body, "price": 1}, key=the_key), 422, "another order under the same key")
    check("the balance went down once", client.get(ACCOUNT).json["balance"] == 60_000)

    dear_key, dear = key(), {"title": "Рояль", "price": 60_001}
    refused = client.post("/api/orders", dear, key=dear_key)
    problem(refused, 402, "an order that the account does not cover")
    rejected = refused.json["order"]
    check("the refusal holds the rejected order", rejected["status"] == "rejected" and rejected.get("reason"), refused)
    check("its Location names it", refused.headers.get("location") == f"/api/orders/{rejected['id']}", refused.headers)
    check("the balance is the same", client.get(ACCOUNT).json["balance"] == 60_000)
    client.post(f"{ACCOUNT}/deposits", {"amount": 1}, key=key())
    replays(client, "/api/orders", dear, refused, dear_key, "a rejected order, with money there now")

    for found in (order, rejected):
        one = client.get(f"/api/orders/{found['id']}")
        check(f"the {found['status']} order can be read", one.status == 200 and one.json == found, one)
    items = client.get("/api/orders").json["items"]
    check("both are listed, newest first", [o["id"] for o in items] == [rejected["id"], order["id"]], items)
    entries = list(client.pages(f"{ACCOUNT}/entries", limit=1))
    check("entries: signed amounts, running balances, newest first, page by page",
          [(e["kind"], e["amount"], e["balance"], e.get("orderId")) for e in entries]
          == [("deposit", 1, 60_001, None), ("withdrawal", -40_000, 60_000, order["id"]),
              ("deposit", 100_000, 100_000, None)], entries)
    return order, rejected


def letters(client, order, rejected, seconds):
    deadline = time.monotonic() + seconds
    while True:
        items = client.get("/api/notifications").json["items"]
        if all(item["status"] == "sent" for item in items) or time.monotonic() > deadline:
            break
        time.sleep(0.2)
    moods = {item["orderId"]: item["kind"] for item in items}
    check("one happy letter and one sad one", len(items) == 2
          and moods == {order["id"]: "happy", rejected["id"]: "sad"}, items)
    check(f"both are sent within {seconds} s", all(i["status"] == "sent" and i.get("sentAt") for i in items), items)
    check("a letter names the title as it was given", order["title"] in next(
        item["body"] for item in items if item["kind"] == "happy"), items)
    one = client.get(f"/api/notifications/{items[0]['id']}")
    check("a letter can be read by its id", one.status == 200 and one.json["id"] == items[0]["id"], one)


def strangers(client, other, order):
    letter = client.get("/api/notifications").json["items"][0]["id"]
    for path in (f"/api/orders/{order['id']}", f"/api/notifications/{letter}",
                 f"/api/billing/accounts/{client.userId}", f"/api/billing/accounts/{client.userId}/entries"):
        problem(other.get(path), 404, f"somebody else's {path.split('/')[2]}")
    problem(other.post(f"/api/billing/accounts/{client.userId}/deposits", {"amount": 1}, key=key()), 404,
            "paying into somebody else's account")
    problem(other.post("/api/orders", {"title": "x", "price": 1, "userId": client.userId}, key=key()), 403,
            "ordering for somebody else")
    problem(other.get(f"/api/orders?userId={client.userId}"), 403, "listing somebody else's orders")
    problem(other.get("/api/orders?userId=-"), 403, "listing everybody's orders")
    problem(other.post(f"/api/billing/accounts/{other.userId}/withdrawals",
                       {"amount": 1, "orderId": order["id"]}, key=key()), 403, "a user may not withdraw")
    check("a stranger's lists are empty", other.get("/api/orders").json["items"] == [])


def hostile(client):
    anyone = Client(client.base)
    none = anyone.get("/api/orders")
    problem(none, 401, "no token")
    check("  with the bare challenge", none.headers.get("www-authenticate", "").startswith("Bearer")
          and "error=" not in none.headers.get("www-authenticate", ""), none.headers)
    for token in ("rubbish", "a.b.c", client.token[:-4] + "AAAA", "x" * 9000):
        bad = Client(client.base, token).get("/api/orders")
        problem(bad, 401, f"token {token[:12]}…")
        check("  says invalid_token", 'error="invalid_token"' in bad.headers.get("www-authenticate", ""), bad.headers)
    order, good = "/api/orders", b'{"title":"x","price":1}'
    for raw, status, what in (
            (b"", 400, "an empty body"), (b"{", 400, "half a body"), (b'{"title":"x","price":01}', 400, "a leading zero"),
            (b'{"title":"x","title":"y","price":1}', 400, "a member twice"), (b"\xef\xbb\xbf" + good, 400, "a byte order mark"),
            (b'{"title":"\xff","price":1}', 400, "bad UTF-8"), (b'{"title":"\\ud800","price":1}', 400, "a lone surrogate"),
            (b"[" * 100 + b"]" * 100, 400, "nesting without end"), (b"[]", 422, "an array"), (b"{}", 422, "nothing in it"),
            (b'{"title":"x","price":1.0}', 422, "a price that is no integer"),
            (b'{"title":"x","price":1,"status":"paid"}', 422, "a member that nobody asked for"),
            (b'{"title":"  ","price":1}', 422, "a blank title"), (b'{"title":"a\\u0000b","price":1}', 422, "NUL in the title"),
            (b'{"title":"' + b"x" * 201 + b'","price":1}', 422, "a title too long"),
            (b'{"title":"' + b"x" * 20_000 + b'","price":1}', 413, "a body too big")):
        problem(client.post(order, raw=raw, key=key()), status, what)
    both = client.post(order, {"price": 0, "userid": 1}, key=key())
    check("all problems of a body at once", {e["pointer"] for e in both.json.get("errors", [])}
          == {"/title", "/price", "/userid"}, both)
    for headers, status, what in (
            ({"Content-Type": "text/plain"}, 415, "text"), ({"Content-Type": None}, 415, "no media type"),
            ({"Content-Encoding": "gzip"}, 415, "an encoding"), ({"Idempotency-Key": "ключ".encode()}, 400, "a key of other letters"),
            ({"Idempotency-Key": "k" * 256}, 400, "a key too long")):
        problem(client.post(order, raw=good, key=None, headers=headers), status, what)
    for path, status, what in (
            ("/api/orders/", 404, "a slash at the end"), ("/api/nothing", 404, "no such path"), ("/api/orders/1", 404, "no UUID"),
            ("/api/orders?limit=0", 400, "limit 0"), ("/api/orders?limit=201", 400, "limit 201"),
            ("/api/orders?limit=1&limit=1", 400, "limit twice"), ("/api/orders?cursor=abc", 400, "a cursor of nobody's"),
            ("/api/orders?page=2", 400, "an unknown parameter"), ("/api/%6frders", 404, "an encoded path")):
        problem(client.get(path), status, what)
    wrong = client.call("DELETE", order)
    problem(wrong, 405, "DELETE")
    check("  Allow says what is there", {"GET", "POST"} <= set(wrong.headers.get("allow", "").replace(" ", "").split(",")), wrong.headers)
    problem(client.call("BREW", order), 501, "a method that nobody defined")
    options = anyone.call("OPTIONS", order)
    check("OPTIONS answers 204 with Allow", options.status == 204 and "allow" in options.headers, options)
    for path in ("/auth/admin/realms/otus/users", "/auth/realms/master/protocol/openid-connect/token", "/auth/metrics"):
        check(f"closed: {path}", client.get(path).status == 404, client.get(path))
    check("and nothing of this moved money", client.get(ACCOUNT).json["balance"] == 60_001)


def smuggling(base):
    """Two framings in one request are refused and the connection ends."""
    url = urllib.parse.urlsplit(base)
    with socket.create_connection((url.hostname, url.port or 80), 10) as connection:
        connection.sendall(b"POST /api/orders HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n"
                           b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
        received = b""
        while part := connection.recv(65536):
            received += part
    check("400 two framings, and the connection is closed", received.startswith(b"HTTP/1.1 400 ")
          and received.count(b"HTTP/1.1 ") == 1, received[:200])


def farewell(client, token, options):
    realm = f"/auth/realms/{options.realm}/protocol/openid-connect"
    form = urllib.parse.urlencode({"client_id": options.client, "refresh_token": token["refresh_token"]}).encode()
    out = client.post(f"{realm}/logout", raw=form, token=False,
                      headers={"Content-Type": "application/x-www-form-urlencoded"})
    check("logout answers 204", out.status == 204, out)
    if options.jwks:
        check("a token that is checked by its signature outlives its session", client.get("/api/orders").status == 200)
    else:
        problem(client.get("/api/orders"), 401, "the token of a session that ended")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base")
    parser.add_argument("--realm", default="otus")
    parser.add_argument("--client", default="orders-web")
    parser.add_argument("--letters", type=float, default=30, help="how long a letter may take")
    parser.add_argument("--jwks", action="store_true", help="the service runs with TOKEN_CHECK=jwks")
    options = parser.parse_args()
    document = Client(options.base).get("/api/openapi.json")
    check("the OpenAPI document is there", document.status == 200 and document.json["openapi"].startswith("3.1"), document)
    client, token = register(options.base, options)
    billing(client)
    order, rejected = orders(client)
    letters(client, order, rejected, options.letters)
    other, _ = register(options.base, options)
    strangers(client, other, order)
    hostile(client)
    smuggling(options.base)
    farewell(client, token, options)
    print(f"{failures} of the checks failed" if failures else "every check passed")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
