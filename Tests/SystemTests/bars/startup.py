"""Bar 13: what is asserted at start, and that a store has one owner."""
import signal
import subprocess

from load import ORDERS, Write, expect, send, users
from service import Service

WANTED = ("sqlite 3.", "write-ahead log", "local file system", "owner's alone")
ASSERTED = ('"synchronous":"FULL"', '"journal":"wal"', '"sqlite":"3.')
KEY = "the-key-of-this-bar-has-forty-characters"


def run(serve, scale, **settings):
    times = max(5, round(100 * scale))
    with serve(SECRET_KEY=KEY, **settings) as service:
        database = f"sqlite:{service.data}/orders.db"
        user = users(service.base, 1, deposit=100)[0]
        for _ in range(times):
            refused(second(service, DATABASE_URL=database, SECRET_KEY=KEY), "owner")
        expect(send(user, Write(ORDERS, {"title": "Still here", "price": 1})).status == 201, "the owner was disturbed")
        asserted = service.tail(10_000)
        expect(all(word in asserted for word in ASSERTED), f"start-up says nothing of {ASSERTED}:\n{asserted[:2000]}")
        code, text = service.run("doctor")
        missing = [word for word in WANTED if word not in text.lower()]
        expect(not missing, f"doctor ({code}) says nothing about {missing}:\n{text}")
        refused(second(service, PORT=service.base.rsplit(":", 1)[1]), "taken port")
        service.stop()
        refused(second(service, DATABASE_URL=database, SECRET_KEY=KEY, CURRENCY="USD"), "other currency")
        refused(second(service, DATABASE_URL=database, SECRET_KEY=KEY[::-1]), "other key")
        service.start()
        service.audit()
    return f"{times} second owners refused; another currency, another key and a taken port, too"


def second(service, **settings):
    """A second service beside the first: its exit code and words, or None when it went on."""
    with_own = Service(service.runner, directory=service.directory + "-second")
    subprocess.run(["mkdir", "-p", with_own.directory], check=True)
    keep = {name: value for name, value in service.environment.items() if name.startswith("PLANTED")}
    with_own.environment.update(keep, **settings)
    process = with_own.spawn("serve", stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        words = process.communicate(timeout=10)[0].decode("utf-8", "replace")
        return process.returncode, words
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGTERM)
        try:
            process.communicate(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
        return None, ""
    finally:
        subprocess.run(["rm", "-rf", with_own.directory], check=True)


def refused(outcome, what):
    code, words = outcome
    expect(code not in (None, 0), f"{what}: a second service was not refused (exit code {code})")
    expect(words.strip(), f"{what}: refused without a word")
