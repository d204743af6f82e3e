"""What an order is measured against: each starts what it needs, measures one round, and cleans up."""
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "Tests", "SystemTests"))

from client import PASSWORD, new_user, until  # noqa: E402
from service import Service, free_port  # noqa: E402

CLIENTS, USERS, PGBENCH_CLIENTS = 64, 100, 32


def wrk(base, seconds, tokens=None, clients=CLIENTS, percent=99):
    """Requests a second and the latency that so many of them keep; refuses to count answers that are none."""
    environment = {**os.environ, **({"ORDER_TOKENS": tokens} if tokens else {})}
    done = subprocess.run(["wrk", "-t1", f"-c{clients}", f"-d{seconds}", "--latency", "-s",
                           os.path.join(HERE, "order.lua"), base], env=environment,
                          stdout=subprocess.PIPE, check=True, text=True).stdout
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", done)
    errors = re.search(r"Socket errors: (.*)", done)
    if bad or errors:
        raise SystemExit(f"{base}: {(bad or errors).group(0)}")
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", done).group(1))
    return rate, re.search(rf"^ +{percent}% +(\S+)$", done, re.MULTILINE).group(1)


def pgbench(tools, place, database, seconds, environment=None):
    """Orders a second by one statement each, prepared."""
    done = subprocess.run([os.path.join(tools, "pgbench"), *place, "-n", "-M", "prepared", "-c", str(PGBENCH_CLIENTS),
                           "-j", "2", "-T", str(seconds), "-f", os.path.join(HERE, "order-pgbench.sql"), database],
                          env={**os.environ, **(environment or {})},
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True, text=True).stdout
    if "number of failed transactions: 0" not in done:
        raise SystemExit(done)
    return float(re.search(r"tps = ([\d.]+)", done).group(1))


class Tokens:
    """A hundred users with money and their own tokens, which live five minutes, in a file for wrk."""

    def __init__(self, base, path):
        self.path = path
        self.users = [new_user(base, deposit=10**9) for _ in range(USERS)]
        self.write()

    def write(self):
        self.since = time.monotonic()
        with open(self.path, "w", encoding="ascii") as file:
            file.writelines(user.token + "\n" for user in self.users)

    def fresh(self):
        """The file; new tokens where need be."""
        if time.monotonic() - self.since > 120:
            for user in self.users:
                user.login(user.email, PASSWORD)
            self.write()
        return self.path


class Contender:
    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="orders-bench-")
        os.chmod(self.folder, 0o755)
        self.processes = []
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.stop()
        for process in self.processes:
            process.terminate()
            process.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)

    def stop(self):
        pass

    def settle(self):
        """Until it rests, so that nobody else's round pays for this one's."""


class Runner(Contender):
    """The release build, with 100 users' own tokens; as it comes, or with other settings."""

    def __init__(self, runner, name="runner", **settings):
        self.name, self.runner, self.settings = name, runner, settings

    def start(self):
        self.service = Service(self.runner, directory=self.folder, LOG_LEVEL="warning", **self.settings)
        self.service.start()
        self.tokens = Tokens(self.service.base, os.path.join(self.folder, "tokens"))

    def round(self, seconds):
        return wrk(self.service.base, seconds, self.tokens.fresh())

    def settle(self):
        """The letters of a round are written for a while after it."""
        if "SMTP_URL" not in self.settings:
            until(lambda: self.letters_waiting() == 0, 120, "every letter is written", pause=0.2)

    def letters_waiting(self):
        with urllib.request.urlopen(self.service.management + "/metrics", timeout=30) as answer:
            return float(re.search(rb"^orders_outbox_waiting (\S+)$", answer.read(), re.MULTILINE).group(1))

    def stop(self):
        if hasattr(self, "service"):
            self.service.stop()


class Nginx(Contender):
    """The least that a server can do: `return 200`."""
    name = "nginx return 200"

    def start(self):
        self.port = free_port()
        settings = os.path.join(self.folder, "nginx.conf")
        with open(settings, "w", encoding="ascii") as file:
            file.write(f"daemon off; pid {self.folder}/pid; error_log {self.folder}/error.log; worker_processes 2;\n"
                       "events { worker_connections 1024; }\n"
                       f"http {{ access_log off; keepalive_requests 1000000000; "
                       f"client_body_temp_path {self.folder}/body; proxy_temp_path {self.folder}/proxy; "
                       f"fastcgi_temp_path {self.folder}/fastcgi; uwsgi_temp_path {self.folder}/uwsgi; "
                       f"scgi_temp_path {self.folder}/scgi; "
                       f"server {{ listen 127.0.0.1:{self.port}; location / {{ return 200 'ok'; }} }} }}\n")
        self.processes.append(subprocess.Popen(["nginx", "-e", f"{self.folder}/error.log", "-c", settings]))
        until(lambda: os.path.exists(f"{self.folder}/pid"), 10, "nginx is up")

    def round(self, seconds):
        return wrk(f"http://127.0.0.1:{self.port}", seconds)


class PostgreSQL(Contender):
    """pgbench's single-statement order, a commit an order, on a cluster made for it."""
    name = "pgbench, one statement an order"

    def start(self):
        self.tools = max(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[-2]))
        self.port, data = free_port(), os.path.join(self.folder, "data")
        if os.getuid() == 0:
            shutil.chown(self.folder, "postgres")
        self.run("initdb", "-D", data, "--auth=trust", "--username=postgres", "--encoding=UTF8")
        server = self.command("postgres", "-D", data, "-p", str(self.port), "-k", self.folder,
                              "-c", "listen_addresses=", "-c", "shared_buffers=256MB", "-c", "max_wal_size=4GB")
        self.processes.append(subprocess.Popen(server, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        until(lambda: self.run("pg_isready", *self.place(), check=False) == 0, 30, "PostgreSQL is up", pause=0.2)
        subprocess.run([os.path.join(self.tools, "psql"), *self.place(), "-q", "-U", "postgres", "-f",
                        os.path.join(HERE, "order-schema.sql")], check=True, stdout=subprocess.DEVNULL)

    def command(self, tool, *arguments):
        as_postgres = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] if os.getuid() == 0 else []
        return [*as_postgres, os.path.join(self.tools, tool), *arguments]

    def run(self, tool, *arguments, check=True):
        return subprocess.run(self.command(tool, *arguments), stdout=subprocess.DEVNULL, check=check).returncode

    def place(self):
        return "-h", self.folder, "-p", str(self.port)

    def round(self, seconds):
        return pgbench(self.tools, (*self.place(), "-U", "postgres"), "postgres", seconds), "-"


class Spike(Contender):
    """A program given by its path: compiled with the modules beside it, listening on 9010."""

    def __init__(self, source):
        self.name, self.source = "spike", os.path.abspath(source)

    def start(self):
        modules = [f"-I{path}" for path in glob.glob(os.path.join(os.path.dirname(self.source), "modules", "*"))]
        program = os.path.join(self.folder, "spike")
        subprocess.run(["swiftc", "-swift-version", "5", "-O", "-wmo", "-static-stdlib", *modules, self.source, "-o", program],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.processes.append(subprocess.Popen([program], cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        time.sleep(1)

    def round(self, seconds):
        return wrk("http://127.0.0.1:9010", seconds)
