"""Takes every letter by SMTP, keeps it in a folder, sends none on, and shows them on a page.

Beside the page it answers the two questions of Mailpit's API that tests ask, so they can ask either: /api/v1/messages
lists the letters, newest first, and /api/v1/message/ID/raw is one as it came. Settings: DATA_DIR (/data),
MAX_LETTERS (10000; the oldest goes), SMTP_PORT (1025), PAGE_PORT (8025). A letter is taken when it is on the disk.
"""
import asyncio
import email
import email.policy
import html
import http.server
import json
import os
import re
import signal
import socket
import threading
import urllib.parse
import uuid

from aiosmtpd.smtp import SMTP

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="5">
<title>Letters</title><style>body{{font:16px/1.5 system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem}}
summary{{cursor:pointer}}pre{{white-space:pre-wrap;background:#f4f4f4;padding:1rem}}</style>
<h1>{count} letters</h1>{letters}</html>
"""
LETTER = """<details><summary><b>{subject}</b> to {to}, {date}</summary><pre>{text}</pre>
<a href="/api/v1/message/{name}/raw">as it came</a></details>
"""
SHOWN = 200


class Letters:
    """Files of one folder, in the order of their names."""

    def __init__(self, folder, most):
        self.folder, self.most, self.lock = folder, most, threading.Lock()
        self.present = sorted(name for name in os.listdir(folder) if name.endswith(".eml"))
        self.number = int(self.present[-1].split("-")[0]) if self.present else 0

    def keep(self, content):
        with self.lock:
            self.number += 1
            name = f"{self.number:08}-{uuid.uuid4()}.eml"
            path = os.path.join(self.folder, name)
            with open(path + ".part", "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.rename(path + ".part", path)
            self.present.append(name)
            if len(self.present) > self.most:
                os.remove(os.path.join(self.folder, self.present.pop(0)))

    def newest(self, start, count):
        with self.lock:
            return self.present[::-1][start:start + count]

    def raw(self, name):
        with open(os.path.join(self.folder, os.path.basename(name)), "rb") as file:
            return file.read()

    def read(self, name):
        return email.message_from_bytes(self.raw(name), policy=email.policy.default)


class Handler:
    """What aiosmtpd asks about each letter."""

    def __init__(self, letters):
        self.letters = letters

    async def handle_DATA(self, server, session, envelope):
        self.letters.keep(envelope.original_content)
        return "250 taken"


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        place = urllib.parse.urlsplit(self.path)
        one = re.fullmatch(r"/api/v1/message/(\d+-[0-9a-f-]+\.eml)/raw", place.path)
        try:
            if place.path == "/":
                self.answer("text/html; charset=utf-8", self.page().encode())
            elif place.path == "/api/v1/messages":
                query = dict(urllib.parse.parse_qsl(place.query))
                self.answer("application/json", json.dumps(self.listed(query)).encode())
            elif one:
                self.answer("text/plain; charset=utf-8", self.server.letters.raw(one[1]))
            else:
                self.send_error(404)
        except (FileNotFoundError, ValueError):
            self.send_error(404)

    def answer(self, kind, body):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def listed(self, query):
        letters = self.server.letters
        names = letters.newest(int(query.get("start", 0)), int(query.get("limit", 50)))
        return {"total": len(letters.present),
                "messages": [{"ID": name, "MessageID": message_id(letters.raw(name))} for name in names]}

    def page(self):
        letters = self.server.letters
        shown = "".join(self.letter(name) for name in letters.newest(0, SHOWN))
        return PAGE.format(count=len(letters.present), letters=shown)

    def letter(self, name):
        message = self.server.letters.read(name)
        body = message.get_body(("plain", "html"))
        words = {"subject": message["Subject"], "to": message["To"], "date": message["Date"], "name": name,
                 "text": body.get_content() if body else ""}
        return LETTER.format(**{key: html.escape(str(value)) for key, value in words.items()})

    def log_message(self, *_):
        pass


def message_id(raw):
    found = re.search(rb"^Message-ID:\s*<([^>]*)>", raw, re.MULTILINE | re.IGNORECASE)
    return found.group(1).decode("latin-1") if found else ""


class PageServer(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6

    def server_bind(self):
        self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        super().server_bind()


def port(name, default):
    return int(os.environ.get(name, default))


async def serve(letters):
    """Until SIGTERM or SIGINT."""
    loop, ending = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ending.set)
    page = PageServer(("::", port("PAGE_PORT", 8025)), Page)
    page.letters = letters
    threading.Thread(target=page.serve_forever, daemon=True).start()
    # No host: every address of both families.
    server = await loop.create_server(
        lambda: SMTP(Handler(letters), enable_SMTPUTF8=True, hostname="mail", loop=loop), None, port("SMTP_PORT", 1025))
    print("mail: takes letters and shows them", flush=True)
    await ending.wait()
    server.close()
    page.shutdown()


if __name__ == "__main__":
    asyncio.run(serve(Letters(os.environ.get("DATA_DIR", "/data"), int(os.environ.get("MAX_LETTERS", "10000")))))
