"""Shows that the comparison sees: plants a difference of each kind in a copy of what came, which must be found."""

import copy
import dataclasses

from comparing import Comparison


def status(answer):
    return dataclasses.replace(answer, line=answer.line.replace(str(answer.status), str(answer.status + 1), 1))


def field_gone(answer):
    return dataclasses.replace(answer, fields=[field for field in answer.fields if field[0].lower() != "content-type"])


def field_more(answer):
    return dataclasses.replace(answer, fields=[*answer.fields, ("Server", "another")])


def field_twice(answer):
    return dataclasses.replace(answer, fields=[*answer.fields, answer.fields[-1]])


def another_value(answer):
    fields = [(name, value + "x" if name.lower() == "content-type" else value) for name, value in answer.fields]
    return dataclasses.replace(answer, fields=fields)


def another_byte(answer):
    return dataclasses.replace(
        answer, body=answer.body.replace(b'"status":', b'"status": ', 1).replace(b"items", b"Items")
    )


def a_byte_less(answer):
    return dataclasses.replace(answer, body=answer.body[:-1])


PLANTS = (status, field_gone, field_more, field_twice, another_value, another_byte, a_byte_less)


def unseen(corpus, literals, first, other):
    """The names of the planted differences that were not found in just the case that has it."""
    names = []
    for index, plant in enumerate(PLANTS):
        number, planted = changed(corpus, other, plant, index)
        found = Comparison(corpus, literals, first, planted).differences(set())
        if list(found) != [number]:
            names.append(f"{plant.__name__} in {corpus[number].name}, at {other.name}: found in {list(found)}")
    return names


def changed(corpus, form, plant, index):
    """A copy of the form whose answer to one case is another: a different case for each kind."""
    numbers = [
        number
        for number, found in form.answers.items()
        if isinstance(found, list)
        and len(found) == 1
        and found[0].body
        and plant(found[0]) != found[0]
        and not corpus[number].setup
        and corpus[number].alone
        and not corpus[number].keep
    ]
    number = numbers[(index + 1) * len(numbers) // (len(PLANTS) + 1)]
    planted = copy.copy(form)
    planted.answers = {**form.answers, number: [plant(form.answers[number][0])]}
    return number, planted
