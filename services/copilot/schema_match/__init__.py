"""Which source column becomes which target column, by what expression, how sure, and what people made of it."""
