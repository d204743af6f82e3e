#!/usr/bin/env python3
"""Orders a second, beside what they can be compared with, in one run on one machine.

  orders.py RUNNER [--spike FILE.swift] [--rounds 3] [--seconds 8] [--jwks]

64 clients, 100 users' own tokens, a key of its own for each order. The rounds of all contenders take
turns, so that a slow minute of the machine is everybody's. "runner" is the service as it comes, which
writes each letter into its mailbox meanwhile; "letters waiting" has a mail server that is away. Needs wrk, nginx and PostgreSQL (Debian:
wrk nginx-light postgresql); what is missing is left out and named.
"""
import argparse
import contextlib
import glob
import shutil
import statistics

from contenders import Nginx, PostgreSQL, Runner, Spike


def contenders(options):
    yield Runner(options.runner)
    # Nobody listens there: what remains is the order itself, as the others below have it.
    yield Runner(options.runner, "runner, letters waiting", SMTP_URL="smtp://127.0.0.1:1", SMTP_FROM="orders@example.org")
    if options.jwks:
        yield Runner(options.runner, "runner, TOKEN_CHECK=jwks", TOKEN_CHECK="jwks")
    if shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin"):
        yield Nginx()
    else:
        print("left out: nginx is not installed")
    if glob.glob("/usr/lib/postgresql/*/bin/pgbench"):
        yield PostgreSQL()
    else:
        print("left out: PostgreSQL is not installed")
    if options.spike:
        yield Spike(options.spike)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runner")
    parser.add_argument("--spike")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--jwks", action="store_true", help="also with local token checks")
    options = parser.parse_args()
    if not shutil.which("wrk"):
        raise SystemExit("wrk is needed: apt-get install wrk")
    with contextlib.ExitStack() as stack:
        running = [stack.enter_context(contender) for contender in contenders(options)]
        rates = {contender.name: [] for contender in running}
        for number in range(options.rounds + 1):
            for contender in running:
                rate, slow = contender.round(2 if number == 0 else options.seconds)
                contender.settle()
                if number == 0:
                    continue  # the first round warms everybody up
                rates[contender.name].append(rate)
                print(f"round {number}  {contender.name:<34} {rate:>10,.0f} /s   p99 {slow}", flush=True)
        for contender in running:
            if isinstance(contender, Runner):
                print(contender.service.audit())
    report(rates)


def report(rates):
    medians = {name: statistics.median(values) for name, values in rates.items()}
    print("\nmedians")
    for name, rate in medians.items():
        print(f"  {name:<36} {rate:>10,.0f} /s")
    for name, goal in ((PostgreSQL.name, 2.0), ("spike", 0.8)):
        for ours in ("runner", "runner, letters waiting"):
            if name in medians:
                reached = medians[ours] / medians[name]
                verdict = "reached" if reached >= goal else "not reached"
                print(f"{ours} / {name}: {reached:.2f}, goal {goal}: {verdict}")


if __name__ == "__main__":
    main()
