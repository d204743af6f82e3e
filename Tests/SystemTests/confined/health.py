"""`runner health` beside a process on every address: quick, and bounded where nobody answers."""
import signal
import tempfile
import time

from checks import check, until
from service import Service

QUICK, BOUND = 1.0, 8.0


def asked(service):
    begun = time.monotonic()
    code, text = service.run("health")
    return code, text, time.monotonic() - begun


def run(runner):
    with tempfile.TemporaryDirectory() as folder:
        service = Service(runner, folder, MANAGEMENT_HOST="::", IDENTITY_HOST="::", PUBLIC_URL="http://localhost:8080")
        with open(service.log, "ab") as log:
            service.process = service.spawn("identity", stdout=log, stderr=log)
        try:
            until(service.ready, "the provider is ready")
            code, text, seconds = min((asked(service) for _ in range(5)), key=lambda found: found[2])
            check(code == 0 and "localhost" in text and seconds < QUICK, f"{code} after {seconds:.2f} s: {text}")
            yield f"a process on every address is asked on loopback, within {seconds * 1000:.0f} ms"
            service.process.send_signal(signal.SIGSTOP)
            code, text, seconds = asked(service)
            check(code == 1 and seconds < BOUND, f"a process that hangs: {code} after {seconds:.1f} s: {text}")
            yield f"one that hangs is told after {seconds:.1f} s"
        finally:
            service.process.send_signal(signal.SIGCONT)
            service.stop()
