"""The `dataflow-ai` command."""
