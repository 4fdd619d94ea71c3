-- What a language model answered for a job's objects, by request, so that a conversion done again asks nothing twice.

CREATE TABLE migration_answers (
    job_id       uuid NOT NULL REFERENCES migration_jobs ON DELETE CASCADE,
    workspace_id text NOT NULL,
    key          text NOT NULL,
    good         boolean NOT NULL,
    answer       jsonb NOT NULL, -- ModelAnswer
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (job_id, key)
);
