"""Teradata as sqlglot has it, with two things it takes for others: `DELETE t ALL` and the cast `a (INTEGER)`.

Registered in place of sqlglot's own under the same name.
"""

from __future__ import annotations

from typing import Any

from sqlglot import Dialect, exp
from sqlglot.dialects.teradata import Teradata as Base

NAME = "teradata"


class Teradata(Base):
    """Teradata; known to sqlglot as `teradata`."""

    class Parser(Base.Parser):  # type: ignore[valid-type, misc]  # sqlglot sets it as an attribute
        def _parse_delete(self) -> Any:
            """`DELETE t ALL` deletes every row: ALL is no alias, and t no table among several."""
            deletion = super()._parse_delete()
            tables = deletion.args.get("tables")
            if not deletion.this and tables and len(tables) == 1:
                deletion.set("this", tables[0])
                deletion.set("tables", None)
            alias = deletion.this.args.get("alias") if isinstance(deletion.this, exp.Table) else None
            if alias is not None and alias.name.upper() == "ALL":
                deletion.this.set("alias", None)
            return deletion

        def _parse_function(self, *arguments: Any, **options: Any) -> Any:
            """`a (INTEGER)` is a cast: no function takes a type."""
            call = super()._parse_function(*arguments, **options)
            if isinstance(call, exp.Anonymous) and len(call.expressions) == 1:
                target = self._type_of(call.expressions[0])
                if target is not None:
                    return self.expression(exp.Cast(this=exp.column(call.name), to=target))
            return call

        def _type_of(self, argument: Any) -> exp.DataType | None:
            if isinstance(argument, exp.Column) and not argument.table and not argument.this.quoted:
                keyword = self.dialect.tokenizer_class.KEYWORDS.get(argument.name.upper())
                return exp.DataType.build(argument.name, dialect=NAME) if keyword in self.TYPE_TOKENS else None
            if isinstance(argument, exp.Anonymous):  # DECIMAL(10, 2)
                keyword = self.dialect.tokenizer_class.KEYWORDS.get(argument.name.upper())
                return exp.DataType.build(argument.sql(NAME), dialect=NAME) if keyword in self.TYPE_TOKENS else None
            return argument if isinstance(argument, exp.DataType) else None


Dialect.classes[NAME] = Teradata
