"""Gives what differs from one form to the next by its nature, ids, times, tokens, the name of its first appearance."""

import re

UUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
# Where an identity provider puts what it makes up: keys and sessions.
MEMBERS = ("kid", "session_state", "public_key", "n", "x5t", "x5t\\#S256")
SECRET = [rf'(?<="{member}":")' for member in MEMBERS] + [r'(?<="x5c":\[")']
PATTERNS = re.compile(
    "|".join(
        (
            r'(?P<time>"(?P<member>\w+)":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")',
            r"(?P<token>eyJ[\w-]+\.[\w-]+\.[\w-]+)",
            r'(?P<cursor>(?<="nextCursor":")[^"]+)',
            rf"(?P<id>{UUID})",
            rf'(?P<secret>(?:{"|".join(SECRET)})[^"&]+)',
            r"(?P<host>(?:localhost|127\.0\.0\.1):\d+)",
        )
    )
)


class Renaming:
    """Of one form; it is shown the answers in the order of the corpus."""

    def __init__(self, literals, hosts):
        # What the corpus itself sends keeps its name.
        self.literals, self.hosts = literals, hosts
        self.names, self.counts, self.times = {}, {}, {}

    def name(self, kind, value):
        if (kind, value) not in self.names:
            self.counts[kind] = self.counts.get(kind, 0) + 1
            self.names[kind, value] = f"<{kind} {self.counts[kind]}>"
        return self.names[kind, value]

    def text(self, text):
        """Times are told apart by whose they are: two things may have been made in one millisecond.

        That is the last member `id` before it, or the last id where nothing has a member of that name.
        """
        owner, has_member = "", False

        def replace(match):
            nonlocal owner, has_member
            kind, value = match.lastgroup, match[0]
            if match["time"]:
                values = self.times.setdefault((owner, match["member"]), [])
                if value not in values:
                    values.append(value)
                return f'"{match["member"]}":"<time {values.index(value) + 1} of {owner}>"'
            if kind == "host":
                return "<host>" if value in self.hosts else value
            if kind == "id":
                named = value if value in self.literals else self.name(kind, value)
                is_member = match.string.endswith('"id":"', 0, match.start())
                if is_member or not has_member:
                    owner, has_member = named, is_member
                return named
            return self.name(kind, value)

        return PATTERNS.sub(replace, text)

    def answer(self, answer, case):
        """Line, fields without Date, body. A request id is called after the case that it first came with."""
        for value in answer.all("x-request-id"):
            if value not in self.literals:
                self.names.setdefault(("id", value), f"<request id of {case}>")
        text = answer.body.decode("utf-8", "surrogateescape")
        fields = []
        for name, value in answer.fields:
            if name.lower() == "date":
                continue
            if name.lower() == "content-length" and answer.body and int(value) == len(answer.body):
                value = "<the body's>"
            fields.append((name, self.text(value)))
        return Renamed(answer.line, fields, self.text(text))


class Renamed:
    """An answer that can be compared."""

    def __init__(self, line, fields, body):
        self.line, self.fields, self.body = line, fields, body

    @property
    def status(self):
        return int(self.line.split(" ")[1])

    def __eq__(self, other):
        return (self.line, self.fields, self.body) == (other.line, other.fields, other.body)

    def __repr__(self):
        return "\n".join([self.line, *(f"{name}: {value}" for name, value in self.fields), "", self.body])
