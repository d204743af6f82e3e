"""Titles: 1…200 scalars, answered unchanged, or a 422 that says why not."""

from world import new_key

ORDERS = "/api/orders"
GOOD = (
    "x",
    " x ",
    "é",
    "e\u0301",
    "👩\u200d👩\u200d👧",
    "\u200b",
    "\u200d",
    "\ufeff",
    "x" * 200,
    "𝕏" * 200,
    "e\u0301" * 100,
    "a\u2028b",
    "<b>&'\"\\/{{x}}%s$(x)`",
    "שלום \u202e!",
    "\ue000",
    "\U000f0000",
    "\ufffd",
    "\u00ad",
    "ﬀ",
    "Å",
    "Å",
    "0",
    "null",
    "'; DROP TABLE orders; --",
    "\r\n"[:0] + "a\u3000b",
)
BAD = (
    "",
    " ",
    "   ",
    "\u3000",
    "\u00a0\u2003",
    "\u2028",
    "\u2029 ",
    "\u1680",
    "a\u0000",
    "\u0007a",
    "a\tb",
    "a\nb",
    "a\u007f",
    "a\u0085",
    "a\u009f",
    "a\ufffe",
    "a\uffff",
    "a\ufdd0",
    "a\ufdef",
    "a\U0001fffe",
    "a\U0010ffff",
    "x" * 201,
    "𝕏" * 201,
    "e\u0301" * 101,
    "x" * 2_000,
    1,
    None,
    True,
    [],
    {},
    ["x"],
)


def run(world):
    user = world.new_user(1_000)
    for title in GOOD:
        made = world.ask(
            f"the title {title[:20]!r}", 201, "POST", ORDERS, {"title": title, "price": 1}, who=user, key=new_key()
        )
        if made.status != 201:
            continue
        read = world.ask("it is read", 200, "GET", f"{ORDERS}/{made.json['id']}", who=user)
        world.fact(
            f"{title[:20]!r} comes back unchanged",
            made.json["title"] == read.json["title"] == title and read.body == made.body,
            made,
        )
        letter = world.ask("its letter", 200, "GET", "/api/notifications?limit=1", who=user).json["items"][0]
        world.fact(
            f"the letter names {title[:20]!r} as it is",
            title in letter["body"] and letter["orderId"] == made.json["id"],
            letter,
        )
    for title in BAD:
        world.ask(
            f"the title {str(title)[:20]!r}",
            422,
            "POST",
            ORDERS,
            {"title": title, "price": 1},
            who=user,
            key=new_key(),
            places=["/title"],
        )
    orders(world, user)


def orders(world, user):
    """An order's members, and a rejected one's."""
    paid = world.ask("an order", 201, "POST", ORDERS, {"title": "x", "price": 2}, who=user, key=new_key())
    world.fact(
        "a paid order has its members",
        set(paid.json) == {"id", "userId", "title", "price", "currency", "status", "createdAt"}
        and paid.json["status"] == "paid"
        and paid.one("location") == f"{ORDERS}/{paid.json['id']}",
        paid,
    )
    rejected = world.ask(
        "a dear order", 402, "POST", ORDERS, {"title": "x", "price": 99_999_999_999}, who=user, key=new_key()
    )
    order = rejected.json.get("order", {})
    world.fact(
        "402 holds the rejected order",
        set(order) == {"id", "userId", "title", "price", "currency", "status", "reason", "createdAt"}
        and order["status"] == "rejected"
        and rejected.one("location") == f"{ORDERS}/{order['id']}",
        rejected,
    )
    read = world.ask("the rejected order is kept", 200, "GET", rejected.one("location"), who=user)
    world.fact("as it was told", read.json == order, (read, rejected))
    letters = world.ask("letters", 200, "GET", "/api/notifications?limit=2", who=user).json["items"]
    world.fact(
        "one sad letter, one happy",
        [(item["orderId"], item["kind"], item["channel"]) for item in letters]
        == [(order["id"], "sad", "email"), (paid.json["id"], "happy", "email")],
        letters,
    )
    for letter in letters:
        whole = {"id", "userId", "orderId", "kind", "channel", "recipient", "subject", "body", "status", "createdAt"}
        world.fact(
            "a letter has its members",
            whole <= set(letter) <= whole | {"sentAt"}
            and letter["userId"] == user.id
            and letter["recipient"] == user.email,
            letter,
        )
        one = world.ask("a letter by its id", 200, "GET", f"/api/notifications/{letter['id']}", who=user)
        world.fact("is the same", one.json == letter or one.json["status"] != letter["status"], one)
    deposit = world.ask(
        "a deposit",
        201,
        "POST",
        "/api/billing/accounts/me/deposits",
        {"amount": 99_999_999_999},
        who=user,
        key=new_key(),
    )
    world.fact(
        "a deposit has its members",
        set(deposit.json) == {"id", "userId", "amount", "currency", "balance", "createdAt"},
        deposit,
    )
