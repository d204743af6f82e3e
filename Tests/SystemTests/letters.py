#!/usr/bin/env python3
"""Letters over a real SMTP conversation, the runner on one side and aiosmtpd on the other; and by webhook.

  letters.py RUNNER

Registers users, orders, and reads what arrived with Python's email package.
"""
import base64
import email
import email.policy
import hashlib
import hmac
import http.server
import json
import secrets
import socket
import sys
import threading
import time
import uuid

from aiosmtpd.controller import Controller

from client import new_user, until
from service import Service

SENDER = "Лавка <orders@xn--e1afmkfd.xn--p1ai>"
failures = 0


def check(what, condition, found=""):
    global failures
    failures += 0 if condition else 1
    print(f"{'ok    ' if condition else 'FAILED'} {what}" + ("" if condition else f"\n       found: {found}"))


class Listener(Controller):
    """aiosmtpd on a port that the system picked."""

    def _create_server(self):
        listener = socket.create_server((self.hostname, 0))
        self.port = listener.getsockname()[1]
        return self.loop.create_server(self._factory_invoker, sock=listener)


class Inbox:
    """Keeps each message; until it is kind, it refuses a recipient and a letter for good, another the first time."""

    def __init__(self):
        self.messages, self.unwanted = [], []
        self.deferred = set()
        self.is_kind = False

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("gone-") and not self.is_kind:
            return "550 5.1.1 no such mailbox"
        if address.startswith("later-") and address not in self.deferred:
            self.deferred.add(address)
            return "451 4.7.1 come again"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if envelope.rcpt_tos[0].startswith("strict-") and not self.is_kind:
            self.unwanted.append(envelope.content)
            return "554 5.7.1 not such a letter"
        self.messages.append((envelope.mail_from, list(envelope.rcpt_tos), envelope.content))
        return "250 kept"

    def to(self, address):
        return [content for _, recipients, content in self.messages if recipients == [address]]


def order(client, title, price):
    answer = client.post("/api/orders", {"title": title, "price": price}, key=str(uuid.uuid4()))
    assert answer.status in (201, 402), answer
    return answer.json.get("order", answer.json)


def notification(client, order_id):
    items = client.get("/api/notifications").json["items"]
    return next(item for item in items if item["orderId"] == order_id)


def settled(client, order_id, status, seconds=60):
    return until(lambda: notification(client, order_id)["status"] == status and notification(client, order_id),
                 seconds, f"the letter of {order_id} is {status}: {notification(client, order_id)}", pause=0.2)


def russian(service, inbox):
    anna = new_user(service.base, deposit=5_000, email=f"anna-{uuid.uuid4().hex[:8]}@пример.рф",
                    firstName="Анна", lastName="Иванова", locale="ru")
    title = "Самовар «Тула» <b>& чашки</b> \u2615 " + "ж" * 150
    for price, kind in ((5_000, "happy"), (1, "sad")):
        placed = order(anna, title, price)
        letter = settled(anna, placed["id"], "sent")
        copies = [m for m in inbox.to(anna.email) if placed["id"] in m.decode("latin-1")
                  or letter["id"] in m.decode("latin-1")] or inbox.to(anna.email)[-1:]
        check(f"one copy of the {kind} letter", letter["kind"] == kind and len(copies) == 1, (letter, copies))
        read(copies[0], anna, title, letter)


def read(raw, anna, title, letter):
    message = email.message_from_bytes(raw, policy=email.policy.default)
    lines = raw.split(b"\r\n")
    check("lines end with CRLF and are short", b"\n" not in raw.replace(b"\r\n", b"") and max(map(len, lines)) <= 998,
          max(map(len, lines)))
    check("the head is ASCII", raw.split(b"\r\n\r\n")[0].isascii(), raw[:400])
    check("no defects", not message.defects and not any(part.defects for part in message.walk()), message.defects)
    check("To is her", message["To"].addresses[0].addr_spec == anna.email, message["To"])
    check("From is the shop", message["From"].addresses[0].addr_spec.startswith("orders@"), message["From"])
    check("Subject is what the API lists", str(message["Subject"]) == letter["subject"], message["Subject"])
    for name in ("Date", "Message-ID", "MIME-Version"):
        check(f"{name} is there", message[name] is not None and len(message.get_all(name)) == 1, message.keys())
    text = message.get_body(("plain",)).get_content()
    page = message.get_body(("html",)).get_content()
    check("the text has the title as it was given", title in text, text)
    check("the text is what the API lists", text.strip().replace("\r\n", "\n") == letter["body"].strip(), text)
    check("the page has the title, never as markup", "&lt;b&gt;" in page and "<b>& " not in page, page)


def english(service, inbox):
    bob = new_user(service.base, deposit=100, email=f"later-{uuid.uuid4().hex[:8]}@example.org", locale="en-GB")
    placed = order(bob, "A book", 100)
    settled(bob, placed["id"], "sent", seconds=120)
    message = email.message_from_bytes(inbox.to(bob.email)[0], policy=email.policy.default)
    check("an English letter for an English locale, after a first refusal", str(message["Subject"]).isascii()
          and len(inbox.to(bob.email)) == 1, message["Subject"])


def refused(service, inbox):
    """Two letters fail, are listed, and are sent again when the mail server has thought better of it."""
    people = [new_user(service.base, email=f"{mark}-{uuid.uuid4().hex[:8]}@example.org") for mark in ("gone", "strict")]
    placed = [order(person, "Nothing", 1)["id"] for person in people]
    letters = [settled(person, one, "failed") for person, one in zip(people, placed)]
    for what, letter in zip(("a mailbox that is gone", "a letter that is not wanted"), letters):
        check(f"{what}: the letter is failed, for its owner to see", "sentAt" not in letter, letter)
    code, text = service.run("outbox", "list")
    rows = [[line for line in text.splitlines() if letter["id"] in line] for letter in letters]
    check("`outbox list` has both, with what the mail server said", code == 0 and all(map(len, rows))
          and "5.1.1" in rows[0][0] and "5.7.1" in rows[1][0], text)
    inbox.is_kind = True
    for words in ([letters[0]["id"]], ["--all"]):
        code, text = service.run("outbox", "redrive", *words)
        check(f"`outbox redrive {words[0][:5]}` beside the service", code == 0, (code, text))
    for person, one, letter in zip(people, placed, letters):
        sent = settled(person, one, "sent")
        same = {name: value for name, value in sent.items() if name not in ("status", "sentAt")}
        check("the same letter is sent then", {**same, "status": "failed"} == letter and "sentAt" in sent, sent)
        check("once", len(inbox.to(person.email)) == 1, inbox.to(person.email))
    came, first = [message_id(inbox.to(person.email)[0]) for person in people], list(map(message_id, inbox.unwanted))
    check("by a Message-ID that names the letter", all(letter["id"] in name for letter, name in zip(letters, came)), came)
    check("which is that of the first attempt", first == came[1:], (first, came))
    code, text = service.run("outbox", "list")
    check("and `outbox list` has them no more", not any(letter["id"] in text for letter in letters), text)


def message_id(raw):
    return email.message_from_bytes(raw, policy=email.policy.default)["Message-ID"]


class Sink(http.server.ThreadingHTTPServer):
    """A webhook's receiver on loopback, which is not there yet at the first attempt."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Receiver)
        self.received = []
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((dict(self.headers), body, time.time()))
        self.send_response(204 if len(self.server.received) > 1 else 503)
        self.end_headers()

    def do_HEAD(self):
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


def webhook(runner):
    key, sink = secrets.token_bytes(32), Sink()
    settings = {"NOTIFICATION_CHANNEL": "webhook", "WEBHOOK_URL": f"http://127.0.0.1:{sink.server_port}/orders",
                "WEBHOOK_SECRET": "whsec_" + base64.b64encode(key).decode()}
    with Service(runner, **settings) as service:
        user = new_user(service.base, deposit=100)
        placed = order(user, "Самовар \"Тула\"", 100)
        letter = settled(user, placed["id"], "sent")
    sink.shutdown()
    check("a webhook is tried again until it is taken", len(sink.received) == 2, sink.received)
    for head, body, when in sink.received:
        signed(key, head, body, when, letter)
    check("by the same body", sink.received[0][1] == sink.received[-1][1], sink.received)


def signed(key, head, body, when, letter):
    """As Standard Webhooks has it."""
    fields = {name.lower(): value for name, value in head.items()}
    moment = fields["webhook-timestamp"]
    mac = hmac.new(key, f"{fields['webhook-id']}.{moment}.".encode() + body, hashlib.sha256).digest()
    check("its signature is good", fields["webhook-signature"] == "v1," + base64.b64encode(mac).decode(), fields)
    check("it is the letter's, and of now", fields["webhook-id"] == letter["id"] and abs(int(moment) - when) < 60, fields)
    data = json.loads(body)["data"]
    wanted = {name: letter[name] for name in ("id", "userId", "orderId", "kind", "subject", "body", "createdAt")}
    check("its data is what the API lists", wanted.items() <= data.items(), data)


def main():
    inbox = Inbox()
    controller = Listener(inbox, hostname="127.0.0.1", ready_timeout=10)
    controller.start()
    try:
        url = f"smtp://127.0.0.1:{controller.port}"
        with Service(sys.argv[1], SMTP_URL=url, SMTP_FROM=SENDER) as service:
            for part in (russian, english, refused):
                part(service, inbox)
            service.audit()
        webhook(sys.argv[1])
    finally:
        controller.stop()
    print(f"{failures} of the checks failed" if failures else "every check passed")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
