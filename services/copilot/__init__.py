"""The Copilot: chat, SQL, pipelines, quality rules, catalog and diagnosis."""
