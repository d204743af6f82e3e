"""Asks one corpus of requests of the service's three forms, which must answer the same. Standard library only.

  python Tests/SystemTests/parity RUNNER [--containers] [--only SHAPE] [--plant NAME=value] [--list] [--verbose]

The forms are `runner serve` on SQLite, a gateway with a process per function on PostgreSQL, and each of such
processes by itself at its own port. Compared are status, all fields but Date, and body, after ids, times and tokens
are named by their first appearance; what may differ stands in allowed.py with its reason. Then differences are
planted in what was recorded, each of which must be found. --plant gives the processes one setting that one process
has not, which must be found as well. Needs PostgreSQL's programs. With --containers one process is compared with
the stack of stand-ins that deploy/containers starts, by the image that ORDERS_IMAGE names.
"""

import argparse
import collections
import concurrent.futures
import contextlib
import os
import signal
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import corpus as corpora  # noqa: E402
from allowed import ALLOWED  # noqa: E402
from comparing import Comparison  # noqa: E402
from control import unseen  # noqa: E402
from containers import Containers, Engine  # noqa: E402
from forms import FunctionsAlone, GatewayWithProcesses, OneProcess, Operations  # noqa: E402


class Parity:
    """The corpus, who is asked, and what was found."""

    def __init__(self, options, log):
        self.runner, self.planted, self.only = options.runner, options.plant, options.only
        self.verbose, self.log = options.verbose, log
        self.engine = Engine.find() if options.containers else None
        self.operations = Operations(self.runner)
        self.cases = self.differ = self.wrong = 0
        self.used = set()

    def run(self):
        for shape in corpora.shapes(self.operations.document):
            if self.only not in (None, shape.name):
                continue
            forms = self.asked(shape)
            literals = corpora.literals(shape.cases)
            self.compare(shape, forms, literals)
            if shape.name == "usual" and self.differ == 0:
                for other in forms[1:]:
                    self.complain(f"not found: {name}" for name in unseen(shape.cases, literals, forms[0], other))
            self.cases += len(shape.cases)
        if self.only is None:
            asked = ("containers",) if self.engine else ("gateway", "function")
            unmet = (entry.reason for entry in ALLOWED if entry.form in asked and entry.reason not in self.used)
            self.complain(f"a listed difference is none: {reason}" for reason in unmet)

    def asked(self, shape):
        """The forms, with every answer."""
        forms = [OneProcess(self.runner, shape.settings), *self.others(shape)]
        # The threads that started the processes end last: the processes would end with them.
        with concurrent.futures.ThreadPoolExecutor() as pool, contextlib.ExitStack() as stack:
            begun = [pool.submit(stack.enter_context, form) for form in forms]
            concurrent.futures.wait(begun)  # all of them: who begins after the stack's end would never be ended
            for form in begun:
                form.result()
            list(pool.map(lambda form: form.run(shape.cases), forms))
        return forms

    def others(self, shape):
        """Those that are compared with one process."""
        there = {**shape.settings, **self.planted}
        if self.engine:
            return [Containers(self.engine, there)]
        forms = [GatewayWithProcesses(self.runner, there, self.log)]
        if any(self.operations.function(case) for case in shape.cases):
            forms.append(FunctionsAlone(self.runner, there, self.log, self.operations))
        return forms

    def compare(self, shape, forms, literals):
        differing = collections.defaultdict(list)
        for other in forms[1:]:
            for number, words in Comparison(shape.cases, literals, forms[0], other).differences(self.used).items():
                differing[number].append(words)
        for number, words in sorted(differing.items()):
            print(f"DIFFERS {shape.name}: {shape.cases[number].name}\n" + "\n".join(words), flush=True)
        self.differ += len(differing)
        self.complain(f"{shape.name}: {words}" for words in unexpected(shape.cases, forms[0]))
        for form in forms if self.verbose else ():
            tell(shape, form)

    def complain(self, complaints):
        for words in complaints:
            self.wrong += 1
            print(f"FAILED {words}", flush=True)


def unexpected(cases, form):
    """Cases that do not reach what they are there for, as one process answers them."""
    for number, case in enumerate(cases):
        found = form.answers[number]
        wanted = case.status if isinstance(case.status, tuple) else (case.status,)
        if isinstance(found, str) or not found or found[-1].status not in wanted:
            yield f"{case.name}: {case.status} is expected of one process, which answers {found}"


def tell(shape, form):
    found = [answer for answer in form.answers.values() if not isinstance(answer, str)]
    counts = collections.Counter(answer[-1].status for answer in found if answer)
    print(f"{shape.name}, {form.name}: {len(form.answers)} of {len(shape.cases)} cases; {dict(sorted(counts.items()))}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runner")
    parser.add_argument("--containers", action="store_true", help="compare one process with the stack of containers")
    parser.add_argument("--only", metavar="SHAPE", help="the settings to start with: usual, strict or rate")
    parser.add_argument("--plant", metavar="NAME=value", type=lambda text: dict([text.split("=", 1)]), default={})
    parser.add_argument("--list", action="store_true", help="print the corpus and ask nobody")
    parser.add_argument("--verbose", action="store_true", help="count the answers, and show what the processes said")
    options = parser.parse_args()
    if options.list:
        for shape in corpora.shapes(Operations(options.runner).document):
            print("\n".join(f"{shape.name:6} {case.status!s:10} {case.name}" for case in shape.cases))
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("parity: told to end"))
    with tempfile.TemporaryFile("w+", encoding="utf-8") as log:
        parity = Parity(options, log)
        parity.run()
        if options.verbose and (parity.differ or parity.wrong):
            log.seek(0)
            print("--- what the processes said last\n" + "".join(log.readlines()[-40:]))
    fail = f", {parity.wrong} fail" if parity.wrong else ""
    print(f"{parity.cases} cases, {2 if options.containers else 3} forms, {parity.differ} differ{fail}")
    if options.plant:
        print("The planted difference was " + ("found." if parity.differ else "NOT found."))
        return 0 if parity.differ else 1
    return 1 if parity.differ or parity.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
