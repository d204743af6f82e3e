"""A Keycloak of raw sockets for proxy_memory.py, and the 100 MB that go through /auth. Standard library only."""
import queue
import re
import socket
import threading
import time
import zlib

TOTAL = 100 << 20
PIECE = bytes(range(251)) * 261  # 65,511 bytes: no power of two, so that a shift shows
BUFFER = 64 << 10
# What the slow end waits between two pieces: some 10 MB a second.
PAUSE = 0.003


def pieces(total=TOTAL):
    """The body of so many bytes, piece by piece."""
    left = total
    while left > 0:
        yield PIECE[:left]
        left -= len(PIECE)


def checksum(parts):
    """How many bytes and which."""
    count = code = 0
    for part in parts:
        count, code = count + len(part), zlib.crc32(part, code)
    return count, code


def received(connection, total, first=b"", pause=0.0):
    """The body of so many bytes as it comes, at a slow reader's pace; less where it breaks off."""
    count, part = 0, first
    while True:
        count += len(part)
        if part:
            yield part
        if count >= total:
            return
        time.sleep(pause)
        part = connection.recv(BUFFER)
        if not part:
            return


def head_of(connection):
    """The next head, and what has come of the body."""
    text = b""
    while b"\r\n\r\n" not in text:
        more = connection.recv(BUFFER)
        if not more:
            return text, b""
        text += more
    head, _, body = text.partition(b"\r\n\r\n")
    return head, body


class Upstream:
    """A Keycloak that answers as the test wants it: a thread a connection, one request each."""

    def __init__(self):
        self.events = queue.Queue()
        self.sent = 0
        self.listener = socket.socket()
        # Inherited by each connection: little waits in the kernel.
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(64)
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}/auth"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            connection, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        with connection:
            head, body = head_of(connection)
            works = {"small": self.small, "down": self.down, "up": self.up, "wait": self.wait, "begin": self.begin}
            name = re.match(rb"[A-Z]+ /auth/realms/otus/x/(\w+) ", head)
            work = works.get(name[1].decode() if name else "", self.nothing)
            try:
                work(connection, body)
            except OSError as error:
                self.events.put(error)

    def nothing(self, connection, _):
        connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    def small(self, connection, _):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")

    def down(self, connection, _):
        """100 MB as fast as they are taken."""
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % TOTAL)
        for piece in pieces():
            connection.sendall(piece)
            self.sent += len(piece)

    def up(self, connection, body):
        """Takes 100 MB slowly, and answers with their checksum."""
        self.events.put("begun")
        text = b"%d %d" % checksum(received(connection, TOTAL, body, PAUSE))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(text), text))

    def wait(self, connection, _):
        """No answer, until the other side has had enough."""
        self.events.put("begun")
        while connection.recv(BUFFER):
            pass
        self.events.put(time.perf_counter())

    def begin(self, connection, body):
        """An answer that does not end."""
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n")
        self.wait(connection, body)
