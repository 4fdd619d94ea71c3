-- name: messages
DELETE FROM copilot_messages
WHERE (workspace_id, conversation_id, position) IN (
    SELECT old.workspace_id, old.conversation_id, old.position
    FROM copilot_messages AS old
    WHERE old.created_at < clock_timestamp() - make_interval(days => $1)
    LIMIT $2
    FOR UPDATE SKIP LOCKED
);

-- name: sessions
-- With their messages and calls. One that somebody works on, or whose action still waits for a person, stays.
DELETE FROM agent_sessions
WHERE session_id IN (
    SELECT old.session_id
    FROM agent_sessions AS old
    WHERE old.updated_at < clock_timestamp() - make_interval(days => $1)
        AND NOT (old.status = 'running' AND old.lease_until > clock_timestamp())
        AND NOT EXISTS (
            SELECT FROM agent_calls AS call
            WHERE call.session_id = old.session_id AND call.state = 'pending' AND call.expires_at > clock_timestamp()
        )
    LIMIT $2
    FOR UPDATE SKIP LOCKED
);

-- name: matches
-- What people decided on columns stays: later matches begin with it.
DELETE FROM copilot_schema_matches
WHERE (workspace_id, match_id) IN (
    SELECT old.workspace_id, old.match_id
    FROM copilot_schema_matches AS old
    WHERE old.created_at < clock_timestamp() - make_interval(days => $1)
        AND old.updated_at < clock_timestamp() - make_interval(days => $1)
    LIMIT $2
    FOR UPDATE SKIP LOCKED
);
