-- name: get_reviews
-- The last verdict on each object of a job, in one dialect.
SELECT DISTINCT ON (mapping, object) * FROM migration_reviews
WHERE workspace_id = $1 AND job_id = $2 AND dialect = $3 ORDER BY mapping, object, review_id DESC;

-- name: insert_review
INSERT INTO migration_reviews (job_id, workspace_id, dialect, mapping, object, action, comment, yaml, original, author,
                               created_at)
VALUES ($2, $1, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: revise_job
-- Only while the job is as it was read: whoever changed it meanwhile reviewed or converted it too.
UPDATE migration_jobs SET status = $4, status_reason = $5, message = $6, confidence = $7, total_objects = $8,
       issues_count = $9, pipelines = $10, updated_at = clock_timestamp()
WHERE workspace_id = $1 AND job_id = $2 AND updated_at = $3
  AND status IN ('completed', 'completed_with_warnings', 'failed')
RETURNING *;

-- name: list_cases
-- The last verdict on each object of a workspace, by job; $2 is "" or one job.
SELECT DISTINCT ON (review.job_id, review.dialect, review.mapping, review.object)
       review.*, job.filename, job.migration_type, upload.sha256
FROM migration_reviews AS review
JOIN migration_jobs AS job USING (job_id)
JOIN migration_uploads AS upload USING (job_id)
WHERE review.workspace_id = $1 AND ($2::text = '' OR review.job_id::text = $2)
ORDER BY review.job_id, review.dialect, review.mapping, review.object, review.review_id DESC;
