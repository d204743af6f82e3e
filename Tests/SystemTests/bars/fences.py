"""Bar 17: a worker stands still past its leases. Another one takes over, and what the first had begun changes nothing."""
import re
import signal
import time
import urllib.request

import ledger
from client import until
from load import ORDERS, TOO_DEAR, Write, expect, fresh, send, users
from mail_sink import MailSink
from processes import Processes
from role import Role, free_port

LEASE_SECONDS, LATE_SECONDS, SECONDS = 30, 2, 20
# How many deliveries are under way each time that the worker stops.
DELIVERIES = 10
DATABASE = "orders"


def run(serve, scale, **settings):
    stops, slowest = max(1, round(5 * scale)), 0.0
    with MailSink() as sink:
        with Processes(serve.runner, show=None, LOG_LEVEL="error", **sink.settings, **settings) as processes:
            user = users(processes.base, 1, deposit=stops * DELIVERIES)[0]
            for stop in range(1, stops + 1):
                slowest = max(slowest, stand_still(processes, sink, fresh(user), stop))
    orders = stops * (DELIVERIES + 1)
    unlike = [name for name, copies in sink.copies.items() if len(set(copies)) > 1]
    expect(len(sink.copies) == orders and not unlike, f"{len(sink.copies)} letters for {orders} orders; {unlike} differ")
    return (f"a worker stood still {stops} times with {DELIVERIES} deliveries under way: all {stops * DELIVERIES} were "
            f"taken over within {slowest:.1f} s, and all of its own were refused")


def stand_still(processes, sink, user, stop):
    """One stop; the seconds until another worker had taken everything."""
    sink.hold()
    for number in range(DELIVERIES):
        placed = send(user, Write(ORDERS, {"title": f"Order {number}", "price": 1}))
        expect(placed.status == 201, placed)
    notify, first = processes.roles["notify"], processes.roles["worker"]
    wait(notify, "in_flight", DELIVERIES, SECONDS, "all letters are being delivered")
    first.process.send_signal(signal.SIGSTOP)
    try:
        seconds = take_over(processes, notify)
        sink.release()
        wait(notify, 'total{function="notify",status="4xx"}', stop * DELIVERIES, SECONDS,
             "the first worker's deliveries are refused")
        ledger.drained(processes.postgresql, DATABASE, SECONDS)
    finally:
        first.process.send_signal(signal.SIGCONT)
    goes_on(processes, user)
    return seconds


def take_over(processes, notify):
    """A second worker; the seconds until it has taken everything."""
    begun, worker = time.monotonic(), processes.roles["worker"]
    second = Role("worker-2", worker.arguments, **{**worker.settings, "MANAGEMENT_PORT": free_port()})
    processes.roles[second.name] = second
    processes.begin(second.name)
    wait(notify, "in_flight", 2 * DELIVERIES, LEASE_SECONDS + LATE_SECONDS, "another worker has taken over")
    return time.monotonic() - begun


def goes_on(processes, user):
    """The first worker, awake again, delivers what is ordered now."""
    processes.kill("worker-2")
    expect(send(user, Write(ORDERS, {"title": "One more", "price": TOO_DEAR})).status == 402, "one more, too dear")
    ledger.drained(processes.postgresql, DATABASE, SECONDS)
    ledger.whole(processes.postgresql, DATABASE)
    letters = list(user.pages("/api/notifications"))
    expect(all(letter["status"] == "sent" for letter in letters), f"a letter is not sent: {letters[:2]}")


def wait(role, name, count, seconds, what):
    """Until the role's own count of its requests is so high."""
    def counted():
        with urllib.request.urlopen(role.management + "/metrics", timeout=5) as answer:
            found = re.search(rf"^orders_requests_{re.escape(name)}\S* (\d+)", answer.read().decode(), re.MULTILINE)
        return found and int(found.group(1)) >= count
    until(counted, seconds, what)
