"""What the Copilot knows of SQL statements; `validate` is the way in."""
