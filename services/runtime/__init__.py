"""What every server needs and no service owns: start and stop, settings, authorization, errors, logs,
metrics.

This package imports no service. A server is an `App` (server.py) handed to `run`.
"""
