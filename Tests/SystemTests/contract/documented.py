"""Whether an answer is one that the OpenAPI document speaks of: status, problem, fields, members."""

import re

# Fields that belong to HTTP or to CORS, not to an operation.
PLAIN = {"date", "connection", "content-length", "content-type", "vary"}
TYPES = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}
FORMATS = {
    "uuid": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "date-time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z",
    "email": r"[^@\s]+@[^@\s]+",
}


class Document:
    def __init__(self, document):
        self.document = document
        self.paths = [
            (re.compile("^" + re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)) + "$"), item)
            for path, item in document["paths"].items()
        ]

    def complaints(self, method, target, reply):
        """What the document does not say of this answer, a text each."""
        path, method = target.partition("?")[0], "get" if method == "HEAD" else method.lower()
        operation = next((item[method] for pattern, item in self.paths if method in item and pattern.match(path)), None)
        if operation is None or reply.status in (501, 505) or reply.kind == "not-found":
            return
        response = operation["responses"].get(str(reply.status))
        if response is None:
            yield f"the document knows no {reply.status} here"
            return
        spoken = {name.lower() for name in response.get("headers", {})}
        for name, _ in reply.fields:
            if name not in PLAIN and name not in spoken and not name.startswith("access-control-"):
                yield f"the document knows no field {name} of this {reply.status}"
        content = response.get("content", {}).get(reply.one("content-type"))
        if content is None:
            yield f"the document knows no {reply.one('content-type')} here"
        elif reply.body:
            if reply.kind and reply.kind not in content.get("examples", {}):
                yield f"the document knows no {reply.kind} here"
            yield from self.mismatches(content["schema"], reply.json, "")

    def mismatches(self, schema, value, place):
        """JSON Schema, as far as this document makes use of it."""
        if "$ref" in schema:
            schema = self.document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        for part in schema.get("allOf", ()):
            yield from self.mismatches(part, value, place)
        kind = schema.get("type")
        if kind and (not isinstance(value, TYPES[kind]) or isinstance(value, bool) != (kind == "boolean")):
            yield f"{place or 'the body'} is no {kind}"
            return
        if "enum" in schema and value not in schema["enum"]:
            yield f"{place} is none of {schema['enum']}"
        if kind == "object":
            yield from self.members(schema, value, place)
        elif kind == "array":
            for number, item in enumerate(value):
                yield from self.mismatches(schema["items"], item, f"{place}/{number}")
        elif kind == "integer" and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
            yield f"{place} is out of range"
        elif kind == "string":
            yield from strings(schema, value, place)

    def members(self, schema, value, place):
        known = schema.get("properties", {})
        for name in schema.get("required", ()):
            if name not in value:
                yield f"{place}/{name} is not there"
        for name, member in value.items():
            if name in known:
                yield from self.mismatches(known[name], member, f"{place}/{name}")
            elif schema.get("additionalProperties") is False:
                yield f"{place}/{name} is not in the document"


def strings(schema, value, place):
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        yield f"{place} is too short or too long"
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{place} does not match {schema['pattern']}"
    if schema.get("format") in FORMATS and not re.fullmatch(FORMATS[schema["format"]], value):
        yield f"{place} is no {schema['format']}"
