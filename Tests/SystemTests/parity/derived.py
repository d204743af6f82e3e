"""Cases from the OpenAPI document: what each operation, property and parameter refuses, and the edges it takes."""

from case import Case
from good import is_delivered

# What the document's path parameters stand for.
PLACES = {"userId": "<<clara.id>>", "orderId": "<<boris.order>>", "id": "<<boris.letter>>"}
NOBODY = "4b70b36c-99ee-4fa2-9b55-5d406f7e8193"
CALLERS = {"register": None, "withdraw": "service", "getOrder": "boris", "getNotification": "boris"}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
WRONG_TYPES = {
    "string": (5, 1.5, True, [], {}, None),
    "integer": ("5", "", True, [], {}, None),
}
# Numbers as they stand in the text, which Python would write otherwise.
WRONG_NUMBERS = ("1.0", "1e2", "1e400", "-0", "9223372036854775808", "123456789012345678901234567890")
NO_JSON = {
    "nothing": b"",
    "a blank": b" ",
    "a brace": b"{",
    "a byte order mark": b"\xef\xbb\xbf{}",
    "two texts": b"{}{}",
    "bad UTF-8": b'{"\xff":1}',
    "a lone surrogate": b'{"\\ud800":1}',
    "a leading zero": b'{"a":01}',
    "a plus": b'{"a":+1}',
    "a comma behind": b'{"a":1,}',
    "single quotes": b"{'a':1}",
    "a comment": b"{}//",
    "NaN": b'{"a":NaN}',
    "a control character": b'{"a":"\x01"}',
    "a member twice": b'{"a":1,"a":1}',
    "a member twice, escaped": b'{"a":1,"\\u0061":1}',
    "deeper than 16": b"[" * 17 + b"]" * 17,
    "much deeper": b"[" * 8000,
}
NO_OBJECT = {"a list": [], "a number": 5, "a text": b'"x"', "null": None, "true": True}


class Operation:
    """One operation of the document."""

    def __init__(self, document, path, method, operation):
        self.name, self.method, self.path = operation["operationId"], method.upper(), path
        for name, value in PLACES.items():
            path = path.replace("{%s}" % name, value)
        self.target = path
        parameters = [resolved(document, parameter) for parameter in operation.get("parameters", [])]
        self.query = [parameter for parameter in parameters if parameter["in"] == "query"]
        self.has_key = any(parameter["in"] == "header" for parameter in parameters)
        self.who = CALLERS.get(self.name, "clara")
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        self.schema = resolved(document, content["schema"]) if content else None
        self.required = self.schema.get("required", []) if self.schema else []

    def case(self, what, status, target="", **how):
        how.setdefault("who", self.who)
        if self.name == "listNotifications" and status == 200:
            how["until"] = is_delivered  # a letter's status depends on when it is asked for, not on who is asked
        method = how.pop("method", self.method)
        return Case(f"{self.name}: {what}", status, method, (how.pop("path", self.target)) + target, **how)

    def body(self):
        """A good one."""
        return {name: good(schema) for name, schema in self.schema["properties"].items() if name != "userId"}


def resolved(document, value):
    while "$ref" in value:
        reference, value = value["$ref"], document
        for step in reference.removeprefix("#/").split("/"):
            value = value[step]
    return value


def good(schema):
    if schema["type"] == "integer":
        return 1
    return {"uuid": NOBODY, "email": "derived@example.org"}.get(
        schema.get("format"), "+79161234567" if "pattern" in schema else "x"
    )


def cases(document):
    found = []
    for path, methods in document["paths"].items():
        operations = {method.upper(): Operation(document, path, method, value) for method, value in methods.items()}
        for method in METHODS:
            found += of_method(operations, method)
        for operation in operations.values():
            found += of_operation(operation)
    return found


def of_method(operations, method):
    """A method that the path does not take, or that needs no function."""
    taken = {*operations, *(["HEAD"] if "GET" in operations else [])}
    if method not in taken:
        operation = next(iter(operations.values()))
        yield operation.case(f"the method {method}", 204 if method == "OPTIONS" else 405, method=method, who=None)


def of_operation(operation):
    if operation.name == "getOpenAPI":
        return
    yield from of_tokens(operation)
    yield from of_paths(operation)
    yield from of_queries(operation)
    if operation.schema:
        yield from of_bodies(operation)
        yield from of_properties(operation)
    if operation.has_key:
        yield from of_keys(operation)


def of_tokens(operation):
    if operation.who is None:
        return
    body = "{" if operation.schema else None
    bad = (("Authorization", "Bearer x"),)
    yield operation.case("no token", 401, who=None, body=body)
    yield operation.case("a bad token", 401, who=None, body=body, fields=bad)
    yield operation.case("two tokens", 400, who=None, body=body, fields=bad * 2)
    yield operation.case("another role", 403, who="anna" if operation.who == "service" else "service", body=body)
    if operation.method == "GET":
        yield operation.case("a head without a token", 401, method="HEAD", who=None)


def of_paths(operation):
    body = "{" if operation.schema else None
    yield operation.case("a trailing slash", 404, "/", body=body)
    for name, value in PLACES.items():
        if value not in operation.target:
            continue
        place = operation.target.replace(value, "%s")
        foreign = 400 if operation.who == "service" else 404
        yield operation.case(f"{name} of nobody", foreign, path=place % NOBODY, body=body)
        yield operation.case(
            f"{name} of another",
            foreign,
            path=place % value,
            body=body,
            who=operation.who if operation.who == "service" else "anna",
        )
        for what, text in (
            ("in capitals", NOBODY.upper()),
            ("too short", NOBODY[:-1]),
            ("in braces", "%7B" + NOBODY + "%7D"),
            ("percent-encoded", "%34" + NOBODY[1:]),
            ("empty", ""),
            ("a star", "*"),
            ("negative", "-1"),
        ):
            yield operation.case(f"{name} {what}", (foreign, 404), path=place % text, body=body)


def of_queries(operation):
    body = "{" if operation.schema else None
    yield operation.case("an unknown parameter", 400, "?colour=red", body=body)
    for parameter in operation.query:
        name, schema = parameter["name"], parameter["schema"]
        yield operation.case(f"{name} twice", 400, f"?{name}=1&{name}=1")
        yield operation.case(f"{name} empty", 400, f"?{name}=")
        if schema["type"] == "integer":
            low, high = schema["minimum"], schema["maximum"]
            for value in (low, high):
                yield operation.case(f"{name} {value}", 200, f"?{name}={value}")
            for value in (low - 1, high + 1, -1, "1.0", "01", "x", "1e1", "%2B1", 2**63, 10**30):
                yield operation.case(f"{name} {value}", 400, f"?{name}={value}")
        elif name == "cursor":
            for value in ("x", "-", "%20", "a%5Cb", "A" * 200, "%D1%87", "me"):
                yield operation.case(f"{name} {value[:9]}", 400, f"?{name}={value}")
        else:
            for value, status in (
                ("me", 200),
                ("<<clara.id>>", 200),
                (NOBODY, 403),
                ("x", 400),
                ("ME", 400),
                ("%6de", (200, 400)),
            ):
                yield operation.case(f"{name} {value}", status, f"?{name}={value}")


def of_bodies(operation):
    for what, body in NO_JSON.items():
        empty = what == "nothing" and not operation.required
        yield operation.case(f"the body is {what}", (200, 201) if empty else 400, body=body)
    for what, body in NO_OBJECT.items():
        yield operation.case(f"the body is {what}", 422, body=b"null" if body is None else body)
    for media in (None, "text/plain", "application/jsonx", "application/problem+json", "application", "", "*/*", FORM):
        yield operation.case(f"the media type is {media}", 415, body=b"{}", media=media)
    yield operation.case("a content coding", 415, body=b"{}", fields=(("Content-Encoding", "br"),))
    yield operation.case("a body of 16,385 bytes", 413, body=b" " * 16_385)
    yield operation.case("a body of 16,385 bytes in chunks", 413, body=b" " * 16_385, chunks=True)
    yield operation.case("a body of 16,384 bytes", 400, body=b" " * 16_384)


FORM = "application/x-www-form-urlencoded"


def of_properties(operation):
    body = operation.body()
    yield operation.case("an unknown member", 422, body={**body, "colour": "red"})
    yield operation.case("a member in capitals", 422, body={**body, "USERID": NOBODY})
    for name, schema in operation.schema["properties"].items():
        if name in operation.required:
            yield operation.case(f"no {name}", 422, body={key: value for key, value in body.items() if key != name})
        wrong = [*WRONG_TYPES[schema["type"]], *beyond(schema)]
        for value in wrong:
            yield operation.case(f"{name} is {value!r:.30}", 422, body={**body, name: value})
        for text in WRONG_NUMBERS if schema["type"] == "integer" else ():
            rest = "".join(f',"{key}":"{value}"' for key, value in body.items() if key != name)
            yield operation.case(f"{name} is {text:.30}", 422, body='{"%s":%s%s}' % (name, text, rest))


def beyond(schema):
    """Values of the right type that the schema does not take."""
    if schema["type"] == "integer":
        return [schema["minimum"] - 1, -1, schema["maximum"] + 1, 2**63 - 1, -(2**63)]
    found = ["x" * (schema["maxLength"] + 1), "ж" * (schema["maxLength"] + 1)] if "maxLength" in schema else []
    if schema.get("minLength", 0) > 0:
        found += ["", "\u0000"]
    if schema.get("format") == "uuid":
        found += ["", "me", "x", NOBODY[:-1], NOBODY + "0", "{%s}" % NOBODY, NOBODY.replace("-", "")]
    if schema.get("format") == "email":
        found += [
            "",
            "x",
            "@example.org",
            "a@",
            "a@b@c",
            "a b@example.org",
            "a@example.org\r\nBcc: x@example.org",
            "ж@example.org",
        ]
    if "pattern" in schema:
        found += ["", "x", "79161234567", "+0", "+1234567890123456"]
    return found


def of_keys(operation):
    for what, key in (
        ("empty", ""),
        ("of 256 characters", "k" * 256),
        ("beyond ASCII", "ключ"),
        ("with a tab", "a\tb"),
    ):
        yield operation.case(f"a key {what}", 400, key=key, body=b"{")
    yield operation.case("two keys", 400, key="a", fields=(("Idempotency-Key", "a"),), body=b"{")
    yield operation.case("a key of 255 characters", 400, key="k" * 255, body=b"{")
    yield operation.case("a key with blanks around", 400, key="  a  ", body=b"{")
