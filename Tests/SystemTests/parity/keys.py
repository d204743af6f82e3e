"""What the same key does: replays, refusals, and several at once."""

from case import Case
from good import ACCOUNTS, ORDERS
from people import person

ORDER = {"title": "Чай", "price": 100}
DEPOSITS = f"{ACCOUNTS}/me/deposits"

CASES = (
    Case("an order again", 201, "POST", ORDERS, "anna", ORDER, "anna-2"),
    Case(
        "an order again, in other order", 201, "POST", ORDERS, "anna", '{"price":100,\n"title":"\\u0427ай"}', "anna-2"
    ),
    Case("another order under its key", 422, "POST", ORDERS, "anna", {**ORDER, "price": 101}, "anna-2"),
    Case("an order under a deposit's key", 201, "POST", ORDERS, "anna", ORDER, "anna-1"),
    Case("another's key", 402, "POST", ORDERS, "boris", ORDER, "anna-2"),
    Case("the dear order again", 402, "POST", ORDERS, "boris", {"title": "dear", "price": 508}, "boris-2"),
    Case("a failure again", 404, "POST", ORDERS, "stranger", {"title": "x", "price": 1}, "stranger-2"),
    Case("a bad body under a used key", 422, "POST", ORDERS, "anna", {"title": ""}, "anna-2"),
    Case("no JSON under a used key", 400, "POST", ORDERS, "anna", "{", "anna-2"),
    Case("too much under a used key", 413, "POST", ORDERS, "anna", " " * 16_385, "anna-2"),
    Case("a used key without a token", 401, "POST", ORDERS, None, ORDER, "anna-2"),
    Case("a deposit again", 201, "POST", DEPOSITS, "anna", {"amount": 1_000_000}, "anna-1"),
    Case("another deposit under its key", 422, "POST", DEPOSITS, "anna", {"amount": 1}, "anna-1"),
    Case(
        "a deposit by id under its key",
        201,
        "POST",
        f"{ACCOUNTS}/<<anna.id>>/deposits",
        "anna",
        {"amount": 1_000_000},
        "anna-1",
    ),
    Case("a registration again", 201, "POST", "/api/register", body=person("anna"), key="register-anna"),
    Case(
        "a registration again, e-mail in capitals",
        201,
        "POST",
        "/api/register",
        body={**person("anna"), "email": "ANNA@EXAMPLE.ORG"},
        key="register-anna",
    ),
    Case(
        "another password under its key",
        422,
        "POST",
        "/api/register",
        body=person("anna", password="x" * 12),
        key="register-anna",
    ),
    Case("a taken e-mail", 409, "POST", "/api/register", body=person("anna"), key="register-anna-2"),
    Case("a taken e-mail, again", 409, "POST", "/api/register", body=person("anna"), key="register-anna-2"),
    Case("a taken e-mail without a key", 409, "POST", "/api/register", body=person("anna")),
    Case("an e-mail of the realm's", 409, "POST", "/api/register", body=person("alice"), key="register-alice"),
    Case(
        "a password that is too short",
        422,
        "POST",
        "/api/register",
        body=person("dora", password="short"),
        key="register-dora",
    ),
    Case("a better one under that key", (201, 422), "POST", "/api/register", body=person("dora"), key="register-dora"),
    Case("four orders at once under one key", 201, "POST", ORDERS, "anna", ORDER, "at-once-1", times=4),
    Case("four rejected ones", 402, "POST", ORDERS, "boris", ORDER, "at-once-2", times=4),
    Case("four deposits", 201, "POST", DEPOSITS, "clara", {"amount": 1}, "at-once-3", times=4),
    Case("four registrations", 201, "POST", "/api/register", body=person("fedor"), key="at-once-4", times=4),
    Case("a key of one character", 201, "POST", DEPOSITS, "clara", {"amount": 1}, "~"),
    Case("a key with blanks inside", 201, "POST", DEPOSITS, "clara", {"amount": 1}, "a  b"),
    Case("a key in quotes", 201, "POST", DEPOSITS, "clara", {"amount": 1}, '"~"'),
    Case("the key without quotes is another", 201, "POST", DEPOSITS, "clara", {"amount": 2}, "~~"),
    Case("a key of odd characters", 201, "POST", DEPOSITS, "clara", {"amount": 1}, "'\\%_$1;--{}<>|^`,="),
    Case("a key where none is asked for", 200, "POST", ACCOUNTS, "clara", {}, "not-looked-at"),
    Case("a bad key where none is asked for", 200, "POST", ACCOUNTS, "clara", {}, ""),
    Case("the account after all that", 200, "GET", f"{ACCOUNTS}/me", "clara"),
)
