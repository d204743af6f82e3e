"""Cases that are given byte by byte."""

from case import Case

GET = b"GET /api/orders HTTP/1.1\r\n"
POST = b"POST /api/orders HTTP/1.1\r\n"
HOST, END = b"Host: <<host>>\r\n", b"Connection: close\r\n\r\n"
OWN = b"Authorization: Bearer <<clara.token>>\r\nContent-Type: application/json\r\n"
BODY = b'{"title":"x","price":1}'
LENGTH, CHUNKED = b"Content-Length: 23\r\n", b"Transfer-Encoding: chunked\r\n"


def raw(name, status, *parts, methods=("GET",), **more):
    return Case(f"bytes: {name}", status, parts=parts, methods=methods, **more)


def lines(name, status, *fields, first=GET):
    """A head with these lines."""
    return raw(name, status, first + HOST + b"".join(fields) + END, methods=(first.split(b" ")[0].decode("latin-1"),))


def posted(name, status, fields, *parts, finish=False):
    """An order with these fields for its framing."""
    return raw(name, status, POST + HOST + OWN + fields + END, *parts, methods=("POST",), finish=finish)


def account(method=b"GET", version=b"1.1"):
    """A small answer, and no effect."""
    return method + b" /api/billing/accounts/me HTTP/" + version + b"\r\n" + HOST
