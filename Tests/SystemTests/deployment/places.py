"""What the deployments start, as they are rendered, in one form: a container for each role."""
import copy
import json
import os
import re
import subprocess
import sys
import tempfile

import yaml

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", ".."))
PLACEHOLDER = re.compile(r"\$\{([A-Z][A-Z0-9_]*)")
PROGRAM = "/usr/local/bin/runner"
# So that the chart tells a setting, it must have a value: where the default is none, this one.
VALUES = {"CORS_ORIGINS": "https://shop.example", "RATE_LIMIT": "5", "TRUSTED_PROXIES": "10.0.0.0/8",
          "LOG_FORMAT": "json", "SMTP_FROM": "orders@example.org", "SMS_FROM": "Orders"}


class Failure(Exception):
    """What is told before the end."""


def run(command, **options):
    done = subprocess.run(command, check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise Failure(f"{' '.join(command[:4])} …: {done.stderr.strip()[-800:]}")
    return done.stdout


class Word:
    """What the runner says of itself."""

    def __init__(self, runner):
        runner = os.path.abspath(runner)
        self.roles = {role["name"]: role for role in json.loads(run([runner, "roles", "--json"]))["roles"]}
        self.realm = run([runner, "realm"])
        # What the realm file wants of Keycloak's environment; `${username}` and the like are its own texts.
        self.placeholders = set(PLACEHOLDER.findall(self.realm))

    def settings(self, role):
        return {setting["name"]: setting for setting in self.roles[role]["settings"]}


class Container:
    """A role as a place starts it."""

    def __init__(self, arguments, environment, ports, secrets=None, tells_ports=False):
        self.arguments = arguments
        # By name; None where the value is not known before it is started.
        self.environment = environment
        self.ports = set(ports)
        # Whether these are all, or only those that are published.
        self.tells_ports = tells_ports
        # What it gets as a secret; None where a place makes no difference.
        self.secrets = secrets


class Place:
    """A deployment: its containers by role, and what it gives Keycloak."""

    def __init__(self, name, containers, keycloak, realm):
        self.name, self.containers, self.keycloak = name, containers, keycloak
        # The text of the realm file that Keycloak imports; None where it has none.
        self.realm = realm


class Image:
    """What the Dockerfile gives every container."""

    def __init__(self, text):
        text = text.replace("\\\n", " ")
        lines = [line.split(None, 1) for line in text.splitlines() if line.strip()]
        words = {name: [rest for found, rest in (line for line in lines if len(line) == 2) if found == name]
                 for name in ("ENV", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT")}
        self.environment = dict(pair.split("=", 1) for line in words["ENV"] for pair in line.split())
        self.ports = {int(port) for line in words["EXPOSE"] for port in line.split()}
        self.entry = json.loads(words["ENTRYPOINT"][0])
        self.health = json.loads(words["HEALTHCHECK"][0].partition("CMD")[2])


class Places:
    """All of them, rendered."""

    def __init__(self, word, helm, root):
        deploy = os.path.join(root, "deploy")
        self.image = Image(read(os.path.join(deploy, "Dockerfile")))
        compose, stand_in, secrets = (os.path.join(deploy, name) for name in (
            "compose.yaml", "compose.stand-in.yaml", "compose.secrets.yaml"))
        self.chart = chart(word, helm, os.path.join(deploy, "chart"))
        self.compose = composed("compose", [compose])
        self.stand_in = composed("stand-in", [compose, stand_in])
        self.secrets = composed("secrets", [compose, secrets])

    @property
    def all(self):
        return [self.chart, self.compose, self.stand_in, self.secrets]

    def copy(self):
        return copy.deepcopy(self)


# Compose

def composed(name, files):
    """As podman-compose reads the files, where nothing is set."""
    command = [sys.executable, os.path.join(os.path.dirname(sys.executable), "podman-compose")]
    with tempfile.TemporaryDirectory() as folder:
        # It asks for podman's version before it reads a file. No container is made here: any answer will do.
        podman = os.path.join(folder, "podman")
        with open(os.open(podman, os.O_WRONLY | os.O_CREAT, 0o755), "w", encoding="ascii") as file:
            file.write("#!/bin/sh\necho podman version 4.3.1\n")
        command += ["--podman-path", podman, *(word for name in files for word in ("-f", name)), "config"]
        text = run(command, env={"PATH": os.environ["PATH"], "HOME": folder}, cwd=os.path.dirname(files[0]))
    services = yaml.safe_load(text)["services"]
    containers = {}
    for service, said in services.items():
        if re.fullmatch(r"(localhost/)?orders(:.*)?", said["image"]):
            environment, secrets = with_files(said)
            containers[service] = Container(said["command"], environment, map(target, said.get("ports", [])), secrets)
    # A stand-in for Keycloak is the runner's own provider, under Keycloak's name.
    if "keycloak" in containers:
        containers["identity"] = containers.pop("keycloak")
    mounted = [volume.split(":")[0] for volume in services["keycloak"].get("volumes", []) if "realm.json" in volume]
    realm = read(os.path.join(os.path.dirname(files[0]), mounted[0])) if mounted else None
    return Place(name, containers, environ(services["keycloak"]), realm)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def environ(service):
    found = service.get("environment") or {}
    if isinstance(found, list):
        found = dict(pair.split("=", 1) if "=" in pair else (pair, None) for pair in found)
    return {name: None if value is None else str(value) for name, value in found.items()}


def with_files(service):
    """Its environment, where a secret's file stands for its value; and the secrets that it has so, None for none."""
    found, secrets = environ(service), set()
    for name in service.get("secrets", []):
        if found.pop(f"{name}_FILE", None) == f"/run/secrets/{name}" and found[name] == "":
            found[name] = None
            secrets.add(name)
    return found, secrets or None


def target(port):
    return int(str(port.get("target") if isinstance(port, dict) else port).rsplit(":", 1)[-1])


# The chart

def chart(word, helm, folder):
    """As helm renders it with every setting that its processes read and that can be set, and every secret."""
    settings = {setting["name"]: VALUES.get(setting["name"], setting["default"]) for role in word.roles.values()
                for setting in role["settings"] if role["production"] and not setting["secret"]}
    plain, told = rendered(helm, folder), ["--set", "webhookOrigin=https://hooks.example"]
    for name, value in settings.items():
        argument = ["--set-string", f"settings.{name}={value}"]
        if value and " " not in value and takes(helm, folder, argument):
            told += argument
    objects = rendered(helm, folder, *told)
    realms = [text for item in objects if item["kind"] == "ConfigMap"
              for name, text in item["data"].items() if name.endswith("realm.json")]
    return Place("chart", dict(deployed(objects, plain)), keycloak(objects), realms[0] if realms else None)


def takes(helm, folder, arguments):
    """What the chart decides itself cannot be set."""
    command = [helm, "template", "orders", folder, *arguments]
    return subprocess.run(command, check=False, stdin=subprocess.DEVNULL, capture_output=True).returncode == 0


def rendered(helm, folder, *arguments):
    text = run([helm, "template", "orders", folder, "--namespace", "otus", *arguments])
    return [item for item in yaml.safe_load_all(text) if item]


def deployed(objects, plain):
    """Role and container; the values are those of the chart as it comes."""
    values = next(item["data"] for item in plain if (item["kind"], item["metadata"]["name"]) == ("ConfigMap", "orders"))
    for item in objects:
        name = item["metadata"]["name"]
        component = item["metadata"]["labels"].get("app.kubernetes.io/component")
        if item["kind"] == "Job" and component == "migration":
            name = "migrate"
        elif item["kind"] != "Deployment" or component not in ("gateway", "function", "worker"):
            continue
        container = item["spec"]["template"]["spec"]["containers"][0]
        environment, secrets = {}, set()
        for variable in container.get("env", []):
            source = variable.get("valueFrom", {})
            key = source.get("configMapKeyRef", {}).get("key")
            environment[variable["name"]] = values.get(key, variable.get("value"))
            if "secretKeyRef" in source:
                secrets.add(variable["name"])
        ports = [port["containerPort"] for port in container.get("ports", [])]
        yield name, Container(container["args"], environment, ports, secrets, tells_ports=True)


def keycloak(objects):
    pods = [item for item in objects if item["kind"] in ("Deployment", "StatefulSet")
            and item["metadata"]["name"] == "keycloak"]
    return {variable["name"]: variable.get("value") for item in pods
            for container in item["spec"]["template"]["spec"]["containers"] for variable in container.get("env", [])}
