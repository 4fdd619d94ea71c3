-- name: latest
SELECT role, content
FROM copilot_messages
WHERE workspace_id = $1 AND conversation_id = $2
ORDER BY position DESC
LIMIT $3;

-- name: add
INSERT INTO copilot_messages (workspace_id, conversation_id, role, content)
SELECT $1, $2, spoken.role, spoken.content
FROM unnest($3::text[], $4::text[]) WITH ORDINALITY AS spoken (role, content, place)
ORDER BY spoken.place;
