"""One process per function on this machine: PostgreSQL, identity provider, functions, worker and gateway.

  python3 deploy/processes RUNNER [--port 8080] [--folder FOLDER] [--once COMMAND ...]

starts them all on loopback, says where each is, shows their logs with the process's name before each line, and
stops them in order at Ctrl-C or SIGTERM. It ends with 1 if one of them ends by itself. What they keep is in a
temporary folder, which goes with them, or in FOLDER, which stays and is taken up again. With --once it runs the
COMMAND when all are ready ({base}, {management} and {folder} stand for where they are) and ends with its exit code.

Settings in the environment (TOKEN_CHECK=jwks, RATE_LIMIT=5) reach every process that reads them.
Standard library only; PostgreSQL's programs must be installed.
"""
import argparse
import os
import signal
import subprocess
import sys
import time

from postgresql import PostgreSQLFailure
from processes import Failure, Processes


def run_once(processes, command):
    places = {"base": processes.base, "management": processes.roles["gateway"].management,
              "folder": processes.folder}
    for name, place in places.items():
        command = [word.replace("{" + name + "}", place) for word in command]
    return subprocess.call(command)


def serve(processes):
    """Until told to end, or one of them has ended."""
    print(processes.places(), flush=True)
    while (dead := processes.dead()) is None:
        time.sleep(0.2)
    raise Failure(f"{dead} has ended by itself")


def interrupt(*_):
    raise KeyboardInterrupt


def main():
    parser = argparse.ArgumentParser(description="one process per function, on PostgreSQL")
    parser.add_argument("runner")
    parser.add_argument("--port", type=int, default=8080, help="the gateway's (0: any)")
    parser.add_argument("--folder", help="keeps what they have; without it a temporary one")
    parser.add_argument("--once", nargs=argparse.REMAINDER, help="a command to run when all are ready")
    options = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupt)
    processes, code = None, 0
    try:
        processes = Processes(options.runner, options.port, options.folder)
        processes.start()
        code = run_once(processes, options.once) if options.once else serve(processes)
    except KeyboardInterrupt:
        print("stopping", flush=True)
    except (Failure, PostgreSQLFailure, OSError) as failure:
        print(f"processes: {failure}", file=sys.stderr, flush=True)
        code = 1
    # A second Ctrl-C ends at once: who is left gets SIGTERM with this script.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: os._exit(130))
    well = processes is None or processes.stop()
    return code if well or code else 1


if __name__ == "__main__":
    sys.exit(main())
