"""The processes of the service on this machine, and how they begin and end. Standard library only."""
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
import time

from postgresql import PostgreSQL
from role import Role, free_port, kebab

READY_SECONDS = 60
STOP_SECONDS = 12


class Failure(Exception):
    """What is told before the end."""


def functions(runner):
    """Their names, as `runner routes` has them."""
    lines = subprocess.run([runner, "routes"], check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    return [line.split()[2] for line in lines[1:]]


class Processes:
    """All of them: `with Processes(runner) as processes:`; `kill` and `start` again keep ports and data."""

    def __init__(self, runner, port=None, folder=None, show=sys.stdout, **settings):
        self.runner, self.show, self.more = os.path.abspath(runner), show, settings
        self.functions = functions(runner)
        self.is_ours = folder is None
        self.folder = os.path.abspath(folder) if folder else tempfile.mkdtemp(prefix="orders-processes-")
        os.makedirs(self.folder, exist_ok=True)
        os.chmod(self.folder, 0o711)  # PostgreSQL's user passes through
        self.base = f"http://localhost:{port or free_port()}"
        self.postgresql = PostgreSQL(os.path.join(self.folder, "postgresql"), free_port())
        self.width = max(map(len, [*map(kebab, self.functions), "postgresql"]))
        self.roles = {}

    # What there is

    def lay_out(self):
        """The processes in the order of their start."""
        identity = free_port()
        common = {"PUBLIC_URL": self.base, "LOG_FORMAT": "text"}
        keycloak = {**common, "KEYCLOAK_URL": f"http://127.0.0.1:{identity}/auth"}
        store = {**keycloak, "DATABASE_URL": self.postgresql.url("orders"), "SECRET_KEY": self.kept("secret-key")}
        roles = [Role("identity", ["identity"], IDENTITY_PORT=identity, DATA_DIR=self.path("identity"), **common)]
        addresses = {}
        for function in self.functions:
            name = kebab(function)
            role = Role(name, ["function", name], PORT=free_port(), **store)
            if name == "notify":
                role.settings["DATA_DIR"] = self.path("letters")
            addresses["FUNCTION_URL_" + name.replace("-", "_").upper()] = role.url
            roles.append(role)
        notify = {"FUNCTION_URL_NOTIFY": addresses.pop("FUNCTION_URL_NOTIFY")}
        roles.append(Role("worker", ["worker"], **store, **notify))
        roles.append(Role("gateway", ["gateway"], PORT=int(self.base.rsplit(":", 1)[1]), **keycloak, **addresses))
        self.roles = {role.name: role for role in roles}

    def path(self, name):
        return os.path.join(self.folder, name)

    def kept(self, name):
        """A secret of this folder, made once."""
        path = self.path(name)
        if not os.path.exists(path):
            with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="ascii") as file:
                file.write(secrets.token_hex(32))
        with open(path, encoding="ascii") as file:
            return file.read()

    # Beginning

    def start(self):
        self.postgresql.start(self.reader("postgresql"))
        self.postgresql.create("orders")
        self.lay_out()
        self.migrate()
        self.begin("identity")
        self.wait("identity")
        others = [name for name in self.roles if name != "identity"]
        for name in others:
            self.begin(name)
        for name in others:
            self.wait(name)

    def migrate(self):
        self.say("migrate", self.run("migrate", DATABASE_URL=self.postgresql.url("orders")))

    def run(self, *arguments, **settings):
        """A command of the runner, to its end: what it prints."""
        done = subprocess.run([self.runner, *arguments], cwd=self.folder, env=self.environment(settings), check=False,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            raise Failure(f"runner {arguments[0]} ended with {done.returncode}: {done.stdout.strip()}")
        return done.stdout

    def begin(self, name):
        role = self.roles[name]
        role.is_expected_to_end = False
        # A session of its own: Ctrl-C is for this script, which ends them in order; they end with it in any case.
        role.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", self.runner, *role.arguments], cwd=self.folder,
            env=self.environment({**role.settings, **self.more}), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
        self.reader(name)(role.process.stdout)

    def wait(self, name):
        """Returns once it is ready."""
        role, until = self.roles[name], time.monotonic() + READY_SECONDS
        while not role.is_ready():
            if role.process.poll() is not None:
                raise Failure(f"{name} ended with {role.process.returncode} before it was ready")
            if time.monotonic() > until:
                raise Failure(f"{name} is not ready within {READY_SECONDS} s: see {role.management}/health/ready")
            time.sleep(0.01)

    def environment(self, settings):
        return {**os.environ, **{name: str(value) for name, value in settings.items()}}

    # What they say

    def say(self, name, text):
        if self.show:
            for line in text.splitlines():
                self.show.write(f"{name:{self.width}} | {line}\n")
            self.show.flush()

    def reader(self, name):
        """Shows a stream's lines from now on, on a thread of its own."""
        def read(stream):
            for line in stream:
                self.say(name, line.decode("utf-8", "replace"))
        return lambda stream: threading.Thread(target=read, args=(stream,), daemon=True).start()

    def places(self):
        """Where everything is, in lines."""
        rows = [("gateway", self.base, self.roles["gateway"].management)]
        rows += [(role.name, role.url or "–", role.management) for role in self.roles.values() if role.name != "gateway"]
        lines = [f"  {name:{self.width}}  {url:28}  {management}/health/ready" for name, url, management in rows]
        lines += [f"  {'postgresql':{self.width}}  {self.postgresql.url('orders')}",
                  f"  {'letters':{self.width}}  {self.path('letters/mailbox')}",
                  f"  {'folder':{self.width}}  {self.folder}" + (" (temporary)" if self.is_ours else "")]
        return "\n".join(["", "One process per function is ready.", "", *lines, "", "Ctrl-C ends them all.", ""])

    # Ending

    def dead(self):
        """The name of a process that has ended by itself; None while all live."""
        if not self.postgresql.lives():
            return "postgresql"
        ended = (role for role in self.roles.values() if role.process and role.process.poll() is not None)
        return next((role.name for role in ended if not role.is_expected_to_end), None)

    def kill(self, name):
        """The end without a word."""
        role = self.roles[name]
        role.is_expected_to_end = True
        role.process.kill()
        role.process.wait()

    def stop(self):
        """Who takes requests ends first, then who calls, then who is called. Returns whether all ended well."""
        functions = [name for name in self.roles if name not in ("gateway", "worker", "identity")]
        well = True
        for group in (["gateway"], ["worker"], functions, ["identity"]):
            well = self.stop_group([self.roles[name] for name in group if name in self.roles]) and well
        self.postgresql.stop()
        if self.is_ours:
            shutil.rmtree(self.folder, ignore_errors=True)
        return well

    def stop_group(self, group):
        living = [role for role in group if role.process and role.process.poll() is None]
        for role in living:
            role.is_expected_to_end = True
            role.process.terminate()
        well = True
        for role in living:
            try:
                role.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill(role.name)
            if role.process.returncode != 0:
                self.say(role.name, f"ended with {role.process.returncode}")
                well = False
        return well

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()
