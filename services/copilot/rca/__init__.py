"""Root causes of incidents: what happened around one, and what of it may have caused it."""
