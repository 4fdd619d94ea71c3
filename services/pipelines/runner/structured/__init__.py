"""SQL that takes structured texts apart, from templates in files."""

from __future__ import annotations

from importlib.resources import files
from string import Template

import sqlglot
from sqlglot import exp

from services.pipelines.dsl.sqlread import GRAMMARS


def template(name: str) -> Template:
    return Template(files(__package__).joinpath(name).read_text(encoding="utf-8"))


def read(text: str, dialect: str) -> exp.Expr:
    """A template that is filled in, as a tree in which every name is quoted."""
    tree = sqlglot.parse_one(text, read=GRAMMARS[dialect])
    for name in tree.find_all(exp.Identifier):
        name.set("quoted", True)
    return tree
