"""The commands of docs/deploy.md and of the chart's notes, typed as far as a machine without a cluster allows."""
import os
import re
import shlex
import subprocess
import tempfile

from objects import called
from upgrade import ROOT

PAGE = os.path.join(ROOT, "docs", "deploy.md")
# A cluster that does not answer: a command that gets as far as asking it was understood.
KUBECONFIG = """\
apiVersion: v1
kind: Config
clusters: [{name: none, cluster: {server: "http://127.0.0.1:1"}}]
contexts: [{name: none, context: {cluster: none}}]
current-context: none
"""
UNANSWERED = ("cluster unreachable", "connection refused", "was refused")
OBJECT = re.compile(r"\b(deployment|service|ingress|configmap)[/ ]([a-z]+(?:-[a-z]+)*)\b")


def blocks(text):
    """The lines of every sh block, each command whole and without its comment."""
    for block in re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        yield from commands(block)


def commands(text):
    for line in text.replace("\\\n", " ").splitlines():
        words = line.strip()
        inner = re.search(r"\$\((kubectl .*?)\)", words)
        for found in ([inner.group(1)] if inner else [words]):
            if found.startswith(("helm ", "kubectl ")):
                yield found


def split(command):
    """Its words up to a pipe; what the shell would fill in stays as it stands."""
    lexer = shlex.shlex(command, posix=True, punctuation_chars="|")
    lexer.whitespace_split = True
    lexer.commenters = "#"
    words = list(lexer)
    return words[:words.index("|")] if "|" in words else words


class Typist:
    """Types commands in the project's folder."""

    def __init__(self, helm):
        self.tools = {"helm": helm, "kubectl": os.path.join(os.path.dirname(helm), "kubectl")}
        self.folder = tempfile.TemporaryDirectory(prefix="orders-pages-")
        self.config, self.values = (os.path.join(self.folder.name, name) for name in ("config", "mine.yaml"))
        for path, text in ((self.config, KUBECONFIG), (self.values, "{}\n")):
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)

    def type(self, command):
        """What is wrong with it; empty where nothing is."""
        words = [self.values if word == "mine.yaml" else word for word in split(command)]
        offline = self.offline(words)
        done = subprocess.run([self.tools[words[0]], *(offline or words)[1:]], cwd=ROOT, check=False, text=True,
                              env={**os.environ, "KUBECONFIG": self.config}, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
        understood = done.returncode == 0 if offline else any(text in done.stdout for text in UNANSWERED)
        return "" if understood else f"{command}: {done.stdout.strip()[-300:]}"

    @staticmethod
    def offline(words):
        """The same without a cluster, where there is such a thing."""
        if words[0] == "helm" and "install" in words:
            return [*words, "--dry-run=client"]
        if words[0] == "helm" and "upgrade" in words:
            return ["install" if word == "upgrade" else word for word in words] + ["--dry-run=client"]
        if words[0] == "kubectl" and "create" in words:
            return [*words, "--dry-run=client", "--output", "name"]
        return None


def missing(text, objects):
    """Objects that the text names and the chart does not make."""
    there = {called(item).lower() for item in objects}
    return sorted({f"{kind} {name}" for kind, name in OBJECT.findall(text)} - there - {"configmap database"})


def check(helm, objects, notes):
    with open(PAGE, encoding="utf-8") as file:
        page = file.read()
    typist = Typist(helm)
    for planted in ("helm -n otus tset orders", "kubectl wait --al deployment", "helm install a deploy/chart --set a=1"):
        if not typist.type(planted):
            yield f"planted: {planted} is taken"
    found = [*blocks(page), *(command for text in notes for command in commands(text))]
    if len(found) < 15:
        yield f"only {len(found)} commands are found"
    for command in dict.fromkeys(found):
        if fault := typist.type(command):
            yield fault
    for text in (page, *notes):
        commanded = "\n".join([*blocks(text), *commands(text)])
        yield from (f"{name} is named and not there" for name in missing(commanded, objects))
