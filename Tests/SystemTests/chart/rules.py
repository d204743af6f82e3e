"""What must hold of rendered objects: each rule yields what is wrong."""
import urllib.parse

from objects import (COMPONENT, NAME, PART_OF, WORKLOADS, called, component, containers, labels, named, of_kind, pod,
                     processes, selects, values)

DRAIN_SECONDS = 10
# The trial's Keycloak builds itself at its start, into its own folders.
WRITABLE = ("keycloak",)


def scaling(objects):
    """With an autoscaler no replicas; a budget of one for every process."""
    for name, item in processes(objects).items():
        scaled = named(objects, "HorizontalPodAutoscaler", name)
        if bool(scaled) == ("replicas" in item["spec"]):
            yield f"{name}: an autoscaler and replicas, or neither"
        if scaled and scaled["spec"]["scaleTargetRef"] != {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}:
            yield f"{name}: its autoscaler scales something else"
        budget = named(objects, "PodDisruptionBudget", name)
        if not budget or budget["spec"].get("maxUnavailable") != 1 or \
                budget["spec"]["selector"] != item["spec"]["selector"]:
            yield f"{name}: no PodDisruptionBudget of one"
        if item["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] != 0:
            yield f"{name}: an update takes a process away before there is another"


def lifetimes(objects):
    """Probes on the management port, the kubelet's sleep before the end, and time enough for both."""
    paths = {"startupProbe": "/health/live", "livenessProbe": "/health/live", "readinessProbe": "/health/ready"}
    for name, item in processes(objects).items():
        container = containers(item)[0]
        for probe, path in paths.items():
            asked = container.get(probe, {}).get("httpGet")
            if asked != {"path": path, "port": "management"}:
                yield f"{name}: {probe} asks {asked}"
        ports = {port["name"]: port["containerPort"] for port in container["ports"]}
        if ports != ({"management": 9090} if name == "worker" else {"http": 8080, "management": 9090}):
            yield f"{name}: its ports are {ports}"
        sleep = container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
        if not 0 < sleep <= pod(item).get("terminationGracePeriodSeconds", 30) - DRAIN_SECONDS - 1:
            yield f"{name}: its end is cut off: it sleeps {sleep} s"


def restriction(objects):
    """The restricted pod security, resources, and nothing of the cluster's in the pod."""
    for item in of_kind(objects, *WORKLOADS):
        spec, who = pod(item), called(item)
        security = spec.get("securityContext", {})
        if security.get("runAsNonRoot") is not True or security.get("runAsUser") == 0:
            yield f"{who}: may be root"
        if security.get("seccompProfile") != {"type": "RuntimeDefault"}:
            yield f"{who}: no seccomp profile"
        if spec.get("automountServiceAccountToken") is not False or spec.get("enableServiceLinks") is not False:
            yield f"{who}: is given the cluster's token, or addresses of its Services"
        for container in containers(item):
            of = container.get("securityContext", {})
            if of.get("allowPrivilegeEscalation") is not False or of.get("capabilities") != {"drop": ["ALL"]}:
                yield f"{who}: may gain privileges"
            if of.get("readOnlyRootFilesystem") is not (item["metadata"]["name"] not in WRITABLE):
                yield f"{who}: writes to its root file system"
            given = container.get("resources", {})
            if not all(given.get(kind, {}).get(what) for kind in ("requests", "limits") for what in ("cpu", "memory")):
                yield f"{who}: has no resources"


def selection(objects):
    """Selectors select their own pods, know no release, and no two workloads share a pod."""
    workloads = of_kind(objects, *WORKLOADS)
    for item in of_kind(objects, "Deployment", "StatefulSet"):
        if set(item["spec"]["selector"]["matchLabels"]) != {NAME, COMPONENT, PART_OF}:
            yield f"{called(item)}: its selector has other labels"
    for item in of_kind(objects, "Deployment", "StatefulSet", "Service", "PodDisruptionBudget"):
        selector = item["spec"]["selector"]
        selector = {"matchLabels": selector} if item["kind"] == "Service" else selector
        found = [called(workload) for workload in workloads if selects(selector, labels(workload))]
        if len(found) != 1 or not found[0].endswith(" " + item["metadata"]["name"]):
            yield f"{called(item)}: selects {found}"
    for item in of_kind(objects, "Service"):
        ports = {port["name"] for workload in workloads if selects({"matchLabels": item["spec"]["selector"]},
                 labels(workload)) for container in containers(workload) for port in container["ports"]}
        for port in item["spec"]["ports"]:
            if port["targetPort"] not in ports:
                yield f"{called(item)}: nobody listens on {port['targetPort']}"


def identity(objects):
    """Each object once, in the namespace, with the labels that tell what it is."""
    keys = [called(item) for item in objects]
    yield from (f"{key}: twice" for key in sorted({key for key in keys if keys.count(key) > 1}))
    for item in objects:
        given = item["metadata"]["labels"]
        wanted = {NAME, COMPONENT, PART_OF, "app.kubernetes.io/version", "app.kubernetes.io/managed-by",
                  "app.kubernetes.io/instance", "helm.sh/chart"}
        if set(given) != wanted or given[PART_OF] != "orders" or item["metadata"].get("namespace") != "otus":
            yield f"{called(item)}: lacks labels or namespace"


def references(objects):
    """What is read from a ConfigMap or Secret is in it. Only a Secret of somebody else's may be absent."""
    there = {(kind, item["metadata"]["name"]): values(item)
             for kind in ("ConfigMap", "Secret") for item in of_kind(objects, kind)}
    if ("ConfigMap", "orders") not in there:
        return  # a part that reads what the gateway's has
    for item in of_kind(objects, *WORKLOADS):
        for container in containers(item):
            for variable in container.get("env", []):
                for way, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
                    ref = variable.get("valueFrom", {}).get(way)
                    if not ref or ref.get("optional") or (kind == "Secret" and (kind, "orders") not in there
                                                          and component(item) != "database"):
                        continue
                    if ref["key"] not in there.get((kind, ref["name"]), {}):
                        yield f"{called(item)}: {variable['name']} reads {ref['key']}, which {ref['name']} lacks"
        for volume in pod(item).get("volumes", []):
            mounted = volume.get("configMap", {}).get("name")
            if mounted and volume["name"] != "certificates" and ("ConfigMap", mounted) not in there:
                yield f"{called(item)}: mounts {mounted}, which is not there"


def entrance(objects):
    """Every way in leads publicUrl's host to the gateway, and nowhere else."""
    settings = named(objects, "ConfigMap", "orders")
    host = urllib.parse.urlsplit(settings["data"]["PUBLIC_URL"]).hostname if settings else None
    backend = {"service": {"name": "gateway", "port": {"name": "http"}}}
    for item in of_kind(objects, "Ingress"):
        wanted = [{"host": host, "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}]
        if item["spec"]["rules"] != wanted or item["spec"].get("tls", [{"hosts": [host]}])[0]["hosts"] != [host]:
            yield f"{called(item)}: leads {item['spec']}"
    for item in of_kind(objects, "HTTPRoute"):
        if item["spec"]["hostnames"] != [host]:
            yield f"{called(item)}: leads {item['spec']}"


ALL = (entrance, scaling, lifetimes, restriction, selection, identity, references)
