"""The corpus: every request, in the order in which each form is asked."""

import re

import crossing
import derived
import good
import hostile
import keys
import people
import provider
import refused
import slow
from renaming import UUID


def all_of(document):
    """By hand and from the OpenAPI document; what takes seconds begins early and goes on beside the rest."""
    return [
        *people.CASES,
        *slow.CASES,
        *good.CASES,
        *keys.CASES,
        *refused.CASES,
        *hostile.CASES,
        *crossing.CASES,
        *derived.cases(document),
        *provider.CASES,
    ]


def literals(corpus):
    """The ids that the corpus itself sends."""
    return set(re.findall(UUID, repr(corpus)))
