#!/usr/bin/env python3
"""Cold start and idle memory of a release build.

  start.py RUNNER [--starts 20]

A start is the time from exec to the first 200 of GET /api/openapi.json, with the data of an
earlier start there. What libpq, which the local runner has no use for, costs of it is measured
beside it, by what linking it costs a program that does nothing. Standard library only.
"""
import argparse
import os
import socket
import statistics
import sys
import time
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Tests", "SystemTests"))

import linked  # noqa: E402
from service import Service  # noqa: E402


def answered(host, port):
    """Whether the description comes with 200; refused connections come back at once."""
    try:
        with socket.create_connection((host, port), 5) as connection:
            connection.sendall(b"GET /api/openapi.json HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return connection.recv(12) == b"HTTP/1.1 200"
    except OSError:
        return False


def start(service):
    """Milliseconds until the first 200."""
    port = urllib.parse.urlsplit(service.base).port
    with open(service.log, "ab") as log:
        begun = time.perf_counter()
        service.process = service.spawn("serve", stdout=log, stderr=log)
        while not answered("127.0.0.1", port):
            if service.process.poll() is not None or time.perf_counter() - begun > 30:
                raise SystemExit(f"it did not start:\n{service.tail()}")
            time.sleep(0.0005)
        return (time.perf_counter() - begun) * 1000


def memory(process):
    """Megabytes: resident, and of those its own."""
    sums = {"Rss": 0, "Private_Clean": 0, "Private_Dirty": 0, "Pss": 0}
    with open(f"/proc/{process.pid}/smaps_rollup", encoding="ascii") as file:
        for line in file:
            name, _, value = line.partition(":")
            if name in sums:
                sums[name] = int(value.split()[0]) / 1024
    return sums["Rss"], sums["Private_Clean"] + sums["Private_Dirty"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runner")
    parser.add_argument("--starts", type=int, default=20)
    options = parser.parse_args()
    with Service(options.runner, LOG_LEVEL="info") as service:
        service.stop()
        times = []
        for _ in range(options.starts):
            times.append(start(service))
            time.sleep(0.2)
            service.stop()
        start(service)
        time.sleep(3)
        resident, own = memory(service.process)
    times.sort()
    print(f"start to the first 200: median {statistics.median(times):.1f} ms, "
          f"fastest {times[0]:.1f} ms, slowest {times[-1]:.1f} ms, of {len(times)} (goal: 25 ms)")
    print(f"idle after 3 s: {resident:.1f} MB resident, of which {own:.1f} MB its own (goal: 25 MB)")
    milliseconds, megabytes = linked.cost(options.runner, "libpq.", 2 * options.starts, memory)
    print(f"linking libpq: {milliseconds:.2f} ms of the processor a start (goal: 1 ms), {megabytes:.2f} MB (goal: 0.5 MB)")
    print(f"executable: {os.path.getsize(options.runner) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
