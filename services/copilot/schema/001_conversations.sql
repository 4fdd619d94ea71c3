-- What was said in the Copilot's conversations. A conversation belongs to a workspace.
CREATE TABLE copilot_messages (
    workspace_id text NOT NULL,
    conversation_id text NOT NULL,
    position bigint GENERATED ALWAYS AS IDENTITY,
    role text NOT NULL CHECK (role IN ('user', 'assistant')),
    content text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (workspace_id, conversation_id, position)
);

CREATE INDEX copilot_messages_age_idx ON copilot_messages (created_at);
