"""Teradata as sqlglot has it, with what it takes for others or does not take.

Casts and attributes behind an expression (`a (INTEGER)`, `SUM(b) (BIGINT)`, `a (NAMED x)`, `a (TITLE 'x')`),
`DELETE t ALL`, `UPDATE t FROM s SET …`, RANK(a DESC), CASE_N(…, NO CASE), EXEC of a macro, DATE as the day it is.

Registered in place of sqlglot's own under the same name.
"""

from __future__ import annotations

from typing import Any

from sqlglot import Dialect, exp
from sqlglot.dialects.teradata import Teradata as Base
from sqlglot.tokenizer_core import TokenType

NAME = "teradata"
_PRESENT = {TokenType.DATE: exp.CurrentDate, TokenType.TIME: exp.CurrentTime}


class Teradata(Base):
    """Teradata; known to sqlglot as `teradata`."""

    class Tokenizer(Base.Tokenizer):
        KEYWORDS = {  # noqa: RUF012 - the shape sqlglot reads
            **Base.Tokenizer.KEYWORDS,
            "EXEC": TokenType.COMMAND,
            "EXECUTE": TokenType.COMMAND,
        }

    class Parser(Base.Parser):  # type: ignore[valid-type, misc]  # sqlglot sets it as an attribute
        TABLE_ALIAS_TOKENS = Base.Parser.TABLE_ALIAS_TOKENS - {TokenType.SET}
        FUNCTION_PARSERS = {  # noqa: RUF012 - the shape sqlglot reads
            **Base.Parser.FUNCTION_PARSERS,
            "CASE_N": lambda self: self._parse_case_n(),
            "RANK": lambda self: self._parse_rank(),
        }

        def _parse_case_n(self) -> Any:
            """CASE_N(a < 1, a < 2, NO CASE OR UNKNOWN): the words at the end stand for conditions."""
            return self.expression(
                exp.Anonymous(this="CASE_N", expressions=self._parse_csv(self._parse_condition_or_word))
            )

        def _parse_condition_or_word(self) -> Any:
            for words in (("NO", "CASE", "OR", "UNKNOWN"), ("NO", "CASE"), ("UNKNOWN",)):
                if self._match_text_seq(*words):
                    return exp.var(" ".join(words))
            return self._parse_assignment()

        def _parse_rank(self) -> Any:
            """RANK(a DESC), the form without OVER; by itself the highest is first."""
            ordered = self._parse_csv(self._parse_ordered)
            if not ordered:
                return self.expression(exp.Rank())
            return self.expression(exp.Window(this=exp.Rank(), order=exp.Order(expressions=ordered)))

        def _parse_column(self) -> Any:
            """DATE and TIME without anything behind them are the present ones."""
            if self._curr and self._curr.token_type in _PRESENT and not self._curr.text.startswith('"'):
                follows = self._next.token_type if self._next else None
                if follows not in (TokenType.STRING, TokenType.L_PAREN, TokenType.DOT, TokenType.ALIAS):
                    self._advance()
                    return self.expression(_PRESENT[self._prev.token_type]())
            return super()._parse_column()

        def _parse_column_ops(self, this: Any) -> Any:
            """What stands in brackets behind an expression: a type to cast to, a name, a title."""
            this = super()._parse_column_ops(this)
            while this is not None and self._curr and self._curr.token_type == TokenType.L_PAREN:
                index = self._index
                self._advance()
                made = self._attribute(this)
                if made is None or not self._match(TokenType.R_PAREN):
                    self._retreat(index)
                    return this
                this = made
            return this

        def _attribute(self, this: Any) -> Any:
            if self._match_text_seq("NAMED"):
                return self.expression(exp.Alias(this=this, alias=self._parse_id_var()))
            if self._match_text_seq("TITLE"):  # of a column of the report; no part of the result
                return this if self._parse_string() else None
            if not self._curr or self._curr.token_type not in self.TYPE_TOKENS:
                return None
            target = self._parse_types(check_func=False, schema=False)
            return self.expression(exp.Cast(this=this, to=target)) if isinstance(target, exp.DataType) else None

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
            """`a (INTEGER)` is a cast: unknown functions take no types. `f(NULL)` and `f(DATE '…')` are calls."""
            name, bracket, inner, after = (self._tokens[at] if at < len(self._tokens) else None for at in self._ahead())
            known = name is not None and (
                name.text.upper() in self.FUNCTIONS or name.text.upper() in self.FUNCTION_PARSERS
            )
            opens = bracket is not None and bracket.token_type == TokenType.L_PAREN
            is_type = inner is not None and inner.token_type in self.TYPE_TOKENS - {TokenType.NULL}
            cast = (is_type and (after is None or after.token_type != TokenType.STRING)) or (
                inner is not None and inner.text.upper() in ("NAMED", "TITLE")
            )
            if (
                opens
                and cast
                and not known
                and name is not None
                and name.token_type in (TokenType.VAR, TokenType.IDENTIFIER)
            ):
                return None
            return super()._parse_function(*arguments, **options)

        def _ahead(self) -> range:
            return range(self._index, self._index + 4)

    class Generator(Base.Generator):  # type: ignore[valid-type, misc]  # as above
        TRANSFORMS = {**Base.Generator.TRANSFORMS, exp.CurrentTime: lambda *_: "CURRENT_TIME"}  # noqa: RUF012 - as above

        def create_sql(self, expression: exp.Create) -> str:
            """REPLACE VIEW, without CREATE."""
            return str(super().create_sql(expression)).replace("CREATE OR REPLACE", "REPLACE", 1)


Dialect.classes[NAME] = Teradata
