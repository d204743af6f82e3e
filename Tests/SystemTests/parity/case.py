"""One case of the corpus: what is sent, and what is taken out of its answer for later ones."""

import dataclasses
import json
import re

# What a part of a message waits for: that the server has said something.
ANSWER = object()
JSON = "application/json"


@dataclasses.dataclass(frozen=True)
class Case:
    """One request, or several on one connection.

    In `target`, `fields`, `body` and `parts` stands <<name>> for what an earlier answer was asked to
    keep, <<host>> for the host and port that is asked.
    """

    name: str
    # What one process answers; with several requests on the connection, the last answer's. A tuple: one of them.
    status: object
    method: str = "GET"
    target: str = "/"
    # Whose token goes with it.
    who: str = None
    # A value is sent as JSON, text and bytes as they stand.
    body: object = None
    key: str = None
    fields: tuple = ()
    media: str = JSON
    chunks: bool = False
    # The bytes themselves instead of all that: bytes, ANSWER to wait for one, seconds to stand still.
    parts: tuple = ()
    # The methods of the requests in `parts`: answers to HEAD have no body.
    methods: tuple = ()
    # Whether the end is said behind the last byte.
    finish: bool = False
    # What to keep of the answer: name → members on the way, or a field's name in capitals.
    keep: dict = dataclasses.field(default_factory=dict)
    # Asked again until this is true of the answer's body, which is the one compared.
    until: object = None
    # Sent so many times at once.
    times: int = 1
    # Takes seconds: goes on beside the following ones.
    slow: bool = False
    # Without a function of its own, yet others need what it does: sent to the gateway before the functions.
    setup: bool = False
    # Whether a function by itself is asked, too.
    alone: bool = True

    @property
    def path(self):
        """The path that decides whose it is."""
        target = self.target
        if self.parts:
            line = self.parts[0].split(b"\n")[0].split(b" ")
            target = line[1].decode("latin-1") if len(line) > 1 else ""
        target = re.sub(r"^https?://[^/]*", "", target)
        return re.split(r"[?#]", target)[0].strip()

    @property
    def first_method(self):
        return self.all_methods[0]

    @property
    def all_methods(self):
        return self.methods or (self.method,)

    def message(self, values):
        """The parts to send."""
        if self.parts:
            return [filled(part, values) if isinstance(part, bytes) else part for part in self.parts]
        body = filled(as_bytes(self.body), values) if self.body is not None else None
        lines = [f"{self.method} {self.target} HTTP/1.1", "Host: <<host>>", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in self.all_fields(body)]
        head = filled("\r\n".join(lines + ["", ""]).encode("utf-8"), values)
        return [head + (b"" if body is None else chunked(body) if self.chunks else body)]

    def all_fields(self, body):
        fields = [*self.fields]
        if self.who:
            fields.append(("Authorization", f"Bearer <<{self.who}.token>>"))
        if self.key is not None:
            fields.append(("Idempotency-Key", self.key))
        if body is not None:
            if self.media is not None:
                fields.append(("Content-Type", self.media))
            fields.append(("Transfer-Encoding", "chunked") if self.chunks else ("Content-Length", len(body)))
        return fields


def as_bytes(body):
    if isinstance(body, bytes):
        return body
    return (body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)).encode("utf-8")


def chunked(body, size=7000):
    """The body as chunks (RFC 9112 §7.1)."""
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def filled(text, values):
    return re.sub(rb"<<([\w.-]+)>>", lambda match: values[match[1].decode()].encode(), text)


def kept(case, answer):
    """What the case keeps of its answer."""
    found = {}
    for name, way in case.keep.items():
        if way.isupper():
            found[name] = next(value for field, value in answer.fields if field.upper() == way)
            continue
        value = json.loads(answer.body)
        for step in way.split("."):
            value = value[int(step) if step.isdigit() else step]
        found[name] = value
    return found
