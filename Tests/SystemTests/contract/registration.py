"""register: what it answers, whose e-mail is taken, and the letters that follow."""

from profiles import PATH, person
from world import PASSWORD, login, new_key


def run(world):
    answer(world)
    taken(world)
    authorization(world)
    letters(world)


def answer(world):
    sent = person(phone="+79161234567", locale="en")
    made = world.ask("register", 201, "POST", PATH, sent, key=new_key())
    account = made.json["account"]
    world.fact(
        "it answers user, e-mail and account",
        set(made.json) == {"userId", "email", "account"}
        and made.json["email"] == sent["email"]
        and set(account) == {"userId", "balance", "currency", "createdAt"}
        and account["userId"] == made.json["userId"]
        and account["balance"] == 0,
        made,
    )
    token = world.grant(login(sent["email"]))["access_token"]
    read = world.ask("the account is there", 200, "GET", "/api/billing/accounts/me", who=token)
    world.fact("it is the same object", read.json == account, (read, made))
    opened = world.ask("openAccount finds it", 200, "POST", "/api/billing/accounts", who=token)
    world.fact("it is the same object", opened.json == account, opened)
    world.fact("no password comes back", PASSWORD not in str(made), made)


def taken(world):
    sent = person()
    world.ask("register", 201, "POST", PATH, sent, key=new_key())
    for email in (sent["email"], sent["email"].upper()):
        reply = world.ask(
            "a taken e-mail", 409, "POST", PATH, {**sent, "email": email}, key=new_key(), kind="email-taken"
        )
        world.fact("is final", not reply.all("retry-after"), reply)
    stranger = world.new_stranger()
    world.ask(
        "a user whom the provider had before",
        409,
        "POST",
        PATH,
        person(email=stranger.email),
        key=new_key(),
        kind="email-taken",
    )
    world.ask("has no account from it", 404, "GET", "/api/billing/accounts/me", who=stranger)


def authorization(world):
    for value in ("Bearer rubbish", "Basic YTpi", "", "Bearer " + "x" * 9_000):
        world.ask(
            f"Authorization: {value[:20]} is not looked at",
            201,
            "POST",
            PATH,
            person(),
            key=new_key(),
            fields=[("Authorization", value)],
        )
        world.ask("neither by the document", 200, "GET", "/api/openapi.json", fields=[("Authorization", value)])
    twice = [("Authorization", "Bearer a"), ("authorization", "Bearer a")]
    world.ask("but two are one too many", 400, "POST", PATH, person(), key=new_key(), fields=twice)
    world.ask("for the document, too", 400, "GET", "/api/openapi.json", fields=twice)
    world.ask("a query", 400, "POST", PATH + "?x=1", person(), key=new_key(), places=["x"])


def letters(world):
    """In Russian, or in English for a locale whose language is en."""
    for locale, is_english in (
        ("en", True),
        ("EN-us", True),
        ("en_GB", True),
        ("ru", False),
        ("eng", False),
        ("de", False),
        (None, False),
    ):
        user = world.new_user(10, **({"locale": locale} if locale else {}))
        for price in (1, 100):
            world.send("POST", "/api/orders", {"title": "Z <b>{title}</b> %s", "price": price}, who=user, key=new_key())
        items = world.ask("letters", 200, "GET", "/api/notifications", who=user).json["items"]
        world.fact(
            f"the letters for locale {locale}",
            [item["kind"] for item in items] == ["sad", "happy"]
            and all(
                any("а" <= letter <= "я" for letter in (item["subject"] + item["body"]).lower()) != is_english
                and "Z <b>{title}</b> %s" in item["body"]
                and "RUB" in item["body"]
                for item in items
            ),
            items,
        )
