"""Starts and ends `runner serve` on ports and a folder of its own. Standard library only.

  service.py RUNNER [NAME=value ...] -- COMMAND ...

runs COMMAND against a fresh service and ends with its exit code; in COMMAND {base}, {identity},
{management} and {directory} stand for where that service is.
"""
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

sys.path.insert(1, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "deploy", "processes"))

from role import free_port  # noqa: E402


class NotStarted(AssertionError):
    """The service does not come up: what is to be tested could not be."""


class Service:
    """One runner: `with Service(path) as service:`; `kill` and `start` again keep ports and data."""

    def __init__(self, runner, directory=None, **settings):
        self.runner = os.path.abspath(runner)
        self.own = directory is None
        self.directory = directory or tempfile.mkdtemp(prefix="orders-")
        ports = [free_port() for _ in range(3)]
        self.base = f"http://localhost:{ports[0]}"
        self.management = f"http://localhost:{ports[1]}"
        self.identity = f"http://127.0.0.1:{ports[2]}/auth"
        self.data = os.path.join(self.directory, "data")
        self.log = os.path.join(self.directory, "log.txt")
        self.process = None
        keep = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TSAN_OPTIONS")
        self.environment = {name: os.environ[name] for name in keep if name in os.environ}
        self.environment.update(PORT=str(ports[0]), MANAGEMENT_PORT=str(ports[1]),
                                IDENTITY_PORT=str(ports[2]), DATA_DIR=self.data)
        self.environment.update({name: str(value) for name, value in settings.items()})

    def spawn(self, *arguments, **options):
        """Starts the runner with this service's settings and returns the process."""
        return subprocess.Popen([self.runner, *arguments], cwd=self.directory, env=self.environment,
                                stdin=subprocess.DEVNULL, **options)

    def start(self, seconds=30):
        """Starts it and returns the seconds until it said that it was ready."""
        begun = time.monotonic()
        with open(self.log, "ab") as log:
            self.process = self.spawn("serve", stdout=log, stderr=log)
        while not self.ready():
            if self.process.poll() is not None:
                raise NotStarted(f"the runner ended with {self.process.returncode}:\n{self.tail()}")
            if time.monotonic() - begun > seconds:
                raise NotStarted(f"not ready within {seconds} s:\n{self.tail()}")
            time.sleep(0.005)
        return time.monotonic() - begun

    def ready(self):
        try:
            with urllib.request.urlopen(self.management + "/health/ready", timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def kill(self):
        """The end without a word: what was not on the disk is gone."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        """The polite end. Returns the exit code."""
        if self.process is None or self.process.poll() is not None:
            return self.process.returncode if self.process else None
        self.process.terminate()
        try:
            return self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"still there 20 s after SIGTERM:\n{self.tail()}") from None

    def run(self, *arguments, **more):
        """Another command of the same runner with the same settings: exit code and what it printed."""
        done = subprocess.run([self.runner, *arguments], cwd=self.directory, timeout=300,
                              env={**self.environment, **more}, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.returncode, done.stdout.decode("utf-8", "replace")

    def audit(self):
        """The ledger is whole, or an AssertionError says what is wrong."""
        code, text = self.run("audit")
        if code != 0:
            raise AssertionError(f"audit ended with {code}:\n{text.strip()}")
        return text.strip()

    def tail(self, lines=25):
        with open(self.log, "rb") as log:
            return b"\n".join(log.read().splitlines()[-lines:]).decode("utf-8", "replace")

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise
        return self

    def __exit__(self, kind, *_):
        try:
            if kind is None:
                self.stop()
            elif self.process and self.process.poll() is None:
                self.kill()
        finally:
            if self.own:
                shutil.rmtree(self.directory, ignore_errors=True)


def main():
    split = sys.argv.index("--")
    runner, *pairs = sys.argv[1:split]
    with Service(runner, **dict(pair.split("=", 1) for pair in pairs)) as service:
        places = {"base": service.base, "identity": service.identity,
                  "management": service.management, "directory": service.directory}
        command = sys.argv[split + 1:]
        for name, place in places.items():
            command = [word.replace("{" + name + "}", place) for word in command]
        code = subprocess.call(command)
        if code != 0:
            print(f"--- the service's last lines\n{service.tail()}", file=sys.stderr)
    sys.exit(code)


if __name__ == "__main__":
    main()
