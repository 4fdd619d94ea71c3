-- Embeddings are compared in the database. pgvector 0.8 brings iterative index scans, which filtered searches need.
CREATE EXTENSION IF NOT EXISTS vector;
