"""All on one machine without containers: embedded PostgreSQL, the servers and Envoy under a supervisor."""
