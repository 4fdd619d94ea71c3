"""Asking a language model through the Provider server, and checking what it says."""
