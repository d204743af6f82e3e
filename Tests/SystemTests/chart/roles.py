"""The chart's table of roles, and the runner's word on them: `roles.py RUNNER` prints what the table has to be."""
import json
import subprocess
import sys
import textwrap

HEAD = """\
# Who reads what: `python3 Tests/SystemTests/chart/roles.py RUNNER` makes this file from `runner roles --json`, and the
# chart's test compares. A container gets these settings and secrets, and no others. Never edited by hand.
"""
WIDTH = 118


def roles(runner):
    """Those that a cluster runs, by name."""
    text = subprocess.run([runner, "roles", "--json"], check=True, stdout=subprocess.PIPE, text=True).stdout
    wanted = ("gateway", "worker", "migrate")
    return {role["name"]: role for role in json.loads(text)["roles"]
            if role["name"] in wanted or role["arguments"][0] == "function"}


def entry(role):
    """One role's lines."""
    settings = [setting["name"] for setting in role["settings"] if not setting["secret"] and not setting["originOnly"]]
    origins = [setting["name"] for setting in role["settings"] if setting["originOnly"]]
    members = {"arguments": role["arguments"], "settings": settings, "secrets": role["secrets"], "origins": origins}
    lines = [role["name"] + ":"]
    for name, words in members.items():
        text = f"{name}: [{', '.join(words)}]"
        lines += textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False,
                               break_long_words=False)
    return "\n".join(lines) + "\n"


def table(runner):
    return HEAD + "".join(map(entry, roles(runner).values()))


if __name__ == "__main__":
    sys.stdout.write(table(sys.argv[1]))
