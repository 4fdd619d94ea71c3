-- Jobs with their uploads, stages and results. Every table carries workspace_id and every query filters by it.

CREATE TABLE migration_jobs (
    job_id         uuid PRIMARY KEY,
    workspace_id   text NOT NULL,
    filename       text NOT NULL,
    migration_type text NOT NULL CHECK (migration_type IN ('powercenter', 'alteryx', 'ssis', 'datastage')),
    dialect        text NOT NULL,
    status         text NOT NULL CHECK (status IN ('uploaded', 'parsing', 'parsed', 'converting', 'validating',
                                                   'validated', 'completed', 'completed_with_warnings', 'failed')),
    status_reason  text NOT NULL DEFAULT '',
    message        text NOT NULL DEFAULT '',
    confidence     double precision NOT NULL DEFAULT 0,
    size_bytes     integer NOT NULL,
    pipelines      integer NOT NULL DEFAULT 0,
    total_objects  integer NOT NULL DEFAULT 0,
    issues_count   integer NOT NULL DEFAULT 0,
    attempts       integer NOT NULL DEFAULT 0,
    created_by     text NOT NULL DEFAULT '',
    created_at     timestamptz NOT NULL DEFAULT now(),
    updated_at     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX migration_jobs_by_workspace ON migration_jobs (workspace_id, created_at DESC);

CREATE TABLE migration_uploads (
    job_id       uuid PRIMARY KEY REFERENCES migration_jobs ON DELETE CASCADE,
    workspace_id text NOT NULL,
    content      bytea NOT NULL,
    sha256       text NOT NULL
);
-- exports are text that compresses well, yet compressing 50 MB costs seconds of a backend's time at upload
ALTER TABLE migration_uploads ALTER COLUMN content SET STORAGE EXTERNAL;

CREATE TABLE migration_stages (
    job_id       uuid NOT NULL REFERENCES migration_jobs ON DELETE CASCADE,
    workspace_id text NOT NULL,
    name         text NOT NULL,
    position     integer NOT NULL,
    status       text NOT NULL CHECK (status IN ('running', 'completed', 'failed')),
    started_at   timestamptz NOT NULL DEFAULT now(),
    finished_at  timestamptz,
    PRIMARY KEY (job_id, name)
);

CREATE TABLE migration_results (
    job_id       uuid PRIMARY KEY REFERENCES migration_jobs ON DELETE CASCADE,
    workspace_id text NOT NULL,
    documents    jsonb NOT NULL, -- [{name, folder, kind: pipeline|orchestration, yaml}] in the export's order
    report       jsonb NOT NULL, -- MigrationReport
    created_at   timestamptz NOT NULL DEFAULT now()
);
