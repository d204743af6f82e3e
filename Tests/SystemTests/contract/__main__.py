"""Holds a running service to its HTTP contract, sentence by sentence, from outside. Standard library only.

  contract BASE --identity URL [--management URL] [NAME=value ...] [--only SECTION ...] [--verbose]
  contract RUNNER [--only SHAPE ...]

The first form looks at one service: BASE is like http://localhost:8080, --identity where its identity
provider is (http://127.0.0.1:8180/auth), NAME=value the settings it was started with, which decide
what holds of it. The second form starts the executable RUNNER in every shape that differs, each with
a fresh store. Prints a line for each fact that does not hold and exits with 1 when there is one.
"""

import argparse
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from service import Service  # noqa: E402

import sections  # noqa: E402
from provider import Provider  # noqa: E402
from world import World  # noqa: E402


def look(base, identity, settings, only, verbose):
    """Looks at one service; returns the facts that were looked at and how many do not hold."""
    facts = failures = 0
    world = World(base, identity, settings, verbose)
    for name, run in sections.of(settings):
        if only and name not in only:
            continue
        begun, before = time.monotonic(), world.failures
        try:
            run(world)
        except Exception as error:  # a section that cannot go on is one fact that does not hold
            world.fact(f"{name} came to its end", False, f"{type(error).__name__}: {error}")
            if verbose:
                raise
        print(
            f"{'ok    ' if world.failures == before else 'FAILED'} {name}: {world.facts - facts} facts in "
            f"{time.monotonic() - begun:.1f} s",
            flush=True,
        )
        facts, failures = world.facts, world.failures
    return facts, failures


def look_at_every_shape(runner, only, verbose):
    facts = failures = 0
    for name, settings in sections.SHAPES.items():
        if only and name not in only:
            continue
        print(f"--- {name} {' '.join(f'{key}={value}' for key, value in settings.items())}", flush=True)
        seen, wrong = look_at_shape(runner, dict(settings), verbose)
        facts, failures = facts + seen, failures + wrong
    return facts, failures


def look_at_shape(runner, settings, verbose):
    """Starts a service of this shape, and beside it what the shape wants to be there."""
    provider = Provider() if settings.get("KEYCLOAK_URL") == "ours" else None
    if provider:
        settings["KEYCLOAK_URL"] = provider.url
    if "IDENTITY_REALM" in settings:
        settings["IDENTITY_REALM"] = sections.short_tokens(settings["IDENTITY_REALM"])
    try:
        with Service(runner, **settings) as service:
            known = {**settings, "service": service, **({"provider": provider} if provider else {})}
            facts, failures = look(service.base, service.identity, known, (), verbose)
            if failures:
                print(f"--- the service's last lines\n{service.tail(8)}")
    finally:
        if provider:
            provider.close()
    return facts, failures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("place", metavar="BASE|RUNNER")
    parser.add_argument("settings", nargs="*", metavar="NAME=value")
    parser.add_argument("--identity")
    parser.add_argument("--management")
    parser.add_argument("--only", nargs="*", default=())
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    if options.place.startswith("http"):
        settings = dict(pair.split("=", 1) for pair in options.settings)
        settings["management"] = options.management
        facts, failures = look(options.place, options.identity, settings, options.only, options.verbose)
    else:
        facts, failures = look_at_every_shape(options.place, options.only, options.verbose)
    print(f"{failures} of {facts} facts do not hold" if failures else f"all {facts} facts hold")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
