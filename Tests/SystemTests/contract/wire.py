"""One HTTP request on one connection, byte by byte as it is given: for what a polite client library
would not send, or would hide. Standard library only."""

import json
import socket
import urllib.parse


class Reply:
    """What came back: the status, every header field in its order, the body's bytes."""

    def __init__(self, status, fields, body):
        self.status, self.fields, self.body = status, fields, body

    def all(self, name):
        return [value for field, value in self.fields if field == name.lower()]

    def one(self, name):
        values = self.all(name)
        return values[0] if values else None

    @property
    def json(self):
        try:
            return json.loads(self.body)
        except ValueError:
            return {}

    @property
    def kind(self):
        """The last part of a problem's type."""
        document = self.json
        return str(document.get("type", "")).rsplit("/", 1)[-1] if isinstance(document, dict) else ""

    @property
    def places(self):
        """What a problem's `errors` name: pointers, and parameters."""
        return sorted(error.get("pointer", error.get("parameter", "?")) for error in self.json.get("errors", []))

    def __repr__(self):
        fields = "; ".join(f"{name}: {value}" for name, value in self.fields)
        return f"{self.status} [{fields}] {self.body[:400].decode('utf-8', 'replace')}"


def chunked(body, size=7000):
    """The body as chunks (RFC 9112 §7.1)."""
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def head_of(method, target, host, fields):
    lines = [f"{method} {target} HTTP/1.1".encode(), f"Host: {host}".encode(), b"Connection: close"]
    for name, value in fields:
        lines.append(name.encode() + b": " + (value if isinstance(value, bytes) else str(value).encode()))
    return b"\r\n".join(lines) + b"\r\n\r\n"


def send(base, method, target, fields=(), body=None, *, chunks=False):
    """Sends it all, then reads until the server closes."""
    place = urllib.parse.urlsplit(base)
    fields = list(fields)
    if body is not None:
        fields.append(("Transfer-Encoding", "chunked") if chunks else ("Content-Length", len(body)))
    message = head_of(method, target, place.netloc, fields)
    message += b"" if body is None else chunked(body) if chunks else body
    return read(exchange(place, message), method)


def exchange(place, message):
    with socket.create_connection((place.hostname, place.port or 80), 60) as connection:
        try:
            connection.sendall(message)
        except OSError:
            pass  # refused before it was all sent: the answer says why
        received = bytearray()
        while part := connection.recv(65536):
            received += part
    return bytes(received)


def read(received, method):
    head, separator, rest = received.partition(b"\r\n\r\n")
    if not separator:
        raise AssertionError(f"no answer: {received[:200]!r}")
    status, *lines = head.decode("latin-1").split("\r\n")
    fields = [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines)]
    reply = Reply(int(status.split(" ")[1]), fields, rest)
    if reply.one("transfer-encoding") == "chunked" and method != "HEAD":
        reply.body = unchunked(rest)
    elif method != "HEAD" and reply.status not in (204, 304) and int(reply.one("content-length") or -1) != len(rest):
        raise AssertionError(f"Content-Length differs from the body: {reply}")
    return reply


def unchunked(rest):
    body = b""
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        length = int(size.split(b";")[0], 16)
        if length == 0:
            return body
        body, rest = body + rest[:length], rest[length + 2 :]
    raise AssertionError("a chunked answer without its end")
