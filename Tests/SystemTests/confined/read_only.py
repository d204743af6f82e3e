"""On a read-only root, as a user without an entry anywhere and without a home: all processes, and the whole flow.

Each process sees the machine through a mount namespace of its own, in which its DATA_DIR alone can be written.
"""
import os
import re
import subprocess
import sys
import tempfile

from checks import check

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
USER = "12345"
SECONDS = 240

WRAPPER = """#!/bin/sh
# {program} "$@", confined
exec unshare --mount sh -c '
set -e
if [ -n "$DATA_DIR" ]; then
    mkdir -p "$DATA_DIR" && chown -R {user}:{user} "$DATA_DIR" && mount --bind "$DATA_DIR" "$DATA_DIR"
fi
cut -d" " -f2 /proc/self/mounts | while read -r place; do
    case $place in
    "$DATA_DIR" | /proc* | /sys* | /dev | /dev/pts | /dev/mqueue) ;;
    *) mount -o remount,bind,ro "$place" 2>/dev/null || true ;;
    esac
done
unset HOME USER LOGNAME TMPDIR
exec setpriv --reuid {user} --regid {user} --clear-groups --pdeathsig TERM --no-new-privs {program} "$@"
' sh "$@"
"""


def wrapped(folder, name, program):
    """A command that runs the program confined."""
    path = os.path.join(folder, name)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o755), "w", encoding="utf-8") as file:
        file.write(WRAPPER.format(program=program, user=USER))
    return path


def is_confined(folder):
    """The planted fault: who writes elsewhere is seen, who writes in DATA_DIR is let."""
    shell = wrapped(folder, "shell", "/bin/bash")
    for place, code in ((folder, 1), ("/tmp", 1), (os.path.join(folder, "data"), 0)):
        done = subprocess.run([shell, "-c", 'touch "$1/x" 2>/dev/null', "bash", place], check=False,
                              env={**os.environ, "DATA_DIR": os.path.join(folder, "data")})
        check(done.returncode == code, f"writing in {place} ended with {done.returncode}: it is not confined")
    done = subprocess.run([shell, "-c", "id -un || echo nobody; echo $HOME"], check=False, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True, env={"PATH": os.environ["PATH"]})
    check("nobody" in done.stdout and "/" not in done.stdout, f"the user is known: {done.stdout}")


def run(runner):
    with tempfile.TemporaryDirectory(prefix="orders-confined-") as folder:
        os.chmod(folder, 0o711)
        is_confined(folder)
        program = os.path.join(folder, "program")
        subprocess.run(["install", "-m", "755", runner, program], check=True)
        script = os.path.join(TESTS, "..", "..", "deploy", "processes")
        done = subprocess.run(
            [sys.executable, script, wrapped(folder, "runner", program), "--port", "0", "--once",
             sys.executable, os.path.join(TESTS, "flow.py"), "{base}"],
            check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=SECONDS)
        check(done.returncode == 0, f"the flow ended with {done.returncode}:\n{done.stdout[-6000:]}")
        words = re.compile(r"read-only file system|permission denied|home directory|local user with ID", re.IGNORECASE)
        found = [line for line in done.stdout.splitlines() if words.search(line)]
        check(not found, "something was missed:\n" + "\n".join(found[:20]))
        yield "every process and the whole flow do with DATA_DIR alone, as a user whom nobody knows"
