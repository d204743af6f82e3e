"""Podman, as far as these tests ask it: images with all that is in their layers, and containers."""
import gzip
import json
import os
import subprocess
import tarfile
import tempfile
import time
import urllib.error
import urllib.request
import uuid


class Failure(Exception):
    """What was asked of podman did not come about."""


def podman(*arguments, timeout=300, text=None, codes=(0,)):
    done = subprocess.run(["podman", *arguments], input=text, capture_output=True, text=True, timeout=timeout)
    if codes and done.returncode not in codes:
        said = done.stderr.strip()[-1500:]
        raise Failure(f"podman {' '.join(arguments[:6])} … ended with {done.returncode}: {said}")
    return done


def build(name, dockerfile):
    podman("build", "--quiet", "--format", "docker", "--network", "none", "--tag", name, "--file", "-",
           os.path.dirname(os.path.abspath(__file__)), text=dockerfile)


class File:
    """A file as one layer brings it, the deleted ones too: a later layer only hides them."""

    def __init__(self, layer, member, data):
        self.layer, self.path, self.mode, self.owner = layer, "/" + member.name.strip("./"), member.mode, member.uid
        self.is_folder, self.is_file, self.data = member.isdir(), member.isfile(), data


class Image:
    """An image as a registry would get it."""

    def __init__(self, name):
        self.name = name
        facts = json.loads(podman("image", "inspect", name).stdout)[0]
        self.config, self.health = facts["Config"], facts.get("Healthcheck")
        self.history = [step.get("created_by", "") for step in facts["History"]]
        with tempfile.TemporaryDirectory() as folder:
            podman("push", "--quiet", "--compress", name, f"dir:{folder}")
            with open(os.path.join(folder, "manifest.json"), encoding="utf-8") as file:
                manifest = json.load(file)
            self.sizes = [layer["size"] for layer in manifest["layers"]]
            self.size = sum(self.sizes) + manifest["config"]["size"]
            self.files = [file for number, layer in enumerate(manifest["layers"])
                          for file in self._files(number, os.path.join(folder, layer["digest"].split(":")[1]))]

    @staticmethod
    def _files(number, path):
        with gzip.open(path) as stream, tarfile.open(fileobj=stream, mode="r|") as layer:
            for member in layer:
                yield File(number, member, layer.extractfile(member).read() if member.isfile() else b"")

    def run(self, *arguments, options=()):
        """The code that a short-lived container ends with, and what it says."""
        done = podman("run", "--rm", "--network", "none", *options, self.name, *arguments, timeout=60, codes=())
        return done.returncode, done.stdout + done.stderr

    def remove(self):
        podman("rmi", "--force", self.name, codes=())


class Container:
    """A container of `runner identity`, the role that needs nobody, started as an operator would who trusts nothing."""

    STRICT = ("--read-only", "--read-only-tmpfs=false", "--cap-drop", "all", "--security-opt", "no-new-privileges")
    PORTS = {"identity": "8180/tcp", "management": "9090/tcp"}

    def __init__(self, image, *options, patience=60):
        self.image, self.options, self.patience = image, options, patience
        self.name = f"orders-test-{uuid.uuid4().hex[:12]}"

    def __enter__(self):
        published = [word for port in self.PORTS.values() for word in ("--publish", "127.0.0.1::" + port.split("/")[0])]
        try:
            podman("run", "--detach", "--name", self.name, *published, "--env", "PUBLIC_URL=http://localhost:8080",
                   *self.options, self.image.name, "identity")
            self._await_ready()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        podman("rm", "--force", "--volumes", "--time", "0", self.name, codes=())

    def _await_ready(self):
        deadline = time.monotonic() + self.patience
        while self.status("management", "/health/ready") != 200:
            if not self.state["Running"] or time.monotonic() > deadline:
                raise Failure("it did not become ready: " + podman("logs", self.name).stderr[-800:])
            time.sleep(0.1)

    @property
    def facts(self):
        return json.loads(podman("container", "inspect", self.name).stdout)[0]

    @property
    def state(self):
        return self.facts["State"]

    def status(self, port, path):
        """What is answered from outside of the container; None: nothing is."""
        published = self.facts["NetworkSettings"]["Ports"][self.PORTS[port]][0]["HostPort"]
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{published}{path}", timeout=10) as answer:
                return answer.status
        except urllib.error.HTTPError as refusal:
            return refusal.code
        except OSError:
            return None

    def process(self, file):
        """A file of /proc of its process 1; of each line `Name: value` when it is parted so."""
        with open(f"/proc/{self.state['Pid']}/{file}", encoding="utf-8", errors="replace") as lines:
            return dict(line.split(":", 1) for line in lines if ":" in line)

    @property
    def processes(self):
        """The state and name of every process in it, as the host's /proc has them."""
        namespace = os.readlink(f"/proc/{self.state['Pid']}/ns/pid")
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                if os.readlink(f"/proc/{pid}/ns/pid") == namespace:
                    with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
                        name, rest = stat.read().rsplit(")", 1)
                        found.append(f"{name.split('(', 1)[1]} {rest.split()[0]}")
            except OSError:  # it has ended meanwhile
                continue
        return sorted(found)

    def healthy(self):
        return podman("healthcheck", "run", self.name, codes=()).returncode == 0

    def end(self, signal, seconds):
        """The exit code after a signal, and the seconds until then; None where it goes on."""
        begun = time.monotonic()
        podman("kill", "--signal", signal, self.name)
        try:
            code = podman("wait", self.name, timeout=seconds).stdout.strip()
        except subprocess.TimeoutExpired:
            return None, seconds
        return int(code), time.monotonic() - begun
