-- Runs of RunFullIndex: one of a workspace at a time, resumable from the last page that was indexed whole.
CREATE TABLE retrieval_index_runs (
    run_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    workspace_id text NOT NULL,
    status text NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'interrupted', 'done')),
    owner text NOT NULL,
    -- JSON as text: names and cursors of a catalog may hold what jsonb refuses
    state text NOT NULL,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    heartbeat_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished_at timestamptz
);

CREATE UNIQUE INDEX retrieval_index_runs_one_at_a_time_idx ON retrieval_index_runs (workspace_id)
WHERE status = 'running';
CREATE INDEX retrieval_index_runs_workspace_idx ON retrieval_index_runs (workspace_id, started_at);
