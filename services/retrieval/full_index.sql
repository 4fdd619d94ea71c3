-- name: lock_workspace
-- Beginning and resuming runs of one workspace happen one after the other.
SELECT pg_advisory_xact_lock(hashtextextended('retrieval_index_runs ' || $1, 0));

-- name: release_abandoned
-- A run whose owner has not been heard of for $2 seconds, or is this process and no longer works on it.
UPDATE retrieval_index_runs SET status = 'interrupted'
WHERE workspace_id = $1 AND status = 'running'
  AND (heartbeat_at < clock_timestamp() - make_interval(secs => $2) OR (owner = $3 AND run_id <> ALL ($4::uuid[])));

-- name: running
SELECT run_id FROM retrieval_index_runs WHERE workspace_id = $1 AND status = 'running';

-- name: begin
INSERT INTO retrieval_index_runs (workspace_id, owner, state) VALUES ($1, $2, $3) RETURNING run_id, started_at;

-- name: find
SELECT status, state, started_at FROM retrieval_index_runs WHERE workspace_id = $1 AND run_id = $2;

-- name: take_up
UPDATE retrieval_index_runs SET status = 'running', owner = $2, heartbeat_at = clock_timestamp() WHERE run_id = $1;

-- name: checkpoint
UPDATE retrieval_index_runs SET state = $3, heartbeat_at = clock_timestamp()
WHERE run_id = $1 AND owner = $2 AND status = 'running' RETURNING run_id;

-- name: beat
UPDATE retrieval_index_runs SET heartbeat_at = clock_timestamp()
WHERE run_id = $1 AND owner = $2 AND status = 'running';

-- name: finish
UPDATE retrieval_index_runs SET status = 'done', state = $3, finished_at = clock_timestamp()
WHERE run_id = $1 AND owner = $2 AND status = 'running' RETURNING run_id;

-- name: interrupt
UPDATE retrieval_index_runs SET status = 'interrupted' WHERE run_id = $1 AND owner = $2 AND status = 'running';

-- name: forget
-- Finished and abandoned runs are kept for thirty days.
DELETE FROM retrieval_index_runs
WHERE workspace_id = $1 AND status <> 'running' AND heartbeat_at < clock_timestamp() - interval '30 days';
