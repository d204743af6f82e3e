"""The Helm chart without a cluster: what it renders, refuses and promises.

  python chart RUNNER HELM [--only GROUP]

renders it whole and in parts with every switch on and off, and holds what comes out against the runner's own word, the
rules of this service, kubernetes-validate and checkov. Every check is shown a planted fault first, which it must find.
Wants the Python of .ci/kubernetes.
"""
import argparse
import os
import sys
import tempfile
import time

import yaml

import lint
import network
import pages
import parts
import plants
import refusals
import roles_check
import rules
import starts
import upgrade
from helm import Chart, Failure, production, schema_version, settings, variants
from objects import containers, of_kind

ROOT = upgrade.ROOT


class Check:
    """Groups of checks; each yields what is wrong."""

    def __init__(self, runner, helm):
        self.chart = Chart(helm, os.path.join(ROOT, "deploy", "chart"))
        self.word = roles_check.Word(runner)
        self.helm = helm
        self.whole = self.chart.objects()

    def lints(self):
        """helm's own, with every switch."""
        for name, arguments in variants(self.chart).items():
            if said := self.chart.lint(*arguments):
                yield f"helm lint, {name}: {said}"
        if not self.chart.lint("--set", "planted=1"):
            yield "a planted value: helm lint does not find it"
        with tempfile.TemporaryDirectory() as folder:
            packed = self.chart.package(folder)
            if packed.objects() != self.whole:
                yield "packed, it renders something else"
            if "checkov" in packed.listing() or "realm.json" not in packed.listing():
                yield f"packed are {packed.listing()}"

    def roles(self):
        """Processes, arguments, settings and secrets as the runner tells them."""
        yield from self.planted(plants.OF_ROLES, lambda objects: roles_check.check(objects, self.word))
        migrations = os.path.join(ROOT, "Sources", "Runner", "Store", "Migrations")
        yield from roles_check.check_table(self.chart, self.word, schema_version(migrations))
        for name, objects in self.wholes():
            yield from (f"{name}: {fault}" for fault in roles_check.check(objects, self.word))
        owner = self.chart.objects(*settings("existingSecret=mine", "migration.databaseUrlKey=OWNER_URL"))
        keys = {kind: {roles_check.ways(containers(item)[0])["secrets"].get("DATABASE_URL")
                       for item in of_kind(owner, kind)} for kind in ("Job", "Deployment")}
        if keys != {"Job": {"OWNER_URL"}, "Deployment": {"DATABASE_URL", None}}:
            yield f"the migration's DATABASE_URL is to be its own: {keys}"

    def rules(self):
        """What every process, pod and selector has to be, with every switch."""
        known = {rule.__name__: rule for rule in rules.ALL}
        for name, change in plants.OF_RULES:
            yield from self.planted([change], known[name])
        for name, arguments in variants(self.chart).items():
            for rule in rules.ALL:
                yield from (f"{name}: {fault}" for fault in rule(self.chart.objects(*arguments)))

    def network(self):
        """Who reaches whom."""
        word, chart = self.word, self.chart
        yield from self.planted(plants.OF_NETWORK, lambda objects: network.check(objects, network.expected(word)))
        yield from network.check(self.whole, network.expected(word))
        scraped = chart.objects(*settings("prometheus.enabled=true"))
        yield from network.check(scraped, network.expected(word, prometheus=True))
        yield from network.check(chart.objects(*production(chart)), network.expected(word, is_production=True))
        webhook = chart.objects(*variants(chart)["webhook"])
        yield from network.check(webhook, network.expected(word, messages=True))
        if of_kind(chart.objects(*variants(chart)["no policies"]), "NetworkPolicy"):
            yield "network: policies though they are switched off"

    def starts(self):
        """What processes and the database are given, given to real ones."""
        def check(objects):
            return starts.check(self.word.runner, objects)
        yield from self.planted(plants.OF_STARTS, check)
        for arguments in ([], production(self.chart), variants(self.chart)["webhook"], variants(self.chart)["sms"]):
            yield from check(self.chart.objects(*arguments))
        yield from starts.database(self.word.runner, self.whole)

    def parts(self):
        """Installed whole or in parts, the same objects."""
        def check(objects):
            return parts.check(self.whole, {**parts.rendered(self.chart), "billing": objects})
        yield from self.planted(plants.OF_PARTS, check, self.chart.part("billing"))
        for name in ("default", "prometheus", "no policies", "route", "secret", "webhook", "no autoscaling"):
            arguments = variants(self.chart)[name]
            yield from (f"{name}: {fault}" for fault in
                        parts.check(self.chart.objects(*arguments), parts.rendered(self.chart, *arguments)))
        live = production(self.chart)
        yield from parts.check(self.chart.objects(*live), parts.rendered(self.chart, *live))

    def upgrades(self):
        """From the chart before, and of one setting: nothing that cannot be changed is."""
        now, before = upgrade.immutable(self.whole), upgrade.record()
        yield from self.planted(plants.OF_UPGRADES, lambda objects: upgrade.check(now, upgrade.immutable(objects)))
        yield from upgrade.check(before, now)
        for commit in upgrade.commits():
            yield from (f"since {commit}: {fault}" for fault in upgrade.check(upgrade.before(self.helm, commit), now))
        for change in ("image.tag=next", "settings.LOG_LEVEL=debug", "secrets.DATABASE_URL=postgres://o@other/orders",
                       "migration.backoffLimit=3"):
            after = self.chart.objects(*settings(change))
            yield from (f"{change}: {fault}" for fault in upgrade.check(now, upgrade.immutable(after)))
            if job_name(after) == job_name(self.whole):
                yield f"{change}: the migration Job keeps its name"
        yield from self.restarts()

    def restarts(self):
        """A setting replaces the pods that read it, and no others."""
        after = self.chart.objects(*settings("settings.RATE_LIMIT=5"))
        changed = [item["metadata"]["name"] for item, was in zip(of_kind(after, "Deployment"),
                   of_kind(self.whole, "Deployment")) if item["spec"] != was["spec"]]
        if changed != ["gateway"]:
            yield f"RATE_LIMIT is read by the gateway, and changes {changed}"

    def refusals(self):
        """What is refused, and with which sentence."""
        yield from refusals.check(self.chart)
        for arguments in ([], production(self.chart)):
            yield from refusals.connections(self.chart, arguments)
        if not list(refusals.expect(self.chart, [], "", "nothing")) == []:
            yield "a planted refusal: found where there is none"
        if not list(refusals.expect(self.chart, [], "planted", "nothing")):
            yield "a planted refusal: not found"

    def validation(self):
        """kubernetes-validate, strict: for the newest Kubernetes with every switch, for the oldest without."""
        yield from self.planted(plants.OF_VALIDATION, lint.validate)
        yield from lint.validate(self.whole, lint.OLDEST)
        seen = set()
        for name, arguments in variants(self.chart).items():
            new = [item for item in self.chart.objects(*arguments) if (text := yaml.dump(item)) not in seen
                   and not seen.add(text)]
            yield from (f"{name}: {fault}" for fault in lint.validate(new))

    def checkov(self):
        """checkov, with the exceptions of deploy/chart/checkov.yaml and no others."""
        sets = {"trial": self.whole, "production": self.chart.objects(*production(self.chart))}
        exceptions = yaml.safe_load(self.chart.read("checkov.yaml"))
        yield from lint.checkov(sets, exceptions)
        planted = plants.changed(self.whole, plants.without_capabilities)
        needless = [*exceptions[1:], {"check": "CKV_K8S_16", "objects": ["*"], "reason": "planted"}]
        found = " ".join(lint.checkov({"planted": planted}, needless))
        for wanted in ("CKV_K8S_43", "exception of CKV_K8S_16", "Deployment create-order"):
            if wanted not in found:
                yield f"planted: checkov's verdict lacks {wanted}: {found}"

    def pages(self):
        """What the page and an installation say to run is understood."""
        ways = ([], self.chart.values("gateway"), production(self.chart))
        notes = [self.chart.notes(*arguments) for arguments in ways]
        yield from pages.check(self.helm, self.whole, notes)
        for arguments, wanted in (([], "helm -n otus test orders"), ([], "port-forward deployment/mail 8025"),
                                  (self.chart.values("gateway"), "install billing deploy/chart --values"),
                                  (self.chart.values("order"), "kubectl -n otus")):
            if wanted not in self.chart.notes(*arguments):
                yield f"NOTES.txt of {arguments} lacks {wanted}"

    def wholes(self):
        """Every way to render it whole."""
        return [(name, self.chart.objects(*arguments)) for name, arguments in variants(self.chart).items()
                if not name.startswith("part ")]

    def planted(self, changes, check, objects=None):
        """Each change must be found."""
        for number, change in enumerate(changes):
            if not list(check(plants.changed(objects or self.whole, change))):
                yield f"planted fault {number} is not found: {getattr(change, '__code__', change)}"


def job_name(objects):
    return of_kind(objects, "Job")[0]["metadata"]["name"]


GROUPS = ("lints", "roles", "rules", "network", "starts", "parts", "upgrades", "refusals", "validation", "checkov",
          "pages")


def main():
    parser = argparse.ArgumentParser(description="the Helm chart without a cluster")
    parser.add_argument("runner")
    parser.add_argument("helm")
    parser.add_argument("--only", choices=GROUPS)
    options = parser.parse_args()
    faults = 0
    try:
        check = Check(options.runner, options.helm)
        for group in [options.only] if options.only else GROUPS:
            begun = time.monotonic()
            found = list(getattr(check, group)())
            faults += len(found)
            print(f"{'FAILED' if found else 'ok    '} {group:10} {time.monotonic() - begun:5.1f} s", flush=True)
            print("".join(f"       {fault}\n" for fault in found), end="", flush=True)
    except (Failure, OSError) as failure:
        sys.exit(f"chart: {failure}")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
