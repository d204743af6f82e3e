"""The chart as helm renders it."""
import copy
import os
import re
import subprocess
import tarfile

import yaml

NAMESPACE = "otus"
PARTS = ("gateway", "billing", "order", "notification")
# libyaml's reader is ten times as fast, where it is there.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# What a production has to say beside values-production.yaml.
PRODUCTION = ("image.repository=registry.example.org/orders", "publicUrl=https://orders.example.org",
              "keycloak.url=https://keycloak.example.org/auth", "existingSecret=orders-production",
              "settings.SMTP_FROM=orders@example.org")


class Failure(Exception):
    """What is told before the end."""


def settings(*pairs):
    """The arguments that set these."""
    return [word for pair in pairs for word in ("--set", pair)]


class Chart:
    """A folder with a chart."""

    def __init__(self, helm, folder):
        self.helm, self.folder = helm, folder
        self.rendered = {}

    def values(self, name):
        return ["--values", os.path.join(self.folder, f"values-{name}.yaml")]

    def run(self, *arguments):
        return subprocess.run([self.helm, *arguments], check=False, stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def objects(self, *arguments, release="orders"):
        """What is rendered: every object, the same again for the same arguments."""
        key = (release, *arguments)
        if key not in self.rendered:
            done = self.run("template", release, self.folder, "--namespace", NAMESPACE, *arguments)
            if done.returncode != 0:
                raise Failure(f"helm template {' '.join(arguments)}: {done.stderr.strip()}")
            self.rendered[key] = [item for item in yaml.load_all(done.stdout, LOADER) if item]
        return copy.deepcopy(self.rendered[key])

    def part(self, name, *arguments):
        """One part, as a release of its own name."""
        return self.objects(*self.values(name), *arguments, release=name)

    def refusal(self, *arguments):
        """Why it does not render; empty where it does."""
        done = self.run("template", "orders", self.folder, "--namespace", NAMESPACE, *arguments)
        return "" if done.returncode == 0 else done.stderr

    def lint(self, *arguments):
        done = self.run("lint", "--strict", self.folder, *arguments)
        return "" if done.returncode == 0 else done.stdout + done.stderr

    def package(self, folder):
        """The chart as a file, as a registry would have it."""
        done = self.run("package", self.folder, "--destination", folder)
        found = [name for name in os.listdir(folder) if name.endswith(".tgz")]
        if done.returncode != 0 or len(found) != 1:
            raise Failure(f"helm package: {done.stderr.strip()}")
        return Chart(self.helm, os.path.join(folder, found[0]))

    def listing(self):
        """The names in a packed chart."""
        with tarfile.open(self.folder) as tar:
            return " ".join(tar.getnames())

    def notes(self, *arguments):
        """What an installation would print."""
        done = self.run("install", "orders", self.folder, "--namespace", NAMESPACE, "--dry-run=client", *arguments)
        if done.returncode != 0:
            raise Failure(f"helm install --dry-run=client: {done.stderr.strip()}")
        return done.stdout.partition("\nNOTES:\n")[2]

    def read(self, name):
        with open(os.path.join(self.folder, name), encoding="utf-8") as file:
            return file.read()


def production(chart):
    return [*chart.values("production"), *settings(*PRODUCTION)]


def variants(chart):
    """Every switch on and off: its name and the arguments."""
    webhook = ("settings.NOTIFICATION_CHANNEL=webhook", "secrets.WEBHOOK_URL=https://key@hooks.example.org/orders",
               "secrets.WEBHOOK_SECRET=whsec_ZGV2ZWxvcG1lbnQtb25seS1zZWNyZXQtb2YtdGhlLXRlc3Qh")
    found = {
        "default": [], "production": production(chart),
        "no autoscaling": settings("defaults.autoscaling.enabled=false"),
        "worker autoscaled": settings("worker.autoscaling.enabled=true"),
        "route": settings("httpRoute.enabled=true", "httpRoute.parentRefs[0].name=public", "ingress.enabled=false"),
        "no way in": settings("ingress.enabled=false"),
        "tls": settings("publicUrl=https://arch.homework", "ingress.tlsSecret=arch", "ingress.className=nginx",
                        "ingress.annotations.example=x"),
        "no policies": settings("networkPolicies.enabled=false"),
        "prometheus": settings("prometheus.enabled=true"),
        "open": settings("prometheus.enabled=true", "prometheus.from=null", "networkPolicies.ingress=null"),
        "webhook": settings(*webhook),
        "sms": settings("settings.NOTIFICATION_CHANNEL=sms", "settings.SMS_FROM=Orders",
                        "secrets.SMS_URL=https://key:word@sms.example.org/"),
        "secret": settings("existingSecret=mine"),
        "servers elsewhere": settings("postgresql.enabled=false", "keycloak.enabled=false", "mail.enabled=false",
                                      "secrets.DATABASE_URL=postgres://orders:word@database/orders",
                                      "secrets.SMTP_URL=smtp://mail:25", "keycloak.url=http://keycloak/auth",
                                      "networkPolicies.keycloak.port=80"),
        "placed": settings("runAsUser=null", "image.pullSecrets[0]=registry", "defaults.nodeSelector.disk=fast",
                           "defaults.priorityClassName=high", "defaults.tolerations[0].key=spot",
                           "postgresql.storageClass=fast", "image.digest=sha256:" + "0" * 64),
        "certificates": settings("database.certificates=database"),
        "settings": settings("settings.RATE_LIMIT=1000000", "settings.KEYCLOAK_REALM=shop", "settings.LOG_LEVEL=debug",
                             "settings.REQUIRE_IDEMPOTENCY_KEY=true"),
    }
    found.update({f"part {name}": chart.values(name) for name in PARTS})
    return found


def schema_version(migrations):
    """The number of the newest migration file."""
    return max(re.match(r"\d+", name).group() for name in os.listdir(migrations) if name.endswith(".sql"))
