"""The platform's services around the Copilot: pipelines, monitor, metadata. docs/platform-apis.md is their contract."""
