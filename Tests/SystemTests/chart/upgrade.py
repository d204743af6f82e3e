"""From the chart before to this one: no field changes that Kubernetes refuses to change.

  upgrade.py HELM

prints the immutable fields of the chart as it is, which is what immutable.json holds of the chart before: written
anew at a release. The chart of the last commit is rendered and compared, too, and so is that of the newest tag, where
the clone has one.
"""
import hashlib
import json
import os
import subprocess
import sys
import tarfile
import tempfile

from helm import Chart
from objects import called, of_kind

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..", "..")
RECORD = os.path.join(HERE, "immutable.json")


def digest(value):
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def fields(item):
    """What of one object cannot be changed."""
    spec = item.get("spec", {})
    if item["kind"] == "Deployment":
        return {"selector": spec["selector"]}
    if item["kind"] == "StatefulSet":
        return {name: spec.get(name) for name in ("selector", "serviceName", "podManagementPolicy",
                                                  "volumeClaimTemplates")}
    if item["kind"] == "Job":
        return {"template": digest(spec["template"])}
    if item["kind"] == "Service":
        return {"clusterIP": spec.get("clusterIP", "given by the cluster")}
    if item["kind"] in ("ConfigMap", "Secret"):
        return {"immutable": item.get("immutable", False), "type": item.get("type")}
    return {}


def immutable(objects):
    return {called(item): found for item in objects if (found := fields(item))}


def check(before, after):
    """A Job of another name is another Job; whatever else was there is there still, or its pods were lost."""
    for key, was in before.items():
        if key not in after:
            if not key.startswith("Job "):
                yield f"{key} is gone"
            continue
        for name, value in was.items():
            if after[key].get(name) != value:
                yield f"{key}: {name} cannot be changed, and was {json.dumps(value)}"


def record():
    with open(RECORD, encoding="utf-8") as file:
        return json.load(file)


def git(*arguments):
    return subprocess.run(["git", "-C", ROOT, *arguments], check=False, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL)


def commits():
    """The last commit and the newest tag that have a chart: none outside of a repository, no tag in a shallow clone."""
    tags = git("tag", "--sort=-creatordate").stdout.decode().split()
    return [*filter(has_chart, ["HEAD"]), *list(filter(has_chart, tags))[:1]]


def has_chart(commit):
    return git("cat-file", "-e", f"{commit}:deploy/chart/Chart.yaml").returncode == 0


def before(helm, commit):
    """The immutable fields of that commit's chart."""
    with tempfile.TemporaryDirectory() as folder:
        archive = os.path.join(folder, "deploy.tar")
        with open(archive, "wb") as file:
            file.write(git("archive", commit, "deploy").stdout)
        with tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")
        return immutable(Chart(helm, os.path.join(folder, "deploy", "chart")).objects())


if __name__ == "__main__":
    rendered = Chart(sys.argv[1], os.path.join(ROOT, "deploy", "chart")).objects()
    print(json.dumps(immutable(of_kind(rendered, *{item["kind"] for item in rendered})), indent=1, sort_keys=True))
