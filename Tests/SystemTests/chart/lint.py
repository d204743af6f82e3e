"""Tools of others over the rendered objects: kubernetes-validate and checkov."""
import json
import os
import subprocess
import sys
import tempfile
import warnings

import kubernetes_validate
import yaml

# The Kubernetes that the chart takes at least, and the newest that the tool knows.
OLDEST, NEWEST = "1.30.0", kubernetes_validate.latest_version()
# Not of Kubernetes itself: its shape is checked here.
ROUTE = {"parentRefs": [{"name": "public"}], "hostnames": ["arch.homework"],
         "rules": [{"backendRefs": [{"name": "gateway", "port": 8080}]}]}


def validate(objects, version=NEWEST):
    """Strict: a field that Kubernetes does not know is a fault, and so is any warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for item in objects:
            try:
                if item["kind"] != "HTTPRoute":
                    kubernetes_validate.validate(item, version, strict=True)
                elif item["apiVersion"] != "gateway.networking.k8s.io/v1" or item["spec"] != ROUTE:
                    yield f"HTTPRoute: {item['spec']}"
            except (kubernetes_validate.ValidationError, kubernetes_validate.SchemaNotFoundError, Warning) as error:
                yield f"kubernetes-validate {version}: {item['kind']} {item['metadata']['name']}: {error}"


def checkov(sets, exceptions):
    """Over several sets of objects at once. What fails is an exception with its reason, and each of those is needed."""
    failed = found_by_checkov(sets)
    listed = {entry["check"]: set(entry["objects"]) for entry in exceptions}
    for entry in exceptions:
        if not entry.get("reason", "").strip():
            yield f"checkov: {entry['check']} is excepted without a reason"
    for check, (name, objects) in sorted(failed.items()):
        excepted = listed.get(check, set())
        unlisted = set() if "*" in excepted else objects - excepted
        if unlisted:
            yield f"checkov: {check} ({name}) fails for {', '.join(sorted(unlisted))}"
    for check, objects in sorted(listed.items()):
        unneeded = objects - failed.get(check, ("", set()))[1] - {"*"}
        if check not in failed or unneeded:
            yield f"checkov: the exception of {check} is not needed" + (f" for {sorted(unneeded)}" if unneeded else "")


def found_by_checkov(sets):
    """By the check's id: its name, and kind and name of each object that fails."""
    with tempfile.TemporaryDirectory() as folder:
        for name, objects in sets.items():
            with open(os.path.join(folder, f"{name.replace(' ', '-')}.yaml"), "w", encoding="utf-8") as file:
                yaml.safe_dump_all(objects, file)
        done = subprocess.run(
            [os.path.join(os.path.dirname(sys.executable), "checkov"), "--directory", folder,
             "--framework", "kubernetes", "--skip-download", "--quiet", "--compact", "--output", "json"],
            check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        report = json.loads(done.stdout)
        if report["summary"]["passed"] < 100 or report["summary"]["parsing_errors"]:
            raise ValueError(f"it looked at too little: {report['summary']}")
    except (KeyError, TypeError, ValueError) as error:
        raise OSError(f"checkov ended with {done.returncode}: {error}: {done.stderr[-500:]}") from error
    failed = {}
    for found in report["results"]["failed_checks"]:
        kind, _, name = found["resource"].split(".")[:3]
        failed.setdefault(found["check_id"], (found["check_name"], set()))[1].add(f"{kind} {name}")
    return failed
