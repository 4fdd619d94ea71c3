-- Columns of a relation, in order.
SELECT a.attname::text
FROM pg_catalog.pg_attribute AS a
WHERE a.attrelid = $1::bigint::oid AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum
