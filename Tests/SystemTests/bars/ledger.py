"""What must hold of the rows on PostgreSQL, asked in SQL: a second opinion beside the service's own audit."""
from client import until
from load import expect

# Each finds what must not be there.
FAULTS = {
    "an account is below zero": "SELECT user_id FROM accounts WHERE balance < 0",
    "a balance is not what its movements make it": """
        SELECT user_id FROM accounts LEFT JOIN ledger USING (user_id) GROUP BY user_id, accounts.balance
        HAVING accounts.balance <> coalesce(sum(CASE ledger.reaches WHEN 'user' THEN amount ELSE -amount END), 0)""",
    "an order without its letter": "SELECT id FROM orders LEFT JOIN letters USING (id) WHERE letters.id IS NULL",
    "a letter without its order": "SELECT id FROM letters LEFT JOIN orders USING (id) WHERE orders.id IS NULL",
    "a key without its answer": "SELECT key FROM keys LEFT JOIN answers ON id = answer WHERE id IS NULL",
    "an answer without its key": "SELECT id FROM answers LEFT JOIN keys ON id = answer WHERE key IS NULL",
    "an order that no key asked for": """
        SELECT orders.id FROM orders LEFT JOIN answers ON reference = orders.id WHERE reference IS NULL""",
    "a gap in an account's numbers": """
        SELECT user_id FROM accounts JOIN
            (SELECT user_id, version FROM movements UNION ALL SELECT user_id, version FROM orders) AS steps USING (user_id)
        GROUP BY user_id, accounts.version HAVING count(*) <> accounts.version OR max(steps.version) <> accounts.version""",
}


def whole(postgresql, database):
    for fault, question in FAULTS.items():
        found = postgresql.query(database, question).splitlines()
        expect(not found, f"{fault}: {len(found)}, {found[:3]}")


def drained(postgresql, database, seconds):
    """Waits until no letter waits any more: a lease of a worker that died runs for half a minute."""
    until(lambda: postgresql.query(database, "SELECT count(*) FROM letters WHERE status = 'queued'") == "0",
          seconds, "every letter is delivered", pause=0.2)
