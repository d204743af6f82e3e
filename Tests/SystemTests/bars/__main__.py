"""Proves what the service promises, in full or by a tenth, and that the proof could fail.

  bars RUNNER [--planted RUNNER] [--scale 1.0] [--only 1,4] [--report FILE]

Each bar runs against RUNNER and must hold. With --planted, an executable built with -DPLANTED_BUGS,
its control follows: the same bar with a bug planted must be red. Standard library only.
"""
import argparse
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

import abort  # noqa: E402
import crash  # noqa: E402
import keys  # noqa: E402
import money  # noqa: E402
import startup  # noqa: E402

# Number, title, bar, the bug that turns it red, and how much of the bar the bug is given.
BARS = [
    ("1", "kill -9 under load", crash.run, "answer-before-commit", 1.0),
    ("3", "duplicates at once", keys.duplicates, "key-ignored-in-batch", 0.1),
    ("4", "overspend race", money.overspend, "stale-balance", 0.1),
    ("7", "abort at each statement", abort.run, "event-outside", 0.01),
    ("10", "sad stays sad", money.sad, "failure-unrecorded", 0.1),
    ("11", "key rules", keys.rules, "fingerprint-ignored", 0.1),
    ("13", "start-up asserts", startup.run, "no-lock", 0.1),
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


def main():
    parser = argparse.ArgumentParser(prog="bars", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runner")
    parser.add_argument("--planted")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--only", default="")
    parser.add_argument("--report")
    options = parser.parse_args()
    only, report, failed = set(filter(None, options.only.split(","))), [], 0
    for number, title, run, bug, share in BARS:
        if only and number not in only:
            continue
        runner = options.planted if run is abort.run else options.runner
        if runner is None:
            say(report, f"bar {number:>2} {title}: not run, it needs --planted")
            continue
        holds, text, seconds = attempt(run, runner, options.scale)
        failed += not holds
        say(report, f"bar {number:>2} {title}: {'holds' if holds else 'BROKEN'}: {text} ({seconds:.0f} s)")
        if not options.planted:
            continue
        green, text, seconds = attempt(run, options.planted, share, PLANTED_BUG=bug)
        failed += green
        what = "GREEN, and must be red" if green else f"red, as it must be: {text.splitlines()[0][:80]}"
        say(report, f"       control {bug}: {what} ({seconds:.0f} s)")
    if options.report:
        with open(options.report, "w", encoding="utf-8") as file:
            file.write("\n".join(report) + "\n")
    kept = "every bar holds" + (", every control is red" if options.planted else "; no control was run")
    print(f"{failed} of the bars or their controls failed" if failed else kept)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
