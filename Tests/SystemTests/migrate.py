"""`runner migrate` on PostgreSQL as processes: three at once, one of them killed, and once more.

  migrate.py RUNNER [--rounds 6]
"""
import argparse
import os
import random
import subprocess
import sys
import tempfile
import time

sys.path.insert(1, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "deploy", "processes"))

from postgresql import PostgreSQL  # noqa: E402
from role import free_port  # noqa: E402

AT_ONCE, SECONDS = 3, 60


def check(condition, text):
    if not condition:
        raise AssertionError(text)


class Migrations:
    """Of one cluster's databases."""

    def __init__(self, runner, cluster, folder):
        self.runner, self.cluster, self.folder = os.path.abspath(runner), cluster, folder

    def begin(self, database, command="migrate"):
        environment = {**os.environ, "DATABASE_URL": self.cluster.url(database), "DATA_DIR": self.folder}
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
            check(process is processes[0] or process.returncode == 0, f"migrate ended with {process.returncode}:\n{text}")
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


def run(migrations, rounds):
    generator = random.Random(1)
    migrations.cluster.create("whole")
    begun = time.monotonic()
    migrations.alone("whole")
    seconds, whole, hits = time.monotonic() - begun, migrations.schema("whole"), 0
    for number in range(rounds):
        moment = generator.uniform(0, seconds)
        hits += migrations.interrupted(f"together{number}", moment, whole)
        migrations.alone_interrupted(f"alone{number}", moment, whole)
    check(hits > 0, "none was killed while it ran")
    return f"{rounds} times {AT_ONCE} migrations at once, one killed ({hits} while it ran): the schema is whole"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("runner")
    parser.add_argument("--rounds", type=int, default=6)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="orders-migrate-") as folder:
        os.chmod(folder, 0o711)  # PostgreSQL's user passes through
        cluster = PostgreSQL(os.path.join(folder, "postgresql"), free_port())
        try:
            cluster.start()
            print(run(Migrations(options.runner, cluster, folder), options.rounds))
        finally:
            cluster.stop()


if __name__ == "__main__":
    main()
