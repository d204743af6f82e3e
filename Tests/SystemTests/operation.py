#!/usr/bin/env python3
"""The runner from outside: commands and their exit codes, settings, logs that nobody reads, signals.

  operation.py RUNNER

Standard library only.
"""
import json
import os
import pty
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

from service import Service

failures = 0


def check(what, condition, found=""):
    global failures
    failures += 0 if condition else 1
    print(f"{'ok    ' if condition else 'FAILED'} {what}" + ("" if condition else f"\n       found: {found}"))


def get(url):
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def words(runner):
    """What needs no service: help, usage, settings."""
    with tempfile.TemporaryDirectory() as directory:
        def run(*arguments, **environment):
            done = subprocess.run([runner, *arguments], cwd=directory, capture_output=True, text=True,
                                  timeout=60, env={"PATH": os.environ["PATH"], **environment})
            return done.returncode, done.stdout, done.stderr

        code, out, err = run()
        check("no command: the overview, exit 2", code == 2 and "runner serve" in err and not out, (code, out))
        for page in ("serve", "invoke", "outbox redrive"):
            code, out, _ = run("help", *page.split())
            check(f"help {page}", code == 0 and f"runner {page}" in out, (code, out))
        code, out, err = run("srve")
        check("a misspelt command", code == 2 and "did you mean serve?" in err, (code, err))
        code, out, err = run("serve", "--porrt=1", TOKEN_CACHE_SECONDS="11")
        lines = [json.loads(line) for line in err.splitlines()]
        check("two problems of start-up, two lines of JSON", code == 2 and len(lines) == 2
              and all(line["level"] == "error" for line in lines), (code, err))
        with open(os.path.join(directory, ".env"), "w") as file:
            file.write("\ufeff# ours\r\nexport TOKEN_CHECK=never # no\r\nSECRET_KYE='hush'\r\n")
        code, out, err = run("token", "--as", "alice", LOG_LEVEL="loud")
        check("problems of .env and environment", code == 2 and "LOG_LEVEL" in err
              and "did you mean SECRET_KEY?" in err and "hush" not in err, (code, err))
        code, out, err = run("routes")
        check("routes mind no .env", code == 0 and "createOrder" in out, (code, out, err))
        code, out, err = run("openapi")
        check("openapi is JSON", code == 0 and json.loads(out)["openapi"].startswith("3.1"), code)
        os.remove(os.path.join(directory, ".env"))
        code, out, err = run("serve", ENVIRONMENT="production")
        check("production misses its settings", code == 2 and "SECRET_KEY" in err and "SMTP_URL" in err, err)
        code, out, err = run("audit")
        check("audit without a store", code == 1 and "no store" in err, (code, err))
        code, out, err = run("invoke", "getAccount", "--as", "alice", PUBLIC_URL="http://127.0.0.1:1")
        check("a gateway that is not there", code == 1 and "runner serve" in err, (code, err))


def commands(service):
    """What needs one."""
    code, out = service.run("doctor")
    check("doctor finds nothing", code == 0 and "FAIL" not in out and "warn" not in out, out)
    code, token = service.run("token", "--as", "alice")
    check("token", code == 0 and token.count(".") == 2 and len(token.split()) == 1, token)
    code, out = service.run("token", "--as", "alice", "--password", "wrong")
    check("token with a wrong password", code == 1 and "Invalid user credentials" in out, (code, out))
    code, out = service.run("token", "--as", "nobody")
    check("token of somebody unknown", code == 2 and "RUNNER_PASSWORD" in out, (code, out))
    code, out = service.run("invoke", "open-account", "--as", "alice")
    check("invoke openAccount", code == 0 and '"balance": 0' in out, (code, out))
    code, out = service.run("invoke", "deposit", "--as", "alice", "--data", '{"amount": 5000}', "--key", "k")
    check("invoke deposit", code == 0 and "HTTP 201" in out, (code, out))
    code, out = service.run("invoke", "deposit", "--as", "alice", "--data", '{"amount": 5000}', "--key", "k")
    check("invoke it again: replayed", code == 0 and "idempotent-replayed: true" in out, (code, out))
    code, out = service.run("invoke", "createOrder", "--as", "alice", "--data", '{"title":"Tea","price":9000}')
    check("an order without the money: 402, exit 1", code == 1 and "HTTP 402" in out, (code, out))
    code, out = service.run("invoke", "listOrders", "--as", "alice", "--data", '{"limit": 1}')
    check("a list with a limit", code == 0 and '"rejected"' in out, (code, out))
    code, out = service.run("backup", "copy.db")
    check("backup", code == 0, out)
    code, out = service.run("backup", "copy.db")
    check("a backup is never written over", code == 1 and "exists" in out, (code, out))
    code, out = service.run("audit", "--database-url", "sqlite:copy.db")
    check("the copy passes the audit", code == 0, out)
    code, out = service.run("outbox", "redrive", "--all")
    check("redrive through the running service", code == 0, (code, out))
    code, out = service.run("outbox", "redrive", "--all", SECRET_KEY="another-key")
    check("redrive with another key", code == 1 and "SECRET_KEY" in out, (code, out))
    code, out = service.run("serve")
    check("a port that is taken", code not in (0, 2) and "port" in out, (code, out))
    status, text = get(service.management + "/metrics")
    check("metrics", status == 200 and 'orders_requests_total{function="deposit",status="2xx"} 2' in text
          and 'orders_token_cache_total{result="hit"}' in text and "orders_outbox_waiting" in text, text)


def no_secrets(service):
    with open(service.log) as log:
        text = log.read()
    lines = [json.loads(line) for line in text.splitlines()]
    check("every line of the log is JSON", all("time" in line and "level" in line for line in lines))
    check("no password, no token in the log", "alice-password" not in text and "eyJ" not in text)
    ready = [line for line in lines if line["message"] == "the service is ready"]
    check("one line says where everything is", len(ready) == 1 and "try" in ready[0], ready)


def signals(runner):
    with Service(runner) as service:
        service.process.send_signal(signal.SIGHUP)
        service.process.send_signal(signal.SIGPIPE)
        check("SIGHUP and SIGPIPE do nothing", get(service.management + "/health/live")[0] == 200)
        begun = time.monotonic()
        code = service.stop()
        check("SIGTERM ends it with 0 in time", code == 0 and time.monotonic() - begun < 10, code)
    with Service(runner) as service:
        host, port = "127.0.0.1", int(service.base.rsplit(":", 1)[1])
        with socket.create_connection((host, port)) as slow:
            # A request that does not end: the drain waits for it, the second signal does not.
            slow.sendall(b"POST /api/register HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                         b"Content-Length: 100\r\n\r\n{")
            service.process.terminate()
            until_draining(service)
            service.process.send_signal(signal.SIGINT)
            code = service.process.wait(10)
        check("a second signal ends it at once", code == 128 + signal.SIGINT, code)


def until_draining(service):
    for _ in range(2_000):
        with open(service.log) as log:
            if '"draining"' in log.read():
                return
        time.sleep(0.005)
    raise AssertionError("it does not drain")


def unread_logs(runner):
    """A pipe that nobody reads, and one whose other end is closed."""
    for is_closed in (False, True):
        service = Service(runner, LOG_LEVEL="debug")
        reader, writer = os.pipe()
        if is_closed:
            os.close(reader)
        service.process = service.spawn("serve", stdout=writer, stderr=writer)
        os.close(writer)
        deadline = time.monotonic() + 60
        while not service.ready() and time.monotonic() < deadline and service.process.poll() is None:
            time.sleep(0.02)
        statuses = {get(service.base + "/api/orders?" + "x" * 2_000)[0] for _ in range(600)}
        what = "closed" if is_closed else "unread"
        check(f"a log that is {what} stops nothing", statuses == {401}, statuses)
        begun = time.monotonic()
        code = service.stop()
        check(f"and it ends with 0 ({what})", code == 0 and time.monotonic() - begun < 10, code)
        service.__exit__(None)


def terminal(runner):
    """On a terminal it speaks text, and the lines to try work as they are printed."""
    service = Service(runner)
    main, other = pty.openpty()
    service.process = service.spawn("serve", stdout=other, stderr=other)
    os.close(other)
    text = b""
    while b"Ctrl-C" not in text:
        text += os.read(main, 65_536)
    lines = [line for line in text.decode().replace("\r", "").splitlines()
             if line.startswith(("TOKEN=", "curl "))]
    check("three lines to try", len(lines) == 3, lines)
    done = subprocess.run(["sh", "-c", "\n".join(lines)], capture_output=True, text=True, timeout=60)
    check("which work as printed", '"balance":5000' in done.stdout and '"status":"paid"' in done.stdout,
          done.stdout + done.stderr)
    check("and it ends with 0", service.stop() == 0)
    os.close(main)
    service.__exit__(None)


def main():
    runner = os.path.abspath(sys.argv[1])
    words(runner)
    with Service(runner) as service:
        commands(service)
        no_secrets(service)
    signals(runner)
    unread_logs(runner)
    terminal(runner)
    print(f"{failures} failed")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
