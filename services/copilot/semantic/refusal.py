"""Why the glossary writes no statement although it knows the words."""

from __future__ import annotations


class RefusedError(Exception):
    """`key`: of the text in `texts.yaml`; `values`: what it says."""

    def __init__(self, key: str, **values: str) -> None:
        super().__init__(key)
        self.key = key
        self.values = values
