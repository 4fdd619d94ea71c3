-- Tables, views and the like of a name, whatever its case, in a schema or, where none is named, on the search path.
SELECT n.nspname::text, c.relname::text, c.oid::bigint
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE lower(c.relname) = lower($1)
  AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
  AND n.nspname NOT LIKE 'pg\_temp\_%'
  AND CASE WHEN $2 = '' THEN pg_catalog.pg_table_is_visible(c.oid) ELSE lower(n.nspname) = lower($2) END
ORDER BY c.relname <> $1, n.nspname <> $2
