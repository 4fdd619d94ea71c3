-- One row an entity. Kinds and ids are the caller's; a row belongs to one workspace and one model's vector space.
CREATE TABLE catalog_embeddings (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    entity_type text NOT NULL,
    entity_id text NOT NULL,
    entity_name text NOT NULL,
    workspace_id text NOT NULL,
    content text NOT NULL,
    metadata jsonb NOT NULL DEFAULT '{}',
    embedding vector(384) NOT NULL,
    model text NOT NULL,
    content_hash bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    -- the table of a column: what its metadata says, else its id without the last part
    parent_id text GENERATED ALWAYS AS (
        CASE WHEN entity_type = 'column'
        THEN coalesce(metadata ->> 'table', regexp_replace(entity_id, '[.][^.]*$', '')) END
    ) STORED,
    -- names are cut at every sign: sales.fact_revenue is found by "revenue"
    search_text tsvector GENERATED ALWAYS AS (
        to_tsvector('english', regexp_replace(entity_name || ' ' || content, '[^[:alnum:]]+', ' ', 'g'))
    ) STORED,
    UNIQUE (workspace_id, entity_type, entity_id)
);

-- A vector outside the row would be one more page a comparison; the long texts go out instead.
ALTER TABLE catalog_embeddings ALTER COLUMN embedding SET STORAGE PLAIN;

CREATE INDEX catalog_embeddings_workspace_idx ON catalog_embeddings (workspace_id, model, entity_type);
CREATE INDEX catalog_embeddings_entity_type_idx ON catalog_embeddings (entity_type);
CREATE INDEX catalog_embeddings_parent_idx ON catalog_embeddings (workspace_id, parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX catalog_embeddings_metadata_idx ON catalog_embeddings USING gin (metadata jsonb_path_ops);
CREATE INDEX catalog_embeddings_search_text_idx ON catalog_embeddings USING gin (search_text);

-- When an entity was last indexed, unchanged or not. Apart, because a new version of a row of catalog_embeddings is a
-- new entry in its vector index.
CREATE TABLE catalog_embeddings_seen (
    embedding_id bigint PRIMARY KEY REFERENCES catalog_embeddings ON DELETE CASCADE,
    seen_at timestamptz NOT NULL
) WITH (fillfactor = 50);

-- The last comparison of index and exact scan.
CREATE TABLE catalog_embeddings_recall (
    workspace_id text PRIMARY KEY,
    recall_at_10 double precision NOT NULL,
    index_kind text NOT NULL,
    checked_at timestamptz NOT NULL DEFAULT now()
);
