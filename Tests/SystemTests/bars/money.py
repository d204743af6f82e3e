"""Bars 4 and 10: an account is never overspent, and a rejected order never turns into a paid one."""
import json

from load import ACCOUNT, DEPOSITS, ORDERS, TOO_DEAR, Burst, Write, expect, fresh, key, replays, send, users

AT_ONCE, AFFORDABLE = 200, 10


def overspend(serve, scale, **settings):
    """Bar 4: 200 orders at once on an account that holds exactly ten."""
    rounds = max(5, round(200 * scale))
    with serve(**settings) as service:
        user = users(service.base, 1)[0]
        burst = Burst(user, AT_ONCE)
        for number in range(1, rounds + 1):
            paid = send(fresh(user), Write(DEPOSITS, {"amount": number * AFFORDABLE}))
            expect(paid.status == 201 and paid.json["balance"] == number * AFFORDABLE, f"deposit: {paid}")
            body = json.dumps({"title": f"Race {number}", "price": number}).encode()
            statuses = [status for status, _ in burst.post(ORDERS, [(body, key()) for _ in range(AT_ONCE)])]
            happy, sad = statuses.count(201), statuses.count(402)
            expect((happy, sad) == (AFFORDABLE, AT_ONCE - AFFORDABLE), f"round {number}: {happy} paid, {sad} rejected")
            left = user.get(ACCOUNT).json["balance"]
            expect(left == 0, f"round {number}: {left} left")
        burst.close()
        service.audit()
    return f"{rounds} rounds of {AT_ONCE} orders at once: {AFFORDABLE} paid and {AT_ONCE - AFFORDABLE} rejected in each"


def sad(serve, scale, **settings):
    """Bar 10: rejected orders, then money, then the same requests again, then new ones."""
    count = max(20, round(500 * scale))
    with serve(**settings) as service:
        user = users(service.base, 1)[0]
        writes = [Write(ORDERS, {"title": f"Order {n}", "price": 1 + n}) for n in range(count)]
        for write in writes:
            write.answer = send(user, write)
            expect(write.answer.status == 402, f"an order without money: {write.answer}")
        total = sum(write.body["price"] for write in writes)
        send(user, Write(DEPOSITS, {"amount": total}))
        for write in writes:
            replays(user, write)
        expect(user.get(ACCOUNT).json["balance"] == total, "a replay of a rejected order took money")
        for write in writes:
            again = send(user, Write(ORDERS, write.body))
            expect(again.status == 201, f"the same order under a new key: {again}")
        expect(user.get(ACCOUNT).json["balance"] == 0, "the new orders did not take what they cost")
        expect(send(user, Write(ORDERS, {"title": "One more", "price": TOO_DEAR})).status == 402, "one more")
        service.audit()
    return f"{count} rejected orders stay rejected with money there; {count} new ones are paid"
