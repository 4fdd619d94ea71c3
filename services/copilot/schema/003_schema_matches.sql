-- Schema matches as they were answered, with the two tables they are of. A match belongs to a workspace.
CREATE TABLE copilot_schema_matches (
    workspace_id text NOT NULL,
    match_id text NOT NULL,
    request jsonb NOT NULL,
    result jsonb NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (workspace_id, match_id)
);

CREATE INDEX copilot_schema_matches_age_idx ON copilot_schema_matches (created_at);

-- What people decided, by the columns it was about: the latest decision on a pair, taken up by later matches.
CREATE TABLE copilot_schema_decisions (
    workspace_id text NOT NULL,
    source_table text NOT NULL,
    target_table text NOT NULL,
    source_column text NOT NULL,
    target_column text NOT NULL,
    action text NOT NULL CHECK (action IN ('accept', 'reject', 'modify')),
    expression text NOT NULL,
    comment text NOT NULL,
    match_id text NOT NULL,
    decided_by text NOT NULL,
    decided_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (workspace_id, source_table, target_table, source_column, target_column)
);
