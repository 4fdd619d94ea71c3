"""Rewrites of SQL statements, each with its rule and its proof."""
