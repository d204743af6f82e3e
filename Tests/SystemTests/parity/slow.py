"""Who is slow: what is told when time is up. These go on beside the rest of the corpus."""

from case import ANSWER, Case
from raw import BODY, CHUNKED, HOST, OWN, POST, account


def slow(name, status, *parts, method="POST"):
    return Case(f"slow: {name}", status, parts=parts, methods=(method,), slow=True)


CASES = (
    slow("a head that stands still", 408, account() + b"X", method="GET"),
    slow("a body that never begins", 408, POST + HOST + OWN + b"Content-Length: 23\r\n\r\n"),
    slow("a body that stands still", 408, POST + HOST + OWN + b"Content-Length: 23\r\n\r\n" + BODY[:9]),
    slow("chunks that stand still", 408, POST + HOST + OWN + CHUNKED + b"\r\n9\r\n" + BODY[:9]),
    slow(
        "a body that is expected and does not come",
        408,
        POST + HOST + OWN + b"Content-Length: 23\r\nExpect: 100-continue\r\n\r\n",
        ANSWER,
    ),
)
