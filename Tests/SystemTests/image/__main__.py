"""The image as it would be shipped: what is in it, what it says of itself, and how a container of it behaves.

  python3 Tests/SystemTests/image [IMAGE]

IMAGE is `orders` unless said otherwise; `make image` builds it. Needs podman, which can look into an image's layers
and start containers. Prints a line for each check, the compressed size and the memory of a container at rest, and
exits with 1 when a check failed. Then two images with faults planted must make every check fail.
Standard library only.
"""
import argparse
import sys

import contents
import running
from engine import Failure, Image, build

PATIENCE = 60
# In seconds; a planted fault shows within fewer, and would for ever.
PLANTED_PATIENCE = 8
SHOWN = 12


def check(what, faults):
    print(f"{'FAILED' if faults else 'ok    '} {what}", flush=True)
    for fault in faults[:SHOWN]:
        print(f"       found: {fault}")
    if len(faults) > SHOWN:
        print(f"       and {len(faults) - SHOWN} more")
    return not faults


def figures(image):
    layers = " + ".join(f"{size / contents.MEGABYTE:.1f}" for size in image.sizes)
    print(f"{image.name}: {image.size / contents.MEGABYTE:.1f} MB compressed ({layers})")
    memory = ", ".join(f"{name} {value / 1024:.1f} MB" for name, value in running.memory(image).items())
    print(f"runner identity at rest: {memory}")


def verify(image):
    results = [check(what, faults(image)) for what, faults in contents.CHECKS]
    results += [check(what, running.findings(faults, image, PATIENCE)) for what, faults in running.CHECKS]
    return results


def planted(name, module, look):
    """Whether every check of the module sees what is wrong with its planted image."""
    build(name + "-planted", module.PLANTED.replace("{image}", name))
    image = Image(name + "-planted")
    try:
        blind = [what for what, faults in module.CHECKS if not look(faults, image)]
    finally:
        image.remove()
    return check(f"planted faults are found by all {len(module.CHECKS)} checks of {module.__name__}", blind)


def main():
    parser = argparse.ArgumentParser(description="the image, from outside")
    parser.add_argument("image", nargs="?", default="orders")
    name = parser.parse_args().image
    try:
        image = Image(name)
        figures(image)
        results = verify(image)
        results.append(planted(name, contents, lambda faults, image: faults(image)))
        results.append(planted(name, running, lambda faults, image: running.findings(faults, image, PLANTED_PATIENCE)))
    except Failure as failure:
        sys.exit(f"FAILED {failure}")
    print(f"{results.count(True)} passed, {results.count(False)} failed")
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
