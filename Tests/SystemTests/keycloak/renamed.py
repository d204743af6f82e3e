#!/usr/bin/env python3
"""Writes realm file, program and recording anew with every name of ours changed: realm, users, clients, secrets.

  renamed.py REALM.json PROGRAM.py RECORDED.json DIRECTORY

writes DIRECTORY/realm.json, exchanges.py and recorded.json. A server that answers the renamed exchanges as it answers the original
ones has its answers from the realm file, not from a recording. What is Keycloak's own (roles, messages, paths) keeps its name.
Standard library only.
"""
import os, re, sys

# Of the users, the first two stay the first two: the program lists two.
NAMES = {
    "otus": "bazaar", "alice": "aurelia", "Alice": "Aurelia", "ALICE": "AURELIA", "Ivanova": "Kowalska", "bob": "boris", "Bob": "Boris",
    "Petrov": "Jones", "operator": "chief", "Olga": "Maria", "Operator": "Chief", "Carol": "Zoe", "carol": "zoe",
    "Sidorova": "Nowak", "gateway": "portal", "functions": "engines", "no-audience": "deaf-client", "no-direct": "shy-client",
    "orders-web": "shop-window", "secret": "riddle", "password": "sesame",
}
# Words that Keycloak uses too: changed only where they are ours.
OURS_ONLY = [
    (r'"disabled"(?=,)', '"suspended"'), (r'"username": "disabled"', '"username": "suspended"'), (r"username=disabled\b", "username=suspended"),
    (r"\bdisabled@", "suspended@"), (r"\bdisabled-password\b", "suspended-sesame"), (r"\bexample\.org\b", "example.net"),
    (r"\bEXAMPLE\.org\b", "EXAMPLE.net"),
]


def rename(text):
    for pattern, new in OURS_ONLY:
        text = re.sub(pattern, new, text)
    for old, new in sorted(NAMES.items(), key=lambda pair: -len(pair[0])):
        # "secret" and "password" are parts of our secrets (gateway-secret) and words of the protocol (client_secret) alike.
        before = r"(?<=[a-z]-)(?<!reset-)" if old in ("secret", "password") else r"(?<![A-Za-z_])"
        text = re.sub(before + re.escape(old) + r"(?![A-Za-z])", new, text)
    return text


def main():
    realm, program, recorded, directory = sys.argv[1:]
    for source, name in ((realm, "realm.json"), (program, "exchanges.py"), (recorded, "recorded.json")):
        with open(source, encoding="utf-8") as file:
            text = rename(file.read())
        with open(os.path.join(directory, name), "w", encoding="utf-8") as file:
            file.write(text)


if __name__ == "__main__":
    main()
