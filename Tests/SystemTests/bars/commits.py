"""Bar 9: the way to PostgreSQL is cut at COMMIT, before it gets there or before its answer comes back.

Nobody knows then whether it has happened. The service finds out by the keys; its callers are told the truth.
"""
import random
import socket
import threading

from load import DEPOSITS, ORDERS, TOO_DEAR, Write, books, expect, fresh, replays, send, together, users

CLIENTS, PAID_IN = 8, 20_000
# A Parse message of the unnamed statement: its text begins behind the length and an empty name.
COMMIT = b"\x00COMMIT\x00"
DONE = b"COMMIT\x00"


class Link:
    """Stands before PostgreSQL; every third COMMIT is cut while it is told to, before and behind in turns."""

    def __init__(self, port):
        self.port, self.cuts, self.commits, self.wanted = port, 0, 0, 0
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.place = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.port))
            pair = Pair(self, client, server)
            for work in (pair.there, pair.back):
                threading.Thread(target=pair.relay, args=(work,), daemon=True).start()

    def next_cut(self):
        """`before`, `behind`, or None: this one passes."""
        with self.lock:
            self.commits += 1
            if self.cuts >= self.wanted or self.commits % 3:
                return None
            self.cuts += 1
            return "before" if self.cuts % 2 else "behind"

    def close(self):
        self.listener.close()


class Pair:
    """One connection's two halves."""

    def __init__(self, link, client, server):
        self.link, self.client, self.server, self.is_cutting = link, client, server, False

    def relay(self, work):
        try:
            work()
        except OSError:
            pass
        for half in (self.client, self.server):
            try:
                half.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def there(self):
        while data := self.client.recv(1 << 20):
            at = data.find(COMMIT)
            cut = self.link.next_cut() if at >= 0 else None
            if cut == "before":
                self.server.sendall(data[:at - 5])
                return
            self.is_cutting = cut == "behind"
            self.server.sendall(data)

    def back(self):
        while data := self.server.recv(1 << 20):
            if self.is_cutting and DONE in data:
                return
            self.client.sendall(data)


def run(serve, scale, seed=1, **settings):
    wanted = max(20, round(500 * scale))
    url = serve.url()
    link = Link(serve.cluster.port)
    through = url.replace(f":{serve.cluster.port}/", f":{link.place}/")
    try:
        with serve(DATABASE_URL=through, LOG_LEVEL="warning", **settings) as service:
            clients = users(service.base, CLIENTS, deposit=PAID_IN)
            journals = [[Write(DEPOSITS, {"amount": PAID_IN})] for _ in clients]
            link.wanted = wanted
            generator = random.Random(seed)
            seeds = [generator.random() for _ in clients]
            together([lambda c=c, j=j, s=s: work(link, fresh(c), j, random.Random(s))
                      for c, j, s in zip(clients, journals, seeds)])
            for client, journal in zip(clients, journals):
                for write in journal[1:]:
                    replays(fresh(client), write)
                books(client, journal)
            service.audit()
    finally:
        link.close()
    answered = sum(map(len, journals)) - CLIENTS
    return f"{link.cuts} commits cut, half of them done already: {answered} requests answered by the truth, none lost, none doubled"


def work(link, client, journal, generator):
    while link.cuts < link.wanted:
        dear = generator.random() < 0.2
        write = Write(ORDERS, {"title": f"Order № {len(journal)}", "price": TOO_DEAR if dear else generator.randrange(1, 9)})
        if generator.random() < 0.1:
            write = Write(DEPOSITS, {"amount": generator.randrange(1, 100)})
        write.answer = send(fresh(client), write)
        expect(write.answer.status in (201, 402), f"{write.body}: {write.answer}")
        journal.append(write)
