SELECT p.full_name, count(*) FILTER (WHERE v.is_emergency) AS emergencies FROM patients p JOIN visits v USING (patient_id) GROUP BY p.patient_id
SELECT patient_id, full_name FROM patients JOIN visits USING (patient_id) WHERE patient_id > 5
SELECT visits.patient_id FROM patients JOIN visits USING (patient_id)
SELECT full_name FROM patients JOIN visits USING (patient_id) JOIN doctors USING (doctor_id)
SELECT patients.full_name, doctors.full_name FROM patients JOIN visits USING (patient_id) JOIN doctors USING (doctor_id)
SELECT * FROM patients NATURAL JOIN wards WHERE ward_id = 3
SELECT ward_id, avg(weight_kg) FROM patients GROUP BY ROLLUP (ward_id) HAVING grouping(ward_id) = 0
SELECT ward_id, sex, count(*) FROM patients GROUP BY GROUPING SETS ((ward_id), (sex), ())
SELECT ward_id, sex, birth_date FROM patients GROUP BY GROUPING SETS ((ward_id), (sex))
SELECT ward_id, count(*) FROM patients GROUP BY CUBE (ward_id, sex) ORDER BY grouping(ward_id, sex)
SELECT grouping(birth_date) FROM patients GROUP BY ward_id
SELECT max(avg(cost)) FROM visits GROUP BY doctor_id
SELECT sum(count(*)) OVER () FROM visits GROUP BY doctor_id
SELECT sum(count(*) OVER ()) FROM visits GROUP BY doctor_id
SELECT rank() OVER (ORDER BY sum(cost) DESC) FROM visits GROUP BY doctor_id
SELECT rank() OVER (ORDER BY cost DESC) FROM visits GROUP BY doctor_id
SELECT visit_id FROM visits WHERE row_number() OVER (ORDER BY cost) = 1
SELECT doctor_id, lag(cost, 1, 0) OVER w FROM visits WINDOW w AS (PARTITION BY doctor_id ORDER BY started)
SELECT doctor_id, lag(cost) OVER missing FROM visits
SELECT doctor_id, sum(cost) OVER (w ROWS 3 PRECEDING) FROM visits WINDOW w AS (ORDER BY started)
SELECT doctor_id, sum(cost) OVER (ORDER BY started RANGE BETWEEN interval '7 days' PRECEDING AND CURRENT ROW) FROM visits
SELECT avg(cost) OVER (PARTITION BY doctor_id) - cost AS diff FROM visits WHERE diff > 0
SELECT cost * 2 AS twice FROM visits ORDER BY twice
SELECT cost * 2 AS twice FROM visits ORDER BY twice + 1
SELECT cost * 2 AS twice FROM visits GROUP BY twice HAVING twice > 5
SELECT doctor_id AS d, count(*) FROM visits GROUP BY d HAVING count(*) > 1 ORDER BY count(*) DESC
SELECT DISTINCT doctor_id FROM visits ORDER BY cost
SELECT DISTINCT ON (doctor_id) doctor_id, cost FROM visits ORDER BY doctor_id, cost DESC
SELECT DISTINCT ON (doctor_id) doctor_id, cost FROM visits ORDER BY cost
SELECT doctor_id FROM visits UNION SELECT doctor_id FROM doctors ORDER BY doctor_id
SELECT doctor_id FROM visits UNION SELECT doctor_id FROM doctors ORDER BY cost
SELECT doctor_id AS x FROM visits UNION ALL SELECT doctor_id FROM doctors ORDER BY x + 1
SELECT doctor_id, cost FROM visits UNION SELECT doctor_id FROM doctors
SELECT doctor_id FROM visits UNION SELECT full_name FROM doctors
SELECT NULL UNION SELECT 1
SELECT birth_date FROM patients UNION SELECT started FROM visits
SELECT 1 EXCEPT SELECT 'x'::text
(SELECT doctor_id FROM visits LIMIT 3) UNION ALL (SELECT doctor_id FROM doctors LIMIT 3)
WITH RECURSIVE chain AS (SELECT doctor_id, boss_id, 1 AS depth FROM doctors WHERE boss_id IS NULL UNION ALL SELECT d.doctor_id, d.boss_id, c.depth + 1 FROM doctors d JOIN chain c ON d.boss_id = c.doctor_id) SELECT max(depth) FROM chain
WITH RECURSIVE chain AS (SELECT doctor_id, 1 AS depth FROM doctors UNION ALL SELECT d.doctor_id FROM doctors d JOIN chain c ON d.boss_id = c.doctor_id) SELECT * FROM chain
WITH chain AS (SELECT doctor_id FROM doctors UNION ALL SELECT d.doctor_id FROM doctors d JOIN chain c ON true) SELECT * FROM chain
WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM t WHERE n < 10) SELECT sum(n) FROM t
WITH a AS (SELECT 1 AS x), a AS (SELECT 2 AS x) SELECT * FROM a
WITH a(p, q) AS (SELECT 1) SELECT * FROM a
WITH a AS MATERIALIZED (SELECT cost FROM visits) SELECT sum(cost) FROM a
WITH gone AS (DELETE FROM visits WHERE cost IS NULL RETURNING visit_id, patient_id) SELECT count(patient_id) FROM gone
WITH gone AS (DELETE FROM visits RETURNING visit_id) SELECT patient_id FROM gone
WITH b AS (SELECT * FROM later), later AS (SELECT 1) SELECT * FROM b
SELECT p.full_name, last.cost FROM patients p CROSS JOIN LATERAL (SELECT cost FROM visits v WHERE v.patient_id = p.patient_id ORDER BY started DESC LIMIT 1) last
SELECT p.full_name, last.cost FROM patients p CROSS JOIN (SELECT cost FROM visits v WHERE v.patient_id = p.patient_id) last
SELECT p.full_name, a FROM patients p, unnest(p.allergies) AS a
SELECT p.full_name, a.item FROM patients p, unnest(p.allergies) WITH ORDINALITY AS a(item, n) WHERE a.n = 1
SELECT p.full_name, a.other FROM patients p, unnest(p.allergies) AS a(item)
SELECT e.key, e.value FROM patients p, jsonb_each(p.profile) e
SELECT e.key, e.val FROM patients p, jsonb_each(p.profile) e
SELECT x.a, x.b FROM jsonb_to_recordset('[{"a":1}]') AS x(a int, b text)
SELECT generate_series(1, 3) AS n
SELECT g FROM generate_series('2024-01-01'::date, '2024-02-01', '1 day') g
SELECT g.day::date FROM generate_series(now(), now() + interval '1 week', interval '1 day') AS g(day)
SELECT profile->>'name', profile->'address'->>'city', profile #>> '{a,b}' FROM patients
SELECT profile->>'age' + 1 FROM patients
SELECT (profile->>'age')::int + 1 FROM patients
SELECT * FROM patients WHERE profile @> '{"vip": true}'
SELECT * FROM patients WHERE profile ? 'vip'
SELECT * FROM visits WHERE payload @> '{"a":1}'
SELECT payload->'a' FROM visits GROUP BY payload
SELECT allergies[1], array_length(allergies, 1), cardinality(allergies) FROM patients
SELECT * FROM patients WHERE 'nuts' = ANY (allergies)
SELECT * FROM patients WHERE 5 = ANY (allergies)
SELECT * FROM patients WHERE allergies && ARRAY['nuts', 'milk']
SELECT * FROM patients WHERE allergies && ARRAY[1, 2]
SELECT array_agg(full_name ORDER BY birth_date) FROM patients
SELECT array_agg(DISTINCT full_name ORDER BY birth_date) FROM patients
SELECT string_agg(full_name) FROM patients
SELECT string_agg(full_name, ', ' ORDER BY full_name) FROM patients
SELECT string_agg(patient_id, ',') FROM patients
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY cost) FROM visits
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY diagnosis) FROM visits
SELECT mode() WITHIN GROUP (ORDER BY diagnosis) FROM visits
SELECT percentile_cont(cost) FROM visits
SELECT count(*) FILTER (WHERE cost) FROM visits
SELECT sum(cost) FILTER (WHERE sum(cost) > 1) FROM visits
SELECT round(avg(rating), 2) FROM doctors
SELECT round(avg(rating)::numeric, 2) FROM doctors
SELECT round(weight_kg, 0), round(value) FROM patients, readings
SELECT salary * 1.1, salary + 5 FROM doctors
SELECT sum(salary), salary::numeric FROM doctors GROUP BY salary
SELECT ended - started AS took FROM visits WHERE ended - started > interval '1 hour'
SELECT ended - started AS took FROM visits WHERE ended - started > 60
SELECT extract(epoch FROM ended - started) / 60 FROM visits
SELECT date_part('year', age(birth_date)) FROM patients
SELECT age(birth_date, 'x') FROM patients
SELECT birth_date + 30, birth_date - 1, birth_date + interval '1 month' FROM patients
SELECT birth_date + birth_date FROM patients
SELECT birth_date - birth_date > 30 FROM patients
SELECT started::date = birth_date FROM visits JOIN patients USING (patient_id)
SELECT * FROM visits WHERE started = 20240101
SELECT * FROM visits WHERE started > '2024-01-01' AND cost > '5'
SELECT * FROM visits WHERE cost > 'abc'
SELECT * FROM patients WHERE sex = 1
SELECT * FROM visits WHERE is_emergency = 1
SELECT * FROM visits WHERE is_emergency = 'yes' OR NOT is_emergency
SELECT * FROM visits WHERE diagnosis
SELECT CASE WHEN cost > 5 THEN 'high' ELSE 0 END FROM visits
SELECT CASE WHEN cost > 5 THEN 'high' ELSE diagnosis END FROM visits
SELECT CASE cost WHEN 'a' THEN 1 END FROM visits
SELECT coalesce(cost, 'none') FROM visits
SELECT coalesce(cost::text, 'none') FROM visits
SELECT coalesce(cost, diagnosis) FROM visits
SELECT greatest(cost, diagnosis) FROM visits
SELECT nullif(cost, 0), nullif(diagnosis, '') FROM visits
SELECT concat(full_name, ' ', patient_id), full_name || patient_id FROM patients
SELECT patient_id || ward_id FROM patients
SELECT upper(patient_id) FROM patients
SELECT length(cost) FROM visits
SELECT substring(full_name FROM 1 FOR 3), position('a' IN full_name), trim(both ' ' from full_name) FROM patients
SELECT substr(birth_date, 1, 4) FROM patients
SELECT to_char(birth_date, 'YYYY'), to_date('2024', 'YYYY'), to_char(cost, '999') FROM patients, visits
SELECT to_char(full_name, 'YYYY') FROM patients
SELECT date_trunc('month', birth_date), date_trunc('month', opened) FROM patients, wards
SELECT date_trunc(birth_date, 'month') FROM patients
SELECT datediff('day', started, ended) FROM visits
SELECT ifnull(cost, 0) FROM visits
SELECT lab.results."Value" FROM lab.results
SELECT Value FROM lab.results
SELECT r.unit FROM lab.results r WHERE r.patient_id IN (SELECT patient_id FROM patients)
SELECT unit FROM results
SELECT unit FROM lab.result
SELECT r.unit FROM lab.results AS r WHERE results.code = 'x'
SELECT (SELECT full_name FROM patients WHERE patient_id = v.patient_id) FROM visits v
SELECT (SELECT full_name, sex FROM patients LIMIT 1) FROM visits
SELECT * FROM visits WHERE patient_id IN (SELECT patient_id, ward_id FROM patients)
SELECT * FROM visits WHERE (patient_id, doctor_id) IN (SELECT patient_id, ward_id FROM patients)
SELECT * FROM visits WHERE patient_id = (SELECT full_name FROM patients LIMIT 1)
SELECT EXISTS (SELECT 1 FROM visits WHERE visits.patient_id = patients.patient_id) FROM patients
SELECT * FROM visits WHERE cost > ALL (SELECT cost FROM visits) AND cost = SOME (ARRAY[1, 2])
SELECT * FROM visits LIMIT cost
SELECT * FROM visits LIMIT 5 OFFSET 10
SELECT * FROM visits FETCH FIRST 5 ROWS ONLY
SELECT * FROM visits ORDER BY 40
SELECT cost FROM visits ORDER BY 2
SELECT doctor_id, count(*) FROM visits GROUP BY 3
SELECT doctor_id, count(*) FROM visits GROUP BY 2
SELECT count(*) FROM visits ORDER BY cost
SELECT doctor_id FROM visits GROUP BY doctor_id ORDER BY max(cost)
SELECT doctor_id FROM visits GROUP BY doctor_id ORDER BY cost
SELECT d.*, count(*) FROM doctors d JOIN visits v USING (doctor_id) GROUP BY d.doctor_id
SELECT d.full_name, v.cost FROM doctors d JOIN visits v USING (doctor_id) GROUP BY d.doctor_id
SELECT w.ward_name, count(p.patient_id) FROM wards w LEFT JOIN patients p ON p.ward_id = w.ward_id GROUP BY w.ward_id, w.ward_name HAVING avg(p.weight_kg) > 70
SELECT ward_id FROM patients HAVING count(*) > 1
INSERT INTO wards (ward_id, ward_name) VALUES (1, 'A'), (2, 'B') RETURNING ward_id
INSERT INTO wards (ward_id, ward_name) VALUES (1, 'A', 3)
INSERT INTO wards (ward_id, nam) VALUES (1, 'A')
INSERT INTO wards VALUES (1, 'A', 2, '08:00', 10, 11)
INSERT INTO wards (ward_id, ward_id) VALUES (1, 2)
INSERT INTO wards (floor) VALUES (true)
INSERT INTO wards (ward_id, ward_name) SELECT ward_id, count(*) FROM patients GROUP BY ward_id
INSERT INTO wards (ward_id, opened) SELECT patient_id, birth_date FROM patients
INSERT INTO wards (ward_id, ward_name) VALUES (1, 'A') ON CONFLICT (ward_id) DO UPDATE SET ward_name = excluded.ward_name
INSERT INTO wards (ward_id, ward_name) VALUES (1, 'A') ON CONFLICT (ward_id) DO UPDATE SET ward_name = excluded.title
INSERT INTO wards (ward_id) VALUES (1) ON CONFLICT DO NOTHING
INSERT INTO wards DEFAULT VALUES
UPDATE visits SET cost = cost * 1.1, diagnosis = NULL WHERE visit_id = 1
UPDATE visits SET costs = 1
UPDATE visits SET cost = diagnosis
UPDATE visits v SET v.cost = 1 WHERE v.visit_id = 1
UPDATE visits SET cost = p.weight_kg FROM patients p WHERE p.patient_id = visits.patient_id RETURNING visits.visit_id
UPDATE visits SET (cost, diagnosis) = (SELECT 1, 'x') WHERE visit_id = 1
UPDATE visits SET (cost, diagnosis) = (1, 2, 3)
UPDATE visits SET cost = sum(cost)
UPDATE visits SET cost = 1, cost = 2
DELETE FROM visits USING patients p WHERE p.patient_id = visits.patient_id AND p.ward_id = 1
DELETE FROM visits WHERE patients.ward_id = 1
DELETE FROM visits v WHERE visits.cost > 1
MERGE INTO wards w USING (SELECT ward_id, count(*) AS n FROM patients GROUP BY ward_id) s ON w.ward_id = s.ward_id WHEN MATCHED THEN UPDATE SET capacity = s.n WHEN NOT MATCHED THEN INSERT (ward_id, capacity) VALUES (s.ward_id, s.n)
MERGE INTO wards w USING patients s ON w.ward_id = s.ward_id WHEN MATCHED THEN UPDATE SET capacity = s.beds
MERGE INTO wards w USING patients s ON w.ward_id = s.ward_id WHEN NOT MATCHED THEN INSERT (ward_id, beds) VALUES (s.ward_id, 1)
MERGE INTO wards w USING patients s ON w.ward_id = s.ward_id WHEN NOT MATCHED THEN INSERT (ward_id) VALUES (w.ward_id)
CREATE TABLE archive AS SELECT visit_id, cost FROM visits WHERE started < now() - interval '5 years'
CREATE TABLE archive AS SELECT visit_id, price FROM visits
CREATE VIEW v AS SELECT full_name FROM patients WHERE birth_date > '2000-01-01'
CREATE VIEW v AS SELECT p.full_name, d.full_name FROM patients p, doctors d
CREATE VIEW v (a, b) AS SELECT full_name FROM patients
CREATE INDEX i ON visits (lower(diagnosis))
CREATE INDEX i ON visits (price)
ALTER TABLE visits ADD COLUMN price numeric
ALTER TABLE visits DROP COLUMN price
DROP TABLE nothing_here
TRUNCATE visits
SELECT ip << '10.0.0.0/8', host(ip), upper(span), span @> now() FROM readings
SELECT ip + ip FROM readings
SELECT at AT TIME ZONE 'Europe/Warsaw', took * 2, took / 2, took + at FROM readings
SELECT took * took FROM readings
SELECT sum(took), avg(took), max(ip), max(sensor) FROM readings
SELECT sum(at) FROM readings
SELECT max(flags), bit_and(flags) FROM readings
SELECT encode(raw, 'hex'), length(raw), md5(raw) FROM readings
SELECT encode(ip, 'hex') FROM readings
SELECT sensor = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', sensor = 5 FROM readings
SELECT sensor LIKE 'a%' FROM readings
SELECT sensor::text LIKE 'a%' FROM readings
SELECT value::int % 2, value % 2 FROM readings
SELECT floor(7) % 2, power(2, 3) % 3 FROM readings
SELECT full_name ILIKE '%a%', full_name ~ '^A', full_name SIMILAR TO 'A%' FROM patients
SELECT patient_id LIKE '1%' FROM patients
SELECT patient_id BETWEEN '1' AND '5', birth_date BETWEEN '2000-01-01' AND now() FROM patients
SELECT birth_date BETWEEN 1 AND 5 FROM patients
SELECT birth_date IN ('2000-01-01', '2001-01-01'), patient_id IN ('1', '2') FROM patients
SELECT patient_id IN ('a', 'b') FROM patients
SELECT patient_id IN (full_name) FROM patients
SELECT CAST('12' AS int), '2024-01-01'::date, CAST(full_name AS int) FROM patients
SELECT CAST(birth_date AS int) FROM patients
SELECT cost::date FROM visits
SELECT is_emergency::int, patient_id::boolean, is_emergency::numeric FROM visits
SELECT '2024-13-45'::date
SELECT 'abc'::int
SELECT interval '3 parsecs'
SELECT now() - '1 day', now() - 1 FROM visits
SELECT random() < 0.5, gen_random_uuid(), current_user, current_date - 7
SELECT row_to_json(p), to_jsonb(p.*), json_build_object('a', p.patient_id) FROM patients p
SELECT p FROM patients p WHERE p IS NOT NULL
SELECT (p).full_name, (p).nothing FROM patients p
SELECT patients FROM patients p
SELECT count(p.*) , count(DISTINCT (p.sex, p.ward_id)) FROM patients p
SELECT count() FROM patients
SELECT min(allergies), max(profile) FROM patients
SELECT bool_or(is_emergency), every(is_emergency), sum(is_emergency) FROM visits
SELECT sum(is_emergency::int) FROM visits
SELECT corr(cost, doctor_id), stddev(cost), variance(cost), regr_slope(cost, doctor_id) FROM visits
SELECT first_value(cost) OVER (ORDER BY started), cume_dist() OVER (ORDER BY cost), ntile(4) OVER (ORDER BY cost) FROM visits
SELECT first_value(cost) FROM visits
SELECT row_number() FROM visits
SELECT upper(full_name) OVER () FROM patients
SELECT a.full_name FROM patients a JOIN patients a ON true
SELECT a.full_name FROM patients a, visits b JOIN doctors c ON c.doctor_id = a.patient_id
SELECT a.full_name FROM patients a JOIN visits b ON b.patient_id = a.patient_id AND c.doctor_id = 1 JOIN doctors c ON true
SELECT * FROM patients p LEFT JOIN visits v
SELECT * FROM patients p JOIN visits v ON p.patient_id
SELECT * FROM patients p JOIN wards USING (patient_id)
SELECT * FROM (SELECT patient_id FROM patients) WHERE patient_id = 1
SELECT s.x FROM (SELECT patient_id FROM patients) s
SELECT s.a FROM (VALUES (1, 'x'), (2, 'y')) s(a, b) WHERE s.b = 'x'
SELECT s.a FROM (VALUES (1, 'x'), (2)) s(a, b)
SELECT column1 FROM (VALUES (1), (2)) t
VALUES (1, 'a'), (2, 'b') ORDER BY 1
SELECT FROM patients
SELECT full_name FROM patients FOR UPDATE SKIP LOCKED
SELECT full_name, FROM patients
SELECT full_name FROM patients WHERE
SELEC full_name FROM patients
SELECT full_name FROM patients GROUP BY full_name, WHERE 1 = 1
SELECT "full_name" FROM "patients" WHERE "Full_Name" = 'x'
SELECT full_name AS "Full Name" FROM patients ORDER BY "Full Name"
SELECT p.* FROM patients AS p TABLESAMPLE SYSTEM (10)
SELECT extract(dow FROM birth_date), extract(dayofweek FROM birth_date) FROM patients
SELECT extract(year FROM full_name) FROM patients
SELECT make_date(2024, 1, 1), make_interval(days => 3), justify_days(took) FROM readings
SELECT make_interval(weekdays => 3)
SELECT regexp_replace(full_name, 'a', 'b', 'g'), split_part(full_name, ' ', 1), format('%s', cost) FROM patients, visits
SELECT split_part(full_name, ' ') FROM patients
SELECT width_bucket(cost, 0, 100, 10), trunc(cost, 1), mod(patient_id, 2), abs(cost), sign(cost) FROM visits
SELECT mod(cost, diagnosis) FROM visits
SELECT jsonb_array_length(profile), jsonb_path_query(profile, '$.a'), jsonb_typeof(profile) FROM patients
SELECT json_array_length(profile) FROM patients
SELECT jsonb_set(profile, '{a}', '1') || '{"b": 2}', profile - 'a' FROM patients
SELECT array_append(allergies, 'x'), array_append(allergies, 1) FROM patients
SELECT array_remove(allergies, 'x'), array_to_string(allergies, ','), allergies || 'x' FROM patients
SELECT unnest(full_name) FROM patients
SELECT ARRAY(SELECT full_name FROM patients), ARRAY[1, 'a']
SELECT ARRAY[1, 2.5], ARRAY['1', 2]
SELECT DISTINCT full_name, lower(full_name) AS l FROM patients ORDER BY lower(full_name), 1
SELECT DISTINCT p.full_name FROM patients p ORDER BY full_name
SELECT DISTINCT full_name AS n FROM patients ORDER BY n
SELECT DISTINCT full_name FROM patients p ORDER BY p.full_name DESC
SELECT DISTINCT * FROM patients ORDER BY birth_date
SELECT DISTINCT ward_id, count(*) FROM patients GROUP BY ward_id ORDER BY count(*) DESC
SELECT DISTINCT ON (p.ward_id, p.sex) p.ward_id, p.sex, p.full_name FROM patients p ORDER BY p.sex, p.ward_id, p.full_name
SELECT DISTINCT ON (1) ward_id, sex FROM patients ORDER BY ward_id
SELECT DISTINCT ON (lower(full_name)) full_name FROM patients ORDER BY lower(full_name), birth_date
SELECT DISTINCT ON (w) ward_id AS w, sex FROM patients ORDER BY w, sex
SELECT array_agg(DISTINCT ward_id ORDER BY ward_id DESC), string_agg(DISTINCT sex, ',' ORDER BY sex) FROM patients
SELECT string_agg(DISTINCT p.sex::text, ',' ORDER BY p.sex::text) FROM patients p
SELECT a FROM (SELECT 1 AS a UNION SELECT 2) t ORDER BY a + 1
SELECT 1 AS a UNION SELECT 2 ORDER BY a DESC NULLS LAST, 1
(SELECT cost FROM visits ORDER BY cost + 1 LIMIT 1) UNION SELECT 1
SELECT cost FROM visits LIMIT (SELECT count(*) FROM wards)
SELECT cost FROM visits LIMIT 2 + 3 OFFSET 1 * 2
SELECT cost FROM visits LIMIT ALL
SELECT sum(cost) OVER w, avg(cost) OVER (w ORDER BY started) FROM visits WINDOW w AS (PARTITION BY doctor_id)
SELECT sum(cost) OVER w FROM (SELECT cost FROM visits) v WINDOW w AS ()
SELECT * FROM (SELECT rank() OVER w FROM visits WINDOW w AS (ORDER BY cost)) x
SELECT rank() OVER w FROM (SELECT 1 FROM visits WINDOW w AS (ORDER BY cost)) x
SELECT count(*) OVER (), sum(sum(cost)) OVER (PARTITION BY doctor_id) FROM visits GROUP BY doctor_id
SELECT p.full_name FROM wards w, patients p LEFT JOIN visits v ON v.patient_id = p.patient_id WHERE w.ward_id = p.ward_id
SELECT p.full_name FROM wards w, patients p JOIN visits v ON v.patient_id = p.patient_id AND w.floor = 1
SELECT p.full_name FROM patients p JOIN wards w ON w.ward_id = p.ward_id, LATERAL (SELECT cost FROM visits WHERE patient_id = p.patient_id) x
SELECT 1 FROM patients p CROSS JOIN wards w LEFT JOIN visits v ON v.patient_id = p.patient_id AND w.floor = 2
SELECT 1 FROM patients p JOIN (wards w JOIN visits v ON w.ward_id = v.doctor_id) ON p.patient_id = v.patient_id
SELECT 1 FROM patients p LEFT JOIN LATERAL jsonb_each_text(p.profile) AS e(k, v) ON e.k = 'a'
SELECT e.k, e.v FROM patients p LEFT JOIN LATERAL jsonb_each_text(p.profile) AS e(k, v) ON true
SELECT key, value FROM patients, jsonb_each(profile)
SELECT e.key FROM patients, jsonb_each(profile) WITH ORDINALITY AS e(key, value, n) WHERE e.n = 1
SELECT elem->>'a' FROM patients, jsonb_array_elements(profile) AS elem
SELECT elem.value->>'a' FROM patients, jsonb_array_elements(profile) AS elem
SELECT 1 FROM patients FULL JOIN wards USING (ward_id)
SELECT 1 FROM patients NATURAL LEFT JOIN wards
SELECT profile @> '{"a": 1}'::jsonb AND allergies @> ARRAY['x'], allergies <@ '{a,b}' FROM patients
SELECT profile || '{"a":1}', profile ?| ARRAY['a', 'b'], profile - ARRAY['a'] FROM patients
SELECT span && tstzrange(now(), now() + interval '1 day'), lower(span), isempty(span) FROM readings
SELECT span @> now(), span @> span FROM readings
SELECT allergies && '{nuts}', ARRAY[1, 2] && ARRAY[2, 3], ARRAY[1, 2] @> ARRAY[1] FROM patients
SELECT array_append(ARRAY[1, 2], 3), array_cat(ARRAY[1], ARRAY[2.5]), array_position(allergies, 'x'), array_prepend(1, ARRAY[2.5]) FROM patients
SELECT array_position(ARRAY[1, 2], 'x')
SELECT array_cat(allergies, ARRAY[1]) FROM patients
SELECT interval '1 year 2 mons 3 days 04:05:06', interval 'P1Y2M', interval '2' day, interval '1 week ago', interval '90 min'
SELECT interval '1-2', '3 days'::interval, make_interval(hours => 2), interval '1.5 hrs'
SELECT '2024-02-30'::date
SELECT '2024-02-29'::date, '2024-2-9'::date, 'Jan 5 2024'::date, '20240105'::date, '2024-12-31 23:59:59+02'::timestamptz, 'tomorrow'::timestamp
SELECT * FROM visits WHERE started > '2023-02-29'
SELECT count(*) FILTER (WHERE is_emergency AND cost > 1), count(*) FILTER (WHERE 'yes') FROM visits
SELECT percentile_disc(0.9) WITHIN GROUP (ORDER BY diagnosis), percentile_cont(ARRAY[0.25, 0.5]) WITHIN GROUP (ORDER BY cost) FROM visits
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY ended - started), rank(5) WITHIN GROUP (ORDER BY cost) FROM visits
UPDATE visits SET (cost, diagnosis) = ROW(1, 'x') WHERE visit_id = 1
UPDATE visits SET (cost, nope) = (1, 'x') WHERE visit_id = 1
UPDATE visits AS v SET cost = v.cost + 1 WHERE v.visit_id = 1 RETURNING v.cost, *
UPDATE visits SET cost = DEFAULT, payload = '{"a":1}' WHERE visit_id = 1
INSERT INTO visits (visit_id, cost) VALUES (1, DEFAULT), (2, 5.5)
INSERT INTO lab.results (result_id, "Value") VALUES (1, 2.5)
INSERT INTO lab.results (result_id, Value) VALUES (1, 2.5)
MERGE INTO wards w USING (VALUES (1, 'x')) AS s(id, n) ON w.ward_id = s.id WHEN MATCHED AND w.floor > 1 THEN DELETE WHEN MATCHED THEN DO NOTHING WHEN NOT MATCHED AND s.n <> '' THEN INSERT VALUES (s.id, s.n)
MERGE INTO wards w USING patients s ON w.ward_id = s.ward_id WHEN NOT MATCHED BY SOURCE THEN DELETE
CREATE TABLE archive AS SELECT v.visit_id, v.cost AS amount, p.full_name FROM visits v JOIN patients p USING (patient_id)
CREATE VIEW v2 (x, y) AS SELECT full_name, full_name FROM patients
CREATE VIEW v2 AS SELECT p.*, w.* FROM patients p JOIN wards w USING (ward_id)
CREATE UNIQUE INDEX i2 ON visits USING btree (patient_id, (lower(diagnosis)) DESC) WHERE cost > 0
CREATE INDEX ON patients USING gin (profile jsonb_path_ops)
CREATE TABLE t2 (id int PRIMARY KEY, ward int REFERENCES wards (ward_id), CHECK (id > 0))
ALTER TABLE visits ADD COLUMN IF NOT EXISTS price numeric DEFAULT 0
ALTER TABLE visits DROP COLUMN IF EXISTS price
ALTER TABLE visits ALTER COLUMN cost TYPE numeric(14,2)
ALTER TABLE visits ALTER COLUMN price SET NOT NULL
ALTER TABLE visits RENAME COLUMN price TO cost2
ALTER TABLE visits RENAME TO visits2
ALTER TABLE visits ADD CONSTRAINT c CHECK (cost >= 0)
DROP TABLE IF EXISTS nothing_here
DROP VIEW nothing_here
DROP INDEX nothing_index
TRUNCATE TABLE nothing_here
TRUNCATE visits, doctors RESTART IDENTITY
COMMENT ON TABLE visits IS 'x'
GRANT SELECT ON visits TO public
SELECT coalesce(NULL, '2024-01-01'::date), (VALUES (1)), ROW(1, 2), (1, 2) = (1, 2)
SELECT ward_id, array_agg(full_name) FILTER (WHERE sex = 'F') FROM patients GROUP BY 1 HAVING bool_and(weight_kg > 3)
SELECT upper(full_name) FROM patients GROUP BY upper(full_name) ORDER BY upper(full_name)
SELECT extract(isodow FROM started), date_bin('15 minutes', started, '2020-01-01'), started AT TIME ZONE 'UTC' FROM visits
SELECT date_bin('15 foos', started, '2020-01-01') FROM visits
SELECT t.n, t.m FROM unnest(ARRAY[1, 2], ARRAY['a', 'b']) AS t(n, m)
SELECT x.id FROM json_to_recordset('[]') AS x(id int), json_populate_record(NULL::wards, '{}') r WHERE r.floor = 1
SELECT * FROM generate_series(1, 5) WITH ORDINALITY
SELECT now()::date - interval '1 day' = current_date, localtime, current_time
SELECT CASE WHEN count(*) > 1 THEN 'x' END FROM patients GROUP BY ward_id, full_name HAVING max(birth_date) < now()
SELECT (ARRAY['a','b'])[1], (profile->'a'->0)::text, profile['a'] FROM patients
WITH x AS (INSERT INTO wards (ward_id) VALUES (9) RETURNING *) SELECT ward_id, ward_name FROM x
WITH x AS (UPDATE wards SET floor = 1 RETURNING ward_id AS w) SELECT ward_id FROM x
SELECT full_name FROM patients ORDER BY (SELECT count(*) FROM visits v WHERE v.patient_id = patients.patient_id) DESC
SELECT ward_id, full_name FROM patients ORDER BY ward_id = 3 DESC, full_name COLLATE "C"
SELECT p.full_name, v.n FROM patients p LEFT JOIN (SELECT patient_id, count(*) AS n FROM visits GROUP BY patient_id) v ON v.patient_id = p.patient_id WHERE coalesce(v.n, 0) = 0
SELECT 'it''s, FROM', "full_name" FROM patients WHERE full_name IN ('a,', ')')
WITH RECURSIVE t AS (SELECT doctor_id, boss_id FROM doctors UNION ALL SELECT d.doctor_id, d.boss_id FROM doctors d, t WHERE d.boss_id = t.doctor_id) SEARCH BREADTH FIRST BY doctor_id SET ord SELECT doctor_id, ord FROM t ORDER BY ord
WITH RECURSIVE t AS (SELECT doctor_id, boss_id FROM doctors UNION ALL SELECT d.doctor_id, d.boss_id FROM doctors d, t WHERE d.boss_id = t.doctor_id) CYCLE doctor_id SET looped USING path SELECT doctor_id, looped, path FROM t
WITH RECURSIVE t AS (SELECT doctor_id, boss_id FROM doctors UNION ALL SELECT d.doctor_id, d.boss_id FROM doctors d, t WHERE d.boss_id = t.doctor_id) CYCLE doctor_id SET looped USING path SELECT doctor_id, other FROM t
SELECT n, c FROM ROWS FROM (generate_series(1, 3), unnest(ARRAY['a', 'b'])) AS r(n, c)
SELECT x FROM ROWS FROM (generate_series(1, 3), unnest(ARRAY['a', 'b'])) AS r(n, c)
SELECT * FROM patients JOIN visits
SELECT p.patient_id FROM patients p JOIN visits v WHERE p.patient_id = v.patient_id
SELECT sum(DISTINCT cost) OVER (PARTITION BY doctor_id) FROM visits
SELECT cost FROM visits LIMIT 'x'
SELECT cost FROM visits LIMIT '5'
SELECT doctor_id FROM visits GROUP BY doctor_id FOR UPDATE
WITH RECURSIVE a AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM a a1 JOIN a a2 USING (n)) SELECT n FROM a
WITH RECURSIVE a AS (SELECT 1 AS n UNION ALL SELECT sum(n) FROM a) SELECT n FROM a
WITH RECURSIVE a AS (SELECT 1 AS n UNION ALL SELECT n + (SELECT count(*)::int FROM wards) FROM a WHERE n < 3) SELECT n FROM a
SELECT CAST(cost AS STRING) FROM visits
SELECT started::datetime FROM visits
SELECT full_name FROM doctors WHERE point '(1,2)' <@ box '((0,0),(1,1))'
SELECT full_nam FROM doctors WHERE point '(1,2)' <@ box '((0,0),(1,1))'
INSERT INTO patients (patient_id, full_name) OVERRIDING SYSTEM VALUE VALUES (1, 'a')
INSERT INTO patients (patient_id, full_nam) OVERRIDING USER VALUE VALUES (1, 'a')
