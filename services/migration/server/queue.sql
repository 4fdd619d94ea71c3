-- Whose turn it is: start-time fair queuing. A job's tag is its turn; workers take the lowest, as the highest priority.

-- name: lock_turns
SELECT pg_advisory_xact_lock($1);

-- name: next_turn
-- The turn after the last one of the same flow that still waits, and after the one that is being worked off: who comes
-- late is next, and who brought a thousand jobs waits between them for the others. A workspace is two flows: its batches,
-- and what it uploads job by job, which people wait for.
SELECT greatest(
    (SELECT coalesce(max(-priority) FILTER (WHERE status = 'picked'),
                     min(-priority) FILTER (WHERE status = 'queued') - 1, 0) FROM pgqueuer WHERE entrypoint = $1),
    (SELECT coalesce(max(-queued.priority), 0) FROM pgqueuer AS queued
     JOIN migration_jobs AS job ON job.job_id = convert_from(queued.payload, 'UTF8')::uuid
     WHERE queued.entrypoint = $1 AND job.workspace_id = $2 AND (job.batch_id IS NOT NULL) = $3)
) + 1;
