"""Asking another program's REST interface for JSON: bounded in time, size and attempts. A library."""
