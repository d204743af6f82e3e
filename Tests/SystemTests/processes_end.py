"""One process per function as `make run-processes` starts it: it says where each is, each answers there, Ctrl-C ends all.

  processes_end.py RUNNER
"""
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "deploy", "processes")
sys.path.insert(1, SCRIPT)

from postgresql import is_running  # noqa: E402
from processes import functions  # noqa: E402
from role import kebab  # noqa: E402

START_SECONDS, END_SECONDS = 120, 20
PLACE = re.compile(r"  (\S+) +(\S+) +(http://\S+/health/ready)")
FOLDER = re.compile(r"  folder +(\S+) \(temporary\)")


def check(condition, text):
    if not condition:
        raise AssertionError(text)


def printed(process):
    """What it says up to the printout's end."""
    signal.alarm(START_SECONDS)  # ends this script, and by its end of file the other one's words
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("Ctrl-C ends them all"):
            signal.alarm(0)
            return lines
    raise AssertionError("it ended before it said where everything is:\n" + "".join(lines[-20:]))


def status(url):
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as refusal:
        return refusal.code


def answers(places):
    """Each is ready, and speaks HTTP at its address."""
    for name, (url, ready) in places.items():
        check(status(ready) == 200, f"{name} is not ready at {ready}")
        if name == "identity":
            url += "/realms/otus/.well-known/openid-configuration"
            check(status(url) == 200, f"the provider is not at {url}")
        elif name == "worker":
            check(url == "–", f"the worker takes no requests, and is said to at {url}")
        else:
            check(status(url + "/nowhere") in (401, 404, 405), f"{name} is not at {url}")


def parent(number):
    try:
        with open(f"/proc/{number}/stat", encoding="utf-8", errors="replace") as file:
            return int(file.read().rpartition(")")[2].split()[1])
    except OSError:
        return None


def below(number):
    """The processes that it has begun, and theirs."""
    parents = {int(name): parent(name) for name in os.listdir("/proc") if name.isdigit()}
    found, new = set(), {number}
    while new:
        new = {child for child, above in parents.items() if above in new}
        found |= new
    return found


def ended(process, children):
    begun = time.monotonic()
    process.send_signal(signal.SIGINT)
    try:
        rest = process.communicate(timeout=END_SECONDS)[0]
    except subprocess.TimeoutExpired:
        raise AssertionError(f"still there {END_SECONDS} s after Ctrl-C") from None
    check(process.returncode == 0, f"Ctrl-C ended it with {process.returncode}:\n{rest[-2000:]}")
    left = sorted(filter(is_running, children))
    check(not left, f"left behind: {left}")
    return time.monotonic() - begun


def main():
    runner = sys.argv[1]
    names = {*map(kebab, functions(runner)), "gateway", "worker", "identity"}
    process = subprocess.Popen([sys.executable, SCRIPT, runner, "--port", "0"], stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        text = "".join(printed(process))
        places = {name: (url, ready) for name, url, ready in PLACE.findall(text)}
        check(set(places) == names, f"the printout has {set(places)}, not {names}:\n{text}")
        answers(places)
        folder, children = FOLDER.search(text).group(1), below(process.pid)
        check(len(children) > len(names), f"{len(children)} processes, and PostgreSQL is one of more")
        seconds = ended(process, children)
        check(not os.path.exists(folder), f"left behind: {folder}")
    finally:
        if process.poll() is None:
            process.kill()
    print(f"{len(places)} processes and PostgreSQL were where they said, and ended within {seconds:.1f} s")


if __name__ == "__main__":
    main()
