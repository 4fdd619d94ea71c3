"""The pipeline builder that uses tools, and asks a person before it changes anything."""
