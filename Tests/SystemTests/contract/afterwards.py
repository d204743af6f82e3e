"""What must hold when all has been asked: nothing lost, nothing stuck, nothing said too loudly."""

import json
import re
import urllib.request

from world import PASSWORD

# Tokens, passwords, keys of requests and the words of letters and orders.
SECRET = re.compile(
    r"eyJ[\w-]{8,}|" + PASSWORD + r"|gateway-secret|functions-secret|Bearer (?!\$TOKEN)|a key's order|Z <b>"
)


def run(world):
    service = world.settings.get("service")
    management = world.settings.get("management") or service and service.management
    if management:
        at_rest(world, management)
    if service:
        the_ledger(world, service)
        the_log(world, service)


def at_rest(world, management):
    with urllib.request.urlopen(management + "/metrics", timeout=20) as answer:
        lines = answer.read().decode().splitlines()
    stuck = [line for line in lines if line.startswith("orders_requests_in_flight{") and not line.endswith(" 0")]
    world.fact("nothing is in flight any more", not stuck and "orders_requests_in_flight" in str(lines), stuck)
    for path in ("/health/live", "/health/ready"):
        with urllib.request.urlopen(management + path, timeout=20) as answer:
            world.fact(f"{path} is well", answer.status == 200)


def the_ledger(world, service):
    code, text = service.run("audit")
    world.fact("the ledger is whole", code == 0, text)


def the_log(world, service):
    with open(service.log, encoding="utf-8", errors="replace") as file:
        lines = file.read().splitlines()
    told = [line for line in lines if SECRET.search(line)]
    world.fact("no token, password or word of a letter is in the log", not told, told[:3])
    broken = [line for line in lines if not is_record(line)]
    world.fact("each line of the log is one JSON object", not broken, broken[:3])
    if "KEYCLOAK_URL" not in world.settings:
        errors = [line for line in lines if '"level":"error"' in line or '"status":"500"' in line]
        world.fact("nothing went wrong on the service's own side", not errors, errors[:3])


def is_record(line):
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False
