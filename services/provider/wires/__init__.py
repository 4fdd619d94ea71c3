"""The HTTP dialects of the providers, one file per wire."""
