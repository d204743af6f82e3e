"""Bar 28: a database that is several machines speaks less of SQL, and the service asks it for no more.

The store's own tests run in this mode, too. Here the server writes down every statement that the whole service sends.
"""
import os
import re

import keys
import money
from load import expect
from stores import Cluster, Database

# What one relative or another does not have, or has and means something else by.
FORBIDDEN = re.compile(
    r"skip\s+locked|advisory|\b(listen|unlisten|notify|savepoint|prepare|deallocate|discard|declare)\b"
    r"|\b(nextval|currval|serial|bigserial|trigger|deferrable)\b|\bas\s+\(\s*(insert|update|delete)\b|^\s*set\s",
    re.IGNORECASE)
RECORD = re.compile(r"^@@", re.MULTILINE)
SENT, PLAIN = "LOG:  execute ", "LOG:  statement: "
# What psql sends to make a database, for us and not for the service.
OURS = re.compile(r"CREATE DATABASE|SELECT 1 FROM pg_database")
MIGRATIONS = 30


def run(serve, scale, **settings):
    with Cluster(*log_to("statements.log")) as cluster:
        on = Database(serve.runner, cluster)
        for bar in (keys.duplicates, money.overspend, money.sad):
            bar(on, scale / 10, DATABASE_DISTRIBUTED="true", **settings)
        cluster.stop()
        with open(os.path.join(cluster.data, "log", "statements.log"), encoding="utf-8", errors="replace") as log:
            statements = list(sent(log.read()))
    begun = [text for text in statements if text.startswith("BEGIN")]
    weaker = sum("SERIALIZABLE" not in text for text in begun)
    expect(len(begun) > 100 and weaker <= MIGRATIONS, f"of {len(begun)} transactions {weaker} are not serializable")
    bad = sorted({text for text in statements if FORBIDDEN.search(text)})
    expect(not bad, f"{len(bad)} kinds of statement are not for every relative: {' '.join(bad[0].split()) if bad else ''}")
    return f"{len(begun)} transactions, {len(set(statements))} kinds of statement: serializable and portable, all of them"


def log_to(name):
    """The settings with which the server writes each statement down."""
    pairs = {"log_statement": "all", "log_min_messages": "log", "log_line_prefix": "@@", "logging_collector": "on",
             "log_filename": name, "log_rotation_age": "0", "log_rotation_size": "0", "log_truncate_on_rotation": "off"}
    return [word for name, value in pairs.items() for word in ("-c", f"{name}={value}")]


def sent(log):
    """What the service sent: statements without a name, one a message."""
    for record in RECORD.split(log):
        if record.startswith(SENT):
            name, _, text = record[len(SENT):].partition(": ")
            expect(name == "<unnamed>", f"a statement has a name: {record[:200]}")
            yield text
        elif record.startswith(PLAIN):
            expect(OURS.search(record), f"a statement without parameters of its own: {record[:200]}")
