"""Statements that fail on a real PostgreSQL, with the object that a diagnosis must name: SQL, object ("" where the
message names none)."""

SETUP = """
CREATE SCHEMA sales;
CREATE TABLE sales.customers (id int PRIMARY KEY, email varchar(10) UNIQUE, age int CHECK (age > 0), name text NOT NULL,
  made timestamptz DEFAULT now(), amount numeric(5,2), doubled int GENERATED ALWAYS AS (age * 2) STORED);
CREATE TABLE sales.orders (id bigint GENERATED ALWAYS AS IDENTITY, customer_id int REFERENCES sales.customers (id),
  total smallint);
CREATE VIEW sales.active AS SELECT id, name FROM sales.customers WHERE age > 18 WITH CHECK OPTION;
CREATE MATERIALIZED VIEW sales.summary AS SELECT count(*) AS n FROM sales.customers WITH NO DATA;
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE SEQUENCE counter START 1 MINVALUE 0 MAXVALUE 1;
CREATE FUNCTION nothing() RETURNS int LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION own_error() RETURNS int LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''stop here''; END';
CREATE FUNCTION strict_none() RETURNS int LANGUAGE plpgsql AS
  'DECLARE x int; BEGIN SELECT id INTO STRICT x FROM sales.customers WHERE id < 0; RETURN x; END';
CREATE FUNCTION asserting() RETURNS int LANGUAGE plpgsql AS 'BEGIN ASSERT false; RETURN 1; END';
CREATE TABLE measures (day date) PARTITION BY RANGE (day);
CREATE TABLE rooms (during int4range, EXCLUDE USING gist (during WITH &&));
INSERT INTO sales.customers (id, email, age, name) VALUES (1, 'a@b', 20, 'Ann'), (2, 'c@d', 30, 'Bob');
INSERT INTO sales.orders (customer_id, total) VALUES (1, 5);
INSERT INTO rooms VALUES ('[1,5)');
"""

FAILING = [
    ("SELECT * FROM sales.custmers", "sales.custmers"),
    ("SELECT * FROM nowhere", "nowhere"),
    ("SELECT emial FROM sales.customers", "emial"),
    ("SELECT c.emial FROM sales.customers c", "c.emial"),
    ("INSERT INTO sales.customers (nope) VALUES (1)", "nope"),
    ("SELECT x.id FROM sales.customers c", "x"),
    ("INSERT INTO sales.customers (id, name) VALUES (1, 'x')", "customers_pkey"),
    ("INSERT INTO sales.customers (id, email, name) VALUES (9, 'a@b', 'x')", "customers_email_key"),
    ("INSERT INTO sales.customers (id) VALUES (5)", "name"),
    ("INSERT INTO sales.customers (id, name, age) VALUES (6, 'x', -1)", "customers_age_check"),
    ("INSERT INTO sales.orders (customer_id) VALUES (99)", "orders_customer_id_fkey"),
    ("DELETE FROM sales.customers WHERE id = 1", "orders_customer_id_fkey"),
    ("INSERT INTO sales.customers (id, name, email) VALUES (7, 'x', 'much too long for it')", "character varying(10)"),
    ("INSERT INTO sales.customers (id, name, amount) VALUES (7, 'x', 123456)", ""),
    ("INSERT INTO sales.orders (total) VALUES (40000)", "smallint"),
    ("SELECT 3000000000::int8::int4", "integer"),
    ("SELECT 1 / 0", ""),
    ("SELECT 'abc'::int", "integer"),
    ("SELECT '1,5'::numeric", "numeric"),
    ("SELECT 'x'::uuid", "uuid"),
    ("SELECT 'yes please'::boolean", "boolean"),
    ("SELECT 'happy'::mood", "mood"),
    ("SELECT '{1,2'::int[]", ""),
    ("SELECT '{\"a\":'::json", "json"),
    ("SELECT '2024-13-45'::date", ""),
    ("SELECT 'yesterdayish'::date", ""),
    ("SELECT 'noon-ish'::timestamp", ""),
    ("SELECT to_date('31.12.2024', 'YYYY-MM-DD')", ""),
    ("SELEC 1", "SELEC"),
    ("SELECT 1 FROM WHERE", "WHERE"),
    ("SELECT (1", ""),
    ("SELECT 'abc", "abc"),
    ("SELECT name, count(*) FROM sales.customers", "customers.name"),
    ("SELECT id FROM sales.customers WHERE count(*) > 1", ""),
    ("SELECT id FROM sales.customers WHERE row_number() OVER () = 1", ""),
    ("SELECT nofunc(1)", "nofunc(integer)"),
    ("SELECT 'a' + DATE '2024-01-01' + true", ""),
    ("SELECT id FROM sales.customers a, sales.customers b", "id"),
    ("SELECT * FROM sales.customers, sales.customers", "customers"),
    ("CREATE TABLE sales.customers (id int)", "customers"),
    ("CREATE TABLE t (a int, a int)", "a"),
    ("ALTER TABLE sales.customers ADD COLUMN email text", "email"),
    ("CREATE SCHEMA sales", "sales"),
    ("CREATE TABLE missing_schema.t (a int)", "missing_schema"),
    ("CREATE TABLE t (a nosuchtype)", "nosuchtype"),
    ("DROP TABLE nosuchtable", "nosuchtable"),
    ("DROP INDEX nosuchindex", "nosuchindex"),
    ("DROP TABLE sales.customers", ""),
    ("CREATE TYPE mood AS ENUM ('a')", "mood"),
    ("SELECT * FROM sales.summary", "summary"),
    ("SELECT currval('counter')", "counter"),
    ("SELECT nextval('counter'), nextval('counter')", "counter"),
    ("SELECT nothing()", ""),
    ("SELECT own_error()", ""),
    ("SELECT strict_none()", ""),
    ("SELECT asserting()", ""),
    ("INSERT INTO measures VALUES ('2024-01-01')", "measures"),
    ("INSERT INTO rooms VALUES ('[2,3)')", "rooms_during_excl"),
    ("INSERT INTO sales.active (id, name) VALUES (50, 'x')", "active"),
    ("INSERT INTO sales.customers (id, name, doubled) VALUES (8, 'x', 1)", "doubled"),
    ("INSERT INTO sales.orders (id) VALUES (1)", "id"),
    ("INSERT INTO sales.customers VALUES (1) ON CONFLICT (age) DO NOTHING", ""),
    ("SELECT (SELECT id FROM sales.customers)", ""),
    ("SELECT 1 UNION SELECT 1, 2", ""),
    ("SELECT 1 UNION SELECT DATE '2024-01-01'", ""),
    ("INSERT INTO sales.customers (id, name) VALUES (1)", ""),
    ("UPDATE sales.customers SET age = DATE '2024-01-01'", "age"),
    ("SELECT id::date FROM sales.customers", ""),
    ("SELECT 'a' ~ '('", ""),
    ("SELECT * FROM sales.customers LIMIT -1", ""),
    ("SELECT ln(0)", ""),
    ("SELECT sqrt(-1)", ""),
    ("SET work_mem = 'lots'", "work_mem"),
    ("SET no_such_setting = 1", "no_such_setting"),
    ("SET max_connections = 5", "max_connections"),
    ("GRANT SELECT ON sales.customers TO nobody_here", "nobody_here"),
    ("COMMENT ON COLUMN sales.customers.nope IS 'x'", "nope"),
    ("SAVEPOINT s", ""),
    ("SET statement_timeout = 50; SELECT pg_sleep(5)", ""),
    ("BEGIN READ ONLY; INSERT INTO rooms VALUES ('[9,10)')", ""),
    ("DEALLOCATE nothing_prepared", "nothing_prepared"),
    ("CLOSE nothing_open", "nothing_open"),
    ("CREATE EXTENSION not_there", "not_there"),
    ("COPY rooms FROM '/no/such/file'", ""),
    ("SELECT decode('\\x0', 'hex')", ""),
    ("ALTER TABLE sales.customers DROP COLUMN nope", "nope"),
    ("DROP FUNCTION nofunc(int)", "nofunc(integer)"),
    ("SELECT count(count(*)) FROM rooms", ""),
    ("TRUNCATE sales.active", "active"),
    ("SELECT repeat('a', 2000000000)", ""),
    ("CREATE UNIQUE INDEX twice ON sales.customers ((1))", "twice"),
    ("ALTER TABLE sales.customers ADD PRIMARY KEY (id)", "customers"),
    ("CREATE TABLE child (x int REFERENCES sales.customers (age))", "customers"),
    ("CREATE INDEX now_index ON sales.customers ((now() + made::time))", ""),
]
