#!/usr/bin/env python3
"""Orders a second when each function is a process of its own, beside pgbench on the same PostgreSQL.

  processes.py RUNNER [--rounds 3] [--seconds 4]

64 clients in all, split over the addresses of 1, 2 and 4 processes of createOrder; 100 users' own tokens, a key of
its own for each order, and a mail server that is away, since pgbench sends no letters either. Then the same requests
through the gateway, and what each process keeps in memory. The rounds of all contenders take turns, so that a slow
minute of the machine is everybody's. Needs wrk and PostgreSQL (Debian: wrk postgresql).
"""
import argparse
import concurrent.futures
import os
import re
import shutil
import statistics
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "deploy", "processes"))

from contenders import CLIENTS, PGBENCH_CLIENTS, Tokens, pgbench, wrk  # noqa: E402
from processes import Processes  # noqa: E402
from role import Role, free_port  # noqa: E402
from start import memory  # noqa: E402

COUNTS = (1, 2, 4)
GOAL_MEGABYTES, GOAL_ONE, GOAL_TWO = 25, 1.0, 1.5
PGBENCH, GATEWAY, ALONE, ALONE_GATEWAY = "pgbench", "gateway", "alone", "alone, gateway"
NAMES = {PGBENCH: f"pgbench, {PGBENCH_CLIENTS} clients, one statement an order",
         **{count: f"createOrder, {count} process{'es' if count > 1 else ''}" for count in COUNTS},
         GATEWAY: "the gateway, createOrder 1 process", ALONE: "1 client, direct", ALONE_GATEWAY: "1 client, the gateway"}


class Bench:
    def __init__(self, processes):
        self.processes = processes
        self.direct = [processes.roles["create-order"].url] + [self.another(n) for n in range(2, max(COUNTS) + 1)]
        self.tokens = Tokens(processes.base, processes.path("tokens"))
        self.postgresql = processes.postgresql
        self.postgresql.create("pgbench")
        with open(os.path.join(HERE, "order-schema.sql"), encoding="utf-8") as file:
            self.postgresql.query("pgbench", file.read())

    def another(self, number):
        """One more process of createOrder; its address."""
        first, name = self.processes.roles["create-order"], f"create-order-{number}"
        settings = {**first.settings, "PORT": free_port(), "MANAGEMENT_PORT": free_port()}
        self.processes.roles[name] = Role(name, first.arguments, **settings)
        self.processes.begin(name)
        self.processes.wait(name)
        return self.processes.roles[name].url

    def measure(self, what, seconds):
        """Orders a second, and a latency where that says something."""
        tokens, gateway = self.tokens.fresh(), self.processes.base
        if what == PGBENCH:
            place = ("-h", "127.0.0.1", "-p", str(self.postgresql.port), "-U", self.postgresql.user)
            secret = {"PGPASSWORD": self.postgresql.password()}
            return pgbench(self.postgresql.tools, place, "pgbench", seconds, secret), ""
        if what in (ALONE, ALONE_GATEWAY):
            return wrk(self.direct[0] if what == ALONE else gateway, seconds, tokens, clients=1, percent=50)
        if what == GATEWAY:
            return wrk(gateway, seconds, tokens)
        with concurrent.futures.ThreadPoolExecutor(what) as pool:
            parts = list(pool.map(lambda base: wrk(base, seconds, tokens, CLIENTS // what), self.direct[:what]))
        return sum(rate for rate, _ in parts), max((slow for _, slow in parts), key=milliseconds)

    def resident(self):
        return {name: memory(role.process)[0] for name, role in self.processes.roles.items()}


def milliseconds(text):
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s)", text).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def verdict(what, reached, goal):
    return f"  {what}: {reached:.2f}, goal {goal}: {'reached' if reached >= goal else 'not reached'}"


def report(rates, latencies, idle, busy):
    median = {what: statistics.median(values) for what, values in rates.items()}
    print("\nmedians")
    for what, rate in median.items():
        print(f"  {NAMES[what]:<46} {rate:>8,.0f} /s")
    print("\nratios")
    print(verdict("one process / pgbench", median[1] / median[PGBENCH], GOAL_ONE))
    print(verdict("two processes / one", median[2] / median[1], GOAL_TWO))
    print(f"  four processes / two: {median[4] / median[2]:.2f}; the most of them / pgbench, the database's own: "
          f"{max(median[count] for count in COUNTS) / median[PGBENCH]:.2f}")
    print(f"  through the gateway / direct: {median[GATEWAY] / median[1]:.2f}")
    # What else the machine does only ever adds to them.
    alone = [min(map(milliseconds, latencies[what])) for what in (ALONE, ALONE_GATEWAY)]
    print(f"  one client's order, fastest round's median: {alone[0]:.2f} ms direct, {alone[1]:.2f} ms through the gateway, "
          f"so its hop costs {alone[1] - alone[0]:.2f} ms")
    print(f"\nresident memory in MB, goal {GOAL_MEGABYTES} each: idle, and after the load")
    for name in busy:
        print(f"  {name:<24} {idle[name]:>6.1f} {busy[name]:>6.1f}")
    print(f"  at most {max(idle.values()):.1f} idle, {max(busy.values()):.1f} after the load")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runner")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=4)
    options = parser.parse_args()
    if not shutil.which("wrk"):
        raise SystemExit("wrk is needed: apt-get install wrk")
    rates, latencies = {what: [] for what in NAMES}, {what: [] for what in NAMES}
    # Nobody listens there: the letters wait.
    settings = {"SMTP_URL": "smtp://127.0.0.1:1", "SMTP_FROM": "orders@example.org", "LOG_LEVEL": "error"}
    with Processes(options.runner, show=None, **settings) as processes:
        bench = Bench(processes)
        idle = bench.resident()
        for number in range(options.rounds + 1):
            for what in NAMES:
                rate, latency = bench.measure(what, 1 if number == 0 else options.seconds)
                if number == 0:
                    continue  # the first round warms everybody up
                rates[what].append(rate)
                latencies[what].append(latency)
                percent = "p50" if what in (ALONE, ALONE_GATEWAY) else "p99"
                print(f"round {number}  {NAMES[what]:<46} {rate:>8,.0f} /s" + (f"   {percent} {latency}" if latency else ""),
                      flush=True)
        report(rates, latencies, idle, bench.resident())


if __name__ == "__main__":
    main()
