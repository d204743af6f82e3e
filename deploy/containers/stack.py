"""The containers of the service: how they begin, where they are and how they end. Standard library only."""
import concurrent.futures
import hashlib
import os
import sys
import time
import urllib.error
import urllib.request

from engine import DEPLOY, FILES, ROOT, SECRETS, STAND_IN, EngineFailure, said

sys.path.insert(1, os.path.join(DEPLOY, "processes"))

from role import free_port  # noqa: E402

# Keycloak builds itself first and then makes its tables: minutes, on a small machine.
READY_SECONDS = 300
# What is not ours, unless it is a stand-in.
OTHERS = ("keycloak", "mail", "postgresql")
GRACE_SECONDS, LONG_GRACE_SECONDS = 15, 30
MANY_RESTARTS, TRIES, TOLD = 4, 5, 2


class Failure(Exception):
    """What is told before the end."""


def project_of_this_folder():
    """A name of its own for each checkout, so that several may run at once."""
    return os.environ.get("COMPOSE_PROJECT_NAME") or "orders-" + hashlib.sha256(ROOT.encode()).hexdigest()[:8]


class Stack:
    """All containers: `with Stack(engine, project, is_stand_in, port=…) as stack:`, which ends with their data."""

    def __init__(self, engine, project, is_stand_in, port=None, mail_port=None, show=sys.stderr, **settings):
        self.engine, self.project, self.show = engine, project, show
        self.files = FILES + ([STAND_IN] if is_stand_in else [])
        ports = port or free_port(), mail_port or free_port()
        self.base, self.mail = (f"http://localhost:{number}" for number in ports)
        self.restarts = {}
        self.settings = {"ORDERS_PORT": str(ports[0]), "MAIL_PORT": str(ports[1]), **settings}
        if folder := self.setting("SECRETS_DIR", ""):
            self.files = [*self.files, SECRETS]
            self.settings["SECRETS_DIR"] = os.path.abspath(folder)

    def say(self, text):
        if self.show:
            print(text, file=self.show, flush=True)

    def compose(self, *arguments):
        return self.engine.compose(*arguments, files=self.files, project=self.project, settings=self.settings)

    def setting(self, name, default):
        return self.settings.get(name) or os.environ.get(name) or default

    # What there is

    def containers(self):
        """What the engine knows of each, by the name of its service."""
        found = self.engine.inspect(*self.numbers("ps", "--all"))
        return {one["Config"]["Labels"]["com.docker.compose.service"]: one for one in found}

    def numbers(self, *command):
        """The ids of what is this project's, of the kind that the command lists."""
        label = f"label=com.docker.compose.project={self.project}"
        return self.engine.ask(*command, "--quiet", "--filter", label).split()

    def runners(self):
        """The services that are the runner and stay, as many as have a container."""
        return [name for name in self.containers() if name not in (*OTHERS, "migrate")]

    def container(self, service):
        found = self.containers().get(service)
        if not found:
            raise Failure(f"there is no container of {service} in {self.project}")
        return found["Name"].lstrip("/")

    def execute(self, service, *command):
        """A command inside a container: what it prints."""
        return self.engine.ask("exec", self.container(service), *command)

    # Beginning

    def start(self):
        self.say("Starting the containers ...")
        self.compose("up", "--detach", "--no-build")
        self.wait()

    def wait(self, seconds=READY_SECONDS):
        """Returns once an order can be made: all are ready, and Keycloak answers through the gateway."""
        until, told, ready = time.monotonic() + seconds, None, set()
        self.restarts = {name: one["RestartCount"] for name, one in self.containers().items()}
        while waiting := self.waiting(ready):
            if time.monotonic() > until:
                raise Failure(f"not ready within {seconds} s:\n" + self.last_words(waiting))
            self.refuse_endless(waiting)
            if waiting != told:
                self.say("  waiting for " + ", ".join(waiting))
                told = waiting
            time.sleep(0.2)

    def waiting(self, ready):
        """Who is not ready; `ready` is who need not be asked again."""
        found = self.containers()
        asked = [name for name in found if name not in (*OTHERS, "migrate") and name not in ready]
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            answers = pool.map(self.is_healthy, [found[name]["Id"] for name in asked])
        ready.update(name for name, is_healthy in zip(asked, answers) if is_healthy)
        late = [name for name in asked if name not in ready]
        state = found["migrate"]["State"] if "migrate" in found else {}
        if (state.get("Status"), state.get("ExitCode")) != ("exited", 0):
            late.append("migrate")
        realm = self.setting("KEYCLOAK_REALM", "otus")
        if not is_there(f"{self.base}/auth/realms/{realm}/.well-known/openid-configuration"):
            late.append("keycloak")
        return late + ([] if is_there(self.mail) else ["mail"])

    def is_healthy(self, container):
        try:
            self.engine.ask("exec", container, "/usr/local/bin/runner", "health")
            return True
        except EngineFailure:
            return False

    def refuse_endless(self, waiting):
        """Who ends as often as it is begun, as with a setting that is wrong, will not be ready."""
        found = self.containers()
        counts = {name: found[name]["RestartCount"] - self.restarts.get(name, 0) for name in waiting if name in found}
        endless = [name for name, count in counts.items() if count >= MANY_RESTARTS]
        if endless:
            raise Failure("these end as soon as they are begun:\n" + self.last_words(endless))

    def last_words(self, names):
        """Of a few, since what ails one mostly ails all."""
        lines = [f"  {', '.join(names)}"]
        for name in names[:TOLD]:
            lines += [f"{name} said last:", *(f"  {line}" for line in self.log(name, 2))]
        return "\n".join(lines)

    def log(self, service, lines):
        try:
            done = self.engine.run("logs", "--tail", str(lines), self.container(service))
            return (done.stdout + done.stderr).strip().splitlines()[-lines:]
        except (Failure, EngineFailure) as failure:
            return [str(failure)]

    # Ending

    def stop(self):
        """Who takes requests ends first, then who calls, then who is called."""
        functions = [name for name in self.runners() if name not in ("gateway", "worker")]
        for group, seconds in ((["gateway"], GRACE_SECONDS), (["worker"], GRACE_SECONDS),
                               ([*functions, "migrate"], GRACE_SECONDS), (OTHERS, LONG_GRACE_SECONDS)):
            there = self.containers()
            ids = [there[name]["Id"] for name in group if name in there]
            if ids:
                # By its letter: docker has renamed the word.
                self.engine.ask("stop", "-t", str(seconds), *ids)

    def remove(self, with_data=False):
        """Containers, at once, and network; with their data nothing is left."""
        self.remove_containers()
        for kind in ("volume", "network") if with_data else ("network",):
            if names := self.numbers(kind, "ls"):
                self.engine.ask(kind, "rm", *names)

    def remove_containers(self):
        """Again where one is just being begun anew, which podman then cannot end."""
        at_once = ["--time", "0"] if self.engine.name == "podman" else []
        for remaining in range(TRIES, -1, -1):
            ids = self.numbers("ps", "--all")
            if not ids:
                return
            done = self.engine.run("rm", "--force", *at_once, *ids)
            if done.returncode != 0 and not remaining:
                raise EngineFailure(f"containers are left: {said(done)}")

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.remove(with_data=True)
            raise
        return self

    def __exit__(self, *_):
        self.remove(with_data=True)


def made(engine, project, is_stand_in, *ports, **settings):
    """A stack with every image there: the service's is built, but where ORDERS_IMAGE names one."""
    image = os.environ.get("ORDERS_IMAGE")
    if image and not engine.has(image):
        raise Failure(f"ORDERS_IMAGE: {engine.name} has no image {image}")
    if not image:
        engine.build()
    if not is_stand_in:
        stack = Stack(engine, project, False, *ports, **settings)
        stack.say("Fetching the images of PostgreSQL, Keycloak and the mail catcher ...")
        try:
            stack.compose("pull", *OTHERS)
            return stack
        except EngineFailure as failure:
            stack.say(f"They cannot be had ({str(failure).splitlines()[-1]}), so stand-ins are made.")
    stack = Stack(engine, project, True, *ports, **settings)
    stack.compose("build", "postgresql", "mail")
    return stack


def is_there(url):
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False
