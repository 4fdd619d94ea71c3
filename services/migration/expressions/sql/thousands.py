"""SQL of digits by thousands, as DuckDB and PostgreSQL both read it."""

BY_THOUSANDS = (
    "CASE WHEN {s} LIKE '-%' THEN '-' ELSE '' END || LTRIM(REVERSE(REGEXP_REPLACE("
    "REVERSE(SPLIT_PART(LTRIM({s}, '-'), '.', 1)), '([0-9][0-9][0-9])', '\\1,', 'g')), ',') || {f}"
)
"""A number's text with commas: `s` the text, `f` its decimals with the point. From the last digit to the first."""
