"""Sentences in English and Polish read as rules, without a model."""
