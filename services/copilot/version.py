"""Which Copilot this is."""

VERSION = "0.3.0"
SERVER = f"copilot {VERSION}"
"""As `provenance.server` names it."""
