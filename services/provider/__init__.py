"""The Provider: one door to every language model."""
