"""An identity provider that says whatever a fact needs: tokens of any claims, and answers that go wrong.

Signs with the `openssl` command; else standard library only.
"""

import base64
import http.server
import json
import subprocess
import tempfile
import threading
import time
import urllib.parse
import uuid

KEY_ID = "contract"


def encode(raw):
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


class Signer:
    """An RSA key, and tokens signed with it."""

    def __init__(self):
        self.file = tempfile.NamedTemporaryFile(suffix=".pem")
        self.openssl("genrsa", "-out", self.file.name, "2048")
        modulus = self.openssl("rsa", "-in", self.file.name, "-modulus", "-noout").decode().strip().split("=")[1]
        self.jwk = {
            "kid": KEY_ID,
            "kty": "RSA",
            "alg": "RS256",
            "use": "sig",
            "n": encode(bytes.fromhex(modulus)),
            "e": "AQAB",
        }

    @staticmethod
    def openssl(*arguments, given=None):
        return subprocess.run(
            ["openssl", *arguments], input=given, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True
        ).stdout

    def token(self, claims, head=None):
        """`claims` as JSON, or as a text that JSON's own writer would not make."""
        text = claims if isinstance(claims, str) else json.dumps(claims)
        signed = f"{encode(json.dumps(head or {'alg': 'RS256', 'typ': 'JWT', 'kid': KEY_ID}).encode())}.{encode(text.encode())}"
        return f"{signed}.{encode(self.openssl('dgst', '-sha256', '-sign', self.file.name, given=signed.encode()))}"


class Provider:
    """Speaks Keycloak's paths on a port of its own; what it says is set by the facts."""

    def __init__(self):
        self.signer = Signer()
        self.introspections = {}  # by token: a status and a body; else the token's own claims, active
        self.users = {}  # by e-mail: what the search finds
        self.creations = {}  # by e-mail: what creating does, a function of the handler
        self.created = []
        provider = self

        class Handler(Answering):
            pass

        Handler.provider = provider
        http.server.ThreadingHTTPServer.request_queue_size = 1024
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/auth"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Answering(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    provider = None

    def log_message(self, *_):
        pass

    def answer(self, status, body=None, **fields):
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **fields, "Content-Length": str(len(raw))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)

    def do_GET(self):
        self.handle_any(b"")

    def do_POST(self):
        self.handle_any(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    do_OPTIONS = do_PUT = do_DELETE = do_POST

    def handle_any(self, body):
        place = urllib.parse.urlsplit(self.path)
        query, form = (dict(urllib.parse.parse_qsl(text)) for text in (place.query, body.decode("latin-1")))
        if place.path.endswith("/token/introspect"):
            self.introspect(form["token"])
        elif place.path.endswith("/certs"):
            self.answer(
                200,
                {
                    "keys": [
                        {"kid": "odd", "kty": "XYZ"},
                        {"kty": "RSA"},
                        {"kid": "short", "kty": "RSA", "n": "AQAB", "e": "AQAB"},
                        self.provider.signer.jwk,
                        1,
                    ]
                },
            )
        elif place.path.endswith("/openid-connect/token"):
            self.answer(200, {"access_token": "of-the-administrator", "expires_in": 300, "token_type": "Bearer"})
        elif "/admin/" in place.path and self.command == "GET":
            user = self.provider.users.get(query["email"])
            self.answer(200, [user] if user else [])
        elif "/admin/" in place.path:
            self.create(json.loads(body))
        else:
            self.misbehave(place.path.rsplit("/", 1)[1])

    def introspect(self, token):
        status, said = self.provider.introspections.get(token, (200, None))
        if said is None:
            payload = token.split(".")[1]
            text = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode()
            said = ('{"active":true,' + text[1:]).encode()
        self.answer(status, said)

    def create(self, user):
        provider = self.provider
        provider.created.append(user["email"])
        action = provider.creations.get(user["email"], Answering.make)
        action(self, user)

    def make(self, user):
        identifier = str(uuid.uuid4())
        self.keep(user, identifier)
        self.answer(201, None, Location=f"http://somewhere.internal:8080/auth/admin/realms/otus/users/{identifier}")

    def keep(self, user, identifier=None, created=None):
        self.provider.users[user["email"]] = {
            "id": identifier or str(uuid.uuid4()),
            "username": user["email"],
            "email": user["email"],
            "createdTimestamp": int((created or time.time()) * 1000),
        }

    def misbehave(self, how):
        """Answers under /auth that go wrong, by the last part of the path."""
        self.close_connection = True
        if how == "garbage":
            self.wfile.write(b"this is no HTTP at all\r\n\r\n")
        elif how == "head-cut":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/pl")
        elif how == "body-cut":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b"x" * 500)
        elif how == "chunk-cut":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
        elif how == "silent":
            time.sleep(45)
        elif how == "origins":
            self.answer(
                200,
                {},
                **{
                    "Access-Control-Allow-Origin": "https://of.keycloak",
                    "Vary": "Origin",
                    "X-Request-Id": "keycloak's own",
                    "Connection": "X-Secret",
                    "X-Secret": "1",
                },
            )
        elif how == "redirect":
            self.answer(302, None, Location="http://elsewhere.example/x?y=z", **{"Set-Cookie": "a=b; Path=/auth"})
        elif how == "error":
            self.answer(500, {"error": "keycloak's own words"})
        elif how == "echo":
            self.answer(200, {name.lower(): value for name, value in self.headers.items()})
        # "closed" says nothing at all
