-- The agent's sessions. `holder` is the call that works on one; it keeps `lease_until` ahead of the clock while it lives.
CREATE TABLE agent_sessions (
    session_id text PRIMARY KEY,
    workspace_id text NOT NULL,
    created_by text NOT NULL,
    language text NOT NULL,
    status text NOT NULL CHECK (status IN ('running', 'awaiting_approval', 'completed', 'failed')),
    error text NOT NULL DEFAULT '',
    error_message text NOT NULL DEFAULT '',
    turn integer NOT NULL DEFAULT 1,
    rounds integer NOT NULL DEFAULT 0,
    holder text NOT NULL DEFAULT '',
    lease_until timestamptz NOT NULL DEFAULT clock_timestamp(),
    model_calls integer NOT NULL DEFAULT 0,
    prompt_tokens bigint NOT NULL DEFAULT 0,
    completion_tokens bigint NOT NULL DEFAULT 0,
    cost_usd double precision DEFAULT 0,  -- NULL where the price of any call is not known
    model text NOT NULL DEFAULT '',
    provider text NOT NULL DEFAULT '',
    degraded text[] NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- What was said. A `note` is the server's to the model. Results of tools are not repeated here: they follow from the calls.
CREATE TABLE agent_messages (
    session_id text NOT NULL REFERENCES agent_sessions ON DELETE CASCADE,
    position integer NOT NULL,
    turn integer NOT NULL,
    role text NOT NULL CHECK (role IN ('user', 'assistant', 'note')),
    content text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (session_id, position)
);

-- Tool calls, in the order of the assistant's message that makes them. One that changes something is an action:
-- open → pending → approved → executing → finished; the others: open → finished.
CREATE TABLE agent_calls (
    call_id text PRIMARY KEY,
    session_id text NOT NULL REFERENCES agent_sessions ON DELETE CASCADE,
    position integer NOT NULL,
    place integer NOT NULL,
    turn integer NOT NULL,
    tool text NOT NULL,
    arguments text NOT NULL,       -- canonical JSON
    arguments_hash text NOT NULL,  -- its SHA-256, hex
    state text NOT NULL CHECK (state IN ('open', 'pending', 'approved', 'executing', 'finished')),
    summary text NOT NULL DEFAULT '',
    expires_at timestamptz,
    decision text NOT NULL DEFAULT '' CHECK (decision IN ('', 'approved', 'rejected', 'expired')),
    decided_by text NOT NULL DEFAULT '',
    decided_at timestamptz,
    comment text NOT NULL DEFAULT '',
    output text NOT NULL DEFAULT '',  -- JSON; empty where it failed
    error text NOT NULL DEFAULT '',
    source text NOT NULL DEFAULT 'rules' CHECK (source IN ('rules', 'fallback')),
    started_at timestamptz,
    finished_at timestamptz,
    UNIQUE (session_id, position, place)
);

CREATE INDEX agent_sessions_workspace_idx ON agent_sessions (workspace_id, updated_at);
CREATE INDEX agent_sessions_age_idx ON agent_sessions (updated_at);
