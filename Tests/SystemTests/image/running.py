"""How a container behaves. Each check answers with what it finds wrong."""
import os
import time

from engine import Container, Failure, podman

# README: in flight is finished within ten seconds; a busy machine gets some more.
END_SECONDS = 15
ANYBODY = ("--user", "12345:54321")
RUNNER = "/usr/local/bin/runner"
KEYS = "/auth/realms/otus/protocol/openid-connect/certs"


COMMANDS = (
    ((), 0, "Usage: runner COMMAND"),
    (("version",), 0, "SQLite"),
    (("srve",), 2, "did you mean serve?"),
    (("function", "create-order"), 2, "SECRET_KEY"),
)


def commands(image, patience):
    found = []
    for arguments, code, word in COMMANDS:
        ended, said = image.run(*arguments, options=(*Container.STRICT, *ANYBODY))
        if ended != code or word not in said:
            found.append(f"{' '.join(arguments) or 'no argument'}: {ended}, {said.strip()[-200:]}")
    return found


def strict(image, patience):
    """As Kubernetes' restricted containers run: whatever user id, no capability, one folder to write in."""
    with Container(image, *Container.STRICT, *ANYBODY, "--tmpfs", "/data:mode=1777", patience=patience) as container:
        faults = [] if container.healthy() else [f"unhealthy: {str(container.state.get('Health'))[-300:]}"]
        if container.status("identity", KEYS) != 200:
            faults.append("it is not reached from outside")
        if (program := os.readlink(f"/proc/{container.state['Pid']}/exe")) != RUNNER:
            faults.append(f"process 1 is {program}")
        return faults


def folder(image, patience):
    """The image's own folder, without a volume or with a new one, which takes its rights."""
    with Container(image, *ANYBODY, patience=patience) as container:
        return [] if container.status("management", "/health/ready") == 200 else ["not ready"]


def untouched(image, patience):
    """Where the whole file system could be written, only /data is."""
    # Podman would name the user id in /etc/passwd.
    with Container(image, "--passwd=false", patience=patience) as container:
        changed = [line.split(" ", 1)[1] for line in podman("diff", container.name).stdout.splitlines()]
    mounted_on = ("/etc", "/run", "/proc", "/sys", "/dev")
    return [path for path in changed if not path.startswith("/data") and path not in mounted_on]


def orphans(image, patience):
    """Who is left behind by its parent becomes process 1's child, which has to see it off."""
    with Container(image, patience=patience) as container:
        podman("exec", container.name, "sh", "-c", "(sleep 0.2 &)")
        deadline = time.monotonic() + 5
        while left := [process for process in container.processes if process.startswith("sleep ")]:
            if time.monotonic() > deadline:
                return [", ".join(left)]
            time.sleep(0.1)
    return []


def signals(image, patience):
    found = []
    for signal in ("TERM", "INT"):
        with Container(image, *Container.STRICT, "--tmpfs", "/data:mode=1777", patience=patience) as container:
            code, seconds = container.end(signal, min(patience, END_SECONDS))
            if code != 0:
                found.append(f"SIG{signal}: {'goes on' if code is None else f'exit code {code}'} after {seconds:.1f} s")
    return found


CHECKS = (
    ("help, version and refusals, with their exit codes", commands),
    ("any user, nothing to write but /data, no capability: healthy, reached, as process 1", strict),
    ("any user writes to /data", folder),
    ("nothing is written but /data", untouched),
    ("orphans are seen off", orphans),
    ("SIGTERM and SIGINT end it with 0", signals),
)

# Every check above finds something in it: process 1 is a tail, which minds no signal and no child.
PLANTED = """\
FROM {image}
USER 0:0
RUN chmod 755 /data && chown 65532 /data && mkdir -m 1777 /planted \\
    && printf '%s\\n' '#!/bin/sh' '[ "$1" = identity ] || { runner "$@"; exit 3; }' \\
        ': >/planted/file' 'IDENTITY_HOST=127.0.0.1 runner "$@" &' 'exec tail -f /dev/null' >/usr/bin/planted \\
    && chmod 755 /usr/bin/planted
USER 65532:65532
HEALTHCHECK CMD ["/usr/local/bin/runner", "health", "--management-port", "1"]
ENTRYPOINT ["/usr/bin/planted"]
"""


def memory(image, patience=60):
    """What `runner identity` takes at rest, in kilobytes."""
    with Container(image, *Container.STRICT, "--tmpfs", "/data:mode=1777", patience=patience) as container:
        status, rollup = container.process("status"), container.process("smaps_rollup")
    figures = {"VmRSS": status["VmRSS"], "RssAnon": status["RssAnon"], "Pss": rollup["Pss"]}
    return {name: int(value.split()[0]) for name, value in figures.items()}


def findings(check, image, patience):
    """A container that does not even start is a finding as well."""
    try:
        return check(image, patience)
    except Failure as failure:
        return [str(failure)]
