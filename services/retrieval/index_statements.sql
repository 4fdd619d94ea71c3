-- name: try_lock
SELECT pg_try_advisory_lock($1);

-- name: unlock
SELECT pg_advisory_unlock($1);

-- name: no_timeout
SET statement_timeout = 0;

-- name: memory
SET maintenance_work_mem = '${megabytes}MB';

-- name: build_hnsw
CREATE INDEX CONCURRENTLY IF NOT EXISTS ${name} ON catalog_embeddings
USING hnsw (embedding vector_cosine_ops) WITH (m = ${m}, ef_construction = ${ef_construction});

-- name: build_ivfflat
CREATE INDEX CONCURRENTLY IF NOT EXISTS ${name} ON catalog_embeddings
USING ivfflat (embedding vector_cosine_ops) WITH (lists = ${lists});

-- name: drop
DROP INDEX CONCURRENTLY IF EXISTS ${name};
