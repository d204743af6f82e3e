"""A mail server (aiosmtpd) that prints each letter it takes as one line of JSON.

The first line printed is its port. The letter is read by Python's own email package with its strict
policy, so that `defects` names everything in it that is not as RFC 5322 has it.
"""
import argparse
import asyncio
import email
import email.policy
import email.utils
import json
import ssl
import sys
from email.header import decode_header, make_header

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


def addresses(raw, name):
    """The older reading of names: the new one puts a blank between two encoded words."""
    header = email.message_from_bytes(raw)[name]
    pairs = email.utils.getaddresses([header])
    return [[str(make_header(decode_header(name))), address] for name, address in pairs]


def describe(envelope, session):
    raw = envelope.original_content
    message = email.message_from_bytes(raw, policy=email.policy.SMTP)
    parts = list(message.walk())
    defects = [repr(defect) for part in parts for defect in part.defects]
    defects += [repr(d) for part in parts for value in part.values() for d in value.defects]
    body = {part.get_content_type(): part.get_content().replace("\r\n", "\n") for part in parts[1:]}
    lines = raw.split(b"\r\n")
    return {
        "mailFrom": envelope.mail_from,
        "recipients": envelope.rcpt_tos,
        "encrypted": session.ssl is not None,
        "login": bool(session.authenticated),
        "from": addresses(raw, "From"),
        "to": addresses(raw, "To"),
        "subject": message["Subject"],
        "messageId": message["Message-ID"],
        "date": message["Date"].datetime.isoformat(),
        "type": message.get_content_type(),
        "language": message["Content-Language"],
        "automatic": message["Auto-Submitted"],
        "text": body.get("text/plain"),
        "html": body.get("text/html"),
        "longest": max(map(len, lines)),
        "isClean": all(b"\n" not in l and b"\r" not in l and max(l, default=0) < 128 for l in lines),
        "defects": defects,
    }


class Sink:
    async def handle_DATA(self, server, session, envelope):
        print(json.dumps(describe(envelope, session)), flush=True)
        return "250 taken"


def authenticator(expected):
    def check(server, session, envelope, mechanism, data):
        given = isinstance(data, LoginPassword) and data.login + b":" + data.password
        return AuthResult(success=given == expected.encode(), handled=False)

    return check


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--certificate")
    parser.add_argument("--implicit", action="store_true")
    parser.add_argument("--login")
    options = parser.parse_args()
    context = None
    if options.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.certificate)
    settings = {"hostname": "sink.example", "enable_SMTPUTF8": False}
    if context and not options.implicit:
        settings["tls_context"] = context
    if options.login:
        settings["auth_required"] = True
        settings["auth_require_tls"] = bool(context) and not options.implicit
        settings["authenticator"] = authenticator(options.login)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(Sink(), **settings),
        "127.0.0.1",
        0,
        ssl=context if options.implicit else None,
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    # The end of the standard input is the end of the test.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
