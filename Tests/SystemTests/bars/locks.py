"""Bar 41: two processes whose batches want the same keys and the same accounts never wait for each other in a circle.

Each batch takes its keys in sorted order, then its accounts. PostgreSQL counts the circles that it has had to break.
"""
import json
import random
import threading

import ledger
from client import until
from load import ORDERS, Burst, Write, expect, send, together, users
from processes import Processes
from role import Role, free_port

USERS, MONEY, SECONDS = 32, 10_000, 30
DATABASE = "orders"
# Of the same key, the one that came second may be told to ask again.
FINAL = (201, 402)


def run(serve, scale, seed=1, **settings):
    rounds, generator = max(100, round(1_000 * scale)), random.Random(seed)
    with Processes(serve.runner, show=None, LOG_LEVEL="error", **settings) as processes:
        clients = users(processes.base, USERS, deposit=MONEY)
        one, two = (Burst(clients[0], USERS, base) for base in (processes.roles["create-order"].url, another(processes)))
        before = deadlocks(processes)
        for number in range(rounds):
            writes = [Write(ORDERS, {"title": f"Order {number}", "price": 1}) for _ in clients]
            # In turns the same keys and accounts at both, and other keys over the same accounts.
            others = writes if number % 2 else [Write(ORDERS, write.body) for write in writes]
            at_once((one, clients, writes), (two, clients, others), generator)
        check(processes, clients, rounds)
        for burst in (one, two):
            burst.close()
        circles = ended(processes, before)
    expect(circles == 0, f"PostgreSQL has broken {circles} circles of locks")
    return f"{rounds} rounds of {USERS} orders at each of two processes, by the same keys or accounts in any order: no deadlock"


def another(processes):
    """A second process of createOrder; its address."""
    first = processes.roles["create-order"]
    settings = {**first.settings, "PORT": free_port(), "MANAGEMENT_PORT": free_port()}
    second = Role("create-order-2", first.arguments, **settings)
    processes.roles[second.name] = second
    processes.begin(second.name)
    processes.wait(second.name)
    return second.url


def at_once(one, two, generator):
    """Both lists are on their way before an answer is read, each in an order of its own."""
    gate, found = threading.Barrier(2), {}

    def fire(burst, clients, writes):
        pairs = list(zip(clients, writes))
        generator.shuffle(pairs)
        gate.wait(SECONDS)
        answers = burst.post(ORDERS, [(json.dumps(w.body).encode(), w.key) for _, w in pairs],
                             [client.token for client, _ in pairs])
        for (client, write), (status, body) in zip(pairs, answers):
            expect(status in FINAL or status in (409, 503), f"an order: {status} {body[:300]}")
            found.setdefault(write.key, []).append((client, write, status, body))

    together([lambda: fire(*one), lambda: fire(*two)])
    for asked in found.values():
        client, write = asked[0][:2]
        bodies = {body for *_, status, body in asked if status in FINAL}
        if any(status not in FINAL for _, _, status, _ in asked):
            bodies.add(send(client, write).body)
        expect(len(bodies) == 1, f"one key has several answers: {bodies}")


def check(processes, clients, rounds):
    """What each user has is one order a key, and what was paid for it."""
    keys = rounds // 2 + 2 * (rounds - rounds // 2)
    for client in clients:
        listed = list(client.pages(ORDERS))
        expect(len(listed) == keys, f"{keys} keys, {len(listed)} orders")
    ledger.whole(processes.postgresql, DATABASE)


def deadlocks(processes):
    return int(processes.postgresql.query(DATABASE, f"SELECT deadlocks FROM pg_stat_database WHERE datname = '{DATABASE}'"))


def ended(processes, before):
    """The circles since then. A session tells its count at its end at the latest."""
    for name in ("create-order", "create-order-2"):
        processes.kill(name)
    until(lambda: processes.postgresql.query(DATABASE, """
        SELECT count(*) FROM pg_stat_activity WHERE query ~ 'answers' AND pid <> pg_backend_pid()""") == "0",
          SECONDS, "the sessions end")
    return deadlocks(processes) - before
