"""Who may reach whom, reckoned from the network policies as Kubernetes has them: both ends have to allow it."""
import ipaddress

from objects import WORKLOADS, containers, labels, of_kind, selects

# Who is not ours: the labels of the namespace, or an address.
INGRESS, MONITORING = "ingress-nginx", "monitoring"
OUTSIDE = "203.0.113.9"


class Pod:
    """A pod of ours."""

    def __init__(self, item):
        self.labels = labels(item)
        self.name = self.labels["app.kubernetes.io/name"]
        self.ports = {port["containerPort"] for container in containers(item) for port in container.get("ports", [])}


def peer_holds(peer, other):
    """One entry of `from` or `to`, for a pod of ours, a namespace's name or an address."""
    if "ipBlock" in peer:
        return other == OUTSIDE and ipaddress.ip_address(other) in ipaddress.ip_network(peer["ipBlock"]["cidr"])
    if isinstance(other, Pod):
        return "namespaceSelector" not in peer and selects(peer["podSelector"], other.labels)
    return other != OUTSIDE and "podSelector" not in peer and selects(
        peer.get("namespaceSelector", {"matchLabels": {"": ""}}), {"kubernetes.io/metadata.name": other})


def rule_holds(rule, side, other, protocol, port):
    ports = rule.get("ports", [])
    fits = not ports or any(entry.get("port", port) == port and entry.get("protocol", "TCP") == protocol
                            for entry in ports)
    peers = rule.get(side, [])
    return fits and (not peers or any(peer_holds(peer, other) for peer in peers))


def allows(policies, pod, direction, other, protocol, port):
    """Whether this end lets it be; a pod that no policy names is open."""
    if not isinstance(pod, Pod):
        return True
    naming = [policy["spec"] for policy in policies if direction.capitalize() in policy["spec"]["policyTypes"]
              and selects(policy["spec"]["podSelector"], pod.labels)]
    side = "from" if direction == "ingress" else "to"
    return not naming or any(rule_holds(rule, side, other, protocol, port)
                             for spec in naming for rule in spec.get(direction, []))


def name(end):
    return end.name if isinstance(end, Pod) else end


def reachable(objects):
    """Every (who, whom, port) that is let through, of our pods' ports and the servers outside."""
    policies = of_kind(objects, "NetworkPolicy")
    pods = [Pod(item) for item in of_kind(objects, *WORKLOADS)]
    found = set()
    for source in [*pods, INGRESS, MONITORING, "kube-system", OUTSIDE]:
        for target in pods:
            for port in target.ports | {8080, 9090}:
                if source is not target and allows(policies, source, "egress", target, "TCP", port) \
                        and allows(policies, target, "ingress", source, "TCP", port):
                    found.add((name(source), target.name, port))
        if isinstance(source, Pod):
            for protocol, port in (("UDP", 53), ("TCP", 53), ("UDP", 5353), ("TCP", 5353), ("TCP", 443), ("TCP", 587), ("TCP", 5432), ("TCP", 80)):
                if allows(policies, source, "egress", OUTSIDE, protocol, port):
                    found.add((source.name, OUTSIDE, f"{protocol} {port}"))
    return found


def expected(word, is_production=False, prometheus=False, messages=False):
    """What has to be let through, and nothing else."""
    called = [name for name in word.functions if name != "notify"]
    services = ["gateway", "worker", *word.functions]
    clients = ["worker", "migrate", *word.functions]
    pods = [*services, "migrate", "try"] + ([] if is_production else ["postgresql", "keycloak", "mail"])
    found = {("gateway", name, 8080) for name in called}
    found |= {("worker", "notify", 8080), (INGRESS, "gateway", 8080), ("try", "gateway", 8080)}
    found |= {(name, OUTSIDE, port) for name in pods for port in ("UDP 53", "TCP 53", "UDP 5353", "TCP 5353")}
    if prometheus:
        found |= {(MONITORING, name, 9090) for name in services}
    if messages:
        found |= {("notify", OUTSIDE, "TCP 443")}
    if is_production:
        found |= {(name, OUTSIDE, "TCP 443") for name in services}
        found |= {(name, OUTSIDE, "TCP 5432") for name in clients}
        found |= {("notify", OUTSIDE, "TCP 587")}
    else:
        found |= {(name, "keycloak", 8080) for name in services}
        found |= {(name, "postgresql", 5432) for name in [*clients, "keycloak"]}
        found |= {("notify", "mail", 1025)}
    return found


def check(objects, wanted):
    found = reachable(objects)
    for who, whom, port in sorted(found - wanted, key=str):
        yield f"network: {who} reaches {whom} at {port}"
    for who, whom, port in sorted(wanted - found, key=str):
        yield f"network: {who} does not reach {whom} at {port}"
