"""Conversation: what a message asks for, an answer grounded in the catalog, and what the user can do next."""
