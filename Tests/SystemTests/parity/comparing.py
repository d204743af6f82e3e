"""Finds what differs between the forms, but for the differences that are listed with their reasons."""

import difflib
import json

from allowed import ALLOWED
from renaming import Renaming


class Comparison:
    """Of one form with the first one, over the whole corpus."""

    def __init__(self, corpus, literals, first, other):
        self.corpus, self.other = corpus, other
        # Both are shown the same cases, so names are given in the same order.
        self.numbers = [number for number, case in enumerate(corpus) if is_compared(number, case, other)]
        self.sides = [renamed(self.numbers, literals, form) for form in (first, other)]

    def differences(self, used):
        """By number of the case, in words; notes in `used` which listed differences were met."""
        found = {}
        for number in self.numbers:
            ours, theirs = (side[number] for side in self.sides)
            if isinstance(ours, str) or isinstance(theirs, str):
                found[number] = f"one process: {ours}\n{self.other.name}: {theirs}"
                continue
            allowed = [
                entry for entry in ALLOWED if entry.form == self.other.name and entry.concerns(self.corpus[number])
            ]
            pairs = [forgiven(one, two, allowed, used) for one, two in zip(ours, theirs)]
            if len(ours) != len(theirs) or any(one != two for one, two in pairs):
                found[number] = in_words(ours, theirs, pairs, self.other.name)
        return found


def is_compared(number, case, form):
    return number in form.answers and not (case.setup and form.name == "function")


def renamed(numbers, literals, form):
    renaming = Renaming(literals, form.hosts())
    side = {}
    for number in numbers:
        found = form.answers[number]
        if not isinstance(found, str):
            found = [renaming.answer(answer, f"{number}.{index}") for index, answer in enumerate(found)]
        side[number] = found
    return side


def forgiven(one, two, allowed, used):
    """Both as lists of lines, without what a listed difference takes away; the status is never taken."""
    sides = [[one.line, list(one.fields), one.body], [two.line, list(two.fields), two.body]]
    for entry in allowed:
        if sides[0] == sides[1]:
            break
        without = [[line, *entry.without(fields, body)] for line, fields, body in sides]
        if without != sides:
            used.add(entry.reason)
        sides = without
    return sides


def in_words(ours, theirs, pairs, name):
    if len(ours) != len(theirs):
        one, two = "\n".join(map(repr, ours)), "\n".join(map(repr, theirs))
    else:
        one, two = ("\n".join(lines(side) for side in sides) for sides in zip(*pairs))
    differing = difflib.unified_diff(one.splitlines(), two.splitlines(), "one process", name, lineterm="", n=2)
    return "\n".join(differing)


def lines(side):
    line, fields, body = side
    try:
        body = json.dumps(json.loads(body), indent=1, ensure_ascii=False)
    except ValueError:
        pass
    return "\n".join([line, *(f"{name}: {value}" for name, value in fields), "", body])
