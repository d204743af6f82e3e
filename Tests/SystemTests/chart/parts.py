"""Whole or in parts: the same objects, each exactly once."""
import copy

from helm import PARTS
from objects import called


def plain(item):
    """An object without what only says which release has it."""
    item = copy.deepcopy(item)
    item["metadata"]["labels"].pop("app.kubernetes.io/instance")
    return item


def check(whole, parts):
    """`parts` has the objects of each part, by its name."""
    wanted = {called(item): plain(item) for item in whole}
    found, owners = {}, {}
    for name, objects in parts.items():
        for item in objects:
            key = called(item)
            if key in owners:
                yield f"{key} is in the parts {owners[key]} and {name}"
            owners[key], found[key] = name, plain(item)
            if item["metadata"]["labels"]["app.kubernetes.io/instance"] != name:
                yield f"{key} does not say that {name} has it"
    for key in sorted(set(wanted) | set(found)):
        if key not in found:
            yield f"{key} is in the whole alone"
        elif key not in wanted:
            yield f"{key} is in the part {owners[key]} alone"
        elif wanted[key] != found[key]:
            yield f"{key} differs between the whole and the part {owners[key]}"


def rendered(chart, *arguments):
    return {name: chart.part(name, *arguments) for name in PARTS}
