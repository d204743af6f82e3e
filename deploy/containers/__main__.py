"""The service in containers on this machine, by docker or podman, whichever works.

  python3 deploy/containers [--port 8080] [--mail-port 8025] [--stand-in] [--detach | --once COMMAND ...]
  python3 deploy/containers --stop [--volumes]

starts what deploy/compose.yaml describes, says where everything is, and stops it in order at Ctrl-C or SIGTERM; what
it keeps stays in volumes, which --volumes removes. PostgreSQL, Keycloak and the mail catcher are the real ones;
where their images cannot be had, or with --stand-in, deploy/compose.stand-in.yaml replaces them. --detach leaves it
running until --stop. With --once it runs the COMMAND when all are ready ({base}, {mail} and {project} stand for
where they are), removes everything and ends with its exit code. The image is built, unless ORDERS_IMAGE names one.

Settings in the environment (TOKEN_CHECK=jwks, RATE_LIMIT=5) reach every container that reads them; SECRETS_DIR names
a folder of secrets in files (deploy/compose.secrets.yaml).
"""
import argparse
import os
import secrets
import signal
import socket
import subprocess
import sys

from engine import Engine, EngineFailure
from stack import Failure, Stack, made, project_of_this_folder


def options_of():
    parser = argparse.ArgumentParser(description="the service in containers")
    parser.add_argument("--port", type=int, default=8080, help="the gateway's, on 127.0.0.1 (0: any)")
    parser.add_argument("--mail-port", type=int, default=8025, help="of the page with the letters (0: any)")
    parser.add_argument("--stand-in", action="store_true", help="no image from a registry")
    parser.add_argument("--detach", action="store_true", help="leave it running")
    parser.add_argument("--stop", action="store_true", help="stop what runs, and remove its containers")
    parser.add_argument("--volumes", action="store_true", help="with --stop: remove the data, too")
    parser.add_argument("--once", nargs=argparse.REMAINDER, help="a command to run when all are ready")
    options = parser.parse_args()
    if options.volumes and not options.stop:
        parser.error("--volumes goes with --stop")
    return options


def is_taken(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            return False
        except OSError:
            return True


def places(stack):
    rows = [("gateway", stack.base), ("API", f"{stack.base}/api/openapi.json"), ("letters", stack.mail),
            ("project", stack.project), ("engine", stack.engine.name)]
    lines = [f"  {name:10}{place}" for name, place in rows]
    return "\n".join(["", "The service runs in containers.", "", *lines, ""])


def interrupt(*_):
    raise KeyboardInterrupt


def run_once(stack, command):
    for name, place in {"base": stack.base, "mail": stack.mail, "project": stack.project}.items():
        command = [word.replace("{" + name + "}", place) for word in command]
    with stack:
        return subprocess.call(command)


def serve(stack, is_detached):
    for name, place in (("--port", stack.base), ("--mail-port", stack.mail)):
        port = int(place.rsplit(":", 1)[1])
        if not stack.containers() and is_taken(port):
            raise Failure(f"port {port} of 127.0.0.1 is taken: choose another with {name} (make run-containers "
                          f"ARGS=\"{name} {port + 1}\")")
    stack.start()
    print(places(stack), flush=True)
    if is_detached:
        print("`make stop-containers` ends it.", flush=True)
        return
    print("Ctrl-C ends it.", flush=True)
    signal.pause()


def main():
    options = options_of()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupt)
    stack = None
    try:
        engine = Engine.find()
        if options.stop:
            stack = Stack(engine, project_of_this_folder(), True)
            stack.stop()
            stack.remove(options.volumes)
            return 0
        project = f"orders-{secrets.token_hex(4)}" if options.once else project_of_this_folder()
        stack = made(engine, project, options.stand_in, options.port, options.mail_port)
        if options.once:
            return run_once(stack, options.once)
        serve(stack, options.detach)
        return 0
    except KeyboardInterrupt:
        print("stopping", flush=True)
        code = 0
    except (Failure, EngineFailure, OSError) as failure:
        print(f"containers: {failure}", file=sys.stderr, flush=True)
        code = 1
    return end(stack, code) if stack and not options.once and not options.stop else code


def end(stack, code):
    # A second Ctrl-C ends this script at once; the containers then go on.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: os._exit(130))
    try:
        if code == 0:
            stack.stop()
        stack.remove()
        return code
    except EngineFailure as failure:
        print(f"containers: {failure}", file=sys.stderr, flush=True)
        return 1


if __name__ == "__main__":
    sys.exit(main())
