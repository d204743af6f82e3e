"""What may differ, and why."""
from fnmatch import fnmatchcase

import yaml


class Differences:
    """Of differences.yaml: each with the places, the roles and the faults that it allows, and its reason."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.entries = yaml.safe_load(file)
        self.used = set()

    def allows(self, fault):
        found = {"places": fault.place, "roles": fault.role, "faults": fault.text}
        for number, entry in enumerate(self.entries):
            met = {(number, kind, pattern) for kind, text in found.items() for pattern in entry[kind]
                   if fnmatchcase(text, pattern)}
            if {kind for _, kind, _ in met} == set(found):
                self.used |= met
                return True
        return False

    def unused(self):
        """What is listed and no difference any more, and what has no reason."""
        return [f"differences.yaml, entry {number + 1}: {each!r} of its {kind} is no difference"
                for number, entry in enumerate(self.entries) for kind in ("places", "roles", "faults")
                for each in entry[kind] if (number, kind, each) not in self.used] + [
            f"differences.yaml, entry {number + 1} has no reason" for number, entry in enumerate(self.entries)
            if not entry.get("reason", "").strip()]
