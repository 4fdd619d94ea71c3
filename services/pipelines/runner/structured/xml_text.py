"""XML texts taken apart by patterns, which DuckDB and PostgreSQL read alike, so that both find the same.

PostgreSQL's own functions need libxml, which not every server is built with; DuckDB has none. A text with a document
type declaration counts as broken: no entity of its own is expanded. Names are compared without their prefixes, which
need not be declared; of attributes that differ by them alone the first counts.
"""

from __future__ import annotations

from sqlglot import exp

from services.pipelines.runner import sqlbuild as sql
from services.pipelines.runner.structured import read, template

_REFERENCE = "&(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});"
_NAME = r"""[^\s<>/=&"'!?.0-9-][^\s<>/=&"']*"""
_VALUE = rf"""(?:"(?:[^"<&]|{_REFERENCE})*"|'(?:[^'<&]|{_REFERENCE})*')"""
TOKEN = "|".join(
    (
        "<!--(?:[^-]|-[^-])*-->",
        r"<!\[CDATA\[(?:[^\]]|\][^\]]|\]\]+[^\]>])*\]\]+>",
        rf"<\?{_NAME}(?:\s(?:[^?]|\?+[^?>])*)?\?+>",
        rf"</{_NAME}\s*>",
        rf"<{_NAME}(?:\s+{_NAME}\s*=\s*{_VALUE})*\s*/?>",
        _REFERENCE,
        "[^<&]+",
    )
)
"""What a well-formed text is made of, one after the other; no two of these can begin at the same place."""
ATTRIBUTE = rf"""{_NAME}\s*=\s*(?:"[^"]*"|'[^']*')"""
PIECE = "&[^;]*;|[^&]+"
TAG = r"^</?([^\s/>]+)"
LOCAL_TAG = r"^</?(?:[^\s/>:]+:)?([^\s/>:]+)"
WHOLE_ATTRIBUTE = r"^([^\s=]+)"
LOCAL_ATTRIBUTE = r"^(?:[^\s=:]+:)?([^\s=:]+)"
QUOTED = r"=\s*.([\s\S]*).$"
BLANKS = "' ' || CHR(9) || CHR(10) || CHR(13) || CHR(65279)"  # the last one is a byte order mark

OF_TAG = ("__row", "__element", "__step", "__n")
FOUND = {
    "duckdb": """SELECT {kept}, UNNEST(g.__all) AS {name}, UNNEST(RANGE(1, LEN(g.__all) + 1)) AS {number}
        FROM (SELECT {kept}, REGEXP_EXTRACT_ALL(g.{text}, {pattern}) AS __all FROM {source} AS g) AS g""",
    "postgresql": """SELECT {kept}, r.__m[1] AS {name}, r.__i AS {number} FROM {source} AS g
        CROSS JOIN LATERAL REGEXP_MATCHES(g.{text}, {pattern}, 'g') WITH ORDINALITY AS r(__m, __i)""",
}
"""A row for each place at which a pattern is found in a text, in order."""
GROUP = {"duckdb": "REGEXP_EXTRACT({text}, {pattern}, 1)", "postgresql": "SUBSTRING({text} FROM {pattern})"}
"""What the group of a pattern holds."""
FROM_HEX = {
    "duckdb": "CHR(CAST('0x' || {digits} AS INTEGER))",
    "postgresql": "CHR(CAST(CAST('x' || LPAD({digits}, 8, '0') AS BIT(32)) AS INTEGER))",
}
WHOLE = """UNION ALL
  SELECT m.__row, m.__element, 'xml(.)', m.__n, 0, m.__token, FALSE FROM __member AS m
  UNION ALL
  SELECT m.__row, m.__element, 'xml(' || m.__step || ')', m.__n, 0, m.__token, FALSE FROM __member AS m
  WHERE m.__step <> ''"""
DIALECTS = frozenset(FOUND)


def parts(dialect: str, element: str, *, is_whole: bool) -> list[exp.CTE]:
    """The steps from `__source` to `__state` and `__values`; rows are elements of this name, or else the root.

    `is_whole` says whether elements are asked for with their tags.
    """
    chosen = f"d.__name = {_literal(element)}" if element else "d.__depth = 1"
    text = template("xml.sql").substitute(
        tokens=_found(dialect, "__source", ("__row",), "__text", TOKEN, ("__token", "__n")),
        name_of_tag=_group(dialect, "t.__token", TAG),
        local_name=_group(dialect, "t.__token", LOCAL_TAG),
        chosen=f"d.__kind IN ('start', 'empty') AND {chosen}",
        blanks=BLANKS,
        several=_found(dialect, "__several", ("__row", "__n"), "__token", ATTRIBUTE, ("__pair", "__order")),
        whole_attribute=_group(dialect, "h.__pair", WHOLE_ATTRIBUTE),
        pairs=_found(dialect, "__tag", OF_TAG, "__token", ATTRIBUTE, ("__pair", "__order")),
        local_attribute=_group(dialect, "h.__pair", LOCAL_ATTRIBUTE),
        quoted=_group(dialect, "h.__pair", QUOTED),
        pieces=_found(dialect, "__attribute", (*OF_TAG, "__attribute"), "__given", PIECE, ("__raw", "__k")),
        whole=WHOLE if is_whole else "",
        from_hex=FROM_HEX[dialect].format(digits="SUBSTRING(p.__raw, 4, LENGTH(p.__raw) - 4)"),
        cr="CHR(13)",
        lf="CHR(10)",
    )
    return list(read(text, dialect).args["with_"].expressions)


def _found(dialect: str, source: str, kept: tuple[str, ...], text: str, pattern: str, made: tuple[str, str]) -> str:
    """`kept` are columns of the source, `made` the names of a part and of its number."""
    names = {"kept": ", ".join(f"g.{name}" for name in kept), "name": made[0], "number": made[1]}
    return FOUND[dialect].format(source=source, text=text, pattern=_literal(pattern), **names)


def _group(dialect: str, text: str, pattern: str) -> str:
    return GROUP[dialect].format(text=text, pattern=_literal(pattern))


def _literal(text: str) -> str:
    return sql.literal(text).sql(dialect="postgres")
