"""From a statement in one dialect to the same in another: bounds, parse, refusals, rules, text, check."""

from __future__ import annotations

from collections.abc import Sequence

from services.sql_dialects.names import DIALECT_NAMES
from services.sql_dialects.transpile import bounds, changes, kinds, reading, refusals, rules, variables, written
from services.sql_dialects.transpile.result import KnownTable, RefusedError, Transpiled
from services.sql_dialects.transpile.work import Work


def transpile(sql: str, read: str, write: str, tables: Sequence[KnownTable] = ()) -> Transpiled:
    """The statements of `sql` in the dialect `write`, or the reason why there is none.

    `read` and `write` are of services.sql_dialects.DIALECT_NAMES; ValueError for others. `tables` are those of the
    statement as far as they are known: with their columns' types more is rewritten and less is warned of. The meaning
    is kept under the source's default settings (T-SQL: DATEFIRST 7, a collation that disregards case); where it may
    differ a warning names the corner. Never raises for what is in `sql`.
    """
    for dialect in (read, write):
        if dialect not in DIALECT_NAMES:
            raise ValueError(f"{dialect!r} is no dialect; known are {', '.join(sorted(DIALECT_NAMES))}")
    work = Work(read, write, kinds.known(tables, read, write))
    try:
        return Transpiled(_written(sql, work), work.cautions.all())
    except RefusedError as refusal:
        return Transpiled("", work.cautions.all(), str(refusal))
    except RecursionError:
        return Transpiled("", work.cautions.all(), "The statement is nested too deeply to be read.")
    except Exception as error:  # noqa: BLE001 - why: sqlglot raises anything for a tree it did not expect; said, not hidden
        kind = type(error).__name__
        return Transpiled("", work.cautions.all(), f"The statement cannot be written in {write} ({kind}); simplify it.")


def _written(sql: str, work: Work) -> str:
    bounds.check(sql, DIALECT_NAMES[work.read])
    verbatim = work.write in rules.ENGINES and work.read not in rules.ENGINES
    statements = reading.parsed(sql, work.read, verbatim)
    if work.read == work.write:
        return ";\n".join(each.sql(dialect=DIALECT_NAMES[work.read]) for each in statements)
    texts = []
    for statement in changes.replacing(variables.put_in(statements, work), work):
        refusals.check(statement, work)
        texts.append(written.sql(rules.applied(statement, work), work, sql))
    return ";\n".join(texts)
