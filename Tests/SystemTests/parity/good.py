"""What a client does all day: accounts, orders, lists and letters, in each role and in unusual spellings."""

from case import Case

ACCOUNTS, ORDERS, LETTERS = "/api/billing/accounts", "/api/orders", "/api/notifications"
ORDER_ID = "0d3c7f2e-55aa-4b6e-9d11-1f0c2b3a4d5e"
SECOND_ID = "1e4d803f-66bb-4c7f-8e22-2a1d3c4b5e6f"
NOBODY = "2f5e914a-77cc-4d80-9f33-3b2e4d5c6f70"


def is_delivered(page):
    return all(letter["status"] == "sent" for letter in page["items"])


ACCOUNT_CASES = (
    Case("the own account", 200, "GET", f"{ACCOUNTS}/me", "anna"),
    Case("the own account by id", 200, "GET", f"{ACCOUNTS}/<<anna.id>>", "anna"),
    Case("its head", 200, "HEAD", f"{ACCOUNTS}/me", "anna"),
    Case("somebody's account, for an operator", 200, "GET", f"{ACCOUNTS}/<<anna.id>>", "operator"),
    Case("no account yet", 404, "GET", f"{ACCOUNTS}/me", "stranger"),
    Case("no account yet to pay in", 404, "POST", f"{ACCOUNTS}/me/deposits", "stranger", {"amount": 1}, "stranger-1"),
    Case("an order without an account", 404, "POST", ORDERS, "stranger", {"title": "x", "price": 1}, "stranger-2"),
    Case("an account is opened", 201, "POST", ACCOUNTS, "stranger", "", keep={"stranger.id": "userId"}),
    Case("the account is there", 200, "POST", ACCOUNTS, "stranger", {}),
    Case("the account is named", 200, "POST", ACCOUNTS, "stranger", {"userId": "<<stranger.id>>"}),
    Case("an account by an operator", 200, "POST", ACCOUNTS, "operator", {"userId": "<<anna.id>>"}),
    Case("no account for nobody", (200, 201), "POST", ACCOUNTS, "operator", {"userId": NOBODY}),
    Case(
        "an operator pays in for boris",
        201,
        "POST",
        f"{ACCOUNTS}/<<boris.id>>/deposits",
        "operator",
        {"amount": 7},
        "operator-1",
    ),
    Case("the largest amount", 201, "POST", f"{ACCOUNTS}/me/deposits", "clara", {"amount": 99_999_999_999}, "clara-1"),
    Case("entries", 200, "GET", f"{ACCOUNTS}/me/entries", "boris"),
    Case("entries of an empty account", 200, "GET", f"{ACCOUNTS}/me/entries", "stranger"),
    Case(
        "entries for an operator",
        200,
        "GET",
        f"{ACCOUNTS}/<<boris.id>>/entries?limit=1",
        "operator",
        keep={"entries": "nextCursor"},
    ),
    Case("the next entries", 200, "GET", f"{ACCOUNTS}/<<boris.id>>/entries?limit=1&cursor=<<entries>>", "operator"),
    Case("a cursor of another's entries", 400, "GET", f"{ACCOUNTS}/me/entries?cursor=<<entries>>", "anna"),
)

ORDER_CASES = (
    Case("an order", 201, "POST", ORDERS, "anna", {"title": "Чай", "price": 100}, "anna-2", keep={"order": "id"}),
    Case("another order", 201, "POST", ORDERS, "anna", {"title": "🚆 Kazan\u00a0\u202e!", "price": 1}, "anna-3"),
    Case(
        "an order with a name",
        201,
        "POST",
        ORDERS,
        "anna",
        {"title": "'; DROP TABLE orders; --\\", "price": 3, "userId": "<<anna.id>>"},
        "anna-4",
    ),
    Case(
        "an order in other spelling",
        201,
        "POST",
        ORDERS,
        "anna",
        '\r\n{"\\u0070rice" :\t5 , "title":"\\ud83d\\ude86"} ',
        "anna-5",
    ),
    Case("an order in chunks", 201, "POST", ORDERS, "anna", {"title": "c" * 200, "price": 1}, "anna-6", chunks=True),
    Case(
        "an order in two pieces of text",
        201,
        "POST",
        ORDERS,
        "anna",
        {"title": "e\u0301", "price": 1},
        "anna-7",
        media="Application/JSON; charset=UTF-8",
    ),
    Case(
        "an order that is too dear",
        402,
        "POST",
        ORDERS,
        "boris",
        {"title": "dear", "price": 508},
        "boris-2",
        keep={"rejected": "order.id"},
    ),
    Case(
        "an order that costs all there is",
        201,
        "POST",
        ORDERS,
        "boris",
        {"title": "all", "price": 507},
        "boris-3",
        keep={"boris.order": "id"},
    ),
    Case("an order with nothing left", 402, "POST", ORDERS, "boris", {"title": "more", "price": 1}, "boris-4"),
    Case(
        "an order for boris by an operator",
        402,
        "POST",
        ORDERS,
        "operator",
        {"title": "gift", "price": 99_999_999_999, "userId": "<<boris.id>>"},
        "operator-2",
    ),
    Case("an order without a key", 201, "POST", ORDERS, "anna", {"title": "no key", "price": 1}),
    Case("an order for a service", 403, "POST", ORDERS, "service", {"title": "x", "price": 1}, "service-1"),
    Case("the order", 200, "GET", f"{ORDERS}/<<order>>", "anna"),
    Case("the order's head", 200, "HEAD", f"{ORDERS}/<<order>>", "anna"),
    Case("the rejected order", 200, "GET", f"{ORDERS}/<<rejected>>", "boris"),
    Case("another's order", 404, "GET", f"{ORDERS}/<<order>>", "boris"),
    Case("another's order for an operator", 200, "GET", f"{ORDERS}/<<order>>", "operator"),
    Case("orders", 200, "GET", ORDERS, "anna"),
    Case("orders of nobody", 200, "GET", f"{ORDERS}?userId={NOBODY}", "operator"),
    Case("everybody's orders", 200, "GET", f"{ORDERS}?userId=-&limit=200", "operator"),
    Case("everybody's orders, for a user", (400, 403), "GET", f"{ORDERS}?userId=-", "anna"),
    Case("two orders", 200, "GET", f"{ORDERS}?limit=2", "anna", keep={"page": "nextCursor"}),
    Case("the next two", 200, "GET", f"{ORDERS}?limit=2&cursor=<<page>>", "anna"),
    Case("the page with a cursor first", 200, "GET", f"{ORDERS}?cursor=<<page>>&limit=1&userId=me", "anna"),
    Case("the cursor percent-encoded", (200, 400), "GET", f"{ORDERS}?lim%69t=2&cursor=<<page>>", "anna"),
    Case("a cursor of another's", 400, "GET", f"{ORDERS}?cursor=<<page>>", "boris"),
    Case("a cursor of another list", 400, "GET", f"{LETTERS}?cursor=<<page>>", "anna"),
    Case("a cursor with more behind", 400, "GET", f"{ORDERS}?cursor=<<page>>x", "anna"),
)

LETTER_CASES = (
    Case(
        "letters, when they are sent",
        200,
        "GET",
        f"{LETTERS}?limit=200",
        "anna",
        until=is_delivered,
        keep={"letter": "items.0.id"},
    ),
    Case(
        "letters of both kinds", 200, "GET", LETTERS, "boris", until=is_delivered, keep={"boris.letter": "items.0.id"}
    ),
    Case("a letter", 200, "GET", f"{LETTERS}/<<letter>>", "anna"),
    Case("its head", 200, "HEAD", f"{LETTERS}/<<letter>>", "anna"),
    Case("another's letter", 404, "GET", f"{LETTERS}/<<letter>>", "boris"),
    Case("another's letter for an operator", 200, "GET", f"{LETTERS}/<<boris.letter>>", "operator"),
    Case("no letter", 404, "GET", f"{LETTERS}/{NOBODY}", "anna"),
    Case("everybody's letters", 200, "GET", f"{LETTERS}?userId=-&limit=200", "operator", until=is_delivered),
    Case("the next letter", 200, "GET", f"{LETTERS}?limit=1", "anna", keep={"letters": "nextCursor"}),
    Case("and the one after", 200, "GET", f"{LETTERS}?limit=1&cursor=<<letters>>", "anna"),
)


def withdraw(name, status, who, amount, order, key, by="service"):
    return Case(
        name, status, "POST", f"{ACCOUNTS}/<<{who}.id>>/withdrawals", by, {"amount": amount, "orderId": order}, key
    )


WITHDRAWALS = (
    withdraw("a withdrawal", 201, "anna", 5, ORDER_ID, "w-1"),
    withdraw("the same withdrawal in capitals", 201, "anna", 5, ORDER_ID.upper(), "w-1"),
    withdraw("its order id again", 409, "anna", 5, ORDER_ID, "w-2"),
    withdraw("its order id for another", 409, "clara", 5, ORDER_ID, "w-3"),
    withdraw("an order id of ours", 409, "anna", 5, "<<order>>", "w-4"),
    withdraw("more than there is", 402, "boris", 1, SECOND_ID, "w-5"),
    withdraw("more than there is, again", 402, "boris", 1, SECOND_ID, "w-5"),
    withdraw("by a user", 403, "anna", 5, SECOND_ID, "w-6", "anna"),
    withdraw("by an operator", 403, "anna", 5, SECOND_ID, "w-7", "operator"),
    Case(
        "from nobody",
        404,
        "POST",
        f"{ACCOUNTS}/9a6fa25b-88dd-4e91-8a44-4c3f5e6d7081/withdrawals",
        "service",
        {"amount": 1, "orderId": SECOND_ID},
        "w-8",
    ),
    Case("from me", 404, "POST", f"{ACCOUNTS}/me/withdrawals", "service", {"amount": 1, "orderId": SECOND_ID}, "w-9"),
    Case("the entries after all that", 200, "GET", f"{ACCOUNTS}/me/entries?limit=200", "anna"),
)

CASES = (*ACCOUNT_CASES, *ORDER_CASES, *LETTER_CASES, *WITHDRAWALS)
