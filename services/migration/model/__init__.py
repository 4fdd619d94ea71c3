"""Asking a language model, through the Provider server. The core knows nothing of this."""
