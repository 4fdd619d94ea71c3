-- name: insert_job
INSERT INTO migration_jobs (job_id, workspace_id, filename, migration_type, dialect, size_bytes, status, created_by)
VALUES ($1, $2, $3, $4, $5, $6, 'uploaded', $7);

-- name: insert_upload
INSERT INTO migration_uploads (job_id, workspace_id, content, sha256) VALUES ($1, $2, $3, $4);

-- name: get_job
SELECT * FROM migration_jobs WHERE workspace_id = $1 AND job_id = $2;

-- name: get_stages
SELECT name, status, started_at, finished_at FROM migration_stages
WHERE workspace_id = $1 AND job_id = $2 ORDER BY position;

-- name: get_upload
SELECT content FROM migration_uploads WHERE workspace_id = $1 AND job_id = $2;

-- name: get_documents
SELECT documents FROM migration_results WHERE workspace_id = $1 AND job_id = $2;

-- name: get_report
SELECT report FROM migration_results WHERE workspace_id = $1 AND job_id = $2;

-- name: list_jobs
-- The sort column is chosen here, among four, and never pasted into the text.
SELECT *, count(*) OVER () AS total FROM migration_jobs
WHERE workspace_id = $1
  AND ($2::text = '' OR status = $2)
  AND ($3::text = '' OR migration_type = $3)
  AND ($4::text = '' OR strpos(lower(filename), lower($4)) > 0)
ORDER BY
  CASE WHEN $5 = 'filename' AND $6 = 'asc' THEN filename END ASC,
  CASE WHEN $5 = 'filename' AND $6 = 'desc' THEN filename END DESC,
  CASE WHEN $5 = 'status' AND $6 = 'asc' THEN status END ASC,
  CASE WHEN $5 = 'status' AND $6 = 'desc' THEN status END DESC,
  CASE WHEN $5 = 'confidence' AND $6 = 'asc' THEN confidence END ASC,
  CASE WHEN $5 = 'confidence' AND $6 = 'desc' THEN confidence END DESC,
  CASE WHEN $5 = 'created_at' AND $6 = 'asc' THEN created_at END ASC,
  created_at DESC, job_id
LIMIT $7 OFFSET $8;

-- name: count_jobs
SELECT count(*) FROM migration_jobs
WHERE workspace_id = $1
  AND ($2::text = '' OR status = $2)
  AND ($3::text = '' OR migration_type = $3)
  AND ($4::text = '' OR strpos(lower(filename), lower($4)) > 0);

-- name: drop_cancelled
-- A job that was begun before its batch was cancelled is not tried again; converted again since, it is begun anew.
UPDATE migration_jobs AS job SET status = 'failed', status_reason = 'CANCELLED', updated_at = now(),
       message = 'the batch was cancelled before this export could be tried again; convert the job again to have it'
FROM migration_batches AS batch
WHERE job.job_id = $1 AND batch.batch_id = job.batch_id AND job.began_at < batch.cancelled_at
  AND job.status NOT IN ('completed', 'completed_with_warnings', 'failed')
RETURNING job.workspace_id;

-- name: claim_job
-- A worker begins (or begins again, after another one died): the attempt is counted before the work. Its number says
-- whose job it is: what an earlier attempt still writes, whose worker was only thought dead, finds no row.
UPDATE migration_jobs SET attempts = attempts + 1, updated_at = now(), began_at = now(), ended_at = NULL
WHERE job_id = $1 AND status NOT IN ('completed', 'completed_with_warnings', 'failed')
RETURNING *;

-- name: set_status
UPDATE migration_jobs SET status = $4, updated_at = now()
WHERE workspace_id = $1 AND job_id = $2 AND attempts = $3
  AND status NOT IN ('completed', 'completed_with_warnings', 'failed')
RETURNING job_id;

-- name: begin_stage
INSERT INTO migration_stages (job_id, workspace_id, name, position, status) VALUES ($2, $1, $3, $4, 'running')
ON CONFLICT (job_id, name) DO UPDATE SET status = 'running', started_at = now(), finished_at = NULL;

-- name: end_stages
UPDATE migration_stages SET status = $3, finished_at = now()
WHERE workspace_id = $1 AND job_id = $2 AND status = 'running';

-- name: clear_stages
DELETE FROM migration_stages WHERE workspace_id = $1 AND job_id = $2;

-- name: clear_result
DELETE FROM migration_results WHERE workspace_id = $1 AND job_id = $2;

-- name: get_answers
SELECT key, answer FROM migration_answers WHERE workspace_id = $1 AND job_id = $2;

-- name: keep_answer
-- Only while the attempt is the job's own; the answer that is there already stays.
INSERT INTO migration_answers (job_id, workspace_id, key, good, answer)
SELECT job_id, workspace_id, $4, $5, $6 FROM migration_jobs
WHERE workspace_id = $1 AND job_id = $2 AND attempts = $3
  AND status NOT IN ('completed', 'completed_with_warnings', 'failed')
ON CONFLICT (job_id, key) DO NOTHING;

-- name: forget_failed_answers
DELETE FROM migration_answers WHERE workspace_id = $1 AND job_id = $2 AND NOT good;

-- name: save_result
INSERT INTO migration_results (job_id, workspace_id, documents, report) VALUES ($2, $1, $3, $4)
ON CONFLICT (job_id) DO UPDATE SET documents = excluded.documents, report = excluded.report, created_at = now();

-- name: finish_job
UPDATE migration_jobs SET status = $4, status_reason = $5, message = $6, confidence = $7, total_objects = $8,
       issues_count = $9, pipelines = $10, updated_at = now(), ended_at = now()
WHERE workspace_id = $1 AND job_id = $2 AND attempts = $3
  AND status NOT IN ('completed', 'completed_with_warnings', 'failed')
RETURNING job_id;

-- name: restart_job
-- Only a job at rest is converted again; a running one is left alone (no row comes back).
UPDATE migration_jobs SET status = 'uploaded', status_reason = '', message = '', attempts = 0, dialect = $3,
       confidence = 0, total_objects = 0, issues_count = 0, pipelines = 0, updated_at = now(), began_at = NULL,
       ended_at = NULL
WHERE workspace_id = $1 AND job_id = $2 AND status IN ('completed', 'completed_with_warnings', 'failed')
RETURNING job_id;

-- name: release_job
UPDATE migration_jobs SET attempts = attempts - 1, status = 'uploaded', updated_at = now()
WHERE workspace_id = $1 AND job_id = $2 AND attempts = $3
  AND status NOT IN ('completed', 'completed_with_warnings', 'failed');

-- name: requeue_lost
-- Jobs under way that no queue entry stands for; touched, so that of several sweeps at once only one finds them.
UPDATE migration_jobs SET updated_at = now()
WHERE status NOT IN ('completed', 'completed_with_warnings', 'failed') AND updated_at < now() - interval '5 seconds'
  AND NOT EXISTS (SELECT 1 FROM pgqueuer WHERE payload = convert_to(job_id::text, 'UTF8'))
RETURNING job_id;
