"""Text: + as concatenation, LIKE with character classes, PATINDEX, and comparisons that disregard case."""

from __future__ import annotations

import re

from sqlglot import exp

from services.sql_dialects.transpile import kinds
from services.sql_dialects.transpile.templates import cast, filled, wrapped
from services.sql_dialects.transpile.work import Work, called, number

_SPECIAL = set(".^$*+?()[]{}|\\")
_TEXTUAL = (exp.DPipe, exp.Concat, exp.Left, exp.Right, exp.Substring, exp.Lower, exp.Upper, exp.Trim, exp.Replace)
_FOLDED = exp.Lower | exp.Upper
CASELESS = ("mssql", "teradata")  # by their defaults: a CI collation, NOT CASESPECIFIC
_CONCAT_OF_ANY = ("postgresql", "duckdb")  # CONCAT passes over null there as in T-SQL, and stays a call
_LETTERS = re.compile(r"[^\W\d_]")


def plus(node: exp.Expr, work: Work) -> exp.Expr | None:
    """T-SQL's + joins text when a side is text and no side a number."""
    if not isinstance(node, exp.Add) or isinstance(node.parent, exp.Add):
        return None
    terms = _terms(node)
    if any(_is_number(each) or kinds.is_a(each, kinds.TEMPORAL) for each in terms):
        return None
    if not any(_is_text(each) for each in terms):
        return None
    if not all(_is_text(each) for each in terms):
        work.caution("plus", node)
    made = terms[0].copy()
    for each in terms[1:]:
        made = exp.DPipe(this=made, expression=wrapped(each.copy()), safe=False)
        made.type = exp.DataType.build("text")
    return made


def joined(node: exp.Expr, work: Work) -> exp.Expr | None:
    """a || b, which T-SQL writes +: what is not known to be text is cast, or + would add or fail."""
    if isinstance(node, exp.DPipe):
        sides = [node.this, node.expression]
    elif isinstance(node, exp.Concat) and work.read not in _CONCAT_OF_ANY:
        sides = node.expressions
    else:
        return None
    for side in sides:
        if not _is_text(side):
            side.replace(cast(side.copy(), "VARCHAR(4000)"))
    return None


def _terms(node: exp.Expr) -> list[exp.Expr]:
    if isinstance(node, exp.Add):
        return [*_terms(node.this), node.expression]
    return [node]


def _is_text(node: exp.Expr) -> bool:
    if isinstance(node, exp.Paren):
        return _is_text(node.this)
    return node.is_string or kinds.is_a(node, kinds.TEXT) or isinstance(node, _TEXTUAL)


def _is_number(node: exp.Expr) -> bool:
    if isinstance(node, exp.Paren | exp.Neg):
        return _is_number(node.this)
    return kinds.is_a(node, exp.DataType.NUMERIC_TYPES) or node.is_number


def like(node: exp.Expr, work: Work) -> exp.Expr | None:
    """LIKE of a dialect that disregards case; its character classes need a regular expression."""
    if not isinstance(node, exp.Like) or isinstance(node.expression, exp.Any | exp.All | exp.Tuple):
        return None
    pattern = node.expression
    classes = pattern.is_string and "[" in pattern.name and work.read == "mssql"
    if classes and isinstance(node.parent, exp.Escape):
        raise work.refusal(node, "write the pattern without ESCAPE")
    if classes:
        work.caution("collation", node)
        return _matches(node.this, f"^{regular(pattern.name, work)}$", work)
    if pattern.is_string and not _LETTERS.search(pattern.name):
        return None
    work.caution("collation", node)
    if isinstance(node.this, _FOLDED) or isinstance(pattern, _FOLDED):
        return None
    return exp.ILike(this=node.this.copy(), expression=pattern.copy())


def _matches(subject: exp.Expr, pattern: str, work: Work) -> exp.Expr:
    quoted = pattern.replace("'", "''")
    if work.write == "duckdb":
        return filled(f"REGEXP_MATCHES(text_0, '(?is){quoted}')", [subject])
    return filled(f"text_0 ~* '{quoted}'", [subject])


def regular(pattern: str, work: Work) -> str:
    """A LIKE pattern of T-SQL as a regular expression."""
    out, at = [], 0
    while at < len(pattern):
        letter = pattern[at]
        end = pattern.find("]", at + 2) if letter == "[" else -1
        if letter == "[" and end < 0:
            raise work.refusal(f"LIKE '{pattern}'", "close the [ in the pattern")
        if letter == "[":
            inside = pattern[at + 1 : end].replace("\\", "\\\\").replace("[", "\\[")
            out.append(f"[{inside}]")
            at = end
        else:
            out.append({"%": ".*", "_": "."}.get(letter) or (f"\\{letter}" if letter in _SPECIAL else letter))
        at += 1
    return "".join(out)


def pattern_index(node: exp.Expr, work: Work) -> exp.Expr | None:
    """PATINDEX('%pattern%', text): where the pattern begins, 0 where it is not."""
    if called(node) != "PATINDEX" or len(node.expressions) != 2:
        return None
    pattern = node.expressions[0]
    if not pattern.is_string or work.write != "postgresql":
        raise work.refusal(node, "only a fixed pattern, and only for PostgreSQL")
    work.caution("collation", node)
    text = pattern.name
    start, end = ("" if text.startswith("%") else "^"), ("" if text.endswith("%") else "$")
    quoted = f"{start}{regular(text.strip('%'), work)}{end}".replace("'", "''")
    return filled(f"REGEXP_INSTR(text_0, '{quoted}', 1, 1, 0, 'i')", [node.expressions[1]])


def collated(node: exp.Expr, work: Work) -> exp.Expr | None:
    """COLLATE …_CI_…: compared without regard to case; _CS_ and _BIN: as the target compares."""
    if isinstance(node, exp.Like | exp.EQ | exp.NEQ):
        sides = [node.this, node.expression]
        names = [each.expression.name.upper() for each in sides if isinstance(each, exp.Collate)]
        if not names:
            return None
        plain = [(each.this if isinstance(each, exp.Collate) else each).copy() for each in sides]
        caseless = "_CI" in names[0]
        if isinstance(node, exp.Like):
            return (exp.ILike if caseless else exp.Like)(this=plain[0], expression=plain[1])
        left, right = (exp.Lower(this=each) if caseless else each for each in plain)
        return type(node)(this=left, expression=right)
    inner = isinstance(node.parent, exp.Like | exp.EQ | exp.NEQ)
    if isinstance(node, exp.Collate) and not inner:
        work.caution("collation", node)
        value: exp.Expr = node.this
        return value.copy()
    return None


def comparison(node: exp.Expr, work: Work) -> None:
    """Equality, order and grouping of text are left as they stand, with a caution."""
    if isinstance(node, exp.EQ | exp.NEQ | exp.GT | exp.LT | exp.GTE | exp.LTE):
        _compared(node, [node.this, node.expression], work)
    elif isinstance(node, exp.In):
        _compared(node, [node.this, *node.expressions], work)
    elif isinstance(node, exp.Replace):
        work.caution("collation", node)
    elif isinstance(node, exp.Ordered) and kinds.is_a(node.this, kinds.TEXT):
        work.caution("text_order", node.this)
    elif isinstance(node, exp.Group | exp.Distinct):
        for each in node.expressions:
            if kinds.is_a(each, kinds.TEXT):
                work.caution("collation", each)


def _compared(node: exp.Expr, sides: list[exp.Expr], work: Work) -> None:
    if isinstance(node.parent, exp.Update) or any(isinstance(each, _FOLDED) for each in sides):
        return
    literal = any(each.is_string and _LETTERS.search(each.name) for each in sides)
    if any(kinds.is_a(each, kinds.TEMPORAL) for each in sides):
        return
    if literal or all(kinds.is_a(each, kinds.TEXT) for each in sides):
        work.caution("collation", node)


def choose(node: exp.Expr, work: Work) -> exp.Expr | None:
    """CHOOSE(n, a, b, …)."""
    if called(node) != "CHOOSE" or len(node.expressions) < 2:
        return None
    index, *values = (each.copy() for each in node.expressions)
    ifs = [exp.If(this=exp.Literal.number(at), true=value) for at, value in enumerate(values, 1)]
    return exp.Case(this=index, ifs=ifs)


def full_match(node: exp.Expr, work: Work) -> exp.Expr | None:
    """RLIKE and REGEXP_LIKE of Snowflake match the whole text; LIKE_REGEXPR of SAP HANA a part."""
    if not isinstance(node, exp.RegexpLike) or work.write != "postgresql":
        return None
    work.caution("regular_expression", node)
    if work.read != "snowflake":
        return None
    if node.args.get("flag"):
        raise work.refusal(node, "write the pattern without parameters")
    if node.expression.is_string:
        quoted = node.expression.name.replace("'", "''")
        return filled(f"text_0 ~ '^({quoted})$'", [node.this])
    return filled("text_0 ~ ('^(' || text_1 || ')$')", [node.this, node.expression])


def any_of(node: exp.Expr, work: Work) -> exp.Expr | None:
    """x LIKE ANY ('a%', 'b%'), which PostgreSQL has over arrays only."""
    if not isinstance(node, exp.Like | exp.ILike):
        return None
    listed = node.expression
    every = isinstance(listed, exp.All)
    inner = listed.this if isinstance(listed, exp.Any | exp.All) else listed
    values = inner.expressions if isinstance(inner, exp.Tuple) else []
    if isinstance(inner, exp.Paren):
        values = [inner.this]
    if not values:
        return None
    caseless = isinstance(node, exp.ILike) or work.read in CASELESS
    if work.read in CASELESS:
        work.caution("collation", node)
    kind = exp.ILike if caseless else exp.Like
    each = [kind(this=node.this.copy(), expression=value.copy()) for value in values]
    return exp.paren(exp.and_(*each) if every else exp.or_(*each))


def length_default(node: exp.Expr, work: Work) -> exp.Expr | None:
    """CAST(x AS VARCHAR) of T-SQL cuts after 30 characters; VARCHAR(MAX) has no end."""
    if not isinstance(node, exp.DataType) or not node.is_type(*kinds.TEXT):
        return None
    if node.expressions and node.expressions[0].name.upper() == "MAX":
        return exp.DataType.build("text")
    casts = isinstance(node.parent, exp.Cast) and not node.expressions
    if casts and node.this in (exp.DType.VARCHAR, exp.DType.NVARCHAR, exp.DType.CHAR, exp.DType.NCHAR):
        kind = "CHAR" if node.this in (exp.DType.CHAR, exp.DType.NCHAR) else "VARCHAR"
        return exp.DataType.build(f"{kind}(30)")
    return None


def cut(node: exp.Expr, work: Work) -> exp.Expr | None:
    """A cast to VARCHAR(n) cuts, but not in DuckDB."""
    if not isinstance(node, exp.Cast) or not node.to.is_type(*kinds.TEXT) or not node.to.expressions:
        return None
    length = number(node.to.expressions[0].this)
    return None if length is None else filled(f"LEFT(CAST(_0 AS TEXT), {length})", [node.this])


def text_of(node: exp.Expr, work: Work) -> exp.Expr | None:
    """CAST(value AS VARCHAR): T-SQL writes datetimes and floating numbers in ways of its own."""
    if not isinstance(node, exp.Cast) or not node.to.is_type(*kinds.TEXT):
        return None
    if kinds.is_a(node.this, {exp.DType.DATETIME, exp.DType.TIMESTAMP, exp.DType.SMALLDATETIME}):
        raise work.refusal(node, "say how with CONVERT and a style, such as 120")
    if kinds.is_a(node.this, kinds.REAL - {exp.DType.DECIMAL, exp.DType.MONEY, exp.DType.SMALLMONEY}):
        work.caution("float_text", node)
    if kinds.is_a(node.this, kinds.BOOLEAN):
        return cast(cast(node.this.copy(), "INT"), node.to.sql("postgres"))
    return None


def substring(node: exp.Expr, work: Work) -> exp.Expr | None:
    """A start before 1 counts from the end in Snowflake and DuckDB, from before the text elsewhere."""
    start = node.args.get("start") if isinstance(node, exp.Substring) else None
    place = None if start is None else number(start)
    from_end = work.read in ("snowflake", "duckdb")
    if place is None or place > 0 or from_end == (work.write == "duckdb"):
        return None
    if not from_end:
        raise work.refusal(node, "begin at 1")
    if place == 0:
        node.set("start", exp.Literal.number(1))
        return None
    end = f"CASE WHEN LENGTH(text_0) >= {-place} THEN RIGHT(text_0, {-place}) ELSE '' END"
    length = node.args.get("length")
    if length is None:
        return filled(end, [node.this])
    return filled(f"LEFT({end}, int_1)", [node.this, length])
