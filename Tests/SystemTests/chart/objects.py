"""Words about rendered objects."""
import base64

WORKLOADS = ("Deployment", "StatefulSet", "Job", "Pod")
PART_OF = "app.kubernetes.io/part-of"
COMPONENT = "app.kubernetes.io/component"
NAME = "app.kubernetes.io/name"
# Where the runner runs: of its pods the settings are checked against its own word.
PROCESSES = ("gateway", "function", "worker")


def of_kind(objects, *kinds):
    return [item for item in objects if item["kind"] in kinds]


def named(objects, kind, name):
    return next((item for item in of_kind(objects, kind) if item["metadata"]["name"] == name), None)


def values(item):
    """What a ConfigMap or a Secret holds, as who reads it sees it."""
    data = item.get("data", {})
    return {key: base64.b64decode(text).decode() for key, text in data.items()} if item["kind"] == "Secret" else data


def set_secret(objects, **given):
    """Into the Secret of the service, as the chart would have it."""
    named(objects, "Secret", "orders")["data"].update(
        {key: base64.b64encode(value.encode()).decode() for key, value in given.items()})


def called(item):
    return f"{item['kind']} {item['metadata']['name']}"


def template(item):
    """The pod that a workload makes: its metadata and spec."""
    return item if item["kind"] == "Pod" else item["spec"]["template"]


def labels(item):
    return template(item)["metadata"].get("labels", {})


def pod(item):
    return template(item)["spec"]


def containers(item):
    return pod(item)["containers"]


def component(item):
    return item["metadata"]["labels"][COMPONENT]


def processes(objects):
    """The Deployments of gateway, functions and worker, by name."""
    return {item["metadata"]["name"]: item for item in of_kind(objects, "Deployment") if component(item) in PROCESSES}


def selects(selector, given):
    """A label selector, matchLabels and matchExpressions."""
    def holds(expression):
        key, values = expression["key"], expression.get("values", [])
        return {"In": given.get(key) in values, "NotIn": given.get(key) not in values,
                "Exists": key in given, "DoesNotExist": key not in given}[expression["operator"]]
    plain = all(given.get(key) == value for key, value in selector.get("matchLabels", {}).items())
    return plain and all(map(holds, selector.get("matchExpressions", [])))
