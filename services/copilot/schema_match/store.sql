-- name: add
INSERT INTO copilot_schema_matches (workspace_id, match_id, request, result, created_by)
VALUES ($1, $2, $3::text::jsonb, $4::text::jsonb, $5)
RETURNING created_at;

-- name: get
SELECT request::text AS request, result::text AS result, created_at, updated_at
FROM copilot_schema_matches
WHERE workspace_id = $1 AND match_id = $2;

-- name: lock
SELECT request::text AS request, result::text AS result, created_at
FROM copilot_schema_matches
WHERE workspace_id = $1 AND match_id = $2
FOR UPDATE;

-- name: change
UPDATE copilot_schema_matches
SET result = $3::text::jsonb, updated_at = clock_timestamp()
WHERE workspace_id = $1 AND match_id = $2
RETURNING updated_at;

-- name: remembered
SELECT source_column, target_column, action, expression, comment, decided_by, decided_at
FROM copilot_schema_decisions
WHERE workspace_id = $1 AND source_table = $2 AND target_table = $3
ORDER BY decided_at;

-- name: forget_taken
-- A column has one target: what was taken before gives way, what was rejected stays.
DELETE FROM copilot_schema_decisions
WHERE workspace_id = $1 AND source_table = $2 AND target_table = $3 AND source_column = $4 AND action <> 'reject';

-- name: remember
INSERT INTO copilot_schema_decisions AS known
    (workspace_id, source_table, target_table, source_column, target_column, action, expression, comment, match_id, decided_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (workspace_id, source_table, target_table, source_column, target_column) DO UPDATE
SET action = excluded.action, expression = excluded.expression, comment = excluded.comment,
    match_id = excluded.match_id, decided_by = excluded.decided_by, decided_at = clock_timestamp();
