"""What the chart refuses to render, and the sentence that it says."""
import yaml

from helm import production, settings
from objects import of_kind, processes

# What a person sees of each, and what has to be in it.
SENTENCES = (
    (("functions.create-oder.part=order",), "functions.create-oder is no function of the runner, which has "),
    (("functions.notify=null",), "functions.notify is missing"),
    (("settings.CORS_ORIGIN=https://shop.example.org",), "settings.CORS_ORIGIN is read by no process"),
    (("settings.SMTP_URL=smtp://mail",), "settings.SMTP_URL is a secret: give it as secrets.SMTP_URL"),
    (("settings.PORT=81",), "settings.PORT is decided by the chart"),
    (("settings.FUNCTION_URL_NOTIFY=http://n",), "settings.FUNCTION_URL_NOTIFY is decided by the chart"),
    (("settings.SMTP_FROM=",), "settings.SMTP_FROM is empty"),
    (("publicUrl=",), "publicUrl is empty"),
    (("secrets.SECRET_KEY=",), "secrets.SECRET_KEY is empty, and "),
    (("mail.enabled=false",), "secrets.SMTP_URL is empty, and notify needs it"),
    (("settings.NOTIFICATION_CHANNEL=webhook",), "secrets.WEBHOOK_URL is empty, and notify needs it"),
    (("settings.NOTIFICATION_CHANNEL=sms", "secrets.SMS_URL=https://sms.example.org"), "settings.SMS_FROM is empty"),
    (("settings.NOTIFICATION_CHANNEL=webhook", "existingSecret=mine"), "webhookOrigin is empty"),
    (("migration.databaseUrlKey=OWNER_URL",), "migration.databaseUrlKey names a key of a Secret of yours"),
    (("migration.databaseUrlKey=OWNER_URL", "existingSecret=orders"), "existingSecret: orders is a name that this chart"),
    (("publicUrl=http://192.0.2.7",), "Ingress and HTTPRoute take no address, and 192.0.2.7 is one"),
    (("publicUrl=http://Shop.example.org",), "by a name in lower case, not as Shop.example.org"),
    (("keycloak.enabled=false", "keycloak.url=http://login:8443/auth"), "keycloak.port is 443, and keycloak.url leads to "
     "port 8443"),
    (("keycloak.enabled=false",), "keycloak.url is empty"),
    (("keycloak.url=https://keycloak.example.org/auth",), "keycloak.url is given and keycloak.enabled is true"),
    (("postgresql.enabled=false", "secrets.DATABASE_URL=postgres://h/d"), "keycloak.enabled needs postgresql.enabled"),
    (("httpRoute.enabled=true",), "httpRoute.parentRefs is empty"),
    (("settings.ENVIRONMENT=production",), "postgresql.enabled is for trials"),
    (("defaults.autoscaling.minReplicas=3",), "autoscaling.minReplicas, 3, is above maxReplicas, 2"),
    (("secrets.SECRET_KEY=short",), "at '/secrets/SECRET_KEY'"),
    (("postgresql.passwords.orders=a@b",), "at '/postgresql/passwords/orders'"),
    (("publicUrl=arch.homework",), "at '/publicUrl'"),
    (("defaults.preStopSeconds=0",), "at '/defaults/preStopSeconds'"),
    (("functions.notify.part=letters",), "at '/functions/notify"),
)
# What production demands beside its values, one by one.
DEMANDED = {"publicUrl": "publicUrl is empty", "keycloak.url": "keycloak.url is empty",
            "existingSecret": "existingSecret is empty: in production the chart makes no secrets. Create one with the "
                              "keys DATABASE_URL, KEYCLOAK_ADMIN_CLIENT_SECRET, KEYCLOAK_CLIENT_SECRET, "
                              "KEYCLOAK_SERVICE_CLIENT_SECRET, SECRET_KEY, SMTP_URL,",
            "settings.SMTP_FROM": "settings.SMTP_FROM is empty"}
# Whose names are the user's or Kubernetes' own, or are refused with a sentence of their own.
FREE = ("settings", "functions", "annotations", "nodeSelector", "resources", "matchLabels", "namespaceSelector")


def check(chart):
    for pairs, sentence in SENTENCES:
        yield from expect(chart, settings(*pairs), sentence, " ".join(pairs))
    for name, sentence in DEMANDED.items():
        yield from expect(chart, [*production(chart), "--set", name + "="], sentence, "production without " + name)
    for path in maps(yaml.safe_load(chart.read("values.yaml"))):
        sentence = "additional properties 'planted' not allowed"
        yield from expect(chart, settings(f"{path}planted=1"), sentence, path or "top")


def expect(chart, arguments, sentence, what):
    found = " ".join(chart.refusal(*arguments).split())
    if sentence not in found:
        yield f"refusals: {what}: {found[:200] or 'is taken'} instead of {sentence}"


def maps(values, path=""):
    """The path of every map whose names the chart decides, with the dot behind it."""
    yield path
    for name, value in values.items():
        if isinstance(value, dict) and name not in FREE:
            yield from maps(value, f"{path}{name}.")


def connections(chart, arguments, each=4):
    """The least limit that all fits in is taken, one below it is refused, for a part as for the whole."""
    objects = chart.objects(*arguments)
    most = {item["metadata"]["name"]: item["spec"]["maxReplicas"]
            for item in of_kind(objects, "HorizontalPodAutoscaler")}
    pods = [most.get(name) or item["spec"]["replicas"]
            for name, item in processes(objects).items() if name != "gateway"]
    total = (sum(pods) + len(pods)) * each + 1
    for part in ([], chart.values("order")):
        given = [*part, *arguments]
        if chart.refusal(*given, *settings(f"database.maxConnections={total}")):
            yield f"connections: {total} are refused, and are all there can be"
        sentence = f"{total} connections to the database are more than database.maxConnections, {total - 1}"
        yield from expect(chart, [*given, *settings(f"database.maxConnections={total - 1}")], sentence, "connections")
