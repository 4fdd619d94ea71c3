"""Constructs of PostgreSQL, right and wrong, beside what the server itself says of them."""

from __future__ import annotations

import asyncpg
import pytest

from services.copilot.sql.schema_index import SchemaIndex, TableInfo
from services.copilot.sql.validate import validate
from tests.copilot.sql import defog

DDL = """
CREATE TABLE customers (id integer PRIMARY KEY, name varchar(20), born date, vip boolean, tags text[], info jsonb);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id integer, total numeric(10,2), made timestamptz, note text);
CREATE SCHEMA old;
CREATE TABLE old.orders (id bigint, total double precision, "Note" text);
"""
INDEX = SchemaIndex(
    "postgresql",
    [
        TableInfo(
            "customers",
            columns=(
                ("id", "integer"),
                ("name", "varchar(20)"),
                ("born", "date"),
                ("vip", "boolean"),
                ("tags", "text[]"),
                ("info", "jsonb"),
            ),
            primary_key=("id",),
        ),
        TableInfo(
            "orders",
            columns=(
                ("id", "bigint"),
                ("customer_id", "integer"),
                ("total", "numeric(10,2)"),
                ("made", "timestamptz"),
                ("note", "text"),
            ),
            primary_key=("id",),
        ),
        TableInfo("orders", "old", columns=(("id", "bigint"), ("total", "float8"), ("Note", "text"))),
    ],
)
RIGHT = """
SELECT c.name, (SELECT max(o.total) FROM orders o WHERE o.customer_id = c.id) FROM customers c
SELECT c.id, c.name, count(*) FROM customers c JOIN orders o ON o.customer_id = c.id GROUP BY c.id
SELECT name AS n, count(*) FROM customers GROUP BY n ORDER BY n
SELECT name, count(*) FROM customers GROUP BY 1 HAVING count(*) > 1 ORDER BY 2 DESC
SELECT lower(name), count(*) FROM customers GROUP BY lower(name)
SELECT upper(lower(name)), count(*) FROM customers GROUP BY lower(name)
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT i FROM n
WITH a AS (SELECT id AS x FROM customers), b AS (SELECT x + 1 AS y FROM a) SELECT y FROM b
SELECT c.name, l.total FROM customers c, LATERAL (SELECT o.total FROM orders o WHERE o.customer_id = c.id) l
SELECT c.name, l.total FROM customers c LEFT JOIN LATERAL (SELECT total FROM orders WHERE customer_id = c.id) l ON true
SELECT id FROM customers JOIN orders USING (id)
SELECT id, name, total FROM customers NATURAL JOIN orders
SELECT c.*, o.total FROM customers c JOIN orders o ON true
SELECT x.a, x.b FROM (VALUES (1, 'a'), (2, 'b')) AS x(a, b) WHERE x.a > 1 AND x.b = 'a'
SELECT g FROM generate_series(1, 3) AS g
SELECT t, c.id FROM customers c, unnest(c.tags) AS t WHERE t = 'x'
SELECT t.tag FROM customers c CROSS JOIN LATERAL unnest(c.tags) AS t(tag)
SELECT sum(total) OVER w FROM orders WINDOW w AS (PARTITION BY customer_id ORDER BY made)
SELECT rank() OVER (ORDER BY sum(total) DESC) FROM orders GROUP BY customer_id
SELECT sum(sum(total)) OVER () FROM orders GROUP BY customer_id
SELECT count(*) FILTER (WHERE vip) FROM customers
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY total) FROM orders
SELECT string_agg(name, ', ' ORDER BY born) FROM customers
SELECT DISTINCT ON (customer_id) customer_id, total FROM orders ORDER BY customer_id, made DESC
SELECT id FROM customers UNION ALL SELECT id FROM orders ORDER BY id LIMIT 3
SELECT id, NULL FROM customers UNION SELECT id, 'x' FROM orders
SELECT customer_id, count(*) FROM orders GROUP BY ROLLUP (customer_id)
SELECT customer_id, note, grouping(note) FROM orders GROUP BY GROUPING SETS ((customer_id), (note), ())
SELECT "Note" FROM old.orders
SELECT o.id FROM orders o JOIN old.orders p ON o.id = p.id
SELECT orders.id FROM orders
SELECT public.orders.id FROM public.orders
SELECT NAME, Id FROM Customers
SELECT ctid, xmin FROM customers
SELECT relname FROM pg_class
SELECT table_name FROM information_schema.tables
SELECT current_user, current_date, current_timestamp, localtime
SELECT born + 1, born - born, born + interval '1 day', age(born) FROM customers
SELECT made::date, made AT TIME ZONE 'utc', date_trunc('day', made), extract(epoch FROM made) FROM orders
SELECT info->>'a', info->'b'->>0, info #>> '{a,b}' FROM customers WHERE info @> '{"a": 1}' AND info ? 'k'
SELECT name FROM customers WHERE 'x' = ANY(tags) AND born BETWEEN '2020-01-01' AND now()
SELECT name FROM customers WHERE (id, name) IN (SELECT customer_id, note FROM orders)
SELECT name FROM customers WHERE name ~ '^a' OR name ILIKE 'b%' OR name SIMILAR TO 'c%'
SELECT CASE WHEN vip THEN 1 ELSE 2.5 END + 1 FROM customers
SELECT coalesce(total, 0) * 1.5, greatest(total, 3), nullif(total, 0) FROM orders
SELECT name || ' ' || id || born FROM customers
SELECT round(total::numeric, 2), round(avg(total), 1) FROM orders GROUP BY total
SELECT array_agg(id ORDER BY id) FROM customers
SELECT (array_agg(name))[1] FROM customers
SELECT tags[1], array_length(tags, 1), cardinality(tags) FROM customers
SELECT count(c) FROM customers c
SELECT row_to_json(c) FROM customers c
SELECT position('a' IN name), substring(name FROM 2), trim(name), overlay(name PLACING 'x' FROM 1) FROM customers
SELECT to_char(made, 'YYYY-MM'), to_date('2020', 'YYYY') FROM orders
SELECT name FROM customers WHERE born > '2020-01-01'::date AND vip IS NOT TRUE
SELECT id FROM customers WHERE id IN (1, 2, '3')
SELECT make_interval(days => 3)
SELECT max(total) FROM orders HAVING max(total) > 3
SELECT 1 WHERE EXISTS (SELECT 1 FROM orders HAVING count(*) > 1)
SELECT c.id FROM (customers c JOIN orders o ON c.id = o.customer_id) WHERE o.total > 1
SELECT j.id FROM (customers c JOIN orders o USING (id)) AS j
INSERT INTO customers (id, name) VALUES (1, 'x')
INSERT INTO customers (id, name) SELECT id, note FROM orders
INSERT INTO customers (id, name) VALUES (1, 'a') ON CONFLICT (id) DO UPDATE SET name = excluded.name
UPDATE customers SET name = o.note FROM orders o WHERE o.customer_id = customers.id
UPDATE customers c SET name = upper(c.name), born = NULL WHERE id = 1 RETURNING id, name
DELETE FROM orders o USING customers c WHERE c.id = o.customer_id AND c.vip
WITH gone AS (DELETE FROM orders WHERE total < 1 RETURNING id, total) SELECT id, total FROM gone
MERGE INTO customers c USING orders o ON c.id = o.customer_id WHEN MATCHED THEN UPDATE SET name = o.note
SELECT o.customer_id FROM orders o GROUP BY o.customer_id HAVING sum(o.total) > (SELECT avg(total) FROM orders)
SELECT (SELECT count(*) FROM orders o WHERE o.customer_id = c.id) AS n FROM customers c ORDER BY n
SELECT a.id FROM customers a, customers b WHERE a.id < b.id
VALUES (1, 'a'), (2, 'b')
SELECT rank(5) WITHIN GROUP (ORDER BY id) FROM customers
SELECT 'abc' LIKE 'a%', 1 = 1.0, 2 ^ 3, -1, 5 / 2, '5'::int + 1
"""
WRONG = """
UNKNOWN_TABLE SELECT id FROM customer
UNKNOWN_TABLE WITH a AS (SELECT id FROM b), b AS (SELECT 1 AS id) SELECT id FROM a
UNKNOWN_COLUMN SELECT nme FROM customers
UNKNOWN_COLUMN SELECT c.nme FROM customers c
UNKNOWN_COLUMN SELECT Note FROM old.orders
UNKNOWN_COLUMN SELECT x FROM (SELECT id FROM customers) s
UNKNOWN_COLUMN WITH a AS (SELECT id FROM customers) SELECT name FROM a
UNKNOWN_COLUMN SELECT id AS n FROM customers WHERE n > 1
UNKNOWN_COLUMN SELECT count(*) AS n FROM customers HAVING n > 1
UNKNOWN_COLUMN SELECT id FROM customers UNION SELECT id FROM orders ORDER BY total
UNKNOWN_COLUMN INSERT INTO customers (idd) VALUES (1)
UNKNOWN_COLUMN UPDATE customers SET nam = 'x' WHERE id = 1
UNKNOWN_COLUMN SELECT 1 FROM customers JOIN orders USING (total)
UNKNOWN_ALIAS SELECT x.id FROM customers c
UNKNOWN_ALIAS SELECT customers.id FROM customers c
UNKNOWN_ALIAS SELECT c.name FROM customers c, (SELECT total FROM orders WHERE customer_id = c.id) l
UNKNOWN_FUNCTION SELECT nvl(name, 'x') FROM customers
UNKNOWN_FUNCTION SELECT id FROM customers GROUP BY id HAVING counts(*) > 1
AMBIGUOUS_COLUMN SELECT id FROM customers, orders
AMBIGUOUS_COLUMN SELECT c.name FROM customers c JOIN orders o ON id = customer_id
DUPLICATE_ALIAS SELECT 1 FROM customers a, orders a
MISSING_GROUP_BY SELECT name, count(*) FROM customers
MISSING_GROUP_BY SELECT name, id FROM customers GROUP BY name
MISSING_GROUP_BY SELECT name FROM customers GROUP BY id + 1, name HAVING vip
MISSING_GROUP_BY SELECT count(*) FROM customers ORDER BY name
MISSING_GROUP_BY SELECT *, count(*) FROM customers
MISSING_GROUP_BY SELECT name, (SELECT max(total) FROM orders WHERE customer_id = c.id) FROM customers c GROUP BY name
AGGREGATE_IN_WHERE SELECT id FROM customers WHERE count(*) > 1
AGGREGATE_IN_WHERE SELECT id FROM customers c WHERE sum(c.id) > (SELECT 1)
AGGREGATE_IN_JOIN SELECT 1 FROM customers c JOIN orders o ON max(o.id) = c.id
AGGREGATE_IN_GROUP_BY SELECT 1 FROM customers GROUP BY count(*)
NESTED_AGGREGATE SELECT max(count(*)) FROM customers GROUP BY name
WINDOW_FUNCTION_MISPLACED SELECT id FROM customers WHERE row_number() OVER (ORDER BY id) = 1
WINDOW_FUNCTION_MISPLACED SELECT name FROM customers GROUP BY name HAVING rank() OVER (ORDER BY name) = 1
TYPE_MISMATCH SELECT id FROM customers WHERE id = name
TYPE_MISMATCH SELECT id FROM customers WHERE born > 5
TYPE_MISMATCH SELECT id FROM customers WHERE id = 'abc'
TYPE_MISMATCH SELECT name + 1 FROM customers
TYPE_MISMATCH SELECT sum(name) FROM customers
TYPE_MISMATCH SELECT round(avg(total)::float8, 2) FROM orders
TYPE_MISMATCH SELECT id FROM customers WHERE name
TYPE_MISMATCH SELECT id FROM customers WHERE vip AND id
TYPE_MISMATCH SELECT CASE WHEN vip THEN id ELSE name END FROM customers
TYPE_MISMATCH SELECT coalesce(born, id) FROM customers
TYPE_MISMATCH SELECT born::integer FROM customers
TYPE_MISMATCH SELECT id FROM customers UNION SELECT note FROM orders
TYPE_MISMATCH SELECT id FROM customers WHERE id IN (SELECT note FROM orders)
TYPE_MISMATCH SELECT extract(year FROM name) FROM customers
TYPE_MISMATCH SELECT id FROM customers WHERE born LIKE '2020%'
TYPE_MISMATCH UPDATE customers SET born = 5 WHERE id = 1
TYPE_MISMATCH SELECT date_trunc('month', name) FROM customers
TYPE_MISMATCH SELECT DISTINCT born, point(1, 2) FROM customers
TYPE_MISMATCH SELECT count(*) FROM customers GROUP BY point(1, id)
SET_OPERATION_ARITY SELECT id, name FROM customers UNION SELECT id FROM orders
SET_OPERATION_ARITY SELECT id FROM customers INTERSECT (SELECT id, total FROM orders)
INSERT_ARITY INSERT INTO customers (id, name) VALUES (1)
INSERT_ARITY INSERT INTO customers (id, name) SELECT id, note, total FROM orders
INSERT_ARITY INSERT INTO old.orders VALUES (1, 2, 'x', 4)
POSITION_OUT_OF_RANGE SELECT name FROM customers GROUP BY 2
SYNTAX_ERROR SELECT id FROM customers WHERE
POSITION_OUT_OF_RANGE SELECT id FROM customers ORDER BY 1, 2
TYPE_MISMATCH SELECT id FROM customers WHERE id = ANY(tags)
TYPE_MISMATCH INSERT INTO customers VALUES (1, 'a', 'notadate')
TYPE_MISMATCH INSERT INTO customers (id, born) VALUES (1, 5)
DUPLICATE_COLUMN INSERT INTO customers (id, id) VALUES (1, 2)
DUPLICATE_COLUMN UPDATE customers SET name = 'a', name = 'b' WHERE id = 1
AGGREGATE_MISPLACED UPDATE customers SET id = count(*) WHERE id = 1
AGGREGATE_IN_WHERE DELETE FROM customers WHERE count(*) > 1
SUBQUERY_COLUMNS SELECT (SELECT id, name FROM customers LIMIT 1)
SUBQUERY_COLUMNS SELECT id FROM customers WHERE id IN (SELECT id, name FROM customers)
WINDOW_FUNCTION_MISPLACED SELECT id, rank() FROM customers
DUPLICATE_ALIAS WITH a AS (SELECT 1), a AS (SELECT 2) SELECT 1
VALUES_ARITY VALUES (1, 2), (3)
STAR_WITHOUT_FROM SELECT *
ALIAS_ARITY SELECT 1 FROM (SELECT id FROM customers) AS s(a, b)
"""


@pytest.fixture(scope="module")
async def connection(postgres_server):
    url = postgres_server.create_database()
    connection = await asyncpg.connect(url)
    await connection.execute(DDL)
    yield connection
    await connection.close()
    postgres_server.drop_database(url)


@pytest.mark.parametrize("sql", RIGHT.strip().splitlines())
async def test_what_the_server_takes_is_not_faulted(connection, sql):
    assert await defog.rejected(connection, sql) == ""
    assert validate(sql, "postgresql", INDEX).errors == []


@pytest.mark.parametrize("row", WRONG.strip().splitlines())
async def test_what_the_server_refuses_is_named(connection, row):
    code, _, sql = row.partition(" ")
    assert await defog.rejected(connection, sql) != ""
    assert [error.code for error in validate(sql, "postgresql", INDEX).errors] == [code]
