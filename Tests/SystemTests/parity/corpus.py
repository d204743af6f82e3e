"""The corpus: every request, in the order in which each form is asked."""

import dataclasses
import re

import crossing
import derived
import framings
import good
import hostile
import keys
import people
import provider
import rate
import refused
import slow
import strict
from renaming import UUID


@dataclasses.dataclass(frozen=True)
class Shape:
    """Cases for a service with these settings."""

    name: str
    settings: dict
    cases: tuple


def shapes(document):
    """By hand and from the OpenAPI document."""
    return (
        Shape("usual", {"CORS_ORIGINS": "https://shop.example"}, usual(document)),
        Shape("strict", strict.SETTINGS, strict.CASES),
        Shape("rate", rate.SETTINGS, rate.CASES),
    )


def usual(document):
    """What takes seconds begins early and goes on beside the rest."""
    return (
        *people.CASES,
        *slow.CASES,
        *good.CASES,
        *keys.CASES,
        *refused.CASES,
        *hostile.CASES,
        *framings.CASES,
        *crossing.CASES,
        *derived.cases(document),
        *provider.CASES,
    )


def literals(corpus):
    """The ids that the corpus itself sends."""
    return set(re.findall(UUID, repr(corpus)))
