"""Bar 12: what is answered is on the disk. The log of the store is written and synced before each answer.

A power cut cannot be tried here; this is what it rests upon. A library that is preloaded into the service,
and into PostgreSQL, writes down their calls in one file, beside what the client asks.
"""
import os
import shutil
import subprocess
import tempfile

from client import Client
from load import DEPOSITS, ORDERS, TOO_DEAR, Write, enters, expect, fresh, registration, send, users
from stores import Cluster, Database

SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "watch.c")
# SQLite's write-ahead log and PostgreSQL's; and that of the embedded identity provider.
STORE, IDENTITIES = ("/orders.db-wal", "/pg_wal/"), (".journal",)


class Watch:
    """The library and its file, in a folder that PostgreSQL's user can use, too."""

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="orders-watch-")
        os.chmod(self.folder, 0o711)
        library, self.path = os.path.join(self.folder, "watch.so"), os.path.join(self.folder, "calls")
        compiler = shutil.which("cc") or shutil.which("clang")
        expect(compiler, "a C compiler is needed: apt-get install gcc")
        subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-Wall", "-Werror", SOURCE, "-o", library], check=True)
        open(self.path, "w").close()
        os.chmod(self.path, 0o666)
        self.settings = {"LD_PRELOAD": library, "WATCH_LOG": self.path}
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)

    def asked(self, key):
        with open(self.path, "ab", buffering=0) as file:
            file.write(f"asked {key}\n".encode())

    def calls(self):
        with open(self.path, encoding="utf-8") as file:
            return [line.rstrip("\n").split(" ", 1) for line in file]


class WatchedCluster(Cluster):
    def __init__(self, watch):
        super().__init__()
        self.watch = watch

    def command(self, tool, *arguments):
        command = super().command(tool, *arguments)
        if tool != "postgres":
            return command
        return ["env", *[f"{name}={value}" for name, value in self.watch.settings.items()], *command]


def run(serve, scale, **settings):
    with Watch() as watch:
        if serve.name != Database.name:
            return ask(serve, watch, scale, settings)
        with WatchedCluster(watch) as cluster:
            return ask(Database(serve.runner, cluster), watch, scale, settings)


def ask(serve, watch, scale, settings):
    """One request after the other, so that what is synced meanwhile is that request's."""
    count = max(20, round(1_000 * scale))
    with serve(**watch.settings, **settings) as service:
        user, newcomer = users(service.base, 1, deposit=count)[0], Client(service.base)
        writes = [registration() for _ in range(max(3, count // 20))]
        for number in range(count):
            order = {"title": f"Order {number}", "price": TOO_DEAR if number % 5 == 4 else 1}
            writes.append(Write(ORDERS, order) if number % 4 else Write(DEPOSITS, {"amount": 1}))
        for write in writes:
            is_new = write.path not in (ORDERS, DEPOSITS)
            client = newcomer if is_new else fresh(user)
            watch.asked(write.key)
            write.answer = send(client, write)
            expect(write.answer.status in (201, 402), f"{write.body}: {write.answer}")
            if is_new:
                enters(service.base, write)
        judge(watch.calls(), writes)
        service.audit()
    people = sum(write.path not in (ORDERS, DEPOSITS) for write in writes)
    return f"{len(writes) - people:,} deposits and orders, {people} registrations: on the disk before each was answered"


def judge(calls, writes):
    places = {tuple(call): number for number, call in reversed(list(enumerate(calls)))}
    early = []
    for write in writes:
        answered = places.get((f"answered-{write.answer.status}", write.key))
        expect(answered is not None, f"the answer to {write.path} was not seen: another call sends it")
        meanwhile = calls[places["asked", write.key]:answered]
        logs = [STORE] if write.path in (ORDERS, DEPOSITS) else [STORE, IDENTITIES]
        if not all(is_synced(meanwhile, log) for log in logs):
            early.append(write)
    expect(not early, f"{len(early)} of {len(writes)} answers came before the log was on the disk, "
                      f"the first to {early[0].path if early else ''}")


def is_synced(calls, log):
    """The log was written, and then synced; identities are appended by a call that is not watched."""
    of_log = [what for what, path in calls if any(part in path for part in log)]
    if log is STORE:
        of_log = of_log[of_log.index("wrote"):] if "wrote" in of_log else []
    return "synced" in of_log
