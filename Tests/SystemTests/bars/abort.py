"""Bar 7: the process dies at each statement of a batch; an order is there whole, or not at all.

Runs on the executable with planted bugs, which aborts at the statement that PLANTED_ABORT numbers
while the file PLANTED_ARMED is there. Audit finds an order without its letter or a letter without its
order, an account that its movements and orders do not add up to, and a key that points to nothing. An
order without its key is none of its findings, since orders need not have one: whoever was not answered
asks again under the same key, and the books would show a second order.
"""
import concurrent.futures
import os
import threading

from client import Client
from load import DEPOSITS, ORDERS, Write, books, expect, fresh, send, users

AT_ONCE, MOST_STATEMENTS, LEAST_STATEMENTS, MONEY = 2, 60, 8, 10_000_000
# Whether both orders meet in one batch is chance, and what else writes meanwhile, too: not every run
# reaches each statement. So many runs an abort are tried.
MOST_RUNS = 2
# Statements that are tried side by side, each on a service of its own: most of an abort is waiting.
SIDE_BY_SIDE = 3


def run(serve, scale, **settings):
    aborts, deaths = max(2, round(500 * scale)), []
    with concurrent.futures.ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        for first in range(1, MOST_STATEMENTS, SIDE_BY_SIDE):
            statements = range(first, first + SIDE_BY_SIDE)
            deaths += pool.map(lambda number: statement_aborts(serve, number, aborts, settings), statements)
            if deaths[-1] == 0:
                break
    reached, enough = sum(died > 0 for died in deaths), deaths.count(aborts)
    expect(enough >= LEAST_STATEMENTS, f"only {enough} of {reached} statements were aborted at {aborts} times")
    return (f"{sum(deaths):,} aborts over {reached} statements of a batch, at {enough} of them {aborts} each: "
            "every order whole or absent")


def statement_aborts(serve, statement, aborts, settings):
    """Up to `aborts` deaths at this statement; on a store of its own, for an audit to stay quick."""
    with serve(**settings) as service:
        user = users(service.base, 1, deposit=MONEY)[0]
        written = [Write(DEPOSITS, {"amount": MONEY})]
        service.stop()
        service.environment["PLANTED_ARMED"] = os.path.join(service.directory, "armed")
        service.environment["PLANTED_ABORT"] = str(statement)
        service.start()
        died = runs = 0
        while died < aborts and runs < aborts * (MOST_RUNS if died else 1):
            died, runs = died + attempt(service, user, written), runs + 1
        books(fresh(user), written)
    return died


def attempt(service, user, written):
    """One run that is to die: True when it did. What was asked is asked again of the next one."""
    writes = [Write(ORDERS, {"title": "An order", "price": 1}) for _ in range(AT_ONCE)]
    armed = service.environment["PLANTED_ARMED"]
    open(armed, "w").close()
    threads = [threading.Thread(target=once, args=(user, write)) for write in writes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    os.remove(armed)
    died = service.process.poll() is not None or not service.ready()  # it may still be dying
    if died:
        service.process.wait(20)
    service.audit()
    if died:
        service.start()
    for write in writes:
        write.answer = send(fresh(user), write)
        expect(write.answer.status == 201, f"asked again: {write.answer}")
    written += writes
    return died


def once(user, write):
    """Asks and does not care: the connection may end without a word."""
    try:
        Client(user.base, user.token).post(write.path, write.body, key=write.key)
    except ConnectionError:
        pass
