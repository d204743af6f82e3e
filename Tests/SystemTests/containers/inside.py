"""The stack as the bars' checks know a service: its place, its rows, its commands. And the letters that it sent."""
import collections
import json
import re
import urllib.request

from engine import EngineFailure
from processes import Failure

RUNNER = "/usr/local/bin/runner"


class Inside:
    """Asks by commands inside the containers."""

    def __init__(self, stack):
        self.stack, self.base, self.postgresql = stack, stack.base, self

    def query(self, database, text):
        """What psql prints of it, without decoration."""
        return self.stack.execute("postgresql", "psql", "-X", "-At", "-v", "ON_ERROR_STOP=1", "-U", "orders",
                                  "-d", database, "-c", text)

    def url(self, database):
        """The worker's own is taken: it is a setting of its container."""

    def run(self, *arguments, **_):
        """A command of the runner, in the container that has the settings of the store."""
        try:
            return self.stack.execute("worker", RUNNER, *arguments)
        except EngineFailure as failure:
            raise Failure(str(failure)) from None


class Caught:
    """What came to the mail catcher from now on, by Mailpit's API: `copies` has the texts for each Message-ID."""

    def __init__(self, base):
        self.base, self.before = base, set()
        self.before = set(self.copies)

    def ask(self, path):
        with urllib.request.urlopen(self.base + path, timeout=30) as answer:
            return answer.read()

    @property
    def copies(self):
        found, start = collections.defaultdict(list), 0
        while page := json.loads(self.ask(f"/api/v1/messages?limit=500&start={start}"))["messages"]:
            for letter in page:
                text = self.ask(f"/api/v1/message/{letter['ID']}/raw")
                name = re.search(rb"^Message-ID: (\S+)\r?$", text, re.MULTILINE)
                found[name.group(1).decode() if name else None].append(text)
            start += len(page)
        return {name: copies for name, copies in found.items() if name not in self.before}
