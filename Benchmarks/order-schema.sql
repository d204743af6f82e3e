-- The order as one statement of PostgreSQL: what pgbench measures beside us.
CREATE TABLE account (id int PRIMARY KEY, balance bigint NOT NULL CHECK (balance >= 0));
CREATE TABLE orders (id bigserial PRIMARY KEY, account int NOT NULL, title text NOT NULL, price bigint NOT NULL, at timestamptz NOT NULL DEFAULT now());
CREATE INDEX ON orders (account, id);
CREATE TABLE movement (id bigserial PRIMARY KEY, account int NOT NULL, order_id bigint NOT NULL UNIQUE, amount bigint NOT NULL);
CREATE TABLE outbox (id bigserial PRIMARY KEY, order_id bigint NOT NULL);
CREATE TABLE key (account int, key uuid, order_id bigint NOT NULL, PRIMARY KEY (account, key));
INSERT INTO account SELECT n, 1000000000 FROM generate_series(1, 100) n;
