"""Which container engine works on this machine, and how it is asked. Standard library only."""
import json
import os
import shlex
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
DEPLOY = os.path.dirname(HERE)
ROOT = os.path.dirname(DEPLOY)
FILES = [os.path.join(DEPLOY, "compose.yaml")]
STAND_IN = os.path.join(DEPLOY, "compose.stand-in.yaml")
SECRETS = os.path.join(DEPLOY, "compose.secrets.yaml")
# Podman's own format of images has no health check, and its network while building need not reach Debian.
BUILD = "--format docker --network host"


class EngineFailure(Exception):
    """What is told before the end."""


def said(done):
    """The last line of what a program printed; podman's own complaints about a machine without systemd are none."""
    lines = [line for line in (done.stdout + "\n" + done.stderr).strip().splitlines() if " level=" not in line]
    return lines[-1] if lines else f"it ended with {done.returncode} and said nothing"


def run(*command, **options):
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, **options)


class Engine:
    """Docker with its compose, or podman with podman-compose: `Engine.find()`."""

    def __init__(self, name, compose, environment=None):
        self.name, self.compose_command = name, compose
        self.environment = {**os.environ, **(environment or {})}

    @staticmethod
    def find():
        """CONTAINER_ENGINE names one; else docker is taken where it works."""
        reasons = []
        for name, find in (("docker", docker), ("podman", podman)):
            if os.environ.get("CONTAINER_ENGINE", name) != name:
                continue
            try:
                return find()
            except EngineFailure as failure:
                reasons.append(f"  {name}: {failure}")
        raise EngineFailure("no container engine works here:\n" + "\n".join(reasons)
                            + "\nStart or install one (Debian: sudo apt-get install podman).")

    def run(self, *arguments):
        return run(self.name, *arguments, env=self.environment)

    def ask(self, *arguments):
        """What a command of the engine prints."""
        done = self.run(*arguments)
        if done.returncode != 0:
            raise EngineFailure(f"{self.name} {arguments[0]}: {said(done)}")
        return done.stdout.strip()

    def inspect(self, *names):
        return json.loads(self.ask("inspect", *names)) if names else []

    def has(self, image):
        return self.run("image", "inspect", image).returncode == 0

    def build(self):
        """The image of the service, as `make image` does."""
        done = subprocess.run([os.path.join(ROOT, ".ci", "image")], stdin=subprocess.DEVNULL, stdout=sys.stderr,
                              env={**self.environment, "CONTAINER_ENGINE": self.name}, check=False)
        if done.returncode != 0:
            raise EngineFailure("the image of the service cannot be built")

    def compose(self, *arguments, files, project, settings):
        """A command of compose: what it prints, which is told when it fails."""
        command = [*self.compose_command, "--project-name", project]
        for file in files:
            command += ["--file", file]
        if self.name == "podman" and arguments[0] == "build":
            command.append(f"--podman-build-args={BUILD}")
        done = run(*command, *arguments, env={**self.environment, **settings}, cwd=DEPLOY)
        if done.returncode != 0:
            lines = (done.stdout + done.stderr).strip().splitlines()
            raise EngineFailure(f"compose {arguments[0]} ended with {done.returncode}:\n" + "\n".join(lines[-15:]))
        return done.stdout


def docker():
    if not shutil.which("docker"):
        raise EngineFailure("it is not installed")
    done = run("docker", "info")
    if done.returncode != 0:
        raise EngineFailure(f"its engine does not answer: {said(done)}")
    done = run("docker", "compose", "version")
    if done.returncode != 0:
        raise EngineFailure(f"it has no compose: {said(done)}")
    return Engine("docker", ["docker", "compose"])


def podman():
    if not shutil.which("podman"):
        raise EngineFailure("it is not installed")
    done = run("podman", "info")
    if done.returncode != 0:
        raise EngineFailure(said(done))
    return Engine("podman", [podman_compose()], settings_of_podman())


def podman_compose():
    """The one of the tests' tools: Debian's own is too old for these files."""
    place = os.path.join(ROOT, ".build", "python", "bin", "podman-compose")
    if not os.path.exists(place):
        print("Installing podman-compose from PyPI ...", file=sys.stderr, flush=True)
        done = run(os.path.join(ROOT, ".ci", "python"))
        if done.returncode != 0:
            raise EngineFailure(f"podman-compose cannot be installed: {said(done)}")
    return place


def settings_of_podman():
    """What builds and runs need in their environment here, beside the base images: see .ci/bases."""
    done = run(os.path.join(ROOT, ".ci", "bases"))
    if done.returncode != 0:
        raise EngineFailure(said(done))
    words = [shlex.split(line) for line in done.stdout.splitlines()]
    return dict(pair.split("=", 1) for word, *pairs in words if word == "export" for pair in pairs)
