-- Batches: an archive of exports whose jobs belong together. Its entries are stored once, as the uploads of its jobs.

CREATE TABLE migration_batches (
    batch_id     uuid PRIMARY KEY,
    workspace_id text NOT NULL,
    filename     text NOT NULL,
    skipped      jsonb NOT NULL, -- [[path, reason], …] in the archive's order
    created_by   text NOT NULL DEFAULT '',
    created_at   timestamptz NOT NULL DEFAULT now(),
    cancelled_at timestamptz
);

ALTER TABLE migration_jobs
    ADD COLUMN batch_id uuid REFERENCES migration_batches ON DELETE CASCADE,
    ADD COLUMN position integer NOT NULL DEFAULT 0, -- in the batch
    ADD COLUMN member   text NOT NULL DEFAULT '',   -- path in the batch's archive
    ADD COLUMN began_at timestamptz,                -- of the last attempt
    ADD COLUMN ended_at timestamptz;
CREATE INDEX migration_jobs_by_batch ON migration_jobs (batch_id, position) WHERE batch_id IS NOT NULL;
CREATE INDEX migration_jobs_under_way ON migration_jobs (updated_at)
    WHERE status NOT IN ('completed', 'completed_with_warnings', 'failed');
