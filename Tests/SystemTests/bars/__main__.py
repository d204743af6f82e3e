"""Proves what the service promises, in full or by a tenth, and that the proof could fail.

  bars RUNNER [--planted RUNNER] [--scale 1.0] [--only 1,4] [--store SQLite|PostgreSQL] [--report FILE]

Each bar runs against RUNNER and must hold. With --planted, an executable built with -DPLANTED_BUGS,
its controls follow: the same bar with a bug planted must be red. Standard library only; what is on
PostgreSQL starts a cluster of its own, whose programs must be installed.
"""
import argparse
import os
import re
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..", "..")
sys.path[1:1] = [os.path.join(HERE, ".."), os.path.join(ROOT, "deploy", "processes")]

import abort  # noqa: E402
import commits  # noqa: E402
import crash  # noqa: E402
import dialect  # noqa: E402
import fences  # noqa: E402
import keys  # noqa: E402
import kills  # noqa: E402
import locks  # noqa: E402
import money  # noqa: E402
import startup  # noqa: E402
import synced  # noqa: E402
from service import NotStarted  # noqa: E402
from stores import Cluster, Database, SQLite  # noqa: E402

EITHER, FILE, SHARED = ("SQLite", "PostgreSQL"), ("SQLite",), ("PostgreSQL",)
# Number, title, where, bar, and the bugs that turn it red, each with how much of the bar it is given.
BARS = [
    ("1", "kill -9 under load", FILE, crash.run, {"answer-before-commit": 1.0}),
    ("3", "duplicates at once", EITHER, keys.duplicates, {"key-ignored-in-batch": 0.1, "key-ignored": 0.1}),
    ("4", "overspend race", EITHER, money.overspend, {"stale-balance": 0.1}),
    ("6", "each process killed under load", SHARED, kills.run, {"answer-before-commit": 0.1}),
    ("7", "abort at each statement", EITHER, abort.run, {"event-outside": 0.01, "key-after-commit": 0.01}),
    ("9", "commits that nobody heard of", SHARED, commits.run, {"unknown-is-done": 0.1}),
    ("10", "sad stays sad", EITHER, money.sad, {"failure-unrecorded": 0.1}),
    ("11", "key rules", EITHER, keys.rules, {"fingerprint-ignored": 0.1}),
    ("12", "synced before it is answered", EITHER, synced.run, {"synchronous-off": 0.02, "answer-before-commit": 0.02}),
    ("13", "start-up asserts", FILE, startup.run, {"no-lock": 0.1}),
    ("17", "a worker that stood still", SHARED, fences.run, {"no-fence": 0.1}),
    ("28", "what relatives of PostgreSQL take", SHARED, dialect.run, {"skips-locked": 0.1}),
    ("41", "the same keys and accounts at two processes", SHARED, locks.run, {"unsorted-locks": 0.1}),
]

# How a bar ends, and what that means for a control.
HOLDS, BROKEN, NOT_STARTED = "holds", "BROKEN", "BROKEN, it was not even begun"
CONTROLS = {HOLDS: "GREEN, and must be red", BROKEN: "red, as it must be", NOT_STARTED: "NOT BEGUN, and must be red"}


def say(report, line):
    print(line, flush=True)
    report.append(line)


def attempt(run, *arguments, **settings):
    """Whether a bar holds, and its sentence; or what broke it. Seconds that it took."""
    begun = time.monotonic()
    try:
        ending = HOLDS, run(*arguments, **settings)
    except NotStarted as failure:
        ending = NOT_STARTED, str(failure)
    except AssertionError as broken:
        ending = BROKEN, str(broken)
    return *ending, time.monotonic() - begun


def chosen(options):
    only = set(filter(None, options.only.split(",")))
    for number, title, where, run, bugs in BARS:
        for store in where:
            if (not only or number in only) and options.store in (None, store):
                yield number, f"{title}, {store}", store, run, bugs


def prove(options, cluster, report):
    """Returns how many bars or controls failed."""
    def on(store, runner):
        return SQLite(runner) if store == SQLite.name else Database(runner, cluster)

    failed = 0
    for number, title, store, run, bugs in chosen(options):
        runner = options.planted if run is abort.run else options.runner
        if runner is None:
            say(report, f"bar {number:>2} {title}: not run, it needs --planted")
            continue
        ending, text, seconds = attempt(run, on(store, runner), options.scale)
        failed += ending != HOLDS
        say(report, f"bar {number:>2} {title}: {ending}: {text} ({seconds:.0f} s)")
        for bug, share in bugs.items() if options.planted else ():
            ending, text, seconds = attempt(run, on(store, options.planted), share, PLANTED_BUG=bug)
            failed += ending != BROKEN
            say(report, f"       control {bug}: {CONTROLS[ending]}: {text.splitlines()[0][:80]} ({seconds:.0f} s)")
    return failed


def unproven():
    """Bugs that could be planted, and that no bar is shown to see."""
    with open(os.path.join(ROOT, "Sources", "Runner", "Store", "PlantedBug.swift"), encoding="utf-8") as file:
        planted = re.findall(r'^ *case \w+ = "([a-z-]+)"$', file.read(), re.MULTILINE)
    shown = {bug for *_, bugs in BARS for bug in bugs}
    return sorted(set(planted) ^ shown)


def main():
    parser = argparse.ArgumentParser(prog="bars", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runner")
    parser.add_argument("--planted")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--only", default="")
    parser.add_argument("--store", choices=EITHER)
    parser.add_argument("--report")
    options, report = parser.parse_args(), []
    if unproven():
        sys.exit(f"planted bugs and controls differ: {', '.join(unproven())}")
    with Cluster() as cluster:
        failed = prove(options, cluster, report)
    if options.report:
        with open(options.report, "w", encoding="utf-8") as file:
            file.write("\n".join(report) + "\n")
    kept = "every bar holds" + (", every control is red" if options.planted else "; no control was run")
    print(f"{failed} of the bars or their controls failed" if failed else kept)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
