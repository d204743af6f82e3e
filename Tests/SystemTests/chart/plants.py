"""Faults put into rendered objects on purpose: each must be found by the rule that is there for it."""
import copy

from objects import NAME, containers, named, pod, set_secret

INSTANCE = "app.kubernetes.io/instance"


def changed(objects, change):
    objects = copy.deepcopy(objects)
    change(objects)
    return objects


def deployment(objects, name="create-order"):
    return named(objects, "Deployment", name)


def service(objects, name="deposit"):
    return named(objects, "Service", name)["spec"]


def volume(objects):
    return named(objects, "StatefulSet", "postgresql")["spec"]["volumeClaimTemplates"][0]


def container(objects, name="create-order"):
    return containers(deployment(objects, name))[0]


def drop(objects, kind, name):
    objects.remove(named(objects, kind, name))


def more_secrets(objects):
    source = {"secretKeyRef": {"name": "orders", "key": "SMTP_URL"}}
    container(objects)["env"].append({"name": "SMTP_URL", "valueFrom": source})


def without_capabilities(objects):
    container(objects)["securityContext"].pop("capabilities")


def open_policy(objects):
    named(objects, "NetworkPolicy", "functions")["spec"]["ingress"].append({"ports": [{"port": 8080}]})


# The rule's name and the change.
OF_RULES = (
    ("entrance", lambda o: named(o, "Ingress", "gateway")["spec"]["rules"][0].update(host="arch.home")),
    ("entrance", lambda o: named(o, "ConfigMap", "orders")["data"].update(PUBLIC_URL="http://localhost:8080")),
    ("scaling", lambda o: deployment(o)["spec"].update(replicas=1)),
    ("scaling", lambda o: drop(o, "HorizontalPodAutoscaler", "create-order")),
    ("scaling", lambda o: drop(o, "PodDisruptionBudget", "worker")),
    ("scaling", lambda o: deployment(o)["spec"]["strategy"]["rollingUpdate"].update(maxUnavailable=1)),
    ("lifetimes", lambda o: container(o)["livenessProbe"]["httpGet"].update(path="/health/ready")),
    ("lifetimes", lambda o: container(o).pop("lifecycle")),
    ("lifetimes", lambda o: pod(deployment(o)).update(terminationGracePeriodSeconds=15)),
    ("lifetimes", lambda o: container(o)["ports"].pop()),
    ("restriction", lambda o: container(o)["securityContext"].update(readOnlyRootFilesystem=False)),
    ("restriction", without_capabilities),
    ("restriction", lambda o: pod(deployment(o)).update(enableServiceLinks=True)),
    ("restriction", lambda o: pod(deployment(o)).pop("automountServiceAccountToken")),
    ("restriction", lambda o: pod(deployment(o))["securityContext"].update(runAsUser=0)),
    ("restriction", lambda o: pod(deployment(o))["securityContext"].pop("seccompProfile")),
    ("restriction", lambda o: container(o)["resources"].pop("limits")),
    ("selection", lambda o: deployment(o)["spec"]["selector"]["matchLabels"].update({INSTANCE: "orders"})),
    ("selection", lambda o: service(o)["selector"].update({NAME: "notify"})),
    ("selection", lambda o: service(o)["ports"][0].update(targetPort="htp")),
    ("identity", lambda o: o.append(copy.deepcopy(named(o, "Service", "deposit")))),
    ("identity", lambda o: deployment(o)["metadata"]["labels"].pop("helm.sh/chart")),
    ("references", lambda o: named(o, "ConfigMap", "orders")["data"].pop("PUBLIC_URL")),
    ("references", lambda o: named(o, "Secret", "orders")["data"].pop("SECRET_KEY")),
    ("references", lambda o: drop(o, "ConfigMap", "keycloak")),
)
OF_ROLES = (
    more_secrets,
    lambda o: container(o)["env"].pop(),
    lambda o: container(o)["args"].pop(),
    lambda o: container(o, "gateway")["env"].append({"name": "LOG_LEVEL", "value": "debug"}),
    lambda o: named(o, "ConfigMap", "orders")["data"].update(CORS_ORIGINS="*"),
    lambda o: drop(o, "Deployment", "get-order"),
)
OF_STARTS = (
    lambda o: named(o, "ConfigMap", "orders")["data"].update(PUBLIC_URL="arch.homework"),
    lambda o: set_secret(o, SECRET_KEY="short"),
    lambda o: container(o, "worker")["env"].clear(),
)
OF_NETWORK = (
    open_policy,
    lambda o: drop(o, "NetworkPolicy", "default-deny"),
    lambda o: drop(o, "NetworkPolicy", "database"),
    lambda o: named(o, "NetworkPolicy", "gateway")["spec"].pop("egress"),
    lambda o: named(o, "NetworkPolicy", "gateway")["spec"]["ingress"][0].pop("from"),
)
OF_UPGRADES = (
    lambda o: deployment(o)["spec"]["selector"]["matchLabels"].update({NAME: "orders"}),
    lambda o: named(o, "StatefulSet", "postgresql")["spec"].update(serviceName="database"),
    lambda o: volume(o)["spec"]["resources"].update(requests={"storage": "2Gi"}),
    lambda o: named(o, "Service", "postgresql")["spec"].pop("clusterIP"),
    lambda o: drop(o, "Deployment", "get-order"),
    lambda o: next(i for i in o if i["kind"] == "Job")["spec"]["template"]["spec"].update(restartPolicy="OnFailure"),
)
OF_PARTS = (
    lambda o: drop(o, "Service", "deposit"),
    lambda o: o.append(copy.deepcopy(named(o, "Service", "deposit")) | {"kind": "Pod"}),
    lambda o: deployment(o, "deposit")["spec"].update(replicas=3),
)
OF_VALIDATION = (
    lambda o: deployment(o)["spec"].update(replica=1),
    lambda o: container(o).update(ports=[{"containerPort": "http"}]),
    lambda o: named(o, "Service", "deposit").update(kind="Servise"),
)
