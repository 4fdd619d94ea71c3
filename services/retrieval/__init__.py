"""Retrieval: context that is found by meaning, from pgvector."""
