"""Alterations that must be found: each takes the rendered places and gives them back wrong."""

def planted(change):
    """Of a place's containers."""
    def alter(word, places):
        change(word, places)
        return places
    return alter


def each_place(change):
    return {place: planted(lambda word, places, place=place: change(word, getattr(places, place)))
            for place in ("chart", "compose", "stand_in", "secrets")}


def without_role(_, place):
    del place.containers["get-order"]


def unknown_role(_, place):
    place.containers["get-orders"] = place.containers["get-order"]


def other_arguments(_, place):
    place.containers["deposit"].arguments = ["function", "withdraw"]


def without_setting(_, place):
    del place.containers["gateway"].environment["TRUSTED_PROXIES"]


def without_value(_, place):
    place.containers["worker"].environment["PUBLIC_URL"] = None


def foreign_secret(word, place):
    container = place.containers["gateway"]
    container.environment["SECRET_KEY"] = None
    if container.secrets is not None:
        container.secrets.add("SECRET_KEY")


def without_secret(_, place):
    container = place.containers["worker"]
    del container.environment["KEYCLOAK_SERVICE_CLIENT_SECRET"]
    if container.secrets is not None:
        container.secrets.remove("KEYCLOAK_SERVICE_CLIENT_SECRET")


def misspelt(_, place):
    environment = place.containers["notify"].environment
    environment["SMTP_FORM"] = environment.pop("SMTP_FROM")


def foreign_port(_, place):
    place.containers["gateway"].ports = {8081}


def other_value(_, place):
    place.containers["worker"].environment["FUNCTION_URL"] = "http://{name}:9999"


def blind_realm(_, place):
    del place.keycloak["KEYCLOAK_ADMIN_CLIENT_SECRET"]


def other_realm(_, place):
    place.realm = "{}"


def unlisted(_, places):
    """A listed difference that is none any more: the image says no longer where to listen, each container does."""
    for place in places.all:
        for container in place.containers.values():
            container.environment["PORT"] = "8080"


def deaf_image(_, places):
    places.image.health = [*places.image.health[:-1], "doctor"]


def hidden_port(_, places):
    places.image.ports.remove(9090)


CHANGES = (without_role, unknown_role, other_arguments, without_setting, without_value, foreign_secret,
           without_secret, misspelt, foreign_port, other_value, blind_realm, other_realm)
ALL = {f"{change.__name__} in {place}": alter for change in CHANGES for place, alter in each_place(change).items()}
ALL.update({change.__name__: planted(change) for change in (unlisted, deaf_image, hidden_port)})
