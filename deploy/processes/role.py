"""One process of the runner: its settings and where it is."""
import random
import socket
import urllib.error
import urllib.request


reserved = []


def reserve(port):
    """Whether it was free to be given out, by this process or any other on this machine that asks here."""
    mark = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        mark.bind(f"\0orders-port-{port}")
    except OSError:
        mark.close()
        return False
    reserved.append(mark)  # as long as this process lives
    return True


def free_port():
    """A port that nobody has, nor will have by this: below the ones that the system hands to clients."""
    while True:
        port = random.randrange(12000, 32000)
        if not reserve(port):
            continue
        try:
            for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
                with socket.socket(family, socket.SOCK_STREAM) as probe:
                    probe.bind((host, port))
            return port
        except OSError as error:
            if error.errno == 97 or "assign" in str(error):  # a machine without IPv6
                return port


def kebab(name):
    return "".join("-" + letter.lower() if letter.isupper() else letter for letter in name)


class Role:
    """One process of the runner, with its settings and its place."""

    def __init__(self, name, arguments, **settings):
        self.name, self.arguments = name, arguments
        self.settings = {"MANAGEMENT_PORT": free_port(), **settings}
        self.process = None
        self.is_expected_to_end = False

    @property
    def management(self):
        return f"http://localhost:{self.settings['MANAGEMENT_PORT']}"

    @property
    def url(self):
        """Where its requests go: empty for the worker, which takes none."""
        if "IDENTITY_PORT" in self.settings:
            return f"http://127.0.0.1:{self.settings['IDENTITY_PORT']}/auth"
        return f"http://localhost:{self.settings['PORT']}" if "PORT" in self.settings else ""

    def is_ready(self):
        try:
            with urllib.request.urlopen(self.management + "/health/ready", timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False
