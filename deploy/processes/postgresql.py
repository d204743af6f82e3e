"""A PostgreSQL cluster of one's own: on loopback, on a port that is given, under an unprivileged user."""
import glob
import os
import secrets
import shutil
import subprocess
import time

START_SECONDS = 60
STOP_SECONDS = 30


def programs():
    """The folder of the newest server that is installed."""
    found = glob.glob("/usr/lib/postgresql/*/bin/initdb")
    if found:
        return os.path.dirname(max(found, key=lambda path: int(path.split("/")[-3])))
    initdb = shutil.which("initdb")
    if initdb:
        return os.path.dirname(os.path.realpath(initdb))
    raise PostgreSQLFailure("PostgreSQL is not installed: apt-get install postgresql")


class PostgreSQLFailure(Exception):
    """What is told before the end."""


class PostgreSQL:
    """`start`, then `url(database)`; `stop` and `start` again keep the rows."""

    user = "orders"

    def __init__(self, folder, port):
        self.folder, self.port, self.tools = folder, port, programs()
        self.data = os.path.join(folder, "data")
        self.secret = os.path.join(folder, "password")
        self.process = None

    def url(self, database):
        return f"postgres://{self.user}:{self.password()}@127.0.0.1:{self.port}/{database}"

    def password(self):
        with open(self.secret, encoding="ascii") as file:
            return file.read().strip()

    def start(self, show=None, *options):
        """Returns once it takes connections; `show` is given the stream of its log."""
        if not os.path.exists(os.path.join(self.data, "PG_VERSION")):
            self.make()
        command = ["postgres", "-D", self.data, "-p", str(self.port), "-k", self.folder, "-c", "listen_addresses=127.0.0.1",
                   "-c", "log_min_messages=fatal", "-c", "max_connections=200", *options]
        log = subprocess.PIPE if show else subprocess.DEVNULL
        self.process = subprocess.Popen(self.command(*command), stdin=subprocess.DEVNULL, stdout=log,
                                        stderr=subprocess.STDOUT, start_new_session=True)
        if show:
            show(self.process.stdout)
        until = time.monotonic() + START_SECONDS
        while self.run("pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)).returncode != 0:
            if not self.lives() or time.monotonic() > until:
                raise PostgreSQLFailure(f"PostgreSQL does not start in {self.folder}")
            time.sleep(0.1)

    def make(self):
        shutil.rmtree(self.data, ignore_errors=True)
        os.makedirs(self.folder, exist_ok=True)
        with open(os.open(self.secret, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_hex(24) + "\n")
        if os.getuid() == 0:
            shutil.chown(self.folder, "postgres")
            shutil.chown(self.secret, "postgres")
        done = self.run("initdb", "-D", self.data, "--auth=scram-sha-256", f"--pwfile={self.secret}", "--encoding=UTF8",
                        "--locale=C.UTF-8", f"--username={self.user}")
        if done.returncode != 0:
            raise PostgreSQLFailure(f"initdb failed in {self.folder}:\n{done.stdout}")

    def create(self, database):
        """Makes a database where it is not there."""
        if self.query("postgres", f"SELECT 1 FROM pg_database WHERE datname = '{database}'") == "":
            self.query("postgres", f'CREATE DATABASE "{database}"')

    def query(self, database, text):
        """What psql prints of it, without decoration."""
        done = self.run("psql", "-X", "-At", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", str(self.port),
                        "-U", self.user, "-d", database, "-c", text, environment={"PGPASSWORD": self.password()})
        if done.returncode != 0:
            raise PostgreSQLFailure(f"{text}: {done.stdout}")
        return done.stdout.strip()

    def lives(self):
        return self.process is not None and self.process.poll() is None

    def stop(self, signal_name="INT"):
        """INT ends sessions and writes a checkpoint, QUIT is a crash."""
        if not self.lives():
            return
        self.run("pg_ctl", "kill", signal_name, str(self.process.pid))
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def kill(self):
        """The end without a word. Its sessions end as they see it, and hold its memory until then: they are waited for."""
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children", encoding="ascii") as file:
            sessions = file.read().split()
        self.process.kill()
        self.process.wait()
        until = time.monotonic() + STOP_SECONDS
        while any(map(is_running, sessions)) and time.monotonic() < until:
            time.sleep(0.01)

    def command(self, tool, *arguments):
        """As the user postgres where we are root, which PostgreSQL refuses to be; ends with us in any case."""
        prefix = ["setpriv", "--pdeathsig", "INT"]
        if os.getuid() == 0:
            prefix += ["--reuid=postgres", "--regid=postgres", "--init-groups"]
        return [*prefix, os.path.join(self.tools, tool), *arguments]

    def run(self, tool, *arguments, environment=None):
        return subprocess.run(self.command(tool, *arguments), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False, cwd="/",
                              env={**os.environ, **(environment or {})})


def is_running(number):
    """Not for one that has ended and that nobody has asked about: a container may have no init."""
    try:
        with open(f"/proc/{number}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
