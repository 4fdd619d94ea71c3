-- Searches of catalog_embeddings run with custom plans: a condition whose parameter is NULL then costs nothing.

-- name: now
SELECT clock_timestamp();

-- name: known
-- What is stored of the entities given: whether vector, and name and facts, are as they are now.
SELECT given.number, stored.content_hash = given.content_hash AND stored.model = $2 AS same_vector,
       stored.entity_name = given.entity_name AND stored.metadata = given.metadata AS same_facts
FROM unnest($3::text[], $4::text[], $5::text[], $6::jsonb[], $7::bytea[]) WITH ORDINALITY
     AS given (entity_type, entity_id, entity_name, metadata, content_hash, number)
JOIN catalog_embeddings AS stored
  ON stored.workspace_id = $1 AND stored.entity_type = given.entity_type AND stored.entity_id = given.entity_id;

-- name: upsert
INSERT INTO catalog_embeddings
    (workspace_id, model, entity_type, entity_id, entity_name, metadata, content_hash, content, embedding)
VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7, $8, $9::real[]::vector(384))
ON CONFLICT (workspace_id, entity_type, entity_id) DO UPDATE SET
    model = excluded.model, entity_name = excluded.entity_name, metadata = excluded.metadata,
    content_hash = excluded.content_hash, content = excluded.content, embedding = excluded.embedding,
    updated_at = now();

-- name: update_facts
UPDATE catalog_embeddings SET entity_name = $4, metadata = $5::jsonb, updated_at = now()
WHERE workspace_id = $1 AND entity_type = $2 AND entity_id = $3;

-- name: mark_seen
-- The numbers of the entities that are there.
WITH present AS (
    SELECT stored.id, given.number
    FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS given (entity_type, entity_id, number)
    JOIN catalog_embeddings AS stored
      ON stored.workspace_id = $1 AND stored.entity_type = given.entity_type AND stored.entity_id = given.entity_id
    ORDER BY stored.id
    FOR KEY SHARE OF stored
), marked AS (
    INSERT INTO catalog_embeddings_seen (embedding_id, seen_at) SELECT id, clock_timestamp() FROM present ORDER BY id
    ON CONFLICT (embedding_id) DO UPDATE SET seen_at = greatest(catalog_embeddings_seen.seen_at, excluded.seen_at)
)
SELECT number FROM present;

-- name: delete_entity
DELETE FROM catalog_embeddings WHERE workspace_id = $1 AND entity_type = $2 AND entity_id = $3;

-- name: delete_all
DELETE FROM catalog_embeddings WHERE workspace_id = $1 AND ($2::text IS NULL OR entity_type = $2);

-- name: delete_stale
DELETE FROM catalog_embeddings AS stored
WHERE stored.workspace_id = $1 AND ($3::text IS NULL OR stored.entity_type = $3)
  AND ($4::text IS NULL OR stored.metadata ->> 'service' = $4)
  AND coalesce((SELECT seen_at FROM catalog_embeddings_seen WHERE embedding_id = stored.id), stored.updated_at) < $2;

-- name: stats
SELECT entity_type, count(*) AS entities, count(*) FILTER (WHERE model <> $2) AS of_other_models,
       max(coalesce(seen_at, updated_at)) AS last_indexed_at
FROM catalog_embeddings LEFT JOIN catalog_embeddings_seen ON embedding_id = id
WHERE workspace_id = $1
GROUP BY entity_type ORDER BY entity_type;

-- name: is_there
-- Whether the workspace has vectors of the model at all.
SELECT EXISTS (SELECT FROM catalog_embeddings WHERE workspace_id = $1 AND model = $2);

-- name: count_up_to
-- Vectors left by the filters, counted no further than the limit.
SELECT count(*) FROM (
    SELECT FROM catalog_embeddings
    WHERE workspace_id = $1 AND model = $2
      AND ($3::text[] IS NULL OR entity_type = ANY ($3))
      AND ($4::jsonpath IS NULL OR metadata @@ $4)
    LIMIT $5
) AS counted;

-- name: nearest_exact
-- Every vector left by the filters is compared: no index orders by a sum. Ids alone are sorted, which takes a third off
-- the time; the rest of a row is read for those that are left.
WITH nearest AS MATERIALIZED (
    SELECT id, (embedding <=> $6::real[]::vector(384)) + 0 AS distance FROM catalog_embeddings
    WHERE workspace_id = $1 AND model = $2
      AND ($3::text[] IS NULL OR entity_type = ANY ($3))
      AND ($4::jsonpath IS NULL OR metadata @@ $4)
      AND ($5::text[] IS NULL OR entity_id <> ALL ($5))
    ORDER BY distance LIMIT $7
)
SELECT id, entity_type, entity_id, entity_name, content, metadata, parent_id,
       coalesce(seen_at, updated_at) AS updated_at,
       1 - distance AS cosine
FROM nearest JOIN catalog_embeddings USING (id) LEFT JOIN catalog_embeddings_seen ON embedding_id = id
ORDER BY distance, entity_type, entity_id;

-- name: nearest_by_index
-- As nearest_exact, in an order that the vector index gives.
WITH nearest AS MATERIALIZED (
    SELECT *, embedding <=> $6::real[]::vector(384) AS distance FROM catalog_embeddings
    WHERE workspace_id = $1 AND model = $2
      AND ($3::text[] IS NULL OR entity_type = ANY ($3))
      AND ($4::jsonpath IS NULL OR metadata @@ $4)
      AND ($5::text[] IS NULL OR entity_id <> ALL ($5))
    ORDER BY embedding <=> $6::real[]::vector(384) LIMIT $7
)
SELECT id, entity_type, entity_id, entity_name, content, metadata, parent_id,
       coalesce(seen_at, updated_at) AS updated_at,
       1 - distance AS cosine
FROM nearest LEFT JOIN catalog_embeddings_seen ON embedding_id = id
ORDER BY distance, entity_type, entity_id;

-- name: nearest_tables_exact
-- Tables (and other kinds asked for) by a mix of a table's own vector and the nearest of its columns': $8 is the share
-- of the column, of calibration.table_cosine.
WITH scored AS MATERIALIZED (
    SELECT id, entity_type, entity_id, parent_id, embedding <=> $6::real[]::vector(384) AS distance
    FROM catalog_embeddings
    WHERE workspace_id = $1 AND model = $2
      AND entity_type = ANY ($3::text[] || 'column'::text)
      AND ($4::jsonpath IS NULL OR metadata @@ $4)
), columns AS (
    SELECT parent_id, min(distance) AS distance FROM scored WHERE entity_type = 'column' GROUP BY parent_id
), ranked AS MATERIALIZED (
    SELECT scored.id, (1 - $8::float8) * scored.distance
                      + $8 * coalesce(columns.distance, scored.distance) AS distance
    FROM scored LEFT JOIN columns ON scored.entity_type = 'table' AND columns.parent_id = scored.entity_id
    WHERE scored.entity_type <> 'column' AND ($5::text[] IS NULL OR scored.entity_id <> ALL ($5))
    ORDER BY distance LIMIT $7
)
SELECT id, entity_type, entity_id, entity_name, content, metadata, stored.parent_id,
       coalesce(seen_at, updated_at) AS updated_at, 1 - ranked.distance AS cosine
FROM ranked JOIN catalog_embeddings AS stored USING (id) LEFT JOIN catalog_embeddings_seen ON embedding_id = id
ORDER BY ranked.distance, entity_type, entity_id;

-- name: tables
-- Tables by id, scored as in nearest_tables_exact.
SELECT id, entity_type, entity_id, entity_name, content, metadata, parent_id,
       coalesce(seen_at, updated_at) AS updated_at,
       1 - (1 - $7::float8) * own.distance - $7 * coalesce(columns.distance, own.distance) AS cosine
FROM catalog_embeddings AS stored LEFT JOIN catalog_embeddings_seen ON embedding_id = id,
LATERAL (SELECT stored.embedding <=> $6::real[]::vector(384) AS distance) AS own,
LATERAL (
    SELECT min(embedding <=> $6::real[]::vector(384)) AS distance FROM catalog_embeddings
    WHERE workspace_id = $1 AND parent_id = stored.entity_id AND model = $2
      AND ($4::jsonpath IS NULL OR metadata @@ $4)
) AS columns
WHERE workspace_id = $1 AND model = $2 AND entity_type = 'table' AND entity_id = ANY ($3::text[])
  AND ($4::jsonpath IS NULL OR metadata @@ $4)
  AND ($5::text[] IS NULL OR entity_id <> ALL ($5))
ORDER BY cosine DESC, entity_id;

-- name: matching_words
-- The best entities with any word of the query; `words` is the share of its words that they have, 0 to 1.
WITH query AS (
    SELECT coalesce(string_agg(quote_literal(lexeme), ' | '), '')::tsquery AS any_word,
           array_agg(quote_literal(lexeme)::tsquery) AS each
    FROM unnest(to_tsvector('english', regexp_replace($8, '[^[:alnum:]]+', ' ', 'g')))
), found AS MATERIALIZED (
    SELECT stored.*, query.each, ts_rank(search_text, query.any_word, 1) AS rank
    FROM catalog_embeddings AS stored, query
    WHERE workspace_id = $1 AND model = $2
      AND ($3::text[] IS NULL OR entity_type = ANY ($3))
      AND ($4::jsonpath IS NULL OR metadata @@ $4)
      AND ($5::text[] IS NULL OR entity_id <> ALL ($5))
      AND search_text @@ query.any_word
    ORDER BY rank DESC, id LIMIT $7
)
SELECT id, entity_type, entity_id, entity_name, content, metadata, parent_id,
       coalesce(seen_at, updated_at) AS updated_at,
       1 - (embedding <=> $6::real[]::vector(384)) AS cosine,
       (SELECT avg((search_text @@ word)::int)::float8 FROM unnest(each) AS word) AS words
FROM found LEFT JOIN catalog_embeddings_seen ON embedding_id = id
ORDER BY rank DESC, id;

-- name: words_of
-- The same share for entities found by their vectors; none where the query has no words.
WITH query AS (
    SELECT array_agg(quote_literal(lexeme)::tsquery) AS each
    FROM unnest(to_tsvector('english', regexp_replace($2, '[^[:alnum:]]+', ' ', 'g')))
)
SELECT id, (SELECT avg((search_text @@ word)::int)::float8 FROM unnest(query.each) AS word) AS words
FROM catalog_embeddings, query
WHERE id = ANY ($1::bigint[]) AND query.each IS NOT NULL;

-- name: referenced
-- Tables by id or name, for foreign keys.
SELECT id, entity_type, entity_id, entity_name, content, metadata, parent_id,
       coalesce(seen_at, updated_at) AS updated_at,
       1 - (embedding <=> $5::real[]::vector(384)) AS cosine
FROM catalog_embeddings LEFT JOIN catalog_embeddings_seen ON embedding_id = id
WHERE workspace_id = $1 AND model = $2 AND entity_type = 'table'
  AND (entity_id = ANY ($3::text[]) OR entity_name = ANY ($3::text[])) AND id <> ALL ($4::bigint[])
ORDER BY cosine DESC, entity_id;

-- name: extension_version
SELECT extversion FROM pg_extension WHERE extname = 'vector';

-- name: vector_indexes
SELECT index.relname AS name, method.amname AS kind, indisvalid AND indisready AS usable
FROM pg_index
JOIN pg_class AS index ON index.oid = indexrelid
JOIN pg_am AS method ON method.oid = index.relam
WHERE indrelid = 'catalog_embeddings'::regclass AND method.amname IN ('hnsw', 'ivfflat');

-- name: largest_set
-- The most vectors that one workspace has, and all.
SELECT coalesce(max(entities), 0) AS largest, coalesce(sum(entities), 0)::bigint AS total
FROM (SELECT count(*) AS entities FROM catalog_embeddings GROUP BY workspace_id) AS counts;

-- name: sample
-- Vectors of the workspace, taken at random.
SELECT id, embedding::real[] AS vector FROM catalog_embeddings
WHERE workspace_id = $1 AND model = $2 ORDER BY random() LIMIT $3;

-- name: save_recall
INSERT INTO catalog_embeddings_recall (workspace_id, recall_at_10, index_kind) VALUES ($1, $2, $3)
ON CONFLICT (workspace_id) DO UPDATE SET
    recall_at_10 = excluded.recall_at_10, index_kind = excluded.index_kind, checked_at = now();

-- name: last_recall
SELECT recall_at_10, checked_at FROM catalog_embeddings_recall WHERE workspace_id = $1 AND index_kind = $2;

-- name: of_other_models
-- Entities whose vectors belong to another model, some at a time.
SELECT id, content, content_hash FROM catalog_embeddings WHERE model <> $1 AND id > $2 ORDER BY id LIMIT $3;

-- name: replace_vector
-- Unless somebody wrote another text meanwhile.
UPDATE catalog_embeddings SET embedding = $3::real[]::vector(384), model = $2 WHERE id = $1 AND content_hash = $4;
