-- People's verdicts on objects, every one kept; the last of an object counts. They belong to the job, not to its result,
-- so conversion anew leaves them.

CREATE TABLE migration_reviews (
    review_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job_id       uuid NOT NULL REFERENCES migration_jobs ON DELETE CASCADE,
    workspace_id text NOT NULL,
    dialect      text NOT NULL, -- of the job when it was given; it counts for conversions to that one
    mapping      text NOT NULL,
    object       text NOT NULL,
    action       text NOT NULL CHECK (action IN ('mark_wrong', 'accept', 'edit')),
    comment      text NOT NULL,
    yaml         text NOT NULL, -- of an edit
    original     text NOT NULL, -- the object's nodes as they were converted, as YAML
    author       text NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX migration_reviews_by_job ON migration_reviews (job_id, mapping, object, review_id DESC);
CREATE INDEX migration_reviews_by_workspace ON migration_reviews (workspace_id, review_id);
