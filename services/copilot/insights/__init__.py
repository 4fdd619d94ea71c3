"""Recommendations that nobody asked for: computed from runs, freshness, drift and rules, worded by the model."""
