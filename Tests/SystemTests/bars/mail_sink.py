"""A mail server on loopback that keeps each copy of every letter. Standard library only."""
import asyncio
import collections
import re
import threading


class MailSink:
    """`with MailSink() as sink:`; `sink.copies` has the texts that came for each Message-ID.

    Between `hold` and `release` it takes letters and does not say so. While it `refuses` it knows no recipient.
    """

    def __init__(self):
        self.copies = collections.defaultdict(list)
        self.refuses = False
        self.loop = asyncio.new_event_loop()
        self.is_open = asyncio.Event()
        self.is_open.set()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)

    def __enter__(self):
        self.thread.start()
        starting = asyncio.start_server(self.converse, "127.0.0.1", 0, limit=2**20)
        self.server = asyncio.run_coroutine_threadsafe(starting, self.loop).result(10)
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.server.close)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)

    def hold(self):
        self.loop.call_soon_threadsafe(self.is_open.clear)

    def release(self):
        self.loop.call_soon_threadsafe(self.is_open.set)

    @property
    def settings(self):
        return {"SMTP_URL": f"smtp://127.0.0.1:{self.port}", "SMTP_FROM": "orders@example.org"}

    async def converse(self, reader, writer):
        try:
            writer.write(b"220 sink.example\r\n")
            while line := await reader.readline():
                verb = line[:4].upper()
                if verb == b"DATA":
                    writer.write(b"354 go on\r\n")
                    self.keep(await reader.readuntil(b"\r\n.\r\n"))
                    await self.is_open.wait()
                refused = verb == b"RCPT" and self.refuses
                writer.write(b"221 bye\r\n" if verb == b"QUIT" else b"550 nobody\r\n" if refused else b"250 taken\r\n")
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass  # the other side has been killed
        finally:
            writer.close()

    def keep(self, text):
        found = re.search(rb"^Message-ID: (\S+)\r$", text, re.MULTILINE)
        self.copies[found.group(1).decode() if found else None].append(text)
