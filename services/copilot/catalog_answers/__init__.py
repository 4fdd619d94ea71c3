"""The data catalog, described and asked: counts by code, words by the model, a person's text left alone."""
