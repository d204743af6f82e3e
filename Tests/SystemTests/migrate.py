"""`runner migrate` on PostgreSQL as processes: begun before the database, three at once, one killed, and once more.

  migrate.py RUNNER [--rounds 6]
"""
import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(1, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "deploy", "processes"))

from postgresql import PostgreSQL  # noqa: E402
from role import free_port  # noqa: E402

AT_ONCE, SECONDS = 3, 60
PATIENCE, AT_LEAST_ONE_ATTEMPT = 60, 15


def check(condition, text):
    if not condition:
        raise AssertionError(text)


class Migrations:
    """Of one cluster's databases."""

    def __init__(self, runner, cluster, folder):
        self.runner, self.cluster, self.folder = os.path.abspath(runner), cluster, folder

    def begin(self, database, command="migrate", url=None):
        environment = {**os.environ, "DATABASE_URL": url or self.cluster.url(database), "DATA_DIR": self.folder}
        return subprocess.Popen([self.runner, command], cwd=self.folder, env=environment, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def alone(self, database, command="migrate"):
        """What it prints; it must go well."""
        process = self.begin(database, command)
        text = process.communicate(timeout=SECONDS)[0]
        check(process.returncode == 0, f"{command} ended with {process.returncode}:\n{text}")
        return text

    def schema(self, database):
        """All of it, as PostgreSQL tells it, and the steps that were taken."""
        place = ("-h", "127.0.0.1", "-p", str(self.cluster.port), "-U", self.cluster.user, "-d", database)
        done = self.cluster.run("pg_dump", "--schema-only", *place, environment={"PGPASSWORD": self.cluster.password()})
        check(done.returncode == 0, done.stdout)
        lines = [line for line in done.stdout.splitlines() if not line.startswith("\\")]
        return lines, self.cluster.query(database, "SELECT number, name, checksum FROM schema_version ORDER BY number")

    def interrupted(self, database, moment, whole):
        """Three at once, one killed at that moment: the others go well, and one more finds it done."""
        self.cluster.create(database)
        processes = [self.begin(database) for _ in range(AT_ONCE)]
        time.sleep(moment)
        was_running = processes[0].poll() is None
        processes[0].kill()
        for process in processes:
            text = process.communicate(timeout=SECONDS)[0]
            well = process is processes[0] or process.returncode == 0
            check(well, f"migrate ended with {process.returncode}:\n{text}")
        self.finished(database, whole)
        return was_running

    def alone_interrupted(self, database, moment, whole):
        """Nobody else finishes what was begun but the next one."""
        self.cluster.create(database)
        process = self.begin(database)
        time.sleep(moment)
        process.kill()
        process.communicate()
        self.alone(database)
        self.finished(database, whole)

    def finished(self, database, whole):
        text = self.alone(database)
        check(text.endswith("already\n"), f"there was something left to do: {text}")
        check(self.schema(database) == whole, f"{database} has another schema")
        self.alone(database, "audit")


class Nowhere:
    """A database that never comes: the wait for it ends by itself, and at once by a signal."""

    url = "postgres://orders:hush@127.0.0.1:1/orders"

    def __init__(self, migrations):
        self.begun = time.monotonic()
        self.process = migrations.begin(None, url=self.url)
        for number in (signal.SIGTERM, signal.SIGINT):
            told = migrations.begin(None, url=self.url)
            waits(told)
            begun = time.monotonic()
            told.send_signal(number)
            told.communicate(timeout=SECONDS)
            check(told.returncode == -number and time.monotonic() - begun < 2, f"{number}: {told.returncode}")

    def given_up(self):
        text = self.process.communicate(timeout=PATIENCE + SECONDS)[0]
        took = time.monotonic() - self.begun
        check(self.process.returncode == 75, f"nobody there: it ended with {self.process.returncode}:\n{text}")
        check(f"has not come within {PATIENCE} s" in text and text.count("\n") == 2, f"two lines, not\n{text}")
        check(took >= PATIENCE, f"it waited {took:.0f} s alone")


def waits(process):
    """Its first line, which says what for."""
    line = process.stdout.readline()
    check(f"waiting for the database, at most {PATIENCE} s: " in line, f"it does not wait: {line}")
    return line


def before(migrations):
    """Begun before there is a server, and before its database is made."""
    cluster = migrations.cluster
    cluster.make()
    process = migrations.begin("late")
    check("Connection refused" in waits(process), "it waits for something else")
    cluster.start()
    check(process.poll() is None, f"it ended with {process.returncode} before its database was there")
    cluster.create("late")
    rest = process.stdout.read()  # communicate would miss what was read ahead for the first line
    process.wait(SECONDS)
    well = process.returncode == 0 and rest.startswith("ok: ") and rest.count("\n") == 1
    check(well, f"{process.returncode}: {rest}")


def refused(migrations):
    """What no waiting mends is told at once."""
    begun = time.monotonic()
    process = migrations.begin(None, url=migrations.cluster.url("late").replace(migrations.cluster.password(), "wrong"))
    text = process.communicate(timeout=SECONDS)[0]
    check(process.returncode == 1 and "password authentication failed" in text, f"{process.returncode}: {text}")
    check("wrong" not in text and text.count("\n") == 1, f"one line, not\n{text}")
    check(time.monotonic() - begun < AT_LEAST_ONE_ATTEMPT, "it waited for a password to become right")


def run(migrations, rounds):
    generator = random.Random(1)
    nowhere = Nowhere(migrations)
    before(migrations)
    refused(migrations)
    migrations.cluster.create("whole")
    begun = time.monotonic()
    migrations.alone("whole")
    seconds, whole, hits = time.monotonic() - begun, migrations.schema("whole"), 0
    for number in range(rounds):
        moment = generator.uniform(0, seconds)
        hits += migrations.interrupted(f"together{number}", moment, whole)
        migrations.alone_interrupted(f"alone{number}", moment, whole)
    check(hits > 0, "none was killed while it ran")
    nowhere.given_up()
    return (f"begun before the database it waits; {rounds} times {AT_ONCE} migrations at once, one killed "
            f"({hits} while it ran): the schema is whole")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("runner")
    parser.add_argument("--rounds", type=int, default=6)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="orders-migrate-") as folder:
        os.chmod(folder, 0o711)  # PostgreSQL's user passes through
        cluster = PostgreSQL(os.path.join(folder, "postgresql"), free_port())
        try:
            print(run(Migrations(options.runner, cluster, folder), options.rounds))
        finally:
            cluster.stop()


if __name__ == "__main__":
    main()
