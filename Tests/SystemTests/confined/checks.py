"""What the parts share."""
import os
import time


def check(condition, text):
    if not condition:
        raise AssertionError(text)


def until(condition, what, seconds=60):
    """What it answers, once that is something."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        check(time.monotonic() < end, f"not within {seconds} s: {what}")
        time.sleep(0.01)
    return found


def text(path):
    with open(path, "rb") as file:
        return file.read().decode("utf-8", "replace")


def children(number):
    """The processes that have this one for their parent now."""
    try:
        folder = f"/proc/{number}/task"
        return [int(child) for task in os.listdir(folder) for child in text(f"{folder}/{task}/children").split()]
    except OSError:
        return []


def state(number):
    """The kernel's letter for it, as Z for one that is dead and not asked after; None where it is gone."""
    try:
        return text(f"/proc/{number}/stat").rpartition(")")[2].split()[0]
    except OSError:
        return None
