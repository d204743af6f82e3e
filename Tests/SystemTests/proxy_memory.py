#!/usr/bin/env python3
"""100 MB through /auth, down and up, add at most 2 MB to the service's memory, however slow one end
is; and a client that leaves ends its call to Keycloak within 100 ms.

  proxy_memory.py RUNNER

Standard library only.
"""
import re
import socket
import statistics
import sys
import time

from proxy_upstream import BUFFER, PAUSE, TOTAL, Upstream, checksum, head_of, pieces, received
from service import Service

ADDED = 2 << 20
LEAVINGS = 20
LEAVING_SECONDS = 0.1
PATIENCE = 60

failures = 0


def check(what, condition, found):
    global failures
    failures += 0 if condition else 1
    print(f"{'ok    ' if condition else 'FAILED'} {what}: {found}", flush=True)


def connect(service):
    connection = socket.socket()
    connection.settimeout(PATIENCE)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
    connection.connect(("127.0.0.1", int(service.base.rsplit(":", 1)[1])))
    return connection


def ask(connection, name, method="GET", field=""):
    connection.sendall(f"{method} /auth/realms/otus/x/{name} HTTP/1.1\r\nHost: x\r\n{field}\r\n".encode())


def memory(service, name):
    """A value of the process's status, in bytes."""
    with open(f"/proc/{service.process.pid}/status") as status:
        return int(re.search(rf"^{name}:\s+(\d+) kB", status.read(), re.MULTILINE)[1]) << 10


def added(service, work):
    """What the work adds to the resident memory at its worst moment, and what it returns."""
    before = memory(service, "VmRSS")
    with open(f"/proc/{service.process.pid}/clear_refs", "w") as marks:
        marks.write("5")  # the high-water mark begins anew
    result = work()
    return memory(service, "VmHWM") - before, before, result


def stalled(upstream):
    """How much the upstream could send to nobody, once it can send no more."""
    last, since = -1, time.monotonic()
    while time.monotonic() - since < 0.5:
        if upstream.sent != last:
            last, since = upstream.sent, time.monotonic()
        time.sleep(0.01)
    return last


def download(service, upstream):
    """The client reads nothing until the upstream is held back, then all of it slowly."""
    with connect(service) as client:
        ask(client, "down")
        ahead = stalled(upstream)
        _, body = head_of(client)
        return ahead, checksum(received(client, TOTAL, body, PAUSE))


def upload(service, upstream):
    """The client sends as fast as it is let."""
    with connect(service) as client:
        ask(client, "up", "POST", f"Content-Length: {TOTAL}\r\n")
        upstream.events.get(timeout=PATIENCE)
        for piece in pieces():
            client.sendall(piece)
        head, body = head_of(client)
        length = re.search(rb"^Content-Length: (\d+)", head, re.MULTILINE)
        if not length:
            raise AssertionError(f"no answer to the upload: {head}")
        text = b"".join(received(client, int(length[1]), body))
        return tuple(int(word) for word in text.split())


def leave(service, upstream, name):
    """The seconds from a client's end to that of its call to Keycloak."""
    client = connect(service)
    ask(client, name)
    upstream.events.get(timeout=PATIENCE)
    if name == "begin":
        _, body = head_of(client)
        list(received(client, len(b"2\r\nok\r\n"), body))
    left = time.perf_counter()
    client.close()
    seen = upstream.events.get(timeout=PATIENCE)
    if isinstance(seen, OSError):
        raise seen
    return seen - left


def megabytes(count):
    return f"{count / (1 << 20):.2f} MB"


def transfers(service, upstream):
    wanted = checksum(pieces())
    more, before, (ahead, got) = added(service, lambda: download(service, upstream))
    check("100 MB down to a slow client, whole", got == wanted, f"{got[0]} bytes, {megabytes(ahead)} sent ahead")
    check("and at most 2 MB of memory more", more <= ADDED, f"{megabytes(more)} beside {megabytes(before)}")
    more, before, got = added(service, lambda: upload(service, upstream))
    check("100 MB up to a slow Keycloak, whole", got == wanted, f"{got[0]} bytes")
    check("and at most 2 MB of memory more", more <= ADDED, f"{megabytes(more)} beside {megabytes(before)}")


def leavings(service, upstream):
    for name, what in (("wait", "before the answer"), ("begin", "within the answer")):
        times = [leave(service, upstream, name) for _ in range(LEAVINGS)]
        median, worst = statistics.median(times), max(times)
        check(f"a client that leaves {what} ends the call within 100 ms", median <= LEAVING_SECONDS,
              f"median {median * 1000:.1f} ms, worst {worst * 1000:.1f} ms of {LEAVINGS}")


def main():
    upstream = Upstream()
    with Service(sys.argv[1], KEYCLOAK_URL=upstream.url) as service:
        # What the first call of all brings into memory, once, is not the transfer's.
        with connect(service) as client:
            ask(client, "small")
            head, _ = head_of(client)
            check("/auth reaches the upstream", head.startswith(b"HTTP/1.1 200 "), head[:40])
        transfers(service, upstream)
        leavings(service, upstream)
    print(f"{failures} failed")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
