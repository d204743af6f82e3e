"""Asks one corpus of requests of the service's three forms, which must answer the same. Standard library only.

  python Tests/SystemTests/parity RUNNER [--plant NAME=value] [--list] [--verbose]

The forms are `runner serve` on SQLite, a gateway with a process per function on PostgreSQL, and each of such
processes by itself at its own port. Compared are status, all fields but Date, and body, after ids, times and tokens
are named by their first appearance; what may differ stands in allowed.py with its reason. Then differences are
planted in what was recorded, each of which must be found. --plant gives the processes one setting that one process
has not, which must be found as well. Needs PostgreSQL's programs.
"""

import argparse
import collections
import concurrent.futures
import contextlib
import os
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import corpus as corpora  # noqa: E402
from allowed import ALLOWED  # noqa: E402
from comparing import Comparison  # noqa: E402
from control import unseen  # noqa: E402
from forms import SETTINGS, FunctionsAlone, GatewayWithProcesses, OneProcess, Operations  # noqa: E402


def asked(runner, corpus, operations, planted, log):
    """The three forms, with every answer."""
    there = {**SETTINGS, **planted}
    forms = (OneProcess(runner, SETTINGS), GatewayWithProcesses(runner, there, log),
             FunctionsAlone(runner, there, log, operations))
    # The threads that started the processes end last: the processes would end with them.
    with concurrent.futures.ThreadPoolExecutor() as pool, contextlib.ExitStack() as stack:
        list(pool.map(stack.enter_context, forms))
        list(pool.map(lambda form: form.run(corpus), forms))
    return forms


def unexpected(corpus, form):
    """Cases that do not reach what they are there for, as one process answers them."""
    for number, case in enumerate(corpus):
        found = form.answers[number]
        wanted = case.status if isinstance(case.status, tuple) else (case.status,)
        if isinstance(found, str) or not found or found[-1].status not in wanted:
            yield number, f"{case.status} is expected of one process, which answers {found}"


def compared(corpus, literals, forms, verbose):
    """Prints what differs; returns how many cases do, and how many do not hold otherwise."""
    differing, used = collections.defaultdict(list), set()
    for other in forms[1:]:
        for number, words in Comparison(corpus, literals, forms[0], other).differences(used).items():
            differing[number].append(words)
    for number, words in sorted(differing.items()):
        print(f"DIFFERS {corpus[number].name}\n" + "\n".join(words), flush=True)
    wrong = [f"FAILED {corpus[number].name}: {words}" for number, words in unexpected(corpus, forms[0])]
    wrong += [f"FAILED a listed difference is none: {entry.reason}" for entry in ALLOWED if entry.reason not in used]
    if not differing:
        wrong += [f"FAILED not found: {name}" for other in forms[1:] for name in unseen(corpus, literals, forms[0], other)]
    print("\n".join(wrong), end="\n" if wrong else "")
    if verbose:
        tell(corpus, forms)
    return len(differing), len(wrong)


def tell(corpus, forms):
    for form in forms:
        found = [answer for answer in form.answers.values() if not isinstance(answer, str)]
        counts = collections.Counter(answer[-1].status for answer in found if answer)
        print(f"{form.name}: {len(form.answers)} of {len(corpus)} cases; {dict(sorted(counts.items()))}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runner")
    parser.add_argument("--plant", metavar="NAME=value", type=lambda text: text.split("=", 1))
    parser.add_argument("--list", action="store_true", help="print the corpus and ask nobody")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    begun, operations = time.monotonic(), Operations(options.runner)
    corpus = corpora.all_of(operations.document)
    if options.list:
        print("\n".join(f"{case.status} {case.name}" for case in corpus))
        return 0
    with tempfile.TemporaryFile("w+", encoding="utf-8") as log:
        forms = asked(options.runner, corpus, operations, dict([options.plant] if options.plant else []), log)
        differ, wrong = compared(corpus, corpora.literals(corpus), forms, options.verbose)
        if differ and options.verbose:
            log.seek(0)
            print("--- what the processes said last\n" + "".join(log.readlines()[-40:]))
    print(f"{len(corpus)} cases, {len(forms)} forms, {differ} differ" + (f", {wrong} fail" if wrong else "")
          + f" ({time.monotonic() - begun:.0f} s)")
    if options.plant:
        print("The planted difference was " + ("found." if differ else "NOT found."))
        return 0 if differ else 1
    return 1 if differ or wrong else 0


if __name__ == "__main__":
    sys.exit(main())
