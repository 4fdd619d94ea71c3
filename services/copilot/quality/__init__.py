"""Quality rules from words: read, compiled to SQL, checked against the table, tried on rows."""
