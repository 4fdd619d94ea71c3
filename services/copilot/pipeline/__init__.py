"""Pipelines from words: a plan by the model, a document by code, checked and run before anybody sees it."""
