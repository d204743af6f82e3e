"""One source: what the chart and the compose files start is what the runner says of itself, and the same in both.

  python deployment RUNNER HELM

renders the chart, compose, its stand-ins and its secrets in files, and compares roles, arguments, settings, ports and
secrets with `runner roles --json`. What may differ stands in differences.yaml with its reason; a difference that is
listed there and is none is a failure, too. Alterations of what was rendered, planted one by one, must all be found.
Wants the Python of .ci/python (podman-compose, PyYAML) and the helm of .ci/kubernetes.
"""
import argparse
import os
import sys

import compare
import plants
from differences import Differences
from places import ROOT, Failure, Places, Word


def verdict(word, places):
    """What is wrong, and which of the listed differences were met."""
    listed = Differences(os.path.join(os.path.dirname(os.path.abspath(__file__)), "differences.yaml"))
    faults = [str(fault) for fault in compare.all_of(word, places) if not listed.allows(fault)]
    return faults + listed.unused()


def main():
    parser = argparse.ArgumentParser(description="chart and compose against the runner's own word")
    parser.add_argument("runner")
    parser.add_argument("helm")
    options = parser.parse_args()
    try:
        word = Word(options.runner)
        places = Places(word, options.helm, ROOT)
        faults = verdict(word, places)
        for name, alter in plants.ALL.items():
            if verdict(word, alter(word, places.copy())) == faults:
                faults.append(f"a planted fault is not found: {name}")
    except (Failure, OSError) as failure:
        sys.exit(f"deployment: {failure}")
    for fault in faults:
        print(f"FAILED  {fault}")
    containers = sum(len(place.containers) for place in places.all)
    print(f"{containers} containers in {len(places.all)} places, {len(plants.ALL)} planted faults: "
          f"{len(faults)} failed")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
