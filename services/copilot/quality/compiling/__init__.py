"""Rules compiled to SQL: one statement a rule, in any of the five dialects or DuckDB."""
