"""Proves what the service promises, in full or by a tenth, and that the proof could fail.

  bars RUNNER [--planted RUNNER] [--scale 1.0] [--only 1,4] [--store SQLite|PostgreSQL] [--report FILE]

Each bar runs against RUNNER and must hold. With --planted, an executable built with -DPLANTED_BUGS,
its control follows: the same bar with a bug planted must be red. Standard library only; what is on
PostgreSQL starts a cluster of its own, whose programs must be installed.
"""
import argparse
import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[1:1] = [os.path.join(HERE, ".."), os.path.join(HERE, "..", "..", "..", "deploy", "processes")]

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
from stores import Cluster, Database, SQLite  # noqa: E402

EITHER, FILE, SHARED = ("SQLite", "PostgreSQL"), ("SQLite",), ("PostgreSQL",)
# Number, title, where, bar, the bug that turns it red, and how much of the bar the bug is given.
BARS = [
    ("1", "kill -9 under load", FILE, crash.run, "answer-before-commit", 1.0),
    ("3", "duplicates at once", EITHER, keys.duplicates, "key-ignored-in-batch", 0.1),
    ("4", "overspend race", EITHER, money.overspend, "stale-balance", 0.1),
    ("6", "each process killed under load", SHARED, kills.run, "answer-before-commit", 0.1),
    ("7", "abort at each statement", EITHER, abort.run, "event-outside", 0.01),
    ("9", "commits that nobody heard of", SHARED, commits.run, "unknown-is-done", 0.1),
    ("10", "sad stays sad", EITHER, money.sad, "failure-unrecorded", 0.1),
    ("11", "key rules", EITHER, keys.rules, "fingerprint-ignored", 0.1),
    ("13", "start-up asserts", FILE, startup.run, "no-lock", 0.1),
    ("17", "a worker that stood still", SHARED, fences.run, "no-fence", 0.1),
    ("28", "what relatives of PostgreSQL take", SHARED, dialect.run, "skips-locked", 0.1),
    ("41", "the same keys and accounts at two processes", SHARED, locks.run, "unsorted-locks", 0.1),
]


def say(report, line):
    print(line, flush=True)
    report.append(line)


def attempt(run, *arguments, **settings):
    """The sentence of a bar that holds, or what broke it."""
    begun = time.monotonic()
    try:
        return True, run(*arguments, **settings), time.monotonic() - begun
    except AssertionError as broken:
        return False, str(broken), time.monotonic() - begun


def chosen(options):
    only = set(filter(None, options.only.split(",")))
    for number, title, where, run, bug, share in BARS:
        for store in where:
            if (not only or number in only) and options.store in (None, store):
                yield number, f"{title}, {store}", store, run, bug, share


def prove(options, cluster, report):
    """Returns how many bars or controls failed."""
    def on(store, runner):
        return SQLite(runner) if store == SQLite.name else Database(runner, cluster)

    failed = 0
    for number, title, store, run, bug, share in chosen(options):
        runner = options.planted if run is abort.run else options.runner
        if runner is None:
            say(report, f"bar {number:>2} {title}: not run, it needs --planted")
            continue
        holds, text, seconds = attempt(run, on(store, runner), options.scale)
        failed += not holds
        say(report, f"bar {number:>2} {title}: {'holds' if holds else 'BROKEN'}: {text} ({seconds:.0f} s)")
        if not options.planted:
            continue
        green, text, seconds = attempt(run, on(store, options.planted), share, PLANTED_BUG=bug)
        failed += green
        what = "GREEN, and must be red" if green else f"red, as it must be: {text.splitlines()[0][:80]}"
        say(report, f"       control {bug}: {what} ({seconds:.0f} s)")
    return failed


def main():
    parser = argparse.ArgumentParser(prog="bars", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runner")
    parser.add_argument("--planted")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--only", default="")
    parser.add_argument("--store", choices=EITHER)
    parser.add_argument("--report")
    options, report = parser.parse_args(), []
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
