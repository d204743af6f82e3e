"""What holds of every answer, whatever was asked."""

import re
import uuid

KEYED = re.compile(r"^/api/(register|orders|billing/accounts/[^/]+/(deposits|withdrawals))$")
# Refusals that come before the key is looked at.
BEFORE_KEY = {
    "method-not-allowed",
    "authorization-repeated",
    "token-missing",
    "token-invalid",
    "identity-unavailable",
    "too-many-requests",
    "forbidden",
    "parameter-invalid",
    "key-invalid",
    "key-missing",
    "malformed-request",
}
INTERNALS = re.compile(
    r"sqlite|select |insert |libcurl|errno|\.swift|Optional\(|fatal|/home/|/work|/tmp|eyJ|stack", re.I
)
TITLES = {}


def complaints(method, path, sent, reply, settings):
    """What is wrong with this answer, a text each."""
    path = path.partition("?")[0]
    yield from about_head(method, path, reply, settings)
    if reply.status >= 400 and not path.startswith("/auth"):
        yield from about_problem(method, reply)
    if method == "POST" and KEYED.match(path) and reply.status not in (404, 405) and reply.kind not in BEFORE_KEY:
        yield from about_key(sent, reply)


def about_head(method, path, reply, settings):
    for name in ("x-request-id", "date"):
        if len(reply.all(name)) != 1:
            yield f"{name} stands there {len(reply.all(name))} times"
    if not is_uuid(reply.one("x-request-id") or ""):
        yield "X-Request-Id is no UUID"
    if method == "HEAD" and reply.body:
        yield "HEAD has a body"
    if reply.all("access-control-allow-credentials") and path.startswith("/api"):
        yield "credentials are never allowed"
    if path.startswith("/api"):
        yield from about_origin(reply, settings)
    if path.startswith("/api") and reply.status in (200, 201) and reply.one("content-type") != "application/json":
        yield f"the media type is {reply.one('content-type')}"


def about_origin(reply, settings):
    if settings.get("CORS_ORIGINS"):
        if reply.all("vary") != ["Origin"]:
            yield "CORS is on, and there is no Vary: Origin"
    elif reply.all("vary") or any(name.startswith("access-control-") for name, _ in reply.fields):
        yield "CORS is off, and there are fields of it"


def about_problem(method, reply):
    if reply.one("content-type") != "application/problem+json":
        yield f"the media type is {reply.one('content-type')}"
    for status, field in ((401, "www-authenticate"), (405, "allow"), (429, "retry-after"), (503, "retry-after")):
        if reply.status == status and len(reply.all(field)) != 1:
            yield f"{status} without one {field}"
    if method == "HEAD":
        return
    document = reply.json
    for member in ("type", "title", "status", "detail", "requestId"):
        if not document.get(member):
            yield f"the problem has no {member}"
    if document.get("status") != reply.status:
        yield "the problem's status differs from the answer's"
    if reply.one("idempotent-replayed") is None and document.get("requestId") != reply.one("x-request-id"):
        yield "requestId differs from X-Request-Id"
    if not str(document.get("type")).startswith("/problems/"):
        yield "type is no path reference"
    if TITLES.setdefault((document.get("type"), reply.status), document.get("title")) != document.get("title"):
        yield "one type has two titles"
    if INTERNALS.search(reply.body.decode("utf-8", "replace").replace("/problems/", "")):
        yield "internals show"
    if None in document.values():
        yield "null stands for an absent value"
    place = {400: "parameter", 422: "pointer"}.get(reply.status)
    if reply.kind == "parameter-invalid" or reply.status == 422 and reply.kind != "key-reused":
        errors = document.get("errors")
        if not errors or any(set(error) != {place, "detail"} for error in errors):
            yield f"errors must name each {place} with its detail"


def about_key(sent, reply):
    given = [value for name, value in sent if name == "Idempotency-Key"]
    if len(reply.all("idempotency-key")) != 1:
        yield "an operation with keys answers without Idempotency-Key"
    elif given and reply.one("idempotency-key") != given[0]:
        yield f"another key comes back than {given[0]!r}"


def is_uuid(text):
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False
