"""What a repeated request must get, and how to send many at once."""

import threading


def is_replay(world, what, first, again):
    world.fact(f"{what}: the first is no replay", not first.all("idempotent-replayed"), first)
    world.fact(
        f"{what}: the same again",
        again.all("idempotent-replayed") == ["true"]
        and again.one("x-request-id") != first.one("x-request-id")
        and all(
            again.all(name) == first.all(name)
            for name in ("location", "content-type", "idempotency-key", "retry-after")
        )
        and (again.status, again.body) == (first.status, first.body),
        (first, again),
    )


def together(count, work):
    """Runs the work in so many threads at once, and returns what each made."""
    made, gate = [None] * count, threading.Barrier(count)

    def one(number):
        gate.wait()
        made[number] = work(number)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return made
