"""What must hold of the service in containers, and that each check can fail.

  python Tests/SystemTests/containers [--real] [--only NAME,...]

A stack of its own is started, as an arbitrary user and with its secrets in files; the collection runs against it
twice (newman where it is on the PATH, else the flow over HTTP); then what its containers may not do, what they are
given, what they hold, a container of each kind killed under load, and the stack stopped under load. After each a
fault is planted, which the check must see. ORDERS_IMAGE names the image, which is built else; --real takes
PostgreSQL, Keycloak and the mail catcher from a registry. Processes are killed by their numbers: the engine must be
on this machine, and this script root where it is.
"""
import argparse
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
ROOT = os.path.join(TESTS, "..", "..")
sys.path[1:1] = [os.path.join(ROOT, "deploy", "containers"), os.path.join(TESTS, "bars"), TESTS,
                 os.path.join(ROOT, "deploy", "processes")]

import confinement  # noqa: E402
import given  # noqa: E402
import killed  # noqa: E402
import memory  # noqa: E402
import stopped  # noqa: E402
from engine import Engine, EngineFailure  # noqa: E402
from stack import Failure, made  # noqa: E402

USER = "12345:0"


def collection(stack):
    """The same requests twice, against what the first run left."""
    name, command = "flow.py", [sys.executable, os.path.join(TESTS, "flow.py"), stack.base]
    if shutil.which("newman"):
        requests = os.path.join(ROOT, "postman_collection.json")
        name, command = "newman", ["newman", "run", requests, "--env-var", f"baseUrl={stack.base}"]
    for number in (1, 2):
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise AssertionError(f"{name}, run {number}:\n{done.stdout[-3000:]}{done.stderr[-1000:]}")
    return f"{name} passed twice"


CHECKS = [
    ("collection", collection, None),
    ("confined", lambda stack: confinement.run(stack, USER), confinement.control),
    ("given", given.run, given.control),
    ("memory", memory.run, None),
    ("killed", killed.run, killed.control),
    ("stopped", stopped.run, stopped.control),
]


def files_of(folder):
    """Secrets that nobody knows, in files; what its servers take from the environment is told beside the folder."""
    words = {name: secrets.token_hex(16) for name in (
        "SECRET_KEY", "KEYCLOAK_CLIENT_SECRET", "KEYCLOAK_ADMIN_CLIENT_SECRET", "KEYCLOAK_SERVICE_CLIENT_SECRET",
        "ORDERS_PASSWORD", "POSTGRES_PASSWORD", "KEYCLOAK_PASSWORD")}
    files = {**words, "SMTP_URL": "smtp://mail:1025",
             "DATABASE_URL": f"postgres://orders:{words['ORDERS_PASSWORD']}@postgresql:5432/orders"}
    for name, text in files.items():
        with open(os.path.join(folder, name), "w", encoding="ascii") as file:
            file.write(text + "\n")
    return {**words, "SECRETS_DIR": folder}


def attempt(name, question, stack):
    """Whether it holds, with a line that says so."""
    begun = time.monotonic()
    try:
        text, holds = question(stack), True
    except (AssertionError, EngineFailure, Failure, OSError) as broken:
        text, holds = f"{type(broken).__name__}: {broken}", False
    print(f"{'ok    ' if holds else 'FAILED'} {name} ({time.monotonic() - begun:.0f} s): {text}", flush=True)
    return holds


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--real", action="store_true")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    only = set(filter(None, options.only.split(",")))
    begun, failed = time.monotonic(), 0
    engine = Engine.find()
    project = f"orders-{secrets.token_hex(4)}"
    with (tempfile.TemporaryDirectory() as folder,
          made(engine, project, not options.real, ORDERS_USER=USER, **files_of(folder)) as stack):
        print(f"ok     start ({time.monotonic() - begun:.0f} s) with {engine.name}", flush=True)
        for name, question, control in CHECKS:
            if only and name not in only:
                continue
            failed += not attempt(name, question, stack)
            if control:
                failed += not attempt(f"{name}, planted", control, stack)
    print(f"{failed} of the checks failed" if failed else f"every check passed, in {time.monotonic() - begun:.0f} s")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
