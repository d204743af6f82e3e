"""Bar 6: one process per function on PostgreSQL. Each kind of process is killed under load, and PostgreSQL, too."""
import random
import tempfile

import ledger
from client import PASSWORD
from load import DEPOSITS, Write, books, enters, expect, replays, users
from mail_sink import MailSink
from processes import Failure, Processes
from traffic import Traffic

CLIENTS, PAID_IN, HEAL_SECONDS, DRAIN_SECONDS = 16, 50_000, 5.0, 120
# Ends and the answers between them are scaled, rounds are not: in each, every role is killed once and createOrder so
# often again. In full that is 100 kills of the service, 25 ends of PostgreSQL and 20 of all its sessions.
ROUNDS, ORDERS_KILLED = 5, 5
DATABASE = "orders"
TERMINATE = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = 'orders' AND pid <> pg_backend_pid()"


class Round:
    """Every role is killed, and whatever else may end, in any order, while the traffic goes on."""

    def __init__(self, processes, clients, generator, scale):
        self.processes, self.generator, self.scale = processes, generator, scale
        self.traffic = Traffic(processes.base, clients, generator.random())
        self.slowest = 0.0

    def run(self):
        names = [*self.processes.roles, *["create-order"] * round(ORDERS_KILLED * self.scale)]
        ends = [lambda name=name: self.kill(name) for name in names]
        for end, times in ((self.kill_database, 3), (self.crash_database, 2), (self.end_sessions, 4)):
            ends += [end] * max(1, round(times * self.scale))
        self.generator.shuffle(ends)
        self.traffic.start()
        try:
            for end in ends:
                self.traffic.answered(self.generator.randrange(10, 20 + round(80 * self.scale)))
                end()
                self.slowest = max(self.slowest, self.traffic.each_answered())
        finally:
            self.traffic.stop()
        return len(ends)

    def kill(self, name):
        """And what a supervisor does: begin it again."""
        if name == "gateway":
            self.traffic.alive.clear()
        self.processes.kill(name)
        self.processes.begin(name)
        self.processes.wait(name)
        self.traffic.alive.set()

    def kill_database(self):
        self.processes.postgresql.kill()
        self.processes.postgresql.start()

    def crash_database(self):
        self.processes.postgresql.stop("QUIT")
        self.processes.postgresql.start()

    def end_sessions(self):
        self.processes.postgresql.query(DATABASE, TERMINATE)


def run(serve, scale, seed=1, **settings):
    generator, ends, slowest = random.Random(seed), 0, 0.0
    with MailSink() as sink, tempfile.TemporaryFile("w+") as log:
        more = {"LOG_LEVEL": "warning", **sink.settings, **settings}
        with Processes(serve.runner, show=log, **more) as processes:
            clients = users(processes.base, CLIENTS, deposit=PAID_IN)
            written = [[Write(DEPOSITS, {"amount": PAID_IN})] for _ in clients]
            for _ in range(ROUNDS):
                for client in clients:
                    client.login(client.email, PASSWORD)  # good for the whole round
                one = Round(processes, clients, generator, scale)
                ends, slowest = ends + one.run(), max(slowest, one.slowest)
                check(processes, clients, written, one.traffic)
            letters = delivered(processes, clients, sink)
    copies = sum(map(len, sink.copies.values()))
    expect(slowest <= HEAL_SECONDS, f"everybody was answered again only after {slowest:.1f} s")
    return (f"{ends} ends in {ROUNDS} rounds, {letters} orders: none lost, none doubled; everybody answered again within "
            f"{slowest:.1f} s; {letters} letters arrived in {copies} copies, each with its one Message-ID")


def check(processes, clients, written, traffic):
    for client, journal, new in zip(clients, written, traffic.journals):
        client.login(client.email, PASSWORD)
        for write in new:
            replays(client, write)
        journal += new
        books(client, journal)
    for write in traffic.registrations:
        replays(clients[0], write)
        enters(processes.base, write)
    ledger.whole(processes.postgresql, DATABASE)
    audit(processes)


def audit(processes):
    try:
        processes.run("audit", DATABASE_URL=processes.postgresql.url(DATABASE))
    except Failure as failure:
        raise AssertionError(str(failure)) from None


def delivered(processes, clients, sink):
    """Each letter has come, every copy of it the same bytes, and none that nobody ordered. Returns how many."""
    ledger.drained(processes.postgresql, DATABASE, DRAIN_SECONDS)
    wanted = set()
    for client in clients:
        for letter in client.pages("/api/notifications"):
            expect(letter["status"] == "sent", f"a letter is {letter['status']}: {letter}")
            wanted.add(f"<{letter['id']}@orders.invalid>")
    came = set(sink.copies)
    expect(came == wanted, f"{len(wanted - came)} letters are missing, {len(came - wanted)} came that nobody was owed")
    unlike = [name for name, copies in sink.copies.items() if len(set(copies)) > 1]
    expect(not unlike, f"copies of one letter differ: {unlike[:3]}")
    return len(wanted)
