-- name: create
INSERT INTO agent_sessions (session_id, workspace_id, created_by, language, status, holder, lease_until)
VALUES ($1, $2, $3, $4, 'running', $5, clock_timestamp() + make_interval(secs => $6));

-- name: lock
SELECT *, clock_timestamp() AS now FROM agent_sessions WHERE session_id = $1 AND workspace_id = $2 FOR UPDATE;

-- name: session
SELECT *, clock_timestamp() AS now FROM agent_sessions WHERE session_id = $1 AND workspace_id = $2;

-- name: said
SELECT position, turn, role, content FROM agent_messages WHERE session_id = $1 ORDER BY position;

-- name: calls
SELECT call_id, position, place, turn, tool, arguments, arguments_hash, state, summary, expires_at, decision,
       decided_by, comment, output, error, source, started_at, finished_at
FROM agent_calls
WHERE session_id = $1
ORDER BY position, place;

-- name: take
UPDATE agent_sessions
SET status = 'running', holder = $2, lease_until = clock_timestamp() + make_interval(secs => $3),
    error = '', error_message = '', updated_at = clock_timestamp()
WHERE session_id = $1;

-- name: next_turn
UPDATE agent_sessions
SET turn = turn + 1, rounds = 0, language = $2, degraded = '{}'
WHERE session_id = $1
RETURNING turn;

-- name: adopt
UPDATE agent_calls SET turn = $2 WHERE session_id = $1 AND state <> 'finished';

-- name: hold
UPDATE agent_sessions
SET lease_until = clock_timestamp() + make_interval(secs => $3), updated_at = clock_timestamp()
WHERE session_id = $1 AND holder = $2 AND status = 'running'
RETURNING true;

-- name: say
INSERT INTO agent_messages (session_id, position, turn, role, content)
SELECT $1::text, coalesce(max(earlier.position), 0) + 1, $2::integer, $3, $4
FROM agent_messages AS earlier
WHERE earlier.session_id = $1::text
RETURNING position;

-- name: call
INSERT INTO agent_calls
    (call_id, session_id, position, place, turn, tool, arguments, arguments_hash, state, error, started_at, finished_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, CASE WHEN $9 = '' THEN 'open' ELSE 'finished' END, $9,
        CASE WHEN $9 = '' THEN NULL ELSE clock_timestamp() END, CASE WHEN $9 = '' THEN NULL ELSE clock_timestamp() END);

-- name: spend
UPDATE agent_sessions
SET rounds = rounds + $2, model_calls = model_calls + $3, prompt_tokens = prompt_tokens + $4,
    completion_tokens = completion_tokens + $5, cost_usd = cost_usd + $6::double precision,
    model = CASE WHEN $7 = '' THEN model ELSE $7 END, provider = CASE WHEN $8 = '' THEN provider ELSE $8 END
WHERE session_id = $1;

-- name: start
UPDATE agent_calls
SET state = CASE WHEN state = 'open' THEN 'open' ELSE 'executing' END, started_at = clock_timestamp()
WHERE call_id = $1 AND state IN ('open', 'approved', 'executing')
RETURNING started_at;

-- name: ask
UPDATE agent_calls
SET state = 'pending', summary = $2, started_at = NULL, expires_at = clock_timestamp() + make_interval(secs => $3)
WHERE call_id = $1 AND state = 'open';

-- name: finish
UPDATE agent_calls
SET state = 'finished', output = $2, error = $3, source = $4, finished_at = clock_timestamp()
WHERE call_id = $1 AND state IN ('open', 'executing');

-- name: degrade
UPDATE agent_sessions
SET degraded = (SELECT coalesce(array_agg(DISTINCT reason), '{}') FROM unnest(degraded || $2::text[]) AS reason)
WHERE session_id = $1;

-- name: approve
UPDATE agent_calls
SET state = 'approved', decision = 'approved', decided_by = $2, decided_at = clock_timestamp(), comment = $3
WHERE call_id = $1 AND state = 'pending'
RETURNING true;

-- name: reject
UPDATE agent_calls
SET state = 'finished', decision = 'rejected', decided_by = $2, decided_at = clock_timestamp(), comment = $3,
    error = $4, started_at = clock_timestamp(), finished_at = clock_timestamp()
WHERE call_id = $1 AND state = 'pending'
RETURNING true;

-- name: interrupt
UPDATE agent_calls
SET state = 'finished', error = $2, started_at = coalesce(started_at, clock_timestamp()),
    finished_at = clock_timestamp()
WHERE session_id = $1 AND state = 'open';

-- name: expire
UPDATE agent_calls
SET state = 'finished', decision = CASE WHEN decision = '' THEN 'expired' ELSE decision END,
    error = CASE WHEN state = 'executing' THEN $3 ELSE $2 END,
    started_at = coalesce(started_at, clock_timestamp()), finished_at = clock_timestamp()
WHERE session_id = $1 AND state IN ('pending', 'approved', 'executing') AND expires_at <= clock_timestamp();

-- name: states
SELECT DISTINCT state FROM agent_calls WHERE session_id = $1 AND state <> 'finished';

-- name: release
UPDATE agent_sessions
SET status = $3, error = $4, error_message = $5, holder = '', lease_until = clock_timestamp(),
    updated_at = clock_timestamp()
WHERE session_id = $1 AND holder = $2 AND status = 'running';

-- name: restate
UPDATE agent_messages SET turn = $2 WHERE session_id = $1 AND position = $3;
