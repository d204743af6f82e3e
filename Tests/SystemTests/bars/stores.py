"""Where a bar's service keeps its rows. Each is called for a service, which is then begun by `with`."""
import itertools
import os
import shutil
import tempfile

from postgresql import PostgreSQL
from role import free_port
from service import Service


class SQLite:
    """A file of each service's own."""
    name = "SQLite"

    def __init__(self, runner):
        self.runner = runner

    def __call__(self, **settings):
        return Service(self.runner, **settings)


class Database:
    """On one cluster of PostgreSQL, each service with a database of its own."""
    name = "PostgreSQL"
    numbers = itertools.count(1)

    def __init__(self, runner, cluster):
        self.runner, self.cluster = runner, cluster
        cluster.begin()

    def __call__(self, **settings):
        return Service(self.runner, **{"DATABASE_URL": self.url(), **settings})

    def url(self):
        name = f"bar{next(self.numbers)}"
        self.cluster.create(name)
        return self.cluster.url(name)


class Cluster(PostgreSQL):
    """Begun when it is first asked for, since not every run needs it."""

    def __init__(self, *options):
        self.parent, self.options = tempfile.mkdtemp(prefix="orders-bars-"), options
        os.chmod(self.parent, 0o711)  # PostgreSQL's user passes through
        super().__init__(os.path.join(self.parent, "postgresql"), free_port())

    def begin(self):
        """By the main thread: the cluster ends with the thread that started it."""
        if not self.lives():
            self.start(None, *self.options)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.parent, ignore_errors=True)
