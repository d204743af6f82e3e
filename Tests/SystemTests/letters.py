#!/usr/bin/env python3
"""Letters over a real SMTP conversation: the runner on one side, aiosmtpd on the other.

  letters.py RUNNER

Registers users, orders, and reads what arrived with Python's email package.
"""
import email
import email.policy
import socket
import sys
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
    """Keeps each message; refuses a recipient for good, and another one the first time."""

    def __init__(self):
        self.messages = []
        self.deferred = set()

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("gone-"):
            return "550 5.1.1 no such mailbox"
        if address.startswith("later-") and address not in self.deferred:
            self.deferred.add(address)
            return "451 4.7.1 come again"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
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
    gone = new_user(service.base, email=f"gone-{uuid.uuid4().hex[:8]}@example.org")
    placed = order(gone, "Nothing", 1)
    letter = settled(gone, placed["id"], "failed")
    check("a mailbox that is gone: the letter is failed, for its owner to see", "sentAt" not in letter, letter)


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
    finally:
        controller.stop()
    print(f"{failures} of the checks failed" if failures else "every check passed")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
