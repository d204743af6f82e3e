"""Bar 7: the process dies before each statement of a batch; an order is there whole, or not at all.

Runs on the executable with planted bugs, which dies where PLANTED_ABORT says: before the statement
of that number in a batch that holds orders. Audit is the judge: an order without its movement,
its letter, its event or its key, or one of these without the order, is what it finds.
"""
import threading

from client import Client
from load import ORDERS, Write, books, expect, fresh, send, users
from service import Service

AT_ONCE, MOST_STATEMENTS, LEAST_STATEMENTS = 4, 60, 8


def run(runner, scale, **settings):
    aborts, statement, total = max(2, round(500 * scale)), 0, 0
    with Service(runner, **settings) as service:
        user = users(service.base, 1, deposit=10_000_000)[0]
        written = []
        while statement < MOST_STATEMENTS:
            statement += 1
            died = sum(attempt(service, user, statement, written) for _ in range(aborts))
            total += died
            if died == 0:
                break
            expect(died == aborts, f"statement {statement}: {died} of {aborts} runs died")
        books(fresh(user), [*deposit(), *written])
    statements = statement - 1
    expect(statements >= LEAST_STATEMENTS, f"only {statements} statements in a batch: the abort does not reach them")
    return f"{total} aborts over {statements} statements: every order whole or absent"


def deposit():
    return [Write("/api/billing/accounts/me/deposits", {"amount": 10_000_000})]


def attempt(service, user, statement, written):
    """One run that is to die: True when it did. What was asked is asked again of the next one."""
    service.stop()
    service.environment["PLANTED_ABORT"] = str(statement)
    service.start()
    writes = [Write(ORDERS, {"title": f"Statement {statement}", "price": 1}) for _ in range(AT_ONCE)]
    threads = [threading.Thread(target=once, args=(user, write)) for write in writes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    died = service.process.poll() is not None
    service.environment.pop("PLANTED_ABORT")
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
