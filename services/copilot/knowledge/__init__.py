"""What the Copilot knows beforehand, as YAML that prompts and code share."""
