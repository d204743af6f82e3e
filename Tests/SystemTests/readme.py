#!/usr/bin/env python3
"""Runs the README's lines as they are printed, against a service that may be elsewhere.

  readme.py BASE

Takes the block under "Try it", puts BASE for http://localhost:8080, and looks at what it prints.
"""
import json
import os
import re
import subprocess
import sys

README = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "README.md")


def main():
    base = sys.argv[1].rstrip("/")
    text = open(README, encoding="utf-8").read().split("## Try it")[1]
    lines = re.search(r"```sh\n(.*?)```", text, re.DOTALL).group(1)
    script = "set -euo pipefail\n" + lines.replace("http://localhost:8080", base)
    done = subprocess.run(["bash", "-c", script], stdout=subprocess.PIPE, timeout=60, text=True)
    decoder, answers, rest = json.JSONDecoder(), [], done.stdout.strip()
    while rest:
        answer, end = decoder.raw_decode(rest)
        answers.append(answer)
        rest = rest[end:].strip()
    print(json.dumps(answers, ensure_ascii=False, indent=1))
    registered, deposit, paid, rejected, letters = answers
    assert done.returncode == 0
    assert registered["account"]["balance"] == 0
    assert deposit["balance"] == 10_000
    assert paid["status"] == "paid"
    assert rejected["status"] == 402 and rejected["order"]["status"] == "rejected"
    assert [letter["kind"] for letter in letters["items"]] == ["sad", "happy"]


if __name__ == "__main__":
    main()
