"""`::` where there is no IPv6: switched off for the network, or not there in the kernel at all."""
import ctypes
import fcntl
import os
import platform
import socket
import struct
import subprocess
import sys
import tempfile

from checks import check, text, until
from service import Service

# Of each machine: what seccomp calls it, and the number of the system call `socket`.
MACHINES = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
IPV6, NO_SUCH_FAMILY = 10, 97
EVERYWHERE = {"MANAGEMENT_HOST": "::", "IDENTITY_HOST": "::", "LOG_FORMAT": "json",
              "PUBLIC_URL": "http://localhost:8080"}


def forbid_ipv6():
    """From now on no socket of IPv6 can be had, as with `ipv6.disable=1`; goes on to children."""
    machine, socket_call = MACHINES[platform.machine()]
    load, jump_if_equal, answer = 0x20, 0x15, 0x06
    program = [(load, 0, 0, 4), (jump_if_equal, 0, 5, machine), (load, 0, 0, 0), (jump_if_equal, 0, 3, socket_call),
               (load, 0, 0, 16), (jump_if_equal, 0, 1, IPV6), (answer, 0, 0, 0x00050000 | NO_SUCH_FAMILY),
               (answer, 0, 0, 0x7FFF0000)]
    lines = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in program))
    head = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program), ctypes.addressof(lines)))
    library = ctypes.CDLL(None, use_errno=True)
    no_new_privileges, seccomp, filter_mode = 38, 22, 2
    if library.prctl(no_new_privileges, 1, 0, 0, 0) or library.prctl(seccomp, filter_mode, head, 0, 0):
        raise OSError(ctypes.get_errno(), "no filter of system calls can be set")


def served(runner, **options):
    """What the provider said of itself, once it was asked and has ended."""
    with tempfile.TemporaryDirectory() as folder:
        service = Service(runner, folder, **EVERYWHERE)
        with open(service.log, "ab") as log:
            service.process = service.spawn("identity", stdout=log, stderr=log, **options)
        try:
            until(lambda: service.ready() or service.process.poll() is not None, "the provider is ready")
            code, told = service.run("health")
            check(code == 0, f"health: {told}\n{service.tail()}")
            check(service.stop() == 0, service.tail())
            return text(service.log)
        finally:
            if service.process.poll() is None:
                service.kill()


def inside(runner):
    """In a network of its own, which this script was started in: IPv6 is switched off there."""
    set_flags, is_up = 0x8914, 1
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, set_flags, struct.pack("16sh22x", b"lo", is_up))
    for place in ("all", "default", "lo"):
        with open(f"/proc/sys/net/ipv6/conf/{place}/disable_ipv6", "w", encoding="ascii") as file:
            file.write("1")
    served(runner)


def run(runner):
    told = served(runner, preexec_fn=forbid_ipv6)
    for name in ("management", "identity"):
        check(f"there is no IPv6 here: the {name} listener takes IPv4 alone" in told, f"nothing of {name}:\n{told}")
    # Planted: where there is IPv6, nothing of the kind is said.
    check("no IPv6" not in served(runner), "it says that there is no IPv6 where there is")
    yield "where the kernel has none, it listens on IPv4 and says so"
    if not os.path.exists("/proc/sys/net/ipv6"):
        yield "switched off: not to be tried, the kernel has none"
        return
    done = subprocess.run(["unshare", "--net", sys.executable, os.path.abspath(__file__), runner], check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
    check(done.returncode == 0, f"where IPv6 is switched off:\n{done.stdout}")
    yield "where it is switched off, IPv4 is served"


if __name__ == "__main__":
    inside(sys.argv[1])
