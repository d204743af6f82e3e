"""The stack is stopped under load by SIGTERM. What was accepted is answered whole; what was not, had no effect."""
import collections
import json
import os
import signal
import socket
import threading
import time
import urllib.parse

from inside import Inside
from kills import audit
from load import ORDERS, TOO_DEAR, Write, expect, replays, send, users

CLIENTS, PAID_IN, LOAD_SECONDS = 16, 50_000, 60
# Whole answers that are not the order's own, and ask to come again.
LATER = (409, 503, 504)


class Cut(Exception):
    """An answer that began and has no end."""


class Refused(Exception):
    """No connection, so nothing was sent."""


class Connection:
    """One connection. `ask` returns status, whether it asks to come again, and body; or None for not a byte."""

    def __init__(self, base):
        url = urllib.parse.urlsplit(base)
        self.address, self.host, self.socket = ("127.0.0.1", url.port), url.netloc, None

    def ask(self, token, write):
        body = json.dumps(write.body).encode()
        head = (f"POST {write.path} HTTP/1.1\r\nHost: {self.host}\r\nAuthorization: Bearer {token}\r\n"
                f"Content-Type: application/json\r\nIdempotency-Key: {write.key}\r\n"
                f"Content-Length: {len(body)}\r\n\r\n")
        received = bytearray()
        self.connect()
        try:
            self.socket.sendall(head.encode() + body)
            while (answer := whole(received)) is None:
                piece = self.socket.recv(65536)
                if not piece:
                    raise ConnectionResetError
                received += piece
            return answer
        except OSError:
            self.close()
            if received:
                raise Cut(bytes(received[:200])) from None
            return None

    def connect(self):
        try:
            self.socket = self.socket or socket.create_connection(self.address, 60)
        except OSError:
            raise Refused from None

    def close(self):
        if self.socket:
            self.socket.close()
            self.socket = None


def whole(received):
    """Status, Retry-After and body of an answer that is there to its end."""
    head, separator, body = bytes(received).partition(b"\r\n\r\n")
    if not separator:
        return None
    lines = head.decode("latin-1").split("\r\n")
    fields = dict(line.lower().split(": ", 1) for line in lines[1:])
    if len(body) < int(fields["content-length"]):
        return None
    return int(lines[0].split(" ")[1]), "retry-after" in fields, body


class Load:
    """Orders without a pause until `end`: `outcomes` has (client, write, what came) of each."""

    def __init__(self, base, clients):
        self.base, self.ending, self.outcomes, self.broken = base, threading.Event(), [], []
        self.threads = [threading.Thread(target=self.work, args=(client, number % 2 == 0))
                        for number, client in enumerate(clients)]
        for thread in self.threads:
            thread.start()

    def work(self, client, is_kept):
        connection, number = Connection(self.base), 0
        while not self.ending.is_set():
            number += 1
            write = Write(ORDERS, {"title": f"Order {number}", "price": TOO_DEAR if number % 5 == 0 else 1})
            try:
                answer = connection.ask(client.token, write)
            except Refused:
                time.sleep(0.02)
                continue
            except Cut as cut:
                self.broken.append(f"an answer without its end: {cut}")
                continue
            self.outcomes.append((client, write, answer))
            if not is_kept:
                connection.close()
        connection.close()

    def end(self):
        self.ending.set()
        for thread in self.threads:
            thread.join(LOAD_SECONDS)


def run(stack):
    begun = {one["Id"] for one in stack.containers().values()}
    words = [attempt(stack, "in order", stack.stop, (201, 402)),
             attempt(stack, "all at once", lambda: at_once(stack), (201, 402, *LATER))]
    expect(begun == {one["Id"] for one in stack.containers().values()}, "other containers than before")
    return "; ".join(words)


def at_once(stack):
    """As podman-compose does, and a machine that goes down."""
    stack.engine.ask("stop", "-t", "30", *(one["Id"] for one in stack.containers().values()))


def attempt(stack, how, stop, allowed):
    load = loaded(stack)
    begun = time.monotonic()
    stop()
    seconds = time.monotonic() - begun
    load.end()
    ends = {name: one["State"]["ExitCode"] for name, one in stack.containers().items() if one["State"]["ExitCode"] != 0}
    expect(not ends, f"stopped {how}, these ended otherwise: {ends}")
    again(stack)
    counts = judge(stack, load, allowed)
    return f"{how} within {seconds:.1f} s: {counts}"


def loaded(stack):
    """Returns when the load is under way."""
    load = Load(stack.base, users(stack.base, CLIENTS, deposit=PAID_IN))
    until = time.monotonic() + LOAD_SECONDS
    while len(load.outcomes) < 500:
        expect(time.monotonic() < until, f"only {len(load.outcomes)} orders were answered")
        time.sleep(0.05)
    return load


def again(stack):
    stack.engine.ask("start", *(one["Id"] for one in stack.containers().values()))
    stack.wait()


def judge(stack, load, allowed):
    expect(not load.broken, f"{len(load.broken)} were cut off: {load.broken[:2]}")
    found = accepted(load)
    expect(not found, f"{len(found)} orders were made and not answered: {found[:3]}")
    counts = collections.Counter(answer and answer[0] for _, _, answer in load.outcomes)
    wrong = [answer for _, _, answer in load.outcomes
             if answer and (answer[0] not in allowed or (answer[0] in LATER and not answer[1]))]
    expect(not wrong, f"{len(wrong)} answers that should not be: {wrong[:3]}")
    unanswered = counts.pop(None, 0)
    audit(Inside(stack))
    return f"{dict(sorted(counts.items()))}, {unanswered} not taken"


def accepted(load):
    """Orders whose client heard nothing, and that are there: asked with their keys again, after all is over."""
    found, last = [], {}
    for client, write, answer in load.outcomes:
        if answer and answer[0] in (201, 402):
            last[client] = write, answer
        elif answer is None and send(client, write).replayed:
            found.append(write.key)
    for client, (write, answer) in last.items():
        write.answer = Heard(*answer)
        replays(client, write)
    return found


class Heard:
    """The answer as the checks of the bars want it; its fields were not kept."""

    def __init__(self, status, _, body):
        self.status, self.body = status, body
        document = json.loads(body)
        self.headers = {"location": f"/api/orders/{document.get('order', document)['id']}"}


def control(stack):
    """A gateway that is killed instead leaves orders that nobody heard of: they must be seen."""
    for _ in range(5):
        load = loaded(stack)
        os.kill(stack.containers()["gateway"]["State"]["Pid"], signal.SIGKILL)
        load.end()
        stack.wait()
        if found := accepted(load) or load.broken:
            return f"of a gateway that is killed {len(found)} orders are seen to be cut off"
    raise AssertionError("a gateway was killed five times, and no order is said to be cut off")
