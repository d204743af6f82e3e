"""What a container may not do, asked of the kernel about its process: it is the same with every engine."""
from load import expect
from stack import OTHERS


def run(stack, user):
    """Every container of ours has a root that it cannot write, no capability, no way to get one, and that user."""
    containers = {name: one for name, one in stack.containers().items() if name != "migrate"}
    for name, one in containers.items():
        found = faults(one["State"]["Pid"], None if name == "postgresql" else user)
        expect(not found, f"{name}: {', '.join(found)}")
    expect(len(containers) > len(OTHERS), f"only {sorted(containers)} were there")
    return f"{len(containers)} containers: read-only root, no capability, user {user}"


def faults(number, user):
    """What is wrong with the process of this number, which is the host's; any user but root where none is named."""
    status = fields(number)
    found = []
    uid, gid = status["Uid"].split()[1], status["Gid"].split()[1]
    if f"{uid}:{gid}" != user if user else uid == "0":
        found.append(f"it runs as {uid}:{gid}")
    for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        if int(status[name], 16) != 0:
            found.append(f"{name} is {status[name]}")
    if status["NoNewPrivs"] != "1":
        found.append("it may get new privileges")
    if status["Seccomp"] != "2":
        found.append("every system call is open to it")
    if not is_root_read_only(number):
        found.append("its root can be written")
    return found


def fields(number):
    with open(f"/proc/{number}/status", encoding="ascii") as file:
        return dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)


def is_root_read_only(number):
    with open(f"/proc/{number}/mountinfo", encoding="utf-8") as file:
        mounts = [line.split() for line in file]
    return any(mount[4] == "/" and "ro" in mount[5].split(",") for mount in mounts)


def control(stack):
    """The engine's own defaults have each of these faults, and all must be seen."""
    image = stack.containers()["gateway"]["Config"]["Image"]
    name = f"{stack.project}-control"
    stack.engine.ask("run", "--detach", "--name", name, "--user", "0:0", "--env", "PUBLIC_URL=http://localhost",
                     image, "identity")
    try:
        (one,) = stack.engine.inspect(name)
        found = faults(one["State"]["Pid"], "12345:0")
    finally:
        stack.engine.ask("rm", "--force", name)
    seen = " ".join(found)
    for word in ("it runs as 0:0", "CapEff", "new privileges", "can be written"):
        expect(word in seen, f"a container with nothing of this is said to have: {found}")
    return f"one with the engine's defaults has {len(found)} faults"
