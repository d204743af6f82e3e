"""Bars 3 and 11: what a key promises, also when it is used twice at once, for something else, or by two users."""
import threading

from client import Client
from load import ACCOUNT, DEPOSITS, ORDERS, Write, expect, registration, replays, send, together, users

DUPLICATES = 20


def duplicates(serve, scale, **settings):
    """Bar 3: each request 20 times at once."""
    count = max(20, round(1_000 * scale))
    with serve(**settings) as service:
        user = users(service.base, 1, deposit=count * 10)[0]
        writes = [Write(ORDERS, {"title": f"Order {n}", "price": 1 + n % 19}) if n % 4
                  else Write(DEPOSITS, {"amount": n + 1}) for n in range(count)]
        answers = [[None] * DUPLICATES for _ in writes]
        gate = threading.Barrier(DUPLICATES)

        def work(number):
            client = Client(service.base, user.token)
            for write, row in zip(writes, answers):
                gate.wait(60)
                row[number] = send(client, write)

        try:
            together([lambda number=number: work(number) for number in range(DUPLICATES)])
        except threading.BrokenBarrierError:
            raise AssertionError("a client fell out of step") from None
        for write, row in zip(writes, answers):
            expect(len({(a.status, a.body) for a in row}) == 1 and row[0].status in (201, 402),
                   f"{write.body}: {len({a.body for a in row})} different answers, the first is {row[0]}")
            expect(sum(not a.replayed for a in row) <= 1, f"{write.body}: several answers say that they are the first")
        check_effects(user, writes, count * 10)
        registrations(service, max(3, round(20 * scale)))
        service.audit()
    return f"{count} keys x {DUPLICATES} at once: {count} effects, every answer the same bytes"


def check_effects(user, writes, paid_in):
    orders = [w for w in writes if w.path == ORDERS]
    listed = list(user.pages(ORDERS))
    expect(len(listed) == len(orders), f"{len(orders)} orders sent, {len(listed)} there")
    spent = sum(o["price"] for o in listed if o["status"] == "paid")
    paid_in += sum(w.body["amount"] for w in writes if w.path == DEPOSITS)
    balance = user.get(ACCOUNT).json["balance"]
    expect(balance == paid_in - spent, f"{paid_in} paid in, {spent} spent, {balance} left")


def registrations(service, count):
    """The one effect among them: a registration sent several times at once makes one user."""
    for _ in range(count):
        write, answers = registration(), []
        together([lambda: answers.append(send(Client(service.base), write)) for _ in range(5)])
        expect({(a.status, a.body) for a in answers} == {(201, answers[0].body)}, f"register: {answers}")


def rules(serve, scale, **settings):
    """Bar 11: another body under a key, a key that is none, another user's key."""
    count = max(20, round(1_000 * scale))
    with serve(REQUIRE_IDEMPOTENCY_KEY="true", **settings) as service:
        one, two = users(service.base, 2, deposit=count * 10)
        writes = [Write(ORDERS, {"title": f"Order {n}", "price": 1 + n % 5}) for n in range(count)]
        for write in writes:
            write.answer = send(one, write)
            other = send(one, Write(ORDERS, {**write.body, "price": write.body["price"] + 1}, write.key))
            expect(other.status == 422, f"another body under a used key: {other}")
            replays(one, write)
        for write in writes:
            again = send(two, write)
            expect(again.status == 201 and not again.replayed and again.json["id"] != write.answer.json["id"],
                   f"another user's key: {again}")
        for user in (one, two):
            expect(len(list(user.pages(ORDERS))) == count, "a refused request had an effect")
        body = writes[0].body
        for bad in ("k" * 256, "tab\there", b"\xd0\xba", "", None):
            answer = one.post(ORDERS, body, headers={"Idempotency-Key": bad})
            expect(answer.status == 400, f"key {bad!r}: {answer}")
        for good in ("k" * 255, '"quoted"', "a blank inside", "~!#"):
            answer = one.post(ORDERS, body, key=good)
            expect(answer.status == 201 and not answer.replayed, f"key {good!r}: {answer}")
        service.audit()
    return f"{count} other bodies refused, {count} keys of another user independent, bad keys 400"
