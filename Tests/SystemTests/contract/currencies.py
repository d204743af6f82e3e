"""Money is in minor units; a letter shows it with the digits that the currency has."""

import re

from world import new_key


def run(world):
    currency = world.settings["CURRENCY"]
    shown = {"JPY": r"\b1.?234\b", "KWD": r"\b1[.,]234\b"}[currency]
    user = world.new_user(10_000)
    made = world.ask("an order", 201, "POST", "/api/orders", {"title": "x", "price": 1234}, who=user, key=new_key())
    world.fact(f"is in {currency}", (made.json["price"], made.json["currency"]) == (1234, currency), made)
    account = world.ask("the account", 200, "GET", "/api/billing/accounts/me", who=user)
    world.fact(f"is in {currency}", (account.json["balance"], account.json["currency"]) == (8766, currency), account)
    letter = world.ask("the letter", 200, "GET", "/api/notifications", who=user).json["items"][0]
    world.fact(
        f"shows the price in {currency}",
        currency in letter["body"]
        and re.search(shown, letter["body"])
        and not re.search(r"1.?234[.,]\d|12[.,]34", letter["body"]),
        letter,
    )
