"""The runner as a container has it, made of the kernel's namespaces alone: as the first process, where there is no
IPv6, on a read-only root as a user whom nobody knows.

  confined RUNNER [--only PART]

Each part has a planted fault beside it, so that it is known to see one. Root is needed; who may not make namespaces
is told so, and in CI (the variable CI) that is a failure.
"""
import argparse
import os
import subprocess
import sys

sys.path.insert(1, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

import first_process  # noqa: E402
import health  # noqa: E402
import read_only  # noqa: E402
import without_ipv6  # noqa: E402

PARTS = {"first": first_process, "health": health, "ipv6": without_ipv6, "read-only": read_only}


def refusal():
    """Why nothing can be tested here; empty where it can."""
    done = subprocess.run(["unshare", "--pid", "--fork", "--mount-proc", "--net", "true"], check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.stdout.strip() if done.returncode else ""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("runner")
    parser.add_argument("--only", choices=PARTS)
    options = parser.parse_args()
    why = refusal()
    if why:
        print(f"skipped: no namespaces can be made here: {why}")
        sys.exit(1 if os.environ.get("CI") else 0)
    for name, part in PARTS.items():
        if options.only in (None, name):
            for told in part.run(os.path.abspath(options.runner)):
                print(f"ok  {name}: {told}", flush=True)


if __name__ == "__main__":
    try:
        main()
    except AssertionError as failure:
        print(f"FAILED  {failure}")
        sys.exit(1)
