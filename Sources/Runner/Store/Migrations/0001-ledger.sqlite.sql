-- The ledger. Ids are UUIDs of 16 bytes, moments are milliseconds since 1970 in UTC, money is in
-- minor units. What must never change is guarded by triggers at the end; what must exist together
-- is bound by foreign keys, those that close a circle being checked at the commit.
--
-- Ids of version 7 rise, so that a new row of a table that is clustered by them lands on the page
-- written last; only accounts, keys and the one index a list (user, version) touch pages at random.

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
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Money that left one account and reached another: 'user' is the user's own, 'outside' and 'shop'
-- have no balance but the sum of their movements.
CREATE TABLE movements (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    user_id BLOB NOT NULL REFERENCES accounts,
    version INTEGER NOT NULL CHECK (version > 0),
    leaves TEXT NOT NULL,
    reaches TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount BETWEEN 1 AND 99999999999),
    -- The user's, after it.
    balance INTEGER NOT NULL CHECK (balance BETWEEN 0 AND 9007199254740991),
    order_id BLOB UNIQUE CHECK (length(order_id) = 16),
    created_at INTEGER NOT NULL,
    UNIQUE (user_id, version),
    CHECK (
        leaves = 'outside' AND reaches = 'user' AND order_id IS NULL AND balance >= amount
        OR leaves = 'user' AND reaches = 'shop' AND order_id IS NOT NULL
    )
) STRICT, WITHOUT ROWID;

CREATE TABLE orders (
    id BLOB PRIMARY KEY CHECK (length(id) = 16)
        REFERENCES letters (order_id) DEFERRABLE INITIALLY DEFERRED,
    user_id BLOB NOT NULL REFERENCES accounts,
    -- Its movement's where it was paid.
    version INTEGER NOT NULL CHECK (version > 0),
    title TEXT NOT NULL CHECK (title <> ''),
    price INTEGER NOT NULL CHECK (price BETWEEN 1 AND 99999999999),
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    status TEXT NOT NULL CHECK (status IN ('paid', 'rejected')),
    created_at INTEGER NOT NULL,
    -- Its own id where it was paid: so a paid order has its withdrawal. (Stored, because VACUUM of
    -- SQLite 3.40 fails on a generated column of such a table.)
    paid_id BLOB REFERENCES movements (order_id),
    UNIQUE (user_id, version),
    CHECK (paid_id IS CASE status WHEN 'paid' THEN id END)
) STRICT, WITHOUT ROWID;

-- A user's letters are found by their orders, of which each has exactly one: no index of their own.
CREATE TABLE letters (
    id BLOB PRIMARY KEY CHECK (length(id) = 16)
        REFERENCES events (id) DEFERRABLE INITIALLY DEFERRED,
    order_id BLOB NOT NULL UNIQUE REFERENCES orders,
    kind TEXT NOT NULL CHECK (kind IN ('happy', 'sad')),
    channel TEXT NOT NULL CHECK (channel IN ('email', 'sms', 'webhook')),
    recipient TEXT,
    locale TEXT,
    template INTEGER NOT NULL CHECK (template > 0),
    status TEXT NOT NULL CHECK (status IN ('queued', 'sent', 'failed')),
    sent_at INTEGER,
    failure TEXT,
    CHECK ((status = 'sent') = (sent_at IS NOT NULL)),
    CHECK (recipient IS NOT NULL OR status = 'failed')
) STRICT, WITHOUT ROWID;

CREATE INDEX letters_failed ON letters (id) WHERE status = 'failed';

-- The outbox: one event a letter.
CREATE TABLE events (
    id BLOB PRIMARY KEY REFERENCES letters,
    traceparent TEXT,
    request_id BLOB NOT NULL CHECK (length(request_id) = 16),
    created_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'settled')),
    first_due_at INTEGER NOT NULL,
    -- When a worker may take it: the lease's end while one holds it.
    due_at INTEGER NOT NULL,
    lease_until INTEGER,
    -- Grows with each claim: what comes with an older one is stale.
    fence INTEGER NOT NULL CHECK (fence >= 0),
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    last_error TEXT,
    CHECK (state = 'waiting' OR lease_until IS NULL)
) STRICT, WITHOUT ROWID;

CREATE INDEX events_due ON events (due_at) WHERE state = 'waiting';

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
BEFORE UPDATE OF id, order_id, kind, locale, template ON letters
BEGIN SELECT raise(ABORT, 'the text of a letter is never changed'); END;
CREATE TRIGGER letters_stay_sent BEFORE UPDATE OF status, sent_at ON letters
WHEN OLD.status = 'sent'
BEGIN SELECT raise(ABORT, 'a letter that was sent stays sent'); END;
CREATE TRIGGER events_are_kept BEFORE DELETE ON events
BEGIN SELECT raise(ABORT, 'an event is never deleted'); END;
