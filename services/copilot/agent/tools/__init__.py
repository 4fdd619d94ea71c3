"""The agent's six tools."""
