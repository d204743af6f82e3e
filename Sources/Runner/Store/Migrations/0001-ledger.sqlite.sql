-- The ledger. Ids are UUIDs of 16 bytes, moments are milliseconds since 1970 in UTC, money is in
-- minor units. What must never change is guarded by triggers at the end; what must exist together
-- is bound by foreign keys, those that close a circle being checked at the commit.
--
-- Ids of version 7 rise, so that a new row of a table that is clustered by them lands on the page
-- written last; only accounts and keys touch pages at random. Pages touched are what an order costs
-- most. So what is one to one is one row: a paid order is its withdrawal, a letter is its event, and
-- both bear the order's id. And a user's lists are chains, each row naming the one before it: an
-- index by user would touch as many pages again as all the rest (measured: a quarter fewer orders a
-- second).

CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE accounts (
    user_id BLOB PRIMARY KEY CHECK (length(user_id) = 16),
    balance INTEGER NOT NULL CHECK (balance BETWEEN 0 AND 9007199254740991),
    -- Counts the account's movements and orders; the next one takes the next number.
    version INTEGER NOT NULL CHECK (version >= 0),
    email TEXT,
    phone TEXT,
    locale TEXT,
    created_at INTEGER NOT NULL,
    -- The heads of the account's chains.
    last_order BLOB CHECK (length(last_order) = 16),
    last_movement BLOB CHECK (length(last_movement) = 16)
) STRICT, WITHOUT ROWID;

-- Money that left one account and reached another, but for that of orders: 'user' is the user's
-- own, 'outside' and 'shop' have no balance but the sum of what the ledger says.
CREATE TABLE movements (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    user_id BLOB NOT NULL REFERENCES accounts,
    version INTEGER NOT NULL CHECK (version > 0),
    leaves TEXT NOT NULL,
    reaches TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount BETWEEN 1 AND 99999999999),
    -- The user's, after it.
    balance INTEGER NOT NULL CHECK (balance BETWEEN 0 AND 9007199254740991),
    -- That of somebody else's order, which a withdrawal pays for.
    order_id BLOB UNIQUE CHECK (length(order_id) = 16),
    created_at INTEGER NOT NULL,
    -- The account's movement before it, which may be a paid order.
    previous BLOB CHECK (length(previous) = 16),
    CHECK (
        leaves = 'outside' AND reaches = 'user' AND order_id IS NULL AND balance >= amount
        OR leaves = 'user' AND reaches = 'shop' AND order_id IS NOT NULL
    )
) STRICT, WITHOUT ROWID;

-- A paid order is the movement of its price from the user's account to the shop's, too.
CREATE TABLE orders (
    id BLOB PRIMARY KEY CHECK (length(id) = 16)
        REFERENCES letters DEFERRABLE INITIALLY DEFERRED,
    user_id BLOB NOT NULL REFERENCES accounts,
    version INTEGER NOT NULL CHECK (version > 0),
    title TEXT NOT NULL CHECK (title <> ''),
    price INTEGER NOT NULL CHECK (price BETWEEN 1 AND 99999999999),
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    status TEXT NOT NULL CHECK (status IN ('paid', 'rejected')),
    -- The user's, after it was paid.
    balance INTEGER CHECK (balance BETWEEN 0 AND 9007199254740991),
    created_at INTEGER NOT NULL,
    -- The user's order before it, and the account's movement where this one is a movement, too.
    previous_order BLOB CHECK (length(previous_order) = 16),
    previous_movement BLOB CHECK (length(previous_movement) = 16),
    CHECK ((status = 'paid') = (balance IS NOT NULL)),
    CHECK (status = 'paid' OR previous_movement IS NULL)
) STRICT, WITHOUT ROWID;

-- Every movement there is, with the account that it leaves and the one that it reaches.
CREATE VIEW ledger AS
SELECT id, user_id, version, leaves, reaches, amount, balance, order_id, created_at FROM movements
UNION ALL
SELECT id, user_id, version, 'user', 'shop', price, balance, id, created_at FROM orders
WHERE status = 'paid';

-- One letter an order, under the order's id, with the event that asks for its delivery: it waits
-- while the letter is queued.
CREATE TABLE letters (
    id BLOB PRIMARY KEY REFERENCES orders,
    channel TEXT NOT NULL CHECK (channel IN ('email', 'sms', 'webhook')),
    recipient TEXT,
    locale TEXT,
    template INTEGER NOT NULL CHECK (template > 0),
    status TEXT NOT NULL CHECK (status IN ('queued', 'sent', 'failed')),
    sent_at INTEGER,
    -- What the last attempt met, where it did not succeed.
    failure TEXT,
    traceparent TEXT,
    request_id BLOB NOT NULL CHECK (length(request_id) = 16),
    first_due_at INTEGER NOT NULL,
    -- When a worker may take it: the lease's end while one holds it.
    due_at INTEGER NOT NULL,
    lease_until INTEGER,
    -- Grows with each claim: what comes with an older one is stale.
    fence INTEGER NOT NULL CHECK (fence >= 0),
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    CHECK ((status = 'sent') = (sent_at IS NOT NULL)),
    CHECK (recipient IS NOT NULL OR status = 'failed'),
    CHECK (status = 'queued' OR lease_until IS NULL)
) STRICT, WITHOUT ROWID;

CREATE INDEX letters_due ON letters (due_at) WHERE status = 'queued';
CREATE INDEX letters_failed ON letters (id) WHERE status = 'failed';

-- How a keyed call ended: a reply's outcome and what it is rendered from, or a problem.
CREATE TABLE keys (
    key BLOB PRIMARY KEY CHECK (length(key) = 16),
    fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 16),
    outcome TEXT,
    reference BLOB CHECK (length(reference) = 16),
    problem TEXT,
    detail TEXT,
    request_id BLOB NOT NULL CHECK (length(request_id) = 16),
    CHECK ((outcome IS NULL) = (reference IS NULL)),
    CHECK ((problem IS NULL) = (detail IS NULL)),
    CHECK ((outcome IS NULL) <> (problem IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE claims (
    email TEXT PRIMARY KEY,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    phone TEXT,
    locale TEXT,
    key BLOB NOT NULL CHECK (length(key) = 16),
    fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 16),
    request_id BLOB NOT NULL CHECK (length(request_id) = 16),
    claimed_at INTEGER NOT NULL,
    attempted_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE registrations (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    user_id BLOB NOT NULL UNIQUE REFERENCES accounts,
    email TEXT NOT NULL,
    balance INTEGER NOT NULL CHECK (balance BETWEEN 0 AND 9007199254740991),
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    account_created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- History is append-only. A trigger that no statement of the service fires costs it nothing.
CREATE TRIGGER movements_are_kept BEFORE DELETE ON movements
BEGIN SELECT raise(ABORT, 'a movement is never deleted'); END;
CREATE TRIGGER movements_are_final BEFORE UPDATE ON movements
BEGIN SELECT raise(ABORT, 'a movement is never changed'); END;
CREATE TRIGGER orders_are_kept BEFORE DELETE ON orders
BEGIN SELECT raise(ABORT, 'an order is never deleted'); END;
CREATE TRIGGER orders_are_final BEFORE UPDATE ON orders
BEGIN SELECT raise(ABORT, 'an order is never changed'); END;
CREATE TRIGGER keys_are_kept BEFORE DELETE ON keys
BEGIN SELECT raise(ABORT, 'a key is never deleted'); END;
CREATE TRIGGER keys_are_final BEFORE UPDATE ON keys
BEGIN SELECT raise(ABORT, 'a key is never changed'); END;
CREATE TRIGGER registrations_are_kept BEFORE DELETE ON registrations
BEGIN SELECT raise(ABORT, 'a registration is never deleted'); END;
CREATE TRIGGER registrations_are_final BEFORE UPDATE ON registrations
BEGIN SELECT raise(ABORT, 'a registration is never changed'); END;
CREATE TRIGGER accounts_are_kept BEFORE DELETE ON accounts
BEGIN SELECT raise(ABORT, 'an account is never deleted'); END;
CREATE TRIGGER accounts_keep_their_origin BEFORE UPDATE OF user_id, created_at ON accounts
BEGIN SELECT raise(ABORT, 'the origin of an account is never changed'); END;
CREATE TRIGGER letters_are_kept BEFORE DELETE ON letters
BEGIN SELECT raise(ABORT, 'a letter is never deleted'); END;
CREATE TRIGGER letters_keep_their_text
BEFORE UPDATE OF id, locale, template, request_id, traceparent ON letters
BEGIN SELECT raise(ABORT, 'the text of a letter is never changed'); END;
CREATE TRIGGER letters_stay_sent BEFORE UPDATE OF status, sent_at ON letters
WHEN OLD.status = 'sent'
BEGIN SELECT raise(ABORT, 'a letter that was sent stays sent'); END;
