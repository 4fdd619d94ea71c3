-- Every value at or below a JSON text, from the outside in.
-- Reads __source (__row, __text); gives __walk (__row, __place, __name, __value).
SELECT
  s.__row, CAST([] AS BIGINT[]) AS __place, CAST('' AS TEXT) AS __name,
  CASE WHEN $valid THEN CAST(s.__text AS JSON) END AS __value
FROM __source AS s
UNION ALL
SELECT
  e.__row, LIST_APPEND(e.__place, e.__number),
  e.__name || CASE WHEN LEN(e.__place) = 0 THEN '' ELSE '.' END || e.__key,
  e.__part
FROM (
  SELECT
    p.__row, p.__place, p.__name, UNNEST(p.__keys) AS __key, UNNEST(p.__parts) AS __part,
    UNNEST(RANGE(1, LEN(p.__parts) + 1)) AS __number
  FROM (
    SELECT
      w.__row, w.__place, w.__name,
      CASE JSON_TYPE(w.__value)
        WHEN 'OBJECT' THEN JSON_KEYS(w.__value)
        ELSE CAST(RANGE(0, CAST(JSON_ARRAY_LENGTH(w.__value) AS BIGINT)) AS TEXT[])
      END AS __keys,
      CASE JSON_TYPE(w.__value)
        WHEN 'OBJECT' THEN JSON_EXTRACT(w.__value, '$$.*')
        ELSE JSON_EXTRACT(w.__value, '$$[*]')
      END AS __parts
    FROM __walk AS w
    WHERE JSON_TYPE(w.__value) IN ('OBJECT', 'ARRAY')
  ) AS p
) AS e
