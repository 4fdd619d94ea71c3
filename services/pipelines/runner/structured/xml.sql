-- XML texts as rows of values, by their tokens alone: no entity of the text's own is ever expanded, nothing is fetched.
-- Reads __source (__row, __text); gives __state (__row, __broken, __nested), __values (__row, __element, __path, __value).
WITH __token AS MATERIALIZED (
  SELECT
    t.__row, t.__n, t.__token, $name_of_tag AS __tag, $local_name AS __name,
    CASE
      WHEN t.__token LIKE '</%' THEN 'end'
      WHEN t.__token LIKE '<!--%' OR t.__token LIKE '<?%' THEN 'none'
      WHEN t.__token LIKE '<!%' THEN 'data'
      WHEN t.__token LIKE '<%/>' THEN 'empty'
      WHEN t.__token LIKE '<%' THEN 'start'
      WHEN t.__token LIKE '&%' THEN 'reference'
      ELSE 'text'
    END AS __kind
  FROM ($tokens) AS t
),
__deep AS MATERIALIZED (
  SELECT
    d.*,
    CASE WHEN d.__kind IN ('start', 'end')
      THEN LAG(d.__kind || ' ' || d.__tag) OVER (PARTITION BY d.__row, d.__depth, d.__pairs ORDER BY d.__n) END AS __before,
    CASE WHEN d.__kind IN ('start', 'end')
      THEN LEAD(d.__n) OVER (PARTITION BY d.__row, d.__depth, d.__pairs ORDER BY d.__n) ELSE d.__n END AS __last
  FROM (
    SELECT
      o.*, o.__open + CASE WHEN o.__kind IN ('start', 'empty') THEN 1 ELSE 0 END AS __depth,
      o.__kind IN ('start', 'end') AS __pairs
    FROM (
      SELECT
        t.*,
        COALESCE(SUM(CASE t.__kind WHEN 'start' THEN 1 WHEN 'end' THEN -1 ELSE 0 END) OVER (
          PARTITION BY t.__row ORDER BY t.__n ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), 0) AS __open
      FROM __token AS t
    ) AS o
  ) AS d
),
__placed AS MATERIALIZED (
  SELECT
    p.*, MAX(CASE WHEN p.__n = p.__element THEN p.__depth END) OVER (PARTITION BY p.__row, p.__element) AS __top,
    MAX(CASE WHEN p.__n = p.__element THEN p.__last END) OVER (PARTITION BY p.__row, p.__element) AS __end
  FROM (
    SELECT
      d.*,
      MAX(CASE WHEN $chosen THEN d.__n END) OVER (PARTITION BY d.__row ORDER BY d.__n) AS __element,
      MAX(CASE WHEN $chosen THEN d.__last END) OVER (
        PARTITION BY d.__row ORDER BY d.__n ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
      ) AS __ended
    FROM __deep AS d
  ) AS p
),
__several AS (
  SELECT t.__row, t.__n, t.__token
  FROM __token AS t
  WHERE t.__kind IN ('start', 'empty') AND t.__token LIKE '%=%=%'
),
__double AS (
  SELECT b.__row, COUNT(*) AS __times
  FROM (
    SELECT h.__row FROM ($several) AS h GROUP BY h.__row, h.__n, $whole_attribute HAVING COUNT(*) > 1
  ) AS b
  GROUP BY b.__row
),
__state AS MATERIALIZED (
  SELECT
    c.__row, c.__broken, c.__nested AND NOT c.__broken AS __nested
  FROM (
    SELECT
      s.__row,
      LENGTH(TRIM(s.__text, $blanks)) > 0 AND (
        COALESCE(a.__length, 0) <> LENGTH(s.__text) OR a.__balance <> 0 OR a.__roots <> 1 OR a.__faults > 0
        OR COALESCE(b.__times, 0) > 0
      ) AS __broken,
      COALESCE(a.__nestings, 0) > 0 AS __nested
    FROM __source AS s
    LEFT JOIN (
      SELECT
        p.__row, SUM(LENGTH(p.__token)) AS __length,
        SUM(CASE p.__kind WHEN 'start' THEN 1 WHEN 'end' THEN -1 ELSE 0 END) AS __balance,
        SUM(CASE WHEN p.__kind IN ('start', 'empty') AND p.__depth = 1 THEN 1 ELSE 0 END) AS __roots,
        SUM(CASE
          WHEN p.__kind = 'end' AND COALESCE(p.__before, '') <> 'start ' || p.__tag THEN 1
          WHEN p.__depth = 0 AND p.__kind IN ('data', 'reference') THEN 1
          WHEN p.__depth = 0 AND p.__kind = 'text' AND LENGTH(TRIM(p.__token, $blanks)) > 0 THEN 1
          ELSE 0
        END) AS __faults,
        SUM(CASE WHEN p.__n = p.__element AND p.__n < p.__ended THEN 1 ELSE 0 END) AS __nestings
      FROM __placed AS p
      GROUP BY p.__row
    ) AS a ON a.__row = s.__row
    LEFT JOIN __double AS b ON b.__row = s.__row
  ) AS c
),
__member AS MATERIALIZED (
  SELECT
    m.*, COALESCE(MAX(m.__place) OVER (PARTITION BY m.__row, m.__element, m.__child), '') AS __step
  FROM (
    SELECT
      n.*,
      CASE WHEN n.__n = n.__child THEN n.__name || CASE WHEN n.__number > 1 THEN '[' || CAST(n.__number AS TEXT) || ']' ELSE '' END
        END AS __place
    FROM (
      SELECT
        c.*,
        ROW_NUMBER() OVER (PARTITION BY c.__row, c.__element, c.__n = c.__child, c.__name ORDER BY c.__n) AS __number
      FROM (
        SELECT
          p.*,
          CASE WHEN p.__depth > p.__top THEN MAX(CASE
            WHEN p.__depth = p.__top + 1 AND p.__kind IN ('start', 'empty') THEN p.__n
          END) OVER (PARTITION BY p.__row, p.__element ORDER BY p.__n) END AS __child
        FROM __placed AS p
        INNER JOIN __state AS s ON s.__row = p.__row AND NOT s.__broken AND NOT s.__nested
        WHERE p.__n <= p.__end
      ) AS c
    ) AS n
  ) AS m
),
__tag AS (
  SELECT m.__row, m.__element, m.__step, m.__n, m.__token
  FROM __member AS m
  WHERE m.__kind IN ('start', 'empty') AND (m.__n = m.__element OR m.__n = m.__child)
),
__pair AS ($pairs),
__named AS (
  SELECT
    h.*, $local_attribute AS __attribute, REGEXP_REPLACE($quoted, '[\t\r\n]', ' ', 'g') AS __given,
    ROW_NUMBER() OVER (PARTITION BY h.__row, h.__n, $local_attribute ORDER BY h.__order) AS __same
  FROM __pair AS h
),
__attribute AS MATERIALIZED (
  SELECT h.* FROM __named AS h WHERE h.__same = 1
),
__piece AS (
  SELECT a.__row, a.__element, a.__step, a.__attribute, a.__n, 0 AS __k, '' AS __raw FROM __attribute AS a
  UNION ALL
  SELECT c.__row, c.__element, c.__step, c.__attribute, c.__n, c.__k, c.__raw FROM ($pieces) AS c
),
__part AS (
  SELECT
    m.__row, m.__element, CASE WHEN m.__step = '' THEN '.' ELSE m.__step END AS __path, m.__n, 0 AS __k,
    CASE m.__kind WHEN 'data' THEN SUBSTRING(m.__token, 10, LENGTH(m.__token) - 12) ELSE m.__token END AS __raw,
    m.__kind = 'reference' AS __coded
  FROM __member AS m
  WHERE m.__kind IN ('data', 'text', 'reference') AND m.__depth = m.__top + CASE WHEN m.__child IS NULL THEN 0 ELSE 1 END
  UNION ALL
  SELECT
    m.__row, m.__element, CASE WHEN m.__step = '' THEN '.' ELSE m.__step END, m.__n, 0, '', FALSE
  FROM __tag AS m
  UNION ALL
  SELECT
    a.__row, a.__element, CASE WHEN a.__step = '' THEN '' ELSE a.__step || '/' END || '@' || a.__attribute, a.__n, a.__k,
    a.__raw, a.__raw LIKE '&%'
  FROM __piece AS a
  $whole
),
__values AS MATERIALIZED (
  SELECT
    d.__row, d.__element, d.__path, STRING_AGG(d.__text, '' ORDER BY d.__n, d.__k) AS __value
  FROM (
    SELECT
      p.*,
      CASE
        WHEN NOT p.__coded THEN REPLACE(REPLACE(p.__raw, $cr || $lf, $lf), $cr, $lf)
        WHEN p.__raw = '&amp;' THEN '&'
        WHEN p.__raw = '&lt;' THEN '<'
        WHEN p.__raw = '&gt;' THEN '>'
        WHEN p.__raw = '&quot;' THEN '"'
        WHEN p.__raw = '&apos;' THEN ''''
        WHEN p.__raw LIKE '&#x%' THEN $from_hex
        ELSE CHR(CAST(SUBSTRING(p.__raw, 3, LENGTH(p.__raw) - 3) AS INTEGER))
      END AS __text
    FROM __part AS p
  ) AS d
  GROUP BY d.__row, d.__element, d.__path
)
SELECT 1
