"""Bar 17: a worker stands still past its leases. Another one takes over, and what the first had begun changes nothing."""
import re
import signal
import time
import urllib.request

import ledger
from client import until
from load import ORDERS, Write, expect, send, users
from mail_sink import MailSink
from processes import Processes
from role import Role, free_port

LEASE_SECONDS, LATE_SECONDS, SECONDS = 30, 2, 20
DATABASE = "orders"


def run(serve, scale, **settings):
    count = max(5, round(50 * scale))
    with MailSink() as sink:
        with Processes(serve.runner, show=None, LOG_LEVEL="error", **sink.settings, **settings) as processes:
            user = users(processes.base, 1, deposit=count)[0]
            sink.hold()
            for number in range(count):
                placed = send(user, Write(ORDERS, {"title": f"Order {number}", "price": 1}))
                expect(placed.status == 201, placed)
            notify, first = processes.roles["notify"], processes.roles["worker"]
            wait(notify, "in_flight", count, SECONDS, "all letters are being delivered")
            first.process.send_signal(signal.SIGSTOP)
            try:
                seconds = take_over(processes, notify, count)
                sink.release()
                wait(notify, 'total{function="notify",status="4xx"}', count, SECONDS, "the first worker's deliveries are refused")
                ledger.drained(processes.postgresql, DATABASE, SECONDS)
            finally:
                first.process.send_signal(signal.SIGCONT)
            goes_on(processes, user)
    unlike = [name for name, copies in sink.copies.items() if len(set(copies)) > 1]
    expect(len(sink.copies) == count + 1 and not unlike, f"{len(sink.copies)} letters for {count + 1} orders; {unlike} differ")
    return f"{count} deliveries of a worker that stood still were taken over after {seconds:.1f} s, and all {count} of its own refused"


def take_over(processes, notify, count):
    """A second worker; the seconds until it has taken everything."""
    begun, worker = time.monotonic(), processes.roles["worker"]
    second = Role("worker-2", worker.arguments, **{**worker.settings, "MANAGEMENT_PORT": free_port()})
    processes.roles[second.name] = second
    processes.begin(second.name)
    wait(notify, "in_flight", 2 * count, LEASE_SECONDS + LATE_SECONDS, "another worker has taken over")
    return time.monotonic() - begun


def goes_on(processes, user):
    """The first worker, awake again, delivers what is ordered now."""
    processes.kill("worker-2")
    expect(send(user, Write(ORDERS, {"title": "One more", "price": 1})).status == 402, "one more, without money")
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
