"""A small HTTP client for the tests: one kept-alive connection, JSON in and out. Standard library only."""
import http.client
import json
import time
import urllib.parse
import uuid


# A connection unused for longer may be closed by the server just as it is used again.
IDLE_SECONDS = 20


class Answer:
    """What came back: the status, the header fields (names in small letters) and the body's bytes."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = {name.lower(): value for name, value in headers}
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def replayed(self):
        return self.headers.get("idempotent-replayed") == "true"

    def __repr__(self):
        return f"{self.status} {self.body[:300].decode('utf-8', 'replace')}"


class Client:
    """Speaks to one base URL as one user. Not for several threads at once."""

    # For so many seconds `read` asks again while it is told to come later.
    patience = 0

    def __init__(self, base, token=None, timeout=30):
        url = urllib.parse.urlsplit(base)
        self.base = base.rstrip("/")
        self.prefix = url.path.rstrip("/")
        kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
        self.connection = kind(url.hostname, url.port, timeout=timeout)
        self.token = token
        self.userId = None
        self.used = time.monotonic()

    def call(self, method, path, body=None, *, key=None, headers=None, raw=None, token=True):
        """One request. `body` is sent as JSON, `raw` as it stands; a lost connection is an OSError."""
        fields = {"Accept": "application/json"}
        if body is not None:
            raw = json.dumps(body, ensure_ascii=False).encode()
        if raw is not None:
            fields["Content-Type"] = "application/json"
        if key is not None:
            fields["Idempotency-Key"] = key
        if token and self.token:
            fields["Authorization"] = f"Bearer {self.token}"
        fields.update(headers or {})
        fields = {name: value for name, value in fields.items() if value is not None}
        if time.monotonic() - self.used > IDLE_SECONDS:
            self.connection.close()  # the next request opens a new one
        self.used = time.monotonic()
        try:
            self.connection.request(method, self.prefix + path, raw, fields)
            response = self.connection.getresponse()
            return Answer(response.status, response.getheaders(), response.read())
        except (OSError, http.client.HTTPException) as error:
            self.connection.close()
            raise ConnectionError(f"{method} {path}: {error!r}") from error

    def get(self, path, **options):
        return self.call("GET", path, **options)

    def read(self, path):
        """GET, again and again where there is patience, until the answer is not to come later."""
        until = time.monotonic() + self.patience
        while True:
            answer = self.get(path)
            if answer.status not in (503, 504) or time.monotonic() > until:
                return answer
            time.sleep(0.05)

    def post(self, path, body=None, **options):
        return self.call("POST", path, body, **options)

    def login(self, username, password, realm="otus", client="orders-web"):
        """A token by the password grant, kept for the calls to come."""
        form = {"grant_type": "password", "client_id": client, "scope": "openid",
                "username": username, "password": password}
        answer = self.post(f"/auth/realms/{realm}/protocol/openid-connect/token",
                           raw=urllib.parse.urlencode(form).encode(), token=False,
                           headers={"Content-Type": "application/x-www-form-urlencoded"})
        if answer.status != 200:
            raise AssertionError(f"login of {username}: {answer}")
        self.token = answer.json["access_token"]
        return answer.json

    def pages(self, path, limit=200):
        """Every item of a list, newest first."""
        cursor = ""
        while True:
            separator = "&" if "?" in path else "?"
            answer = self.read(f"{path}{separator}limit={limit}{cursor}")
            if answer.status != 200:
                raise AssertionError(f"GET {path}: {answer}")
            page = answer.json
            yield from page["items"]
            if "nextCursor" not in page:
                return
            cursor = f"&cursor={page['nextCursor']}"


PASSWORD = "correct-horse-battery"


def new_email():
    return f"user-{uuid.uuid4().hex[:16]}@example.org"


def new_user(base, deposit=0, **members):
    """Registers a user, logs in, pays in, and returns the client that speaks as that user."""
    client = Client(base)
    email = new_email()
    person = {"email": email, "password": PASSWORD, "firstName": "Test", "lastName": "User", **members}
    answer = client.post("/api/register", person, key=str(uuid.uuid4()))
    if answer.status != 201:
        raise AssertionError(f"register: {answer}")
    client.email, client.userId = answer.json["email"], answer.json["userId"]
    client.login(client.email, PASSWORD)
    if deposit:
        answer = client.post("/api/billing/accounts/me/deposits", {"amount": deposit}, key=str(uuid.uuid4()))
        if answer.status != 201:
            raise AssertionError(f"deposit: {answer}")
    return client


def until(question, seconds, what, pause=0.05):
    """Asks until the answer is true, or says what did not come true in time."""
    deadline = time.monotonic() + seconds
    while True:
        answer = question()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(pause)
