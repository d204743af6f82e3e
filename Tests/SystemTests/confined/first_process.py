"""As the first process of its namespace: it hears signals, and leaves no dead process of others behind."""
import os
import signal
import subprocess
import sys
import tempfile

from checks import check, children, state, text, until
from service import free_port

SETTINGS = {"PUBLIC_URL": "http://localhost:8080", "DATABASE_URL": "postgres://orders:hush@127.0.0.1:1/orders",
            "SECRET_KEY": "k" * 32, "KEYCLOAK_URL": "http://127.0.0.1:1/auth", "FUNCTION_URL": "http://{name}:8080"}
ROLES = [("gateway",), ("function", "create-order"), ("function", "notify"), ("worker",), ("identity",), ("serve",)]
ENDING = (signal.SIGTERM, signal.SIGINT)
SECONDS_TO_END = 15


class First:
    """A program as the first process of a namespace of its own; `number` is what it is called outside."""

    def __init__(self, folder, *command, **settings):
        self.log = os.path.join(folder, "log.txt")
        environment = {"PATH": os.environ["PATH"], **settings}
        with open(self.log, "wb") as log:
            self.maker = subprocess.Popen(
                ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child", *command], cwd=folder, env=environment,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.number = until(lambda: children(self.maker.pid), f"{command} has begun")[0]

    def says(self, word):
        until(lambda: word in text(self.log) or self.maker.poll() is not None, f"{word} in {self.log}")
        check(word in text(self.log), f"it ended before it said {word}:\n{text(self.log)}")

    def ends(self, number):
        """The exit code, once it was told to end."""
        os.kill(self.number, number)
        try:
            return self.maker.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            told = f"still there {SECONDS_TO_END} s after the signal {number}:\n{text(self.log)}"
            raise AssertionError(told) from None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.maker.kill()
        self.maker.wait()


def place(folder):
    """Settings of a process that shares its ports with nobody."""
    own = {name: str(free_port()) for name in ("PORT", "MANAGEMENT_PORT", "IDENTITY_PORT")}
    return {**SETTINGS, **own, "LOG_FORMAT": "json", "DATA_DIR": os.path.join(folder, "data")}


def settings(role, folder):
    found = place(folder)
    if role == ("serve",):
        for name in ("DATABASE_URL", "KEYCLOAK_URL"):
            del found[name]
    return found


def begins(role, folder, runner):
    """One that runs: it says that it listens, or what it waits for."""
    first = First(folder, runner, *role, **settings(role, folder))
    try:
        until(lambda: "ready" in text(first.log) or "waited for" in text(first.log), f"{role} runs:\n{text(first.log)}")
        return first
    except BaseException:
        first.__exit__()
        raise


def hears(runner):
    """Every role ends in order, and a command that waits ends at once."""
    for role in ROLES:
        for number in ENDING:
            with tempfile.TemporaryDirectory() as folder, begins(role, folder, runner) as first:
                code = first.ends(number)
                check(code == 0 and "the service has ended" in text(first.log), f"{role}: {code}\n{text(first.log)}")
    for number in ENDING:
        with tempfile.TemporaryDirectory() as folder:
            with First(folder, runner, "migrate", **place(folder)) as first:
                first.says("waiting for the database")
                code = first.ends(number)
                check(code == 128 + number, f"migrate: {code}\n{text(first.log)}")
    return f"{len(ROLES)} roles end in order by SIGTERM and SIGINT, migrate at once"


def is_deaf():
    """Planted: a first process that says nothing about signals is not ended by one."""
    with tempfile.TemporaryDirectory() as folder, First(folder, "sleep", "1000") as first:
        os.kill(first.number, signal.SIGTERM)
        try:
            first.maker.wait(1)
        except subprocess.TimeoutExpired:
            return
    raise AssertionError("sleep hears SIGTERM as the first process: the others prove nothing")


def orphan(first):
    """A process whose parent ends before it: it becomes the first one's, and then ends. How it is seen last."""
    script = "import os, sys, time\nif os.fork(): os._exit(0)\nsys.stdin.read()"
    maker = subprocess.Popen(["nsenter", "--target", str(first.number), "--pid", sys.executable, "-c", script],
                             stdin=subprocess.PIPE)
    number = until(lambda: children(first.number), "the orphan is the first process's")[0]
    maker.wait()
    maker.stdin.close()
    return until(lambda: {None: "gone", "Z": "dead"}.get(state(number)), "the orphan has ended")


def lasting(first):
    """How an orphan ends that is looked at until it is gone, or has been dead for a while."""
    seen = orphan(first)
    if seen == "dead" and children(first.number):
        try:
            until(lambda: not children(first.number), "the dead one is gone", seconds=3)
            return "gone"
        except AssertionError:
            return "dead"
    return "gone"


def reaps(runner):
    with tempfile.TemporaryDirectory() as folder, begins(("gateway",), folder, runner) as first:
        check(all(lasting(first) == "gone" for _ in range(5)), "an orphan stays dead behind the gateway")
        check(first.ends(signal.SIGTERM) == 0, text(first.log))
    # Planted: python asks after nobody's children.
    with tempfile.TemporaryDirectory() as folder:
        script = "import time; print('begun', flush=True); time.sleep(1000)"
        with First(folder, sys.executable, "-c", script) as first:
            first.says("begun")
            check(lasting(first) == "dead", "who reaps nobody leaves nobody dead behind: nothing is seen here")
    return "orphans leave nothing behind"


def run(runner):
    is_deaf()
    yield hears(runner)
    yield reaps(runner)
