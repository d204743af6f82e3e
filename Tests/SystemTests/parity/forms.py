"""The three forms that the service is asked in: one process, a gateway with processes, each process by itself."""

import json
import os
import re
import subprocess
import sys
import threading
import time
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[1:1] = [os.path.join(HERE, ".."), os.path.join(HERE, "../../../deploy/processes")]

from processes import Processes  # noqa: E402
from role import kebab  # noqa: E402
from service import Service  # noqa: E402

from case import kept  # noqa: E402
from sender import Broken, send  # noqa: E402

# How long a case may wait for what it is asked again for.
UNTIL_SECONDS = 30


class Operations:
    """Which function answers which path and method, as the executable documents it."""

    def __init__(self, runner):
        done = subprocess.run([runner, "openapi"], check=True, stdout=subprocess.PIPE)
        self.document = json.loads(done.stdout)
        self.rows = []
        for path, methods in self.document["paths"].items():
            pattern = re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)))
            for method, operation in methods.items():
                if operation["operationId"] != "getOpenAPI":
                    self.rows.append((pattern, method.upper(), operation["operationId"]))

    def function(self, case):
        """The one that answers; of a method that nobody takes the first of that path; None: the gateway itself."""
        method = "GET" if case.first_method == "HEAD" else case.first_method
        found = [(row[1] != method, row[2]) for row in self.rows if row[0].fullmatch(case.path)]
        return min(found, key=lambda row: row[0])[1] if found and case.alone else None


class Form:
    """One way to ask. `run` fires the corpus; then `answers[case number]` is what came, or why nothing did."""

    def __init__(self, name):
        self.name, self.answers, self.values, self.slow = name, {}, {}, []

    def place(self, case):
        """Host and port of who is asked; None: this form does not do that."""
        raise NotImplementedError

    def hosts(self):
        raise NotImplementedError

    def run(self, corpus):
        for number, case in enumerate(corpus):
            base = self.place(case)
            if base is None:
                continue
            if case.slow:
                self.slow.append(threading.Thread(target=self.fire, args=(number, case, base)))
                self.slow[-1].start()
            else:
                self.fire(number, case, base)
        for thread in self.slow:
            thread.join()

    def fire(self, number, case, base):
        try:
            self.answers[number] = self.ask(case, base)
            if case.keep:
                self.values.update(kept(case, self.answers[number][-1]))
        except (Broken, OSError, KeyError, IndexError, ValueError, StopIteration) as error:
            self.answers[number] = f"{type(error).__name__}: {error}"

    def ask(self, case, base):
        place = urllib.parse.urlsplit(base)
        values = {**self.values, "host": place.netloc}
        address, parts = (place.hostname, place.port), case.message(values)
        if case.times > 1:
            return at_once(case.times, lambda: send(address, parts, case.all_methods, case.finish))
        found = send(address, parts, case.all_methods, case.finish)
        deadline = time.monotonic() + UNTIL_SECONDS
        while case.until and not case.until(json.loads(found[-1].body)):
            if time.monotonic() > deadline:
                raise Broken(f"what it waits for did not come within {UNTIL_SECONDS} s: {found[-1]}")
            time.sleep(0.02)
            found = send(address, parts, case.all_methods, case.finish)
        return found


def at_once(times, ask):
    """All answers, the one that was first with the effect before its replays."""
    found = []
    threads = [threading.Thread(target=lambda: found.extend(ask())) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(found, key=lambda answer: (answer.status, answer.all("idempotent-replayed")))


class Deployed(Form):
    """By the one way in to a `deployment`, which begins and ends with the form and tells its `base`."""

    def __init__(self, name, deployment):
        super().__init__(name)
        self.deployment = deployment

    def place(self, case):
        return self.deployment.base

    def hosts(self):
        return [self.deployment.base.removeprefix("http://")]

    def __enter__(self):
        self.deployment.__enter__()
        return self

    def __exit__(self, *reason):
        self.deployment.__exit__(*reason)


class OneProcess(Deployed):
    """`runner serve`, on SQLite."""

    def __init__(self, runner, settings):
        super().__init__("one process", Service(runner, **settings))


class GatewayWithProcesses(Deployed):
    """A gateway, a process per function, PostgreSQL."""

    def __init__(self, runner, settings, log, name="gateway"):
        super().__init__(name, Processes(runner, show=log, **settings))

    def hosts(self):
        return super().hosts() + [role.url.removeprefix("http://") for role in self.deployment.roles.values()]


class FunctionsAlone(GatewayWithProcesses):
    """The same processes once more, each asked by itself at its own port; its gateway lends only `/auth`."""

    def __init__(self, runner, settings, log, operations):
        super().__init__(runner, settings, log, "function")
        self.operations = operations

    def place(self, case):
        function = self.operations.function(case)
        if function:
            return self.deployment.roles[kebab(function)].url
        return super().place(case) if case.setup else None
