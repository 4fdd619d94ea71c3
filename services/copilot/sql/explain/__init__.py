"""SQL in plain language, clause by clause, in English and Polish."""
