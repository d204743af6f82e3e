#!/usr/bin/env python3
"""Keeps the collection and the API's own description in step.

  collection.py postman_collection.json openapi.json

Every operation of the description is requested by the collection, and every request under /api is
one of its operations, except those whose test asks for 404 or 405. Whatever else it requests is below
the realm under /auth, which the gateway lets through. Shows with planted requests, and with one taken
away, that it would find the difference.
"""
import json
import re
import sys

REALM = "/auth/realms/{{realm}}/protocol/openid-connect/"
# What clients of the realm use.
ENDPOINTS = {("POST", REALM + "token"), ("POST", REALM + "logout"), ("POST", REALM + "revoke"),
             ("GET", REALM + "auth"), ("GET", REALM + "logout"), ("GET", REALM + "userinfo"),
             ("GET", REALM + "certs"), ("GET", "/auth/realms/{{realm}}/.well-known/openid-configuration")}


def requests(item):
    """Every request of the collection: its name, method, path template-less, and the text of its tests."""
    for child in item.get("item", []):
        if "request" in child:
            tests = "\n".join(line for event in child.get("event", []) if event["listen"] == "test"
                              for line in event["script"]["exec"])
            url = child["request"]["url"]
            yield child["name"], child["request"]["method"], "/" + "/".join(url["path"]), tests
        yield from requests(child)


def request(method, *path):
    return {"name": "planted", "request": {"method": method, "url": {"path": path}}}


def operations(document):
    """Every operation and a pattern for its path."""
    methods = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
    for path, operations_of in document["paths"].items():
        pattern = re.compile(re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(path)))
        for method in operations_of:
            if method in methods:
                yield method.upper(), path, pattern


def differences(collection, document):
    found, wanted = [], list(operations(document))
    sent = list(requests(collection))
    for method, path, pattern in wanted:
        if not any(m == method and pattern.fullmatch(p) for _, m, p, _ in sent):
            found.append(f"no request: {method} {path}")
    for name, method, path, tests in sent:
        refused = "status(404)" in tests or "status(405)" in tests
        known = (method, path) in ENDPOINTS or any(m == method and pattern.fullmatch(path) for m, _, pattern in wanted)
        if not known and not (refused and path.startswith("/api/")):
            found.append(f"no operation: {name}: {method} {path}")
    names = [name for name, *_ in sent]
    found += [f"two requests are called {name}" for name in sorted({n for n in names if names.count(n) > 1})]
    return found


def main():
    collection, document = (json.load(open(path, encoding="utf-8")) for path in sys.argv[1:3])
    planted = (("PUT", "api", "planted"), ("GET", "auth", "realms", "master"), ("POST", "auth", "admin", "realms"),
               ("GET", "realms", "{{realm}}"))
    controls = [differences({"item": [*collection["item"], request(*words)]}, document) for words in planted]
    controls.append(differences({"item": collection["item"][1:]}, document))
    if not all(controls):
        sys.exit("the check does not see a request that is unknown, or one that is missing")
    found = differences(collection, document)
    print("\n".join(found) or f"{len(list(requests(collection)))} requests, {len(list(operations(document)))} operations: in step")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
