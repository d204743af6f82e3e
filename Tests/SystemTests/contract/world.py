"""The people that the facts are about, and the one way in which facts speak to the service."""

import json
import time
import urllib.parse
import uuid

import documented
import universal
import wire

PASSWORD = "correct-horse-battery"
# Access tokens live for five minutes.
FRESH_SECONDS = 200


class Person:
    """Somebody with a token: a user with an account and money, one without, an operator, a service."""

    def __init__(self, world, form, user_id=None, email=None):
        self.world, self.form, self.id, self.email = world, form, user_id, email
        self.got, self.tokens = -FRESH_SECONDS, {}

    @property
    def token(self):
        if time.monotonic() - self.got > FRESH_SECONDS:
            self.got, self.tokens = time.monotonic(), self.world.grant(self.form)
        return self.tokens["access_token"]


class World:
    """One service: its address, how it was started, and a count of the facts that do not hold."""

    def __init__(self, base, identity, settings, verbose=False):
        self.base, self.identity, self.settings, self.verbose = base.rstrip("/"), identity, settings, verbose
        self.realm = settings.get("KEYCLOAK_REALM", "otus")
        self.facts = self.failures = 0
        self.kept = {}
        self.document = None

    # What is said

    def fact(self, what, holds, found=""):
        self.facts += 1
        if holds and self.verbose:
            print(f"ok     {what}")
        if not holds:
            self.failures += 1
            print(f"FAILED {what}\n       found: {found}", flush=True)
        return holds

    def ask(self, what, status, method, path, body=None, *, kind=None, places=None, **how):
        """A fact: this request is answered so. Everything that holds of every answer is looked at, too."""
        reply = self.send(method, path, body, **how)
        wanted = status if isinstance(status, tuple) else (status,)
        right = reply.status in wanted and kind in (None, reply.kind) and places in (None, reply.places)
        self.fact(f"{what}: {status}{' ' + kind if kind else ''}{' ' + str(places) if places else ''}", right, reply)
        return reply

    def send(
        self,
        method,
        path,
        body=None,
        *,
        who=None,
        key=None,
        fields=(),
        raw=None,
        media="application/json",
        chunks=False,
    ):
        """One request. `body` goes as JSON, `raw` as it stands; `who` is a person or a token."""
        raw = json.dumps(body, ensure_ascii=False).encode() if body is not None else raw
        sent = list(fields)
        if who is not None:
            sent.append(("Authorization", f"Bearer {who if isinstance(who, str) else who.token}"))
        if key is not None:
            sent.append(("Idempotency-Key", key))
        if raw is not None and media is not None:
            sent.append(("Content-Type", media))
        reply = wire.send(self.base, method, path, sent, raw, chunks=chunks)
        if self.document is None:
            self.document = documented.Document(wire.send(self.base, "GET", "/api/openapi.json").json)
        complaints = [*universal.complaints(method, path, sent, reply, self.settings)]
        for complaint in complaints + [*self.document.complaints(method, path, reply)]:
            self.fact(f"{method} {path[:80]} → {reply.status}: {complaint}", False, reply)
        return reply

    # Who there is

    def one(self, name, make):
        if name not in self.kept:
            self.kept[name] = make()
        return self.kept[name]

    def new_user(self, deposit=0, **members):
        email = f"user-{uuid.uuid4().hex[:16]}@example.org"
        person = {"email": email, "password": PASSWORD, "firstName": "Test", "lastName": "User", **members}
        answer = self.send("POST", "/api/register", person, key=new_key())
        assert answer.status == 201, answer
        user = Person(self, login(email), answer.json["userId"], email)
        if deposit:
            paid = self.send("POST", "/api/billing/accounts/me/deposits", {"amount": deposit}, who=user, key=new_key())
            assert paid.status == 201, paid
        return user

    @property
    def user(self):
        return self.one("user", lambda: self.new_user(1_000_000))

    @property
    def other(self):
        return self.one("other", lambda: self.new_user(1_000_000))

    @property
    def operator(self):
        return self.one("operator", lambda: self.known(login("operator", "operator-password")))

    @property
    def service(self):
        return self.one(
            "service",
            lambda: Person(
                self,
                {"grant_type": "client_credentials", "client_id": "functions", "client_secret": "functions-secret"},
            ),
        )

    def known(self, form):
        """A person whom the realm file names."""
        person = Person(self, form)
        person.id = claims(person.token)["sub"]
        return person

    def new_stranger(self, **profile):
        """A user whom an administrator made at the identity provider: there is no account yet."""
        name = f"stranger-{uuid.uuid4().hex[:12]}"
        body = {
            "username": name,
            "enabled": True,
            "email": f"{name}@example.org",
            "firstName": "Some",
            "lastName": "Body",
            "credentials": [{"type": "password", "value": PASSWORD, "temporary": False}],
            **profile,
        }
        made = self.administer("POST", "/users", body)
        assert made.status == 201, made
        return Person(self, login(name), made.one("location").rsplit("/", 1)[1], body["email"])

    # The identity provider

    def grant(self, form):
        answer = self.form(f"/auth/realms/{self.realm}/protocol/openid-connect/token", form)
        assert answer.status == 200, answer
        return answer.json

    def form(self, path, form):
        return wire.send(
            self.base,
            "POST",
            path,
            [("Content-Type", "application/x-www-form-urlencoded")],
            urllib.parse.urlencode(form).encode(),
        )

    def administer(self, method, path, body=None):
        """A call of the administration API, which is not reachable through the gateway."""
        admin = self.one(
            "admin",
            lambda: Person(
                self,
                {
                    "grant_type": "client_credentials",
                    "client_id": "gateway-admin",
                    "client_secret": "gateway-admin-secret",
                },
            ),
        )
        place = urllib.parse.urlsplit(self.identity)
        return wire.send(
            f"{place.scheme}://{place.netloc}",
            method,
            f"{place.path}/admin/realms/{self.realm}{path}",
            [("Authorization", f"Bearer {admin.token}"), ("Content-Type", "application/json")],
            None if body is None else json.dumps(body).encode(),
        )


def login(name, password=PASSWORD, client="orders-web"):
    return {"grant_type": "password", "client_id": client, "scope": "openid", "username": name, "password": password}


def claims(token):
    import base64

    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def new_key():
    return str(uuid.uuid4())


def some_id():
    """The id of nothing and nobody."""
    return str(uuid.uuid4())
