"""What the bars share: many clients at once, requests that are repeated until they are answered, a journal."""
import dataclasses
import socket
import threading
import time
import urllib.parse
import uuid

from client import PASSWORD, Client, new_email, new_user

ACCOUNT = "/api/billing/accounts/me"
DEPOSITS = f"{ACCOUNT}/deposits"
ORDERS = "/api/orders"
REGISTER = "/api/register"
# More than any account here holds, so an order at this price is rejected.
TOO_DEAR = 99_999_999_999
# Tokens live five minutes; a client older than this logs in anew.
TOKEN_SECONDS = 200
# What the books are read by may be on its way back itself, when nothing else was asked of it lately.
PATIENCE = 30


def expect(condition, message):
    if not condition:
        raise AssertionError(message)


def key():
    return str(uuid.uuid4())


@dataclasses.dataclass
class Write:
    """A request with a key, and the answer once there is one."""
    path: str
    body: dict
    key: str = dataclasses.field(default_factory=key)
    answer: object = None

    @property
    def order(self):
        """The order of an order's answer, paid or rejected."""
        return self.answer.json["order"] if self.answer.status == 402 else self.answer.json


def users(base, count, deposit=0):
    """Registered one after the other, since each login is one of a user's own."""
    made = [new_user(base, deposit=deposit) for _ in range(count)]
    for client in made:
        client.since, client.patience = time.monotonic(), PATIENCE
    return made


def registration():
    """Of somebody new."""
    return Write(REGISTER, {"email": new_email(), "password": PASSWORD, "firstName": "Test", "lastName": "User"})


def enters(base, write):
    """Whoever was told that they are registered logs in, and has the account that they were told of."""
    client = Client(base)
    client.patience = PATIENCE
    client.login(write.body["email"], PASSWORD)
    account = client.read(ACCOUNT)
    expect(account.status == 200 and account.json == write.answer.json["account"],
           f"registered by {write.answer}, and then the account: {account}")
    client.connection.close()


def fresh(client):
    """The client, with a token that lives for a while yet."""
    if time.monotonic() - getattr(client, "since", 0) > TOKEN_SECONDS:
        client.connection.close()  # the service may be another one since
        client.login(client.email, PASSWORD)
        client.since = time.monotonic()
    return client


def send(client, write, alive=None, seconds=60):
    """Sends the request again and again under its one key until an answer is final."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            answer = client.post(write.path, write.body, key=write.key)
        except ConnectionError:
            if alive is not None:
                alive.wait(seconds)
            continue
        if answer.status not in (409, 429, 503, 504) or "retry-after" not in answer.headers:
            return answer
        time.sleep(0.05)
    raise AssertionError(f"no answer within {seconds} s: {write}")


def together(jobs):
    """Runs each callable on a thread of its own; the first failure is raised when all have ended."""
    failures = []

    def run(job):
        try:
            job()
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def replays(client, write):
    """The request again: the answer that was acknowledged, byte for byte."""
    again = send(client, write)
    same = (again.status, again.body, again.headers.get("location"))
    was = (write.answer.status, write.answer.body, write.answer.headers.get("location"))
    expect(again.replayed and same == was, f"acknowledged {write.answer}, replayed {again}")


def books(client, writes):
    """What the service lists for a user is exactly what it acknowledged: nothing lost, made or doubled."""
    orders = {w.order["id"]: w.order for w in writes if w.path == ORDERS}
    listed = list(client.pages(ORDERS))
    expect({o["id"]: o for o in listed} == orders and len(listed) == len(orders),
           f"{len(orders)} orders acknowledged, {len(listed)} listed")
    paid = {i: -o["price"] for i, o in orders.items() if o["status"] == "paid"}
    entries = list(client.pages(f"{ACCOUNT}/entries"))
    taken = [(e["orderId"], e["amount"]) for e in entries if e["kind"] == "withdrawal"]
    expect(dict(taken) == paid and len(taken) == len(paid), f"{len(paid)} orders paid, {len(taken)} withdrawals")
    account = client.read(ACCOUNT)
    expect(account.status == 200, f"the account: {account}")
    balance = account.json["balance"]
    expect(balance == sum(e["amount"] for e in entries) >= 0, f"balance {balance} is not the sum of its entries")
    letters = [(n["orderId"], n["kind"]) for n in client.pages("/api/notifications")]
    wanted = {i: "happy" if o["status"] == "paid" else "sad" for i, o in orders.items()}
    expect(dict(letters) == wanted and len(letters) == len(wanted), f"{len(wanted)} letters due, {len(letters)} listed")


class Burst:
    """Requests that are all on their way before the first answer is read, each on a connection of its own."""

    def __init__(self, client, size, base=None):
        url = urllib.parse.urlsplit(base or client.base)
        self.client, self.host = client, url.netloc
        self.sockets = [socket.create_connection((url.hostname, url.port), 60) for _ in range(size)]
        self.files = [connection.makefile("rb") for connection in self.sockets]

    def post(self, path, requests, tokens=None):
        """`requests` are pairs of body (bytes) and key; returns pairs of status and body."""
        tokens = tokens or [self.client.token] * len(requests)
        for connection, (body, the_key), token in zip(self.sockets, requests, tokens):
            head = (f"POST {path} HTTP/1.1\r\nHost: {self.host}\r\nAuthorization: Bearer {token}\r\n"
                    f"Content-Type: application/json\r\nIdempotency-Key: {the_key}\r\nContent-Length: {len(body)}\r\n\r\n")
            connection.sendall(head.encode() + body)
        return [self.read(file) for file, _ in zip(self.files, requests)]

    def read(self, file):
        status, length = int(file.readline().split()[1]), 0
        while (line := file.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        return status, file.read(length)

    def close(self):
        for file, connection in zip(self.files, self.sockets):
            file.close()
            connection.close()
