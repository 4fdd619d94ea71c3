"""Completions in the editor: from what is written and the schema at once, from the model while there is time."""
