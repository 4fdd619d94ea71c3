"""PostgreSQL's own catalogue of types, casts, operators and functions, as release 18 has them.

The .tsv files are rows of pg_type, pg_cast, pg_operator and pg_proc (schema pg_catalog, what SQL can call), so that
an expression is typed by the server's rules and not by a guess at them.
"""
