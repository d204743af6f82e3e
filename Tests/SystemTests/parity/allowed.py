"""The differences that are meant, each with its reason. None of them can concern the status."""

import dataclasses
import json

CROSS_ORIGIN = (
    "vary",
    "access-control-allow-origin",
    "access-control-expose-headers",
    "access-control-allow-methods",
    "access-control-allow-headers",
    "access-control-max-age",
)


@dataclasses.dataclass(frozen=True)
class Allowed:
    """In answers of `form` these fields, and these members of the body, may be others."""

    form: str
    reason: str
    fields: tuple = ()
    members: tuple = ()
    concerns: object = lambda case: True

    def without(self, fields, body):
        rest = [field for field in fields if field[0].lower() not in self.fields]
        if not self.members:
            return rest, body
        try:
            document = json.loads(body)
        except ValueError:
            return rest, body
        if isinstance(document, dict):
            body = json.dumps({name: value for name, value in document.items() if name not in self.members})
        return rest, body


def asks_for_methods(case):
    return case.status in (204, 405)


def names_itself(case):
    return any(name.lower() == "x-request-id" for name, _ in case.fields)


ALLOWED = (
    Allowed("function", "what browsers of other origins are told is added by the gateway alone", CROSS_ORIGIN),
    Allowed(
        "function",
        "a path may have two functions, and a process serves the method of its own alone",
        ("allow",),
        ("detail",),
        asks_for_methods,
    ),
    Allowed(
        "function",
        "a process takes the request id that it is given, which is the gateway's",
        ("x-request-id",),
        ("requestId",),
        names_itself,
    ),
)
