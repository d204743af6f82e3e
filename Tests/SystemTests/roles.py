"""The roles of the one executable as real processes: what they refuse, how they tell of themselves, how they end.

  roles.py RUNNER
"""
import json
import sys
import time
import urllib.request

from service import Service

PUBLIC = {"PUBLIC_URL": "http://localhost:8080"}
STORED = {**PUBLIC, "DATABASE_URL": "postgres://orders@127.0.0.1:1/orders", "SECRET_KEY": "k" * 32,
          "KEYCLOAK_URL": "http://127.0.0.1:1/auth"}
GATEWAY = {**PUBLIC, "KEYCLOAK_URL": STORED["KEYCLOAK_URL"], "FUNCTION_URL": "http://{name}:8080"}
ROLES = {
    ("gateway",): GATEWAY,
    ("worker",): {**STORED, "FUNCTION_URL_NOTIFY": "http://notify:8080"},
    ("function", "create-order"): STORED,
    ("function", "register"): STORED,
    ("function", "notify"): STORED,
    ("identity",): PUBLIC,
}


def check(condition, text):
    if not condition:
        raise AssertionError(text)


def refused(service, arguments, settings):
    """The names of the settings that it asks for, off a terminal in JSON lines."""
    code, text = service.run(*arguments, **settings)
    check(code == 2, f"{arguments} with {settings} ended with {code}:\n{text}")
    lines = [json.loads(line) for line in text.splitlines()]
    check(all(line["level"] == "error" and line["expected"] for line in lines), text)
    return {line["setting"] for line in lines}


def refusals(runner):
    service = Service(runner)
    for arguments, settings in ROLES.items():
        names = {name.replace("FUNCTION_URL_NOTIFY", "FUNCTION_URL") for name in settings}
        found = refused(service, arguments, {})
        check(found == names, f"{arguments} asks for {found}, not {names}")
        for name in settings:
            less = {key: value for key, value in settings.items() if key != name}
            found = refused(service, arguments, less)
            check(found == {name.replace("FUNCTION_URL_NOTIFY", "FUNCTION_URL")}, f"{arguments} without {name}: {found}")
    code, text = service.run("function", "creat-order", **STORED)
    check(code == 2 and "did you mean create-order?" in text and "list-notifications" in text, text)
    found = refused(service, ("function", "deposit"), {**STORED, "DATABASE_URL": "sqlite:orders.db"})
    check(found == {"DATABASE_URL"}, f"a SQLite file: {found}")
    service.__exit__(None)


def until(condition, what, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        check(time.monotonic() < end, f"not within {seconds} s: {what}")
        time.sleep(0.02)


def identity(runner, host):
    """The provider alone, as in a container: on every address, with health, and an orderly end."""
    service = Service(runner, IDENTITY_HOST=host, MANAGEMENT_HOST=host, **PUBLIC)
    with open(service.log, "ab") as log:
        service.process = service.spawn("identity", stdout=log, stderr=log)
    try:
        until(service.ready, "the provider is ready")
        code, text = service.run("health")
        check(code == 0 and text.startswith("ok: ") and text.count("\n") == 1, text)
        with urllib.request.urlopen(service.identity + "/realms/otus/.well-known/openid-configuration") as answer:
            issuer = json.load(answer)["issuer"]
        check(issuer == PUBLIC["PUBLIC_URL"] + "/auth/realms/otus", issuer)
        begun = time.monotonic()
        check(service.stop() == 0, f"the provider ended otherwise:\n{service.tail()}")
        check(time.monotonic() - begun < 10, "it took longer than ten seconds")
        check('"message":"the service has ended"' in service.tail(), service.tail())
        code, text = service.run("health")
        check(code == 1 and text.startswith("runner: ") and text.count("\n") == 1, text)
    finally:
        service.__exit__(ValueError)


def migration(runner):
    """A file's schema is made once, never while somebody owns it, and the service takes the file."""
    service = Service(runner)
    code, text = service.run("migrate")
    check(code == 0 and text.startswith("ok: "), text)
    code, again = service.run("migrate")
    check(code == 0 and again.endswith("already\n") and again != text, again)
    with service:
        code, text = service.run("migrate")
        check(code == 75, f"{code}: {text}")


def main():
    runner = sys.argv[1]
    refusals(runner)
    for host in ("127.0.0.1", "0.0.0.0", "::"):
        identity(runner, host)
    migration(runner)
    print("the roles refuse, tell and end as they should")


if __name__ == "__main__":
    main()
