"""What each container is given is what its role reads, as the runner itself tells, and no secret more."""
import json

from load import expect
from stack import OTHERS

# Beside the settings of its role: what the image sets, and what an engine adds.
COMMON = {"PATH", "HOSTNAME", "HOME", "TERM", "container", "HOST", "MANAGEMENT_HOST", "IDENTITY_HOST", "DATA_DIR"}


def run(stack):
    containers = {name: one for name, one in stack.containers().items() if name not in OTHERS}
    roles = told(stack)
    expect(set(containers) == set(roles), f"containers {sorted(containers)}, roles {sorted(roles)}")
    for name, one in containers.items():
        found = faults(roles[name], one["Config"]["Cmd"], environment(one))
        expect(not found, f"{name}: {'; '.join(found)}")
    return f"{len(containers)} containers have the settings and secrets of their roles"


def told(stack):
    """By name; without those that compose does not start."""
    found = json.loads(stack.execute("worker", "/usr/local/bin/runner", "roles", "--json"))["roles"]
    return {role["name"]: role for role in found if role["name"] not in ("serve", "identity", "health")}


def environment(one):
    """With the place of a secret's file for its value."""
    given = dict(pair.split("=", 1) for pair in one["Config"]["Env"])
    for mount in one["Mounts"]:
        place, name = mount["Destination"], mount["Destination"].rpartition("/")[2]
        if given.get(f"{name}_FILE") == place:
            given[name] = given.pop(f"{name}_FILE")
    return given


def faults(role, command, given):
    """In words."""
    settings = {setting["name"]: setting for setting in role["settings"]}
    found = [f"{name} is given and not read" for name in sorted(set(given) - set(settings) - COMMON)]
    wanted = [name for name, one in settings.items() if one["required"]]
    found += [f"{name} is required and not given" for name in wanted if not given.get(name) and name not in COMMON]
    if command != role["arguments"]:
        found.append(f"it is started by {command}, not {role['arguments']}")
    return found


def control(stack):
    """A secret too many, a setting too few and another command are seen."""
    role, one = told(stack)["get-order"], stack.containers()["get-order"]
    given = environment(one)
    planted = {**given, "KEYCLOAK_ADMIN_CLIENT_SECRET": "x"}
    del planted["DATABASE_URL"]
    found = faults(role, ["function", "get-orders"], planted)
    expect(len(found) == 3 and not faults(role, one["Config"]["Cmd"], given), f"planted three, found {found}")
    return "a secret too many, a setting too few and another command are seen"
