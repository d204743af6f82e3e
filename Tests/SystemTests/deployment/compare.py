"""The places held against the runner's own word, and against each other."""
from dataclasses import dataclass

from places import PROGRAM


@dataclass(frozen=True)
class Fault:
    place: str
    role: str
    text: str

    def __str__(self):
        return f"{self.place}: {self.role}: {self.text}"


def all_of(word, places):
    yield from image(word, places.image)
    for place in places.all:
        yield from roles(word, place)
        for role, container in place.containers.items():
            if role in word.roles:
                yield from (Fault(place.name, role, text) for text in one(word, role, container, places.image))
        yield from realm(word, place)
    yield from alike(word, places.chart, places.compose)
    yield from alike(word, places.compose, places.stand_in)
    yield from alike(word, places.compose, places.secrets)


def image(word, found):
    """The image listens where the roles do, and its health check is the runner's command."""
    health = [PROGRAM, *word.roles["health"]["arguments"]]
    if found.entry != [PROGRAM] or found.health != health:
        yield Fault("image", "health", f"it starts {found.entry} and asks {found.health}")
    listens = {listener["default"] for role in word.roles.values() for listener in role["listens"]}
    if found.ports != listens:
        yield Fault("image", "*", f"it exposes {sorted(found.ports)}, and the roles listen on {sorted(listens)}")
    known = {name for role in word.roles for name in word.settings(role)}
    for name in sorted(set(found.environment) - known):
        yield Fault("image", "*", f"no role reads {name}")


def roles(word, place):
    for role in sorted(set(word.roles) - set(place.containers)):
        yield Fault(place.name, role, "is not there")
    for role in sorted(set(place.containers) - set(word.roles)):
        yield Fault(place.name, role, "is no role of the runner")


def one(word, role, container, image):
    """A container has its role's arguments, settings, secrets and ports, no more and no less."""
    said, settings = word.roles[role], word.settings(role)
    if container.arguments != said["arguments"]:
        yield f"is started with {container.arguments}, not {said['arguments']}"
    for name in sorted(set(settings) - set(container.environment) - set(image.environment)):
        yield f"lacks {name}"
    for name in sorted(set(container.environment) - set(settings)):
        yield f"is given {name}, which it does not read"
    for name in sorted(set(container.environment) & {name for name in settings if settings[name]["required"]}):
        if container.environment[name] is None and name not in (container.secrets or ()):
            yield f"has no value for {name}, without which it does not start"
    secrets = set(said["secrets"])
    if container.secrets is not None and container.secrets != secrets:
        yield f"has the secrets {sorted(container.secrets)}, and reads {sorted(secrets)}"
    listens = {listen(listener, container) for listener in said["listens"]}
    for port in sorted(container.ports - listens):
        yield f"is said to listen on {port}, and does not"
    told = container.ports if container.tells_ports else image.ports
    for port in sorted(listens - told):
        yield f"listens on {port}, which is not said"


def listen(listener, container):
    """A port by its setting, where that is told."""
    return int(container.environment.get(listener["port"]) or listener["default"])


def realm(word, place):
    """Keycloak imports the realm that the runner has, and is given what it has placeholders for."""
    is_own = "identity" in place.containers
    if place.realm != word.realm and not (is_own and place.realm is None):
        yield Fault(place.name, "keycloak", "imports another realm than `runner realm` prints")
    for name in sorted(word.placeholders - set(place.keycloak)):
        yield Fault(place.name, "keycloak", f"lacks {name}, a placeholder of the realm file")


def alike(word, one_place, other_place):
    """Where both know a value that is no secret, it is the same."""
    both = f"{one_place.name} and {other_place.name}"
    for role in sorted(set(one_place.containers) & set(other_place.containers) & set(word.roles)):
        one_has, other_has = (place.containers[role].environment for place in (one_place, other_place))
        for name in sorted(set(one_has) & set(other_has) - set(word.roles[role]["secrets"])):
            if None not in (one_has[name], other_has[name]) and one_has[name] != other_has[name]:
                yield Fault(both, role, f"{name} differs")
