-- Every value at or below a JSON text, from the outside in.
-- Reads __source (__row, __text); gives __walk (__row, __place, __name, __value).
SELECT
  s.__row, ARRAY[]::BIGINT[] AS __place, CAST('' AS TEXT) AS __name,
  CASE WHEN $valid THEN CAST(s.__text AS JSON) END AS __value
FROM __source AS s
UNION ALL
SELECT
  w.__row, w.__place || e.__number, w.__name || CASE WHEN CARDINALITY(w.__place) = 0 THEN '' ELSE '.' END || e.__key,
  e.__part
FROM __walk AS w
CROSS JOIN LATERAL (
  SELECT o.__key, o.__part, o.__number
  FROM JSON_EACH(CASE WHEN JSON_TYPEOF(w.__value) = 'object' THEN w.__value ELSE CAST('{}' AS JSON) END)
    WITH ORDINALITY AS o(__key, __part, __number)
  UNION ALL
  SELECT CAST(a.__number - 1 AS TEXT), a.__part, a.__number
  FROM JSON_ARRAY_ELEMENTS(CASE WHEN JSON_TYPEOF(w.__value) = 'array' THEN w.__value ELSE CAST('[]' AS JSON) END)
    WITH ORDINALITY AS a(__part, __number)
) AS e
