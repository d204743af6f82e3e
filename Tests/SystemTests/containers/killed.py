"""A container of each kind is killed under load by its process's number, and comes back by its engine's policy."""
import os
import random
import signal
import time

import ledger
from client import PASSWORD
from inside import Caught, Inside
from kills import DATABASE, audit, check, delivered
from load import DEPOSITS, Write, expect, users
from traffic import Traffic

CLIENTS, PAID_IN = 6, 50_000
BACK_SECONDS, HEAL_SECONDS = 30, 30.0


def run(stack, seed=1):
    inside, sink, generator = Inside(stack), Caught(stack.mail), random.Random(seed)
    clients = users(stack.base, CLIENTS, deposit=PAID_IN)
    written = [[Write(DEPOSITS, {"amount": PAID_IN})] for _ in clients]
    for client in clients:
        client.login(client.email, PASSWORD)
    traffic = Traffic(stack.base, clients, seed)
    names = [name for name in stack.containers() if name != "migrate"]
    generator.shuffle(names)
    slowest = 0.0
    traffic.start()
    try:
        for name in names:
            traffic.answered(generator.randrange(5, 15))
            kill(stack, name, traffic.alive)
            slowest = max(slowest, traffic.each_answered())
    finally:
        traffic.stop()
    stack.wait()
    check(inside, clients, written, traffic)
    letters = delivered(inside, clients, sink)
    copies = sum(map(len, sink.copies.values()))
    expect(slowest <= HEAL_SECONDS, f"everybody was answered again only after {slowest:.1f} s")
    return (f"{len(names)} kills, {letters} orders: none lost, none doubled; everybody answered again within "
            f"{slowest:.1f} s; {letters} letters in {copies} copies, each with its one Message-ID")


def kill(stack, name, alive=None):
    """The end without a word; then the engine begins it again."""
    one = stack.containers()[name]
    number = one["State"]["Pid"]
    if alive and name == "gateway":
        alive.clear()
    os.kill(number, signal.SIGKILL)
    try:
        back(stack, one)
    finally:
        if alive:
            alive.set()


def back(stack, one, seconds=BACK_SECONDS):
    """Returns when the container runs as another process."""
    name, until = one["Name"].lstrip("/"), time.monotonic() + seconds
    while True:
        state = stack.engine.inspect(one["Id"])[0]["State"]
        if state["Status"] == "running" and state["Pid"] not in (0, one["State"]["Pid"]):
            return
        expect(time.monotonic() < until, f"{name} was killed and is {state['Status']} {seconds} s later")
        time.sleep(0.05)


def control(stack):
    """Each of these must be seen: a row that is gone, a letter that did not come, a container that stays dead."""
    inside, sink, (client,) = Inside(stack), Fewer(stack.mail), users(stack.base, 1, deposit=100)
    answer = client.post("/api/orders", {"title": "Planted", "price": 1}, key="planted")
    order = answer.json["id"]
    ledger.drained(inside, DATABASE, 60)
    sink.absent = f"<{order}@orders.invalid>"
    found = [sees(lambda: delivered(inside, [client], sink), "1 letters are missing"), sees_dead(stack)]
    inside.query(DATABASE, f"CREATE TABLE planted AS SELECT * FROM letters WHERE id = '{order}'")
    inside.query(DATABASE, f"DELETE FROM letters WHERE id = '{order}'")
    found.append(sees(lambda: ledger.whole(inside, DATABASE), "an order without its letter"))
    found.append(sees(lambda: audit(inside), "1 fault"))
    inside.query(DATABASE, "INSERT INTO letters SELECT * FROM planted; DROP TABLE planted")
    expect(all(found), f"planted and not seen: {found}")
    return "a letter that did not come, a container that stays dead and a row that is gone are seen"


def sees(question, words):
    try:
        question()
    except AssertionError as failure:
        return words in str(failure)
    return False


class Fewer(Caught):
    """Without one of the letters that came."""
    absent = None

    @property
    def copies(self):
        return {name: copies for name, copies in super().copies.items() if name != self.absent}


def sees_dead(stack):
    """A container that the engine is not told to begin again."""
    name, image = f"{stack.project}-control", stack.containers()["gateway"]["Config"]["Image"]
    stack.engine.ask("run", "--detach", "--restart", "no", "--name", name, "--env", "PUBLIC_URL=http://localhost",
                     image, "identity")
    try:
        (one,) = stack.engine.inspect(name)
        os.kill(one["State"]["Pid"], signal.SIGKILL)
        return sees(lambda: back(stack, one, seconds=3), "control was killed and is exited")
    finally:
        stack.engine.ask("rm", "--force", name)
