"""What is in an image and what it says of itself. Each check answers with what it finds wrong."""
import re

MEGABYTE = 1_000_000
LIMIT = 60 * MEGABYTE
RUNNER = "/usr/local/bin/runner"
# Folders where a build may have stood. Swift's own libraries, linked in, bear the paths of their makers.
BUILD_PATH = re.compile(rb"/(?:build|opt|source|src|work|home|root|Users)(?:/[\w.+@-]+)+")
SWIFTS_OWN = b"/home/build-user/"
SYMBOLS = re.compile(rb"\0\.(?:symtab|debug_\w+)\0")
PRIVATE_KEY = re.compile(rb"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s+[A-Za-z0-9+/=\s]{64,}")
# The keys of its self-test.
OPEN_KEYS = re.compile(r"/libgnutls\.so[.0-9]*$")
SECRET_FILE = re.compile(r"/(?:\.env|\.netrc|\.git|\.git-credentials|\.ssh|\.docker|id_(?:rsa|ed25519)|[^/]*\.key)$")
SECRET_NAME = re.compile(r"\b\w*(?:PASSWORD|SECRET|TOKEN|_KEY)\w*=\S")
TOOLS = re.compile(r"/(?:curl|wget|git|gcc|cc|clang|swift|swiftc|gpg|ssh|nc|python3?|make|strip)$")
LEFT_BEHIND = re.compile(r"/var/lib/apt/lists/.|/var/cache/apt/.*\.(?:deb|bin)$|/var/log/.|/usr/include/|/build(?:/|$)")
SHARED_FOLDERS = {"/data", "/tmp", "/var/tmp", "/run/lock"}
LABELS = ("title", "description", "licenses", "version", "revision", "created", "base.name")


def size(image):
    return [f"{image.size / MEGABYTE:.1f} MB"] if image.size > LIMIT else []


def left_behind(image):
    """Headers and lists that only a build needs; a layer that deletes them again still ships them."""
    return [f.path for f in image.files if f.data and LEFT_BEHIND.search(f.path)]


def programs(image):
    folders = ("/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/", "/usr/local/")
    return [f.path for f in image.files if f.path.startswith(folders) and TOOLS.search(f.path)]


def privileged(image):
    """Programs that run as another user than who starts them."""
    last = {f.path: f for f in image.files if f.is_file}
    return [f.path for f in last.values() if f.mode & 0o6000]


def owned(image):
    """Only root owns files, and only root may write them: who runs the container changes no program."""
    last = {f.path: f for f in image.files if f.is_file or f.is_folder}
    others = [f"{f.path} belongs to {f.owner}" for f in last.values() if f.owner >= 1000]
    return others + [f"{f.path} is for everybody to write" for f in last.values()
                     if f.mode & 0o002 and f.path not in SHARED_FOLDERS]


def secrets(image):
    found = [f.path for f in image.files if SECRET_FILE.search(f.path)
             or PRIVATE_KEY.search(f.data) and not OPEN_KEYS.search(f.path)]
    said = [*image.config["Env"], *image.history]
    return found + [text[:80] for text in said if SECRET_NAME.search(text)]


def executable(image):
    """The last one counts; it has no symbols and no path of the build."""
    data = [f.data for f in image.files if f.path == RUNNER][-1]
    paths = {path.decode() for path in BUILD_PATH.findall(data) if not path.startswith(SWIFTS_OWN)}
    return sorted(paths) + [s.decode().strip("\0") for s in set(SYMBOLS.findall(data))]


def certificates(image):
    bundle = [f.data for f in image.files if f.path == "/etc/ssl/certs/ca-certificates.crt"]
    count = bundle[-1].count(b"BEGIN CERTIFICATE") if bundle else 0
    return [f"{count} root certificates"] if count < 50 else []


def licence(image):
    text = [f.data for f in image.files if f.path == "/usr/share/doc/orders/copyright"]
    return [] if text and b"MIT License" in text[-1] else ["the licence is not in the image"]


def command(image):
    config = image.config
    wanted = {"Entrypoint": [RUNNER], "Cmd": ["help"], "User": "65532:65532", "StopSignal": "SIGTERM", "Volumes": None,
              "ExposedPorts": {"8080/tcp": {}, "8180/tcp": {}, "9090/tcp": {}}}
    return [f"{name} is {config.get(name)}, wanted {value}" for name, value in wanted.items()
            if config.get(name) != value]


def environment(image):
    wanted = {"HOST=::", "MANAGEMENT_HOST=::", "IDENTITY_HOST=::", "DATA_DIR=/data"}
    found = {entry for entry in image.config["Env"] if not entry.startswith("PATH=")}
    return sorted(found ^ wanted)


def health(image):
    check = image.health or {}
    second = 1_000_000_000
    is_right = (check.get("Test") == ["CMD", RUNNER, "health"] and check.get("Retries", 0) > 1
                and 5 * second <= check.get("Timeout", 0) <= check.get("Interval", 0) <= 30 * second
                and check.get("StartPeriod", 0) >= 10 * second)
    return [] if is_right else [str(check)]


def labels(image):
    """All are there and say something, and the version is the program's own."""
    found = {name: image.config["Labels"].get(f"org.opencontainers.image.{name}", "") for name in LABELS}
    faults = [f"{name} is {value!r}" for name, value in found.items() if value in ("", "unknown")]
    said = re.search(r"runner (\S+)", image.run("version", options=("--entrypoint", RUNNER))[1])
    if not said or said[1] != found["version"]:
        faults.append(f"version is {found['version']}, the program says {said and said[1]}")
    return faults


CHECKS = (
    (f"at most {LIMIT // MEGABYTE} MB compressed", size),
    ("nothing that only the build needs", left_behind),
    ("no compiler, no downloader", programs),
    ("no program with another user's rights", privileged),
    ("root owns every file, /data is the one folder for all", owned),
    ("no secret, in no layer", secrets),
    ("the executable has no path of its build and no symbols", executable),
    ("root certificates are there", certificates),
    ("the licence is there", licence),
    ("entry point, user, ports and signal", command),
    ("its environment", environment),
    ("its health check", health),
    ("its labels", labels),
)

# Every check above finds something in it.
PLANTED = """\
FROM {image}
USER 0:0
RUN head -c 20000000 /dev/urandom >/usr/share/ballast \\
    && echo planted >/var/lib/apt/lists/planted \\
    && cp /bin/true /usr/bin/curl \\
    && cp /bin/true /usr/bin/privileged && chmod u+s /usr/bin/privileged \\
    && chown 65532 /usr/share/ballast && chmod o+w /etc/passwd \\
    && touch /usr/share/server.key \\
    && printf '\\0/build/Sources/Main.swift\\0.symtab\\0' >>/usr/local/bin/runner \\
    && : >/etc/ssl/certs/ca-certificates.crt \\
    && : >/usr/share/doc/orders/copyright
RUN rm /usr/share/server.key /var/lib/apt/lists/planted
ENV DATABASE_PASSWORD=planted
HEALTHCHECK NONE
LABEL org.opencontainers.image.version="0.0.0"
ENTRYPOINT ["/bin/sh", "-c", "runner"]
"""
