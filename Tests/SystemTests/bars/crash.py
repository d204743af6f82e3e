"""Bar 1: 32 clients, people who register meanwhile, and a `kill -9` in the middle of every thousand orders."""
import random
import threading

from client import Client
from load import (DEPOSITS, ORDERS, TOO_DEAR, Write, books, enters, expect, fresh, registration, replays, send,
                  together, users)

CLIENTS, REGISTRARS, ORDERS_A_ROUND, READY_SECONDS = 32, 4, 1_000, 2.0


def requests(generator):
    """A round's requests of one client: mostly orders that can be paid, some too dear, some deposits."""
    for number in range(ORDERS_A_ROUND // CLIENTS + 1):
        dear = generator.random() < 0.2
        yield Write(ORDERS, {"title": f"Order № {number}", "price": TOO_DEAR if dear else generator.randrange(1, 50)})
        if generator.random() < 0.1:
            yield Write(DEPOSITS, {"amount": generator.randrange(1, 100)})


class Round:
    """One thousand orders and one crash."""

    def __init__(self, service, clients, generator):
        self.service, self.clients, self.generator = service, clients, generator
        self.alive = threading.Event()
        self.alive.set()
        self.lock = threading.Condition()
        self.acknowledged, self.working = 0, len(clients)
        self.registrations = []

    def run(self):
        """Returns each client's answered requests."""
        journals = [[] for _ in self.clients]
        jobs = [lambda c=c, j=j: self.work(fresh(c), j) for c, j in zip(self.clients, journals)]
        together([*jobs, *[self.register] * REGISTRARS, self.crash])
        for client, journal in zip(self.clients, journals):
            for write in journal:
                replays(client, write)
        for write in self.registrations:
            replays(self.clients[0], write)
            enters(self.service.base, write)
        return journals

    def register(self):
        """One after the other, until every client is done."""
        client = Client(self.service.base)
        while self.working:
            write = registration()
            write.answer = send(client, write, self.alive)
            expect(write.answer.status == 201, f"register: {write.answer}")
            self.registrations.append(write)

    def work(self, client, journal):
        try:
            self.order(client, journal)
        finally:
            with self.lock:
                self.working -= 1

    def order(self, client, journal):
        for write in requests(random.Random(self.generator.random())):
            write.answer = send(client, write, self.alive)
            expect(write.answer.status in (201, 402), f"{write.body}: {write.answer}")
            journal.append(write)
            with self.lock:
                self.acknowledged += 1
                self.lock.notify_all()

    def crash(self):
        moment = self.generator.randrange(ORDERS_A_ROUND // 10, ORDERS_A_ROUND * 9 // 10)
        with self.lock:
            self.lock.wait_for(lambda: self.acknowledged >= moment, 120)
        self.alive.clear()
        self.service.kill()
        self.seconds = self.service.start()
        self.alive.set()


def run(serve, scale, seed=1, **settings):
    rounds, generator, slowest, registered = max(2, round(20 * scale)), random.Random(seed), 0.0, 0
    with serve(**settings) as service:
        clients = users(service.base, CLIENTS, deposit=20_000)
        written = [[Write(DEPOSITS, {"amount": 20_000})] for _ in clients]
        for _ in range(rounds):
            one = Round(service, clients, generator)
            for journal, new in zip(written, one.run()):
                journal += new
            slowest, registered = max(slowest, one.seconds), registered + len(one.registrations)
            service.audit()
        for client, journal in zip(clients, written):
            books(fresh(client), journal)
        expect(slowest <= READY_SECONDS, f"ready again only after {slowest:.2f} s")
    orders = sum(w.path == ORDERS for journal in written for w in journal)
    return (f"{rounds} kills, {orders:,} orders and {registered:,} registrations acknowledged: none lost, none doubled; "
            f"ready again within {slowest:.2f} s")
