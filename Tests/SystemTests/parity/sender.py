"""Sends bytes as they are given, and reads all answers until the server closes the connection."""

import dataclasses
import socket
import time

from case import ANSWER

SECONDS = 60


class Broken(Exception):
    """What came back is no answer."""


@dataclasses.dataclass
class Answer:
    """One answer: `line` is its first line, `fields` are in their order and spelling."""

    line: str
    fields: list
    body: bytes

    @property
    def status(self):
        return int(self.line.split(" ")[1])

    def all(self, name):
        return [value for field, value in self.fields if field.lower() == name]


def send(place, parts, methods, finish=False):
    """Returns every answer that came back, 1xx ones among them."""
    received = bytearray()
    with socket.create_connection(place, SECONDS) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            for part in parts:
                if part is ANSWER:
                    received += connection.recv(65536)
                elif isinstance(part, bytes):
                    connection.sendall(part)
                else:
                    time.sleep(part)
            if finish:
                connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # refused before it was all sent: the answer says why
        try:
            while piece := connection.recv(65536):
                received += piece
        except ConnectionResetError:
            pass  # what had come before counts
        except TimeoutError as error:
            raise Broken(f"neither an end nor an answer; so far {bytes(received[:300])!r}") from error
    return answers(bytes(received), list(methods))


def answers(received, methods):
    found = []
    while received:
        answer, received = first(received, methods[0] if methods else "GET")
        if answer.status >= 200 and methods:
            methods.pop(0)
        found.append(answer)
    return found


def first(received, method):
    head, separator, rest = received.partition(b"\r\n\r\n")
    if not separator or not head.startswith(b"HTTP/1.1 "):
        raise Broken(f"no answer: {received[:300]!r}")
    line, *lines = head.decode("latin-1").split("\r\n")
    fields = [tuple(text.split(": ", 1)) if ": " in text else (text.rstrip(":"), "") for text in lines]
    answer = Answer(line, fields, b"")
    if method == "HEAD" or answer.status < 200 or answer.status in (204, 304):
        return answer, rest
    if answer.all("transfer-encoding") == ["chunked"]:
        answer.body, rest = unchunked(rest)
    else:
        (length,) = answer.all("content-length")
        answer.body, rest = rest[: int(length)], rest[int(length) :]
        if len(answer.body) != int(length):
            raise Broken(f"an answer without its end: {received[:300]!r}")
    return answer, rest


def unchunked(rest):
    body = b""
    while True:
        size, separator, rest = rest.partition(b"\r\n")
        if not separator:
            raise Broken("a chunked answer without its end")
        length = int(size.split(b";")[0], 16)
        if length == 0:
            return body, rest.partition(b"\r\n")[2]
        body, rest = body + rest[:length], rest[length + 2 :]
