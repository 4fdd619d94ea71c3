-- name: insert_batch
INSERT INTO migration_batches (batch_id, workspace_id, filename, skipped, created_by) VALUES ($1, $2, $3, $4, $5);

-- name: insert_job
INSERT INTO migration_jobs (job_id, workspace_id, filename, migration_type, dialect, size_bytes, status, created_by,
                            batch_id, position, member)
VALUES ($1, $2, $3, $4, $5, $6, 'uploaded', $7, $8, $9, $10);

-- name: get_batch
SELECT * FROM migration_batches WHERE workspace_id = $1 AND batch_id = $2;

-- name: get_members
SELECT job_id, member, status, status_reason, attempts, updated_at FROM migration_jobs
WHERE workspace_id = $1 AND batch_id = $2 ORDER BY position;

-- name: get_rate
-- Jobs a second: of the last that ended, since the first of them began. The clock runs on while none ends.
SELECT count(*) / greatest(extract(epoch FROM now() - min(began_at)), 0.001) AS rate, count(*) AS ended
FROM (SELECT began_at FROM migration_jobs
      WHERE workspace_id = $1 AND batch_id = $2 AND ended_at IS NOT NULL AND began_at IS NOT NULL
      ORDER BY ended_at DESC LIMIT $3) AS last;

-- name: cancel_batch
-- The first time counts.
UPDATE migration_batches SET cancelled_at = now()
WHERE workspace_id = $1 AND batch_id = $2 AND cancelled_at IS NULL
  AND EXISTS (SELECT 1 FROM migration_jobs AS job WHERE job.batch_id = $2
              AND status NOT IN ('completed', 'completed_with_warnings', 'failed'))
RETURNING batch_id;

-- name: drop_waiting
-- Jobs that no worker has begun; whoever claims one at this moment waits for its row, and then finds it over.
UPDATE migration_jobs SET status = 'failed', status_reason = 'CANCELLED', updated_at = now(),
       message = 'the batch was cancelled before this export was converted; convert the job again to have it'
WHERE workspace_id = $1 AND batch_id = $2 AND status = 'uploaded' AND attempts = 0
RETURNING job_id;

-- name: unqueue
DELETE FROM pgqueuer WHERE status = 'queued' AND payload = ANY($1::bytea[]);
