"""Clients that order, pay in, read and register without a pause, until they are told to stop."""
import random
import threading
import time

from client import Client
from load import DEPOSITS, ORDERS, TOO_DEAR, Write, expect, registration, send

READS = (ORDERS, "/api/notifications", "/api/billing/accounts/me", "/api/billing/accounts/me/entries", "/api/openapi.json")


class Traffic:
    """`start`, then `answered` as often as it takes, then `stop`. Whoever has not been answered asks again.

    `alive` is cleared by whoever takes the way in away, so that nobody asks in vain meanwhile.
    """

    def __init__(self, base, clients, seed):
        self.base, self.clients, self.generator = base, clients, random.Random(seed)
        self.alive, self.ending = threading.Event(), threading.Event()
        self.alive.set()
        self.journals = [[] for _ in clients]
        self.registrations = []
        self.failures = []
        self.news = threading.Condition()

    def start(self):
        jobs = [(self.write, client, journal, random.Random(self.generator.random()))
                for client, journal in zip(self.clients, self.journals)]
        jobs += [(self.register,), (self.read, Client(self.base, self.clients[0].token))]
        self.threads = [threading.Thread(target=self.guarded, args=job) for job in jobs]
        for thread in self.threads:
            thread.start()

    def stop(self):
        """Ends when the last request is answered; raises what went wrong."""
        self.ending.set()
        for thread in self.threads:
            thread.join()
        if self.failures:
            raise self.failures[0]

    def answered(self, count, seconds=60):
        """Waits for so many more answers, over all clients."""
        self.wait(lambda wanted=self.total() + count: self.total() >= wanted, seconds)

    def each_answered(self, seconds=60):
        """Waits until each client has one more answer. Returns the seconds that it took."""
        begun, before = time.monotonic(), [len(journal) for journal in self.journals]
        self.wait(lambda: all(len(journal) > count for journal, count in zip(self.journals, before)), seconds)
        return time.monotonic() - begun

    def total(self):
        return sum(map(len, self.journals))

    def wait(self, condition, seconds):
        with self.news:
            there = self.news.wait_for(lambda: self.failures or condition(), seconds)
        if self.failures:
            raise self.failures[0]
        expect(there, f"the requests are not answered within {seconds} s")

    def guarded(self, work, *arguments):
        try:
            while not self.ending.is_set():
                work(*arguments)
        except BaseException as failure:
            self.failures.append(failure)
        with self.news:
            self.news.notify_all()

    def write(self, client, journal, generator):
        if generator.random() < 0.1:
            write = Write(DEPOSITS, {"amount": generator.randrange(1, 100)})
        else:
            price = TOO_DEAR if generator.random() < 0.2 else generator.randrange(1, 50)
            write = Write(ORDERS, {"title": f"Order № {len(journal)}", "price": price})
        write.answer = send(client, write, self.alive)
        expect(write.answer.status in (201, 402), f"{write.body}: {write.answer}")
        with self.news:
            journal.append(write)
            self.news.notify_all()

    def read(self, client):
        for path in READS:
            try:
                answer = client.get(path)
            except ConnectionError:
                self.alive.wait(60)
                continue
            expect(answer.status in (200, 503, 504), f"GET {path}: {answer}")

    def register(self):
        write = registration()
        write.answer = send(Client(self.base), write, self.alive)
        expect(write.answer.status == 201, f"register: {write.answer}")
        self.registrations.append(write)
