"""Prompts of the model fallback, one file each; filled in by `services.migration.fallback.prompt`."""
