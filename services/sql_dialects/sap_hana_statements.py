"""Statements and clauses that SAP HANA alone has, read and written: a parser and a generator to build its dialect on.

UPSERT and REPLACE, CREATE COLUMN TABLE, ALTER TABLE … ADD (…), the functions named …_REGEXPR, WITH HINT,
named arguments of views, as the SAP HANA SQL Reference Guide describes them.
"""

from __future__ import annotations

from typing import Any

from sqlglot import exp, generator, parser
from sqlglot.tokenizer_core import TokenType

_STORE, _HINTS = "table_store", "with_hint"  # what is kept beside a tree, for other dialects have no place for it


class Upsert(exp.Insert):
    """UPSERT t (…) VALUES (…) [WHERE … | WITH PRIMARY KEY], or with a query; no other dialect writes it."""

    arg_types = {**exp.Insert.arg_types, "primary_key": False}  # noqa: RUF012 - the shape sqlglot reads


class TableWords(exp.Property):
    """LOCAL or COLUMN before TABLE, after other words of CREATE."""

    arg_types = {"this": True}  # noqa: RUF012 - as above


class RegularExpression(exp.Expression, exp.Func):
    """SUBSTRING_REGEXPR('[0-9]+' IN x) and its like; `this` the name, `words` what stands before each argument."""

    arg_types = {"this": True, "expressions": True, "words": True}  # noqa: RUF012 - as above


_REGULAR = ("SUBSTRING_REGEXPR", "SUBSTR_REGEXPR", "REPLACE_REGEXPR", "OCCURRENCES_REGEXPR", "LOCATE_REGEXPR")
_WORDS = ("FLAG", "IN", "WITH", "FROM", "OCCURRENCE", "GROUP")


class StatementParser(parser.Parser):
    FUNCTION_PARSERS = {  # noqa: RUF012 - as above
        **parser.Parser.FUNCTION_PARSERS,
        **{name: (lambda self, name=name: self._parse_regular_expression(name)) for name in _REGULAR},
    }
    STATEMENT_PARSERS = {  # noqa: RUF012 - as above
        **parser.Parser.STATEMENT_PARSERS,
        TokenType.REPLACE: lambda self: self._parse_insert(),
    }

    PROPERTY_PARSERS = {  # noqa: RUF012 - as above
        **parser.Parser.PROPERTY_PARSERS,
        **{
            word: (lambda self, word=word: self.expression(TableWords(this=exp.var(word))))
            for word in ("COLUMN", "LOCAL")
        },
    }

    def _parse_regular_expression(self, name: str) -> Any:
        arguments, words = [self._parse_string() or self._parse_bitwise()], [""]
        while self._match_texts(_WORDS):
            words.append(self._prev.text.upper())
            arguments.append(exp.var("ALL") if self._match_text_seq("ALL") else self._parse_bitwise())
        return self.expression(RegularExpression(this=name, expressions=arguments, words=words))

    def _parse_alter_table_add(self) -> Any:
        if self._match(TokenType.L_PAREN):
            columns = self._parse_csv(self._parse_field_def)
            self._match_r_paren()
            return columns
        return super()._parse_alter_table_add()

    def _parse_insert(self) -> Any:
        if self._prev.text.upper() not in ("UPSERT", "REPLACE"):
            return super()._parse_insert()
        self._match(TokenType.INTO)
        table = self._parse_table(schema=True, parse_partition=False)
        values = self._parse_derived_table_values() or self._parse_ddl_select()
        where = self._parse_where()
        by_key = bool(self._match_text_seq("WITH", "PRIMARY KEY"))
        return self.expression(Upsert(this=table, expression=values, where=where, primary_key=by_key))

    def _parse_create(self) -> Any:
        store = self._curr.text.upper() if self._curr else ""
        if store not in ("COLUMN", "ROW") or self._next.token_type != TokenType.TABLE:
            return super()._parse_create()
        self._advance()
        created = super()._parse_create()
        if isinstance(created, exp.Create):
            created.meta[_STORE] = store
        return created

    def _parse_id_var(self, *arguments: Any, **options: Any) -> Any:
        """#name is a local temporary table."""
        local = self._match(TokenType.HASH)
        name = super()._parse_id_var(*arguments, **options)
        if local and isinstance(name, exp.Identifier):
            name.set("this", f"#{name.this}")
        return name

    def _parse_query_modifiers(self, this: Any) -> Any:
        this = super()._parse_query_modifiers(this)
        if isinstance(this, exp.Query) and self._match_text_seq("WITH", "HINT"):
            hints = self._parse_wrapped_csv(lambda: self._parse_function() or self._parse_id_var())
            this.meta[_HINTS] = [hint.sql(dialect="sap_hana") for hint in hints]
        return this

    def _parse_lambda(self, alias: bool = False) -> Any:
        """An argument; `PLACEHOLDER."$$P$$" => value` names the parameter of a view."""
        argument = super()._parse_lambda(alias)
        if isinstance(argument, exp.Column) and self._match(TokenType.FARROW):
            return self.expression(exp.Kwarg(this=argument, expression=self._parse_disjunction()))
        return argument


class StatementGenerator(generator.Generator):
    PROPERTIES_LOCATION = {  # noqa: RUF012 - as above
        **generator.Generator.PROPERTIES_LOCATION,
        TableWords: exp.Properties.Location.POST_CREATE,
    }

    def tablewords_sql(self, expression: TableWords) -> str:
        return self.sql(expression, "this")

    def upsert_sql(self, expression: Upsert) -> str:
        where = self.sql(expression, "where")
        key = " WITH PRIMARY KEY" if expression.args.get("primary_key") else ""
        return f"UPSERT {self.sql(expression, 'this')} {self.sql(expression, 'expression')}{where}{key}"

    def anonymous_sql(self, expression: exp.Anonymous) -> str:
        """The name of a view with parameters is quoted, and its case counts."""
        name = expression.this
        if isinstance(name, exp.Identifier) and name.quoted:
            return self.func(self.sql(name), *expression.expressions, normalize=False)
        return super().anonymous_sql(expression)

    def create_sql(self, expression: exp.Create) -> str:
        sql = super().create_sql(expression)
        store = expression.meta.get(_STORE)
        return sql.replace("TABLE", f"{store} TABLE", 1) if store else sql

    def regular_expression_sql(self, expression: RegularExpression) -> str:
        words = expression.args["words"]
        parts = [f"{word} {self.sql(each)}".strip() for word, each in zip(words, expression.expressions, strict=True)]
        return f"{expression.this}({' '.join(parts)})"

    def alter_sql(self, expression: exp.Alter) -> str:
        """ADD takes its columns in brackets."""
        actions = expression.args.get("actions") or []
        if actions and all(isinstance(each, exp.ColumnDef) for each in actions):
            columns = ", ".join(self.sql(each) for each in actions)
            return f"ALTER TABLE {self.sql(expression, 'this')} ADD ({columns})"
        return super().alter_sql(expression)

    def query_modifiers(self, expression: exp.Expr, *sqls: str) -> str:
        sql = super().query_modifiers(expression, *sqls)
        hints = expression.meta.get(_HINTS)
        return f"{sql} WITH HINT({', '.join(hints)})" if hints else sql
