"""The chart's processes against the runner's own word."""
import subprocess

from objects import containers, named, of_kind, processes
from roles import roles, table


def kebab(name):
    return "".join("-" + letter.lower() if letter.isupper() else letter for letter in name)


def functions(runner):
    """Their names, as `runner routes` has them, in kebab-case."""
    lines = subprocess.run([runner, "routes"], check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    return [kebab(line.split()[2]) for line in lines[1:]]


class Word:
    """What the runner says of itself."""

    def __init__(self, runner):
        self.runner = runner
        self.roles = roles(runner)
        self.functions = functions(runner)
        self.table = table(runner)
        said = subprocess.run([runner, "version"], check=True, stdout=subprocess.PIPE, text=True).stdout
        self.version = said.split()[1]


def ways(container):
    """Its environment: the names of settings and of secrets, and the key that each is read from."""
    found = {"settings": {}, "secrets": {}, "plain": {}}
    for variable in container.get("env", []):
        source = variable.get("valueFrom", {})
        if "configMapKeyRef" in source:
            found["settings"][variable["name"]] = source["configMapKeyRef"]["key"]
        elif "secretKeyRef" in source:
            found["secrets"][variable["name"]] = source["secretKeyRef"]["key"]
        else:
            found["plain"][variable["name"]] = variable.get("value")
    return found


def check(objects, word):
    """Every process with its role's arguments, the settings it reads where they are set, and exactly its secrets."""
    deployed = processes(objects)
    jobs = of_kind(objects, "Job")
    wanted = {"gateway", "worker", *word.functions}
    if set(deployed) != wanted:
        yield f"processes: {sorted(set(deployed) ^ wanted)} are in the chart or in the runner alone"
    if len(jobs) != 1:
        yield f"{len(jobs)} migration Jobs"
    given = set(named(objects, "ConfigMap", "orders")["data"])
    for name, item in [*deployed.items(), *(("migrate", job) for job in jobs)]:
        if name in word.roles:
            yield from check_one(name, containers(item), word.roles[name], given)


def check_one(name, found, role, given):
    container = found[0]
    if len(found) != 1 or container.get("args") != role["arguments"] or "command" in container:
        yield f"{name}: its arguments are {container.get('args')}"
    env = ways(container)
    reads = {setting["name"] for setting in role["settings"] if not setting["secret"] and not setting["originOnly"]}
    origins = {setting["name"] for setting in role["settings"] if setting["originOnly"]}
    expected = {name: name for name in reads & given}
    expected.update({name: name.replace("_URL", "_ORIGIN") for name in origins if "WEBHOOK_ORIGIN" in given})
    if env["settings"] != expected:
        yield f"{name}: is told {sorted(set(env['settings'].items()) ^ set(expected.items()))} too many or too few"
    if env["secrets"] != {name: name for name in role["secrets"]}:
        yield f"{name}: its secrets are {sorted(env['secrets'])}, and it reads {sorted(role['secrets'])}"
    if env["plain"]:
        yield f"{name}: {sorted(env['plain'])} come from neither ConfigMap nor Secret"
    required = {setting["name"] for setting in role["settings"] if setting["required"]}
    if missing := required - set(env["settings"]) - set(env["secrets"]):
        yield f"{name}: does not start without {sorted(missing)}"


def check_table(chart, word, migrations_version):
    """What the chart says of the runner is so."""
    if chart.read("roles.yaml") != word.table:
        yield "roles.yaml is not what `python3 Tests/SystemTests/chart/roles.py RUNNER` prints"
    text = chart.read("Chart.yaml")
    for line in (f"version: {word.version}", f'appVersion: "{word.version}"', f'orders/schema: "{migrations_version}"'):
        if line not in [found.strip() for found in text.splitlines()]:
            yield f"Chart.yaml lacks the line {line}"
