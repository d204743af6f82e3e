-- The ledger, as it lies in SQLite, too. Moments are milliseconds since 1970 in UTC, money is in
-- minor units. Ids and moments are made by the program: there are no sequences and no defaults.
--
-- Relatives of PostgreSQL have no triggers, or no deferred foreign keys. So history is kept by the
-- service having no statement that changes a movement, an order, an answer or a registration, or
-- deletes one, a letter or an account. Where the service is given a role of its own,
-- `GRANT SELECT, INSERT` on those tables, with UPDATE on accounts and letters, with DELETE on keys
-- and with both on claims, holds it to that.
--
-- What is one to one is one row: a paid order is its withdrawal, a letter is its event, and both
-- bear the order's id.

CREATE TABLE meta (
    name text PRIMARY KEY,
    value bytea NOT NULL
);

CREATE TABLE accounts (
    user_id uuid PRIMARY KEY,
    balance bigint NOT NULL CHECK (balance BETWEEN 0 AND 9007199254740991),
    -- Counts the account's movements and orders; the next one takes the next number.
    version bigint NOT NULL CHECK (version >= 0),
    email text,
    phone text,
    locale text,
    created_at bigint NOT NULL
);

-- Money that left one account and reached another, but for that of orders: 'user' is the user's
-- own, 'outside' and 'shop' have no balance but the sum of what the ledger says.
CREATE TABLE movements (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES accounts,
    version bigint NOT NULL CHECK (version > 0),
    leaves text NOT NULL,
    reaches text NOT NULL,
    amount bigint NOT NULL CHECK (amount BETWEEN 1 AND 99999999999),
    -- The user's, after it.
    balance bigint NOT NULL CHECK (balance BETWEEN 0 AND 9007199254740991),
    -- That of somebody else's order, which a withdrawal pays for.
    order_id uuid UNIQUE,
    created_at bigint NOT NULL,
    UNIQUE (user_id, version),
    CHECK (
        leaves = 'outside' AND reaches = 'user' AND order_id IS NULL AND balance >= amount
        OR leaves = 'user' AND reaches = 'shop' AND order_id IS NOT NULL
    )
);

-- A paid order is the movement of its price from the user's account to the shop's, too. A list of
-- orders merges the ranges of both statuses, a list of movements takes that of the paid ones.
CREATE TABLE orders (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES accounts,
    version bigint NOT NULL CHECK (version > 0),
    title text NOT NULL CHECK (title <> ''),
    price bigint NOT NULL CHECK (price BETWEEN 1 AND 99999999999),
    currency text NOT NULL CHECK (length(currency) = 3),
    status text NOT NULL CHECK (status IN ('paid', 'rejected')),
    -- The user's, after it was paid.
    balance bigint CHECK (balance BETWEEN 0 AND 9007199254740991),
    created_at bigint NOT NULL,
    UNIQUE (user_id, status, version),
    CHECK ((status = 'paid') = (balance IS NOT NULL))
);

-- Every movement there is, with the account that it leaves and the one that it reaches.
CREATE VIEW ledger AS
SELECT id, user_id, version, leaves, reaches, amount, balance, order_id, created_at FROM movements
UNION ALL
SELECT id, user_id, version, 'user', 'shop', price, balance, id, created_at FROM orders
WHERE status = 'paid';

-- One letter an order, under the order's id, with the event that asks for its delivery: it waits
-- while the letter is queued.
CREATE TABLE letters (
    id uuid PRIMARY KEY REFERENCES orders,
    channel text NOT NULL CHECK (channel IN ('email', 'sms', 'webhook')),
    recipient text,
    locale text,
    template bigint NOT NULL CHECK (template > 0),
    status text NOT NULL CHECK (status IN ('queued', 'sent', 'failed')),
    sent_at bigint,
    -- What the last attempt met, where it did not succeed.
    failure text,
    traceparent text,
    request_id uuid NOT NULL,
    first_due_at bigint NOT NULL,
    -- When a worker may take it: the lease's end while one holds it.
    due_at bigint NOT NULL,
    lease_until bigint,
    -- Grows with each claim: what comes with an older one is stale.
    fence bigint NOT NULL CHECK (fence >= 0),
    attempts bigint NOT NULL CHECK (attempts >= 0),
    CHECK ((status = 'sent') = (sent_at IS NOT NULL)),
    CHECK (recipient IS NOT NULL OR status = 'failed'),
    CHECK (status = 'queued' OR lease_until IS NULL)
);

CREATE INDEX letters_due ON letters (due_at) WHERE status = 'queued';

CREATE INDEX letters_failed ON letters (id) WHERE status = 'failed';

-- A key that is in use or was used, with the id of its answer. The row is written before anything
-- is decided, so that the same key elsewhere waits for how it ends; the answer comes with the
-- effect, in the same commit. A call that ends without an answer takes its key away again.
CREATE TABLE keys (
    key uuid PRIMARY KEY,
    answer uuid NOT NULL
);

-- How a keyed call ended: a reply's outcome and what it is rendered from, or a problem.
CREATE TABLE answers (
    id uuid PRIMARY KEY,
    fingerprint uuid NOT NULL,
    outcome text,
    reference uuid,
    problem text,
    detail text,
    request_id uuid NOT NULL,
    CHECK ((outcome IS NULL) = (reference IS NULL)),
    CHECK ((problem IS NULL) = (detail IS NULL)),
    CHECK ((outcome IS NULL) <> (problem IS NULL))
);

CREATE TABLE claims (
    email text PRIMARY KEY,
    id uuid NOT NULL UNIQUE,
    phone text,
    locale text,
    key uuid NOT NULL,
    fingerprint uuid NOT NULL,
    request_id uuid NOT NULL,
    claimed_at bigint NOT NULL,
    attempted_at bigint NOT NULL
);

CREATE TABLE registrations (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL UNIQUE REFERENCES accounts,
    email text NOT NULL,
    balance bigint NOT NULL CHECK (balance BETWEEN 0 AND 9007199254740991),
    currency text NOT NULL CHECK (length(currency) = 3),
    account_created_at bigint NOT NULL
);
