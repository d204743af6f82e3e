"""What is refused, and which refusal comes first where several are due."""

from case import Case
from good import ACCOUNTS, LETTERS, NOBODY, ORDERS

ORDER = {"title": "x", "price": 1}
TWO_TOKENS = (("Authorization", "Bearer a"), ("Authorization", "Bearer b"))
UNSIGNED = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0."
FORGED = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJ4IiwiZXhwIjo5OTk5OTk5OTk5fQ.c2lnbmF0dXJl"


def with_token(name, status, value):
    return Case(name, status, "GET", ORDERS, fields=(("Authorization", value),))


TOKENS = (
    with_token("no scheme", 401, "<<anna.token>>"),
    with_token("another scheme", 401, "Basic YW5uYTpwdw=="),
    with_token("a scheme and nothing", 401, "Bearer"),
    with_token("an empty field", 401, ""),
    with_token("a scheme in capitals, with blanks", 200, "BEARER    <<anna.token>>"),
    with_token("a tab for a blank", 401, "Bearer\t<<anna.token>>"),
    with_token("two tokens in one", 401, "Bearer <<anna.token>> <<anna.token>>"),
    with_token("a token with a comma", 401, "Bearer <<anna.token>>,x"),
    with_token("a token cut short", 401, "Bearer <<anna.token>>x"),
    with_token("no token at all", 401, "Bearer null"),
    with_token("an unsigned token", 401, f"Bearer {UNSIGNED}"),
    with_token("a token signed with a word", 401, f"Bearer {FORGED}"),
    with_token("a refresh token", 401, "Bearer <<anna.refresh>>"),
    with_token("a token of 9,000 bytes", 401, "Bearer " + "a" * 9000),
    with_token("a token with bytes beyond ASCII", 401, "Bearer é"),
    Case("two tokens", 400, "GET", ORDERS, fields=TWO_TOKENS),
    Case("two tokens where none is looked at", 400, "POST", "/api/register", body={}, fields=TWO_TOKENS),
    Case("a bad token where none is looked at", 422, "POST", "/api/register", body={}, fields=TWO_TOKENS[:1]),
    Case("a token in the query", 401, "GET", f"{ORDERS}?access_token=<<anna.token>>"),
)

ORDER_OF_CHECKS = (
    Case("path before method", 404, "DELETE", "/api/orderz", fields=TWO_TOKENS),
    Case("method before token", 405, "DELETE", ORDERS, fields=TWO_TOKENS),
    Case("token before role", 401, "POST", f"{ACCOUNTS}/{NOBODY}/withdrawals", body="{"),
    Case("role before path's object", 403, "POST", f"{ACCOUNTS}/{NOBODY}/withdrawals", "anna", "{"),
    Case("object before query", 404, "POST", f"{ACCOUNTS}/{NOBODY}/deposits?x=1", "anna", "{", ""),
    Case("query before key", 400, "POST", f"{ORDERS}?x=1", "anna", "{", ""),
    Case("foreign user in the query after the query", 400, "GET", f"{ORDERS}?userId={NOBODY}&x=1", "anna"),
    Case("foreign user in the query", 403, "GET", f"{ORDERS}?userId={NOBODY}", "anna"),
    Case("foreign user beside a bad cursor", 400, "GET", f"{LETTERS}?userId={NOBODY}&cursor=x", "anna"),
    Case("key before size", 400, "POST", ORDERS, "anna", " " * 20_000, "", media="text/plain"),
    Case("size before media type", 413, "POST", ORDERS, "anna", " " * 20_000, media="text/plain"),
    Case("media type before JSON", 415, "POST", ORDERS, "anna", "{", media="text/plain"),
    Case("JSON before shape", 400, "POST", ORDERS, "anna", '{"title":1,'),
    Case("shape before foreign user", 422, "POST", ORDERS, "anna", {"title": "", "price": 1, "userId": NOBODY}),
    Case("foreign user in the body", 403, "POST", ORDERS, "anna", {**ORDER, "userId": NOBODY}),
    Case("foreign user before the key's replay", 403, "POST", ORDERS, "anna", {**ORDER, "userId": NOBODY}, "anna-2"),
    Case("all that is wrong with a query", 400, "GET", f"{ORDERS}?limit=0&limit=1&colour=red&userId=x", "anna"),
    Case("all that is wrong with a cursor, too", 400, "GET", f"{ORDERS}?cursor=x&limit=0&colour=red", "anna"),
    Case("all that is wrong with a body", 422, "POST", ORDERS, "anna", {"title": 5, "colour": None, "userId": "me"}),
    Case("an empty body with a media type", 400, "POST", ORDERS, "anna", "", media="text/plain"),
    Case("an empty body without one", 400, "POST", ORDERS, "anna"),
    Case("a body of a GET", 200, "GET", f"{ACCOUNTS}/me", "clara", "{}", media="text/plain"),
    Case("a large body of a GET", 200, "GET", f"{ACCOUNTS}/me", "clara", " " * 40_000),
)

PATHS = tuple(
    Case(f"the path {path}", status, "GET", path, "anna")
    for status, path in (
        (404, "/"),
        (404, "/nothing"),
        (404, "/api"),
        (404, "/api/"),
        (404, "/apix/orders"),
        (404, "/API/orders"),
        (404, "/api//orders"),
        (404, "/api/./orders"),
        (404, "/api/orders/.."),
        (404, "/api/%6frders"),
        (404, "/api/orders%2f"),
        (404, "/api/notify"),
        (404, "/api/orders/me"),
        (404, "/api/orders/*"),
        (404, f"/api/orders/{NOBODY.replace('-', '')}"),
        (404, f"/api/orders/%32{NOBODY[1:]}"),
        (404, f"/api/orders/{NOBODY}/"),
        (404, f"/api/orders/{NOBODY};x=1"),
        (404, "/api/billing/accounts/ME"),
        (404, "/api/billing/accounts/me;"),
        (404, "/api/billing/accounts//entries"),
        (400, "/api/orders?x=%"),
        (400, "/api/orders?x=%zz"),
        (400, "/api/orders?x=%00"),
        (400, "/api/orders%00"),
        (400, "/api/orders#x"),
        (400, "/api/orders?a|b"),
        (400, "/api/orders?<x>"),
        (400, '/api/orders?"'),
        (400, "/api/orders?x=%C3%28"),
        (400, "/api/orders?&&"),
        (400, "/api/orders?="),
        (400, "/api/orders?limit"),
        (200, "/api/orders?"),
        (400, "/api/orders?limit=+1"),
        (400, "/api/orders?Limit=1"),
        (200, "/api/orders?limit=%31"),
    )
) + (
    Case("the document", 200, "GET", "/api/openapi.json", "anna"),
    Case("the document with a query", 400, "GET", "/api/openapi.json?x=1"),
    Case("the document's head", 200, "HEAD", "/api/openapi.json"),
)

CASES = (*TOKENS, *ORDER_OF_CHECKS, *PATHS)
