"""Bar 28: a database that is several machines speaks less of SQL, and the service asks it for no more.

The store's own tests run in this mode, too. Here the server writes down every statement that the whole service sends,
so it also shows what PostgreSQL is not told to refuse: that none changes or deletes what has happened.
"""
import os
import re
import uuid

import keys
import money
from client import until
from load import ORDERS, Write, expect, send, users
from mail_sink import MailSink
from stores import Cluster, Database

# What one relative or another does not have, or has and means something else by.
FORBIDDEN = re.compile(
    r"skip\s+locked|advisory|\b(listen|unlisten|notify|savepoint|prepare|deallocate|discard|declare)\b"
    r"|\b(nextval|currval|serial|bigserial|trigger|deferrable)\b|\bas\s+\(\s*(insert|update|delete)\b|^\s*set\s",
    re.IGNORECASE)
# What would change history.
REWRITES = re.compile(
    r"\bupdate\s+(movements|orders|answers|registrations)\b|\bdelete\s+from\s+(?!claims\b|keys\b)"
    r"|\b(truncate|merge)\b|\bdo\s+update\b", re.IGNORECASE)
# What the service is made to do here: without these there would be less to see.
WANTED = {
    "an order": r"INSERT INTO orders", "a movement": r"INSERT INTO movements", "an answer": r"INSERT INTO answers",
    "a registration": r"INSERT INTO registrations", "a claim's end": r"DELETE FROM claims",
    "a lease": r"UPDATE letters SET fence", "a letter's end": r"UPDATE letters SET status = n.status",
    "a redrive": r"UPDATE letters SET status = 'queued'", "the sweeper": r"FROM claims WHERE attempted_at <",
    "the audit": r"FROM keys k LEFT JOIN answers",
}
# Who sent it stands before each, so that psql, which is ours, is told from the service.
RECORD, PREFIX = re.compile(r"^@@", re.MULTILINE), "runner: "
SENT, PLAIN = PREFIX + "LOG:  execute ", PREFIX + "LOG:  statement: "
MIGRATIONS = 40
DISTRIBUTED = {"DATABASE_DISTRIBUTED": "true"}


def run(serve, scale, **settings):
    with Cluster(*log_to("statements.log")) as cluster:
        on = Database(serve.runner, cluster)
        for bar in (keys.duplicates, money.overspend, money.sad, left_behind):
            bar(on, scale / 10, **DISTRIBUTED, **settings)
        cluster.stop()
        with open(os.path.join(cluster.data, "log", "statements.log"), encoding="utf-8", errors="replace") as log:
            statements = list(sent(log.read()))
    begun = [text for text in statements if text.startswith("BEGIN")]
    weaker = sum("SERIALIZABLE" not in text for text in begun)
    expect(len(begun) > 100 and weaker <= MIGRATIONS, f"of {len(begun)} transactions {weaker} are not serializable")
    kinds = set(statements)
    none(kinds, FORBIDDEN, "are not for every relative")
    none(kinds, REWRITES, "change history")
    missing = [what for what, pattern in WANTED.items() if not any(re.search(pattern, kind) for kind in kinds)]
    expect(not missing, f"nothing was seen of {missing}")
    return (f"{len(begun)} transactions, {len(kinds)} kinds of statement, redrive, sweeper and audit among them: "
            "serializable and portable, and none changes or deletes history")


def left_behind(on, _, **settings):
    """A letter that failed and is sent again by command, and a registration that nobody asks for again."""
    url = on.url()
    with MailSink() as sink, on(DATABASE_URL=url, SECRET_KEY="k" * 32, **sink.settings, **settings) as service:
        sink.refuses = True
        user = users(service.base, 1)[0]
        expect(send(user, Write(ORDERS, {"title": "An order", "price": 1})).status == 402, "an order without money")
        until(lambda: statuses(user) == ["failed"], 20, "the letter fails")
        sink.refuses = False
        code, text = service.run("outbox", "redrive", "--all")
        expect(code == 0, f"redrive ended with {code}: {text}")
        until(lambda: statuses(user) == ["sent"], 20, "the letter is sent")
        database = url.rsplit("/", 1)[1]
        columns = ", ".join(f"'{uuid.uuid4()}'" for _ in range(4))
        on.cluster.query(database, "INSERT INTO claims (email, id, key, fingerprint, request_id, claimed_at, attempted_at)"
                                   f" VALUES ('left@example.org', {columns}, 1, 1)")
        until(lambda: on.cluster.query(database, "SELECT count(*) FROM claims") == "0", 40, "the claim is ended", pause=0.5)
        service.audit()


def statuses(user):
    return [letter["status"] for letter in user.pages("/api/notifications")]


def none(kinds, pattern, what):
    bad = sorted(text for text in kinds if pattern.search(text))
    expect(not bad, f"{len(bad)} kinds of statement {what}: {' '.join(bad[0].split()) if bad else ''}")


def log_to(name):
    """The settings with which the server writes each statement down."""
    pairs = {"log_statement": "all", "log_min_messages": "log", "log_line_prefix": "@@%a: ", "logging_collector": "on",
             "log_filename": name, "log_rotation_age": "0", "log_rotation_size": "0", "log_truncate_on_rotation": "off"}
    return [word for name, value in pairs.items() for word in ("-c", f"{name}={value}")]


def sent(log):
    """What the service sent: statements without a name, one a message."""
    for record in RECORD.split(log):
        if record.startswith(SENT):
            name, _, text = record[len(SENT):].partition(": ")
            expect(name == "<unnamed>", f"a statement has a name: {record[:200]}")
            yield text
        else:
            expect(not record.startswith(PLAIN), f"a statement without parameters of its own: {record[:200]}")
