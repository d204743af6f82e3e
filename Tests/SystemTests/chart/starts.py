"""What the chart gives its processes and servers, given to real ones on this machine."""
import os
import subprocess
import sys
import tempfile

from helm import Failure
from objects import containers, named, of_kind, processes, values
from upgrade import ROOT

sys.path.insert(1, os.path.join(ROOT, "deploy", "processes"))

from postgresql import PostgreSQL, PostgreSQLFailure  # noqa: E402
from role import free_port  # noqa: E402

# What the image sets, any port, and a place where nobody can listen: a process whose settings are taken ends there.
IMAGE = {"HOST": "::", "PORT": "0", "MANAGEMENT_HOST": "203.0.113.1", "DATA_DIR": "/nonexistent"}
# The keys of a production's own Secret.
SECRET = {"DATABASE_URL": "postgres://orders:word@127.0.0.1:1/orders", "SECRET_KEY": "0123456789abcdef" * 4,
          "KEYCLOAK_CLIENT_SECRET": "one", "KEYCLOAK_ADMIN_CLIENT_SECRET": "two",
          "KEYCLOAK_SERVICE_CLIENT_SECRET": "three", "SMTP_URL": "smtps://orders:word@mail.example.org"}
SETTINGS_ARE_WRONG = 2
SECONDS = 60


def environment(objects, container):
    """As the kubelet makes it."""
    found = dict(IMAGE)
    secret = named(objects, "Secret", "orders")
    for variable in container["env"]:
        source = variable.get("valueFrom", {})
        if "configMapKeyRef" in source:
            found[variable["name"]] = named(objects, "ConfigMap", "orders")["data"][source["configMapKeyRef"]["key"]]
        else:
            given = values(secret) if secret else SECRET
            value = given.get(source["secretKeyRef"]["key"])
            if value is not None:
                found[variable["name"]] = value
    return found


def run(runner, container, given):
    return subprocess.run([runner, *container["args"]], env=given, check=False, text=True, timeout=SECONDS,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def check(runner, objects):
    """No process refuses its settings: each goes on until it is to listen."""
    for name, item in processes(objects).items():
        container = containers(item)[0]
        done = run(runner, container, environment(objects, container))
        if done.returncode == SETTINGS_ARE_WRONG or IMAGE["MANAGEMENT_HOST"] not in done.stdout:
            yield f"{name} does not start with what it is given ({done.returncode}): {done.stdout.strip()[-300:]}"


class Database:
    """A PostgreSQL that has run the chart's own script, as the image runs it."""

    def __init__(self, objects):
        self.objects = objects
        self.passwords = values(named(objects, "Secret", "postgresql"))
        self.folder = tempfile.TemporaryDirectory(prefix="orders-chart-")
        os.chmod(self.folder.name, 0o711)
        self.server = PostgreSQL(os.path.join(self.folder.name, "postgresql"), free_port())

    def __enter__(self):
        self.server.user = "postgres"
        self.server.start()
        script = os.path.join(self.folder.name, "roles.sql")
        with open(script, "w", encoding="utf-8") as file:
            file.write(named(self.objects, "ConfigMap", "postgresql")["data"]["roles.sql"])
        secrets = {"ORDERS_PASSWORD": self.passwords["orders"], "KEYCLOAK_PASSWORD": self.passwords["keycloak"],
                   "PGPASSWORD": self.server.password()}
        done = self.server.run("psql", "-v", "ON_ERROR_STOP=1", "--no-psqlrc", "-h", "127.0.0.1", "-p",
                               str(self.server.port), "-U", "postgres", "-f", script, environment=secrets)
        if done.returncode != 0:
            raise Failure(f"postgresql.sql: {done.stdout}")
        return self

    def __exit__(self, *_):
        self.server.stop()
        self.folder.cleanup()

    def asks(self, role, database):
        """What the role is told there; None where it is not let in."""
        done = self.server.run("psql", "-X", "-At", "-h", "127.0.0.1", "-p", str(self.server.port), "-U", role,
                               "-d", database, "-c", "SELECT current_user",
                               environment={"PGPASSWORD": self.passwords[role]})
        return done.stdout.strip() if done.returncode == 0 else None


def database(runner, objects):
    """Each role is let into its own database alone, and the migration Job makes the schema there."""
    try:
        with Database(objects) as there:
            for role, other in (("orders", "keycloak"), ("keycloak", "orders")):
                if there.asks(role, role) != role or there.asks(role, other) is not None:
                    yield f"postgresql.sql: {role} is not let into its own database alone"
            container = containers(of_kind(objects, "Job")[0])[0]
            given = environment(objects, container)
            place = given["DATABASE_URL"].replace("@postgresql:5432/", f"@127.0.0.1:{there.server.port}/")
            done = run(runner, container, {**given, "DATABASE_URL": place})
            if place == given["DATABASE_URL"] or done.returncode != 0:
                yield f"the migration ends with {done.returncode}: {done.stdout.strip()[-300:]}"
    except PostgreSQLFailure as failure:
        yield f"postgresql.sql: {failure}"
