"""Format strings of dates: read in each dialect's words, written for TO_CHAR (PostgreSQL) and STRFTIME (DuckDB)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from sqlglot import exp

from services.sql_dialects.transpile import kinds
from services.sql_dialects.transpile.templates import cast, filled
from services.sql_dialects.transpile.work import Work, called, number

# What a part of a date is called by TO_CHAR and by STRFTIME; an empty name means that it has none.
PARTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "year": ("YYYY", "%Y"),
        "year2": ("YY", "%y"),
        "isoyear": ("IYYY", "%G"),
        "quarter": ("Q", ""),
        "Month": ("FMMonth", "%B"),
        "MONTH": ("FMMONTH", ""),
        "Mon": ("Mon", "%b"),
        "MON": ("MON", ""),
        "month": ("MM", "%m"),
        "month1": ("FMMM", "%-m"),
        "Day": ("FMDay", "%A"),
        "DAY": ("FMDAY", ""),
        "Dy": ("Dy", "%a"),
        "DY": ("DY", ""),
        "day": ("DD", "%d"),
        "day1": ("FMDD", "%-d"),
        "yearday": ("DDD", "%j"),
        "isoweek": ("IW", "%V"),
        "hour": ("HH24", "%H"),
        "hour1": ("FMHH24", "%-H"),
        "hour12": ("HH12", "%I"),
        "hour12_1": ("FMHH12", "%-I"),
        "minute": ("MI", "%M"),
        "minute1": ("FMMI", "%-M"),
        "second": ("SS", "%S"),
        "second1": ("FMSS", "%-S"),
        "milli": ("MS", "%g"),
        "micro": ("US", "%f"),
        "half": ("AM", "%p"),
    }
)
_ORACLE = {
    **{"YYYY": "year", "YY": "year2", "IYYY": "isoyear", "Q": "quarter", "MM": "month", "DD": "day", "DDD": "yearday"},
    **{"IW": "isoweek", "HH24": "hour", "HH12": "hour12", "HH": "hour12", "MI": "minute", "SS": "second"},
    **{"FF3": "milli", "FF6": "micro", "FF": "micro", "AM": "half", "PM": "half"},
    **{
        "MONTH": "MONTH",
        "MON": "MON",
        "DAY": "DAY",
        "DY": "DY",
        "Month": "Month",
        "Mon": "Mon",
        "Day": "Day",
        "Dy": "Dy",
    },
}
VOCABULARIES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "mssql": {  # .NET's, of FORMAT; the case counts
            **{"yyyy": "year", "yy": "year2", "MMMM": "Month", "MMM": "Mon", "MM": "month", "M": "month1"},
            **{"dddd": "Day", "ddd": "Dy", "dd": "day", "d": "day1", "HH": "hour", "H": "hour1", "hh": "hour12"},
            **{"h": "hour12_1", "mm": "minute", "m": "minute1", "ss": "second", "s": "second1", "fff": "milli"},
            **{"ffffff": "micro", "tt": "half"},
        },
        "snowflake": {**_ORACLE, "MMMM": "Month", "MON": "Mon", "DY": "Dy", "HH": "hour"},
        "teradata": {**_ORACLE, "HH": "hour12"},
        "sap_hana": {**_ORACLE, "HH": "hour", "FF7": "micro"},
        "phrase": {  # Teradata's FORMAT phrase
            **{"YYYY": "year", "Y4": "year", "YY": "year2", "MM": "month", "MMM": "Mon", "M3": "Mon", "MMMM": "Month"},
            **{"M4": "Month", "DD": "day", "DDD": "yearday", "D3": "yearday", "EEE": "Dy", "E3": "Dy", "EEEE": "Day"},
            **{"E4": "Day", "HH": "hour", "MI": "minute", "SS": "second", "T": "half"},
        },
    }
)
# Styles of CONVERT in .NET's words. Those that pad with blanks (0, 100, 109, 130) have no equivalent.
STYLES: Mapping[int, str] = MappingProxyType(
    {
        **{1: "MM/dd/yy", 2: "yy.MM.dd", 3: "dd/MM/yy", 4: "dd.MM.yy", 5: "dd-MM-yy", 6: "dd MMM yy", 7: "MMM dd, yy"},
        **{8: "HH:mm:ss", 10: "MM-dd-yy", 11: "yy/MM/dd", 12: "yyMMdd", 14: "HH:mm:ss:fff", 20: "yyyy-MM-dd HH:mm:ss"},
        **{21: "yyyy-MM-dd HH:mm:ss.fff", 23: "yyyy-MM-dd", 24: "HH:mm:ss", 25: "yyyy-MM-dd HH:mm:ss.fff"},
        **{101: "MM/dd/yyyy", 102: "yyyy.MM.dd", 103: "dd/MM/yyyy", 104: "dd.MM.yyyy", 105: "dd-MM-yyyy"},
        **{106: "dd MMM yyyy", 107: "MMM dd, yyyy", 108: "HH:mm:ss", 110: "MM-dd-yyyy", 111: "yyyy/MM/dd"},
        **{112: "yyyyMMdd", 114: "HH:mm:ss:fff", 120: "yyyy-MM-dd HH:mm:ss", 121: "yyyy-MM-dd HH:mm:ss.fff"},
    }
)
_NUMERIC_FORMAT = re.compile(r"[$S+-]?[09GDVXL,.$#FMSMI]+", re.IGNORECASE)


def translated(text: str, vocabulary: str, work: Work) -> str:
    """The format in the target's words. Raises RefusedError for a word that has no equivalent."""
    words = VOCABULARIES[vocabulary]
    ordered = sorted(words, key=len, reverse=True)
    folded = vocabulary not in ("mssql", "teradata", "sap_hana")
    place = 0 if work.write == "postgresql" else 1
    out, at = [], 0
    while at < len(text):
        quoted = re.compile(r"\"([^\"]*)\"|'([^']*)'|\\(.)").match(text, at)
        rest = text[at:].upper() if folded else text[at:]
        found = next((each for each in ordered if rest.startswith(each)), "") or _capital(text[at:], ordered, folded)
        if quoted:
            out.append(_plain(next(filter(None, quoted.groups()), ""), work))
            at = quoted.end()
        elif found:
            written = PARTS[words[found]][place]
            if not written:
                raise work.refusal(f"format '{text}'", f"{found} cannot be written")
            out.append(written)
            at += len(found)
        elif text[at].isalnum():
            raise work.refusal(f"format '{text}'", f"{text[at]!r} is not known in it")
        else:
            out.append(_plain(text[at], work))
            at += 1
    return "".join(out)


def _capital(rest: str, ordered: list[str], folded: bool) -> str:
    """Oracle's words may be written in small letters, those of names excepted: their case is that of the result."""
    if folded:
        return ""
    return next((each for each in ordered if each.isupper() and rest.startswith(each.lower()) and len(each) != 3), "")


def _plain(text: str, work: Work) -> str:
    if work.write == "postgresql":
        return f'"{text}"' if any(each.isalnum() for each in text) else text
    return text.replace("%", "%%")


def written(node: exp.Expr, text: str, vocabulary: str, work: Work) -> exp.Expr:
    """A date as text in the format."""
    target = translated(text, vocabulary, work).replace("'", "''")
    call = "TO_CHAR" if work.write == "postgresql" else "STRFTIME"
    return filled(f"{call}(when_0, '{target}')", [node])


def read(node: exp.Expr, text: str, vocabulary: str, to: str, work: Work) -> exp.Expr:
    """Text in the format as a date or a timestamp (`to`)."""
    target = translated(text, vocabulary, work).replace("'", "''")
    call = "STRPTIME" if work.write == "duckdb" else "TO_DATE" if to == "DATE" else "TO_TIMESTAMP"
    made = filled(f"{call}(text_0, '{target}')", [node])
    return made if call == "TO_DATE" else cast(made, to)


def dotnet_format(node: exp.Expr, work: Work) -> exp.Expr | None:
    """FORMAT(value, format): a date is written; a number's format has no equivalent that rounds and groups alike."""
    if called(node) != "FORMAT" or len(node.expressions) < 2:
        return None
    value, text = node.expressions[:2]
    numeric = kinds.is_a(value, exp.DataType.NUMERIC_TYPES) or re.fullmatch(r"[NCPDXEFG]\d*|[#0,.%]+", text.name, re.I)
    if not text.is_string or numeric or len(text.name) == 1 or len(node.expressions) > 2:
        raise work.refusal(node, "write the number or date out with another function")
    return written(value, text.name, "mssql", work)


_TEXTS = exp.DataType.TEXT_TYPES


def convert(node: exp.Expr, work: Work) -> exp.Expr | None:
    """CONVERT(type, value[, style]) of T-SQL."""
    if not isinstance(node, exp.Convert):
        return None
    to, value, style = node.this, node.expression, node.args.get("style")
    made = exp.TryCast(this=value, to=to) if node.args.get("safe") else exp.Cast(this=value, to=to)
    made.type = to
    if style is None or kinds.is_a(value, exp.DataType.NUMERIC_TYPES | kinds.BOOLEAN):
        return made
    chosen = number(style)
    into_text = to.is_type(*_TEXTS)
    if into_text == kinds.is_a(value, _TEXTS):  # neither to nor from text: the style says nothing
        return made if into_text or not value.is_string else _from_text(node, work, chosen)
    if not into_text:
        return _from_text(node, work, chosen) if to.is_type(*exp.DataType.TEMPORAL_TYPES) else made
    if chosen in (0, 100):
        return exp.cast(_default_style(value, work), to) if to.expressions else _default_style(value, work)
    form = _iso_8601(value, to) if chosen in (126, 127) else STYLES.get(chosen or -1)
    if form is None:
        raise work.refusal(node, "use another style, such as 120 or 112")
    text = written(value, form, "mssql", work)
    return exp.cast(text, to) if to.expressions else text


def _iso_8601(value: exp.Expr, to: exp.DataType) -> str | None:
    """Style 126: a fraction of a second is written only where there is one, so that it must be cut off."""
    if kinds.is_a(value, {exp.DType.DATE}):
        return "yyyy-MM-dd"
    length = number(to.expressions[0].this) if to.expressions else None
    known = length is not None and length <= (10 if kinds.unknown(value) else 19)
    return "yyyy-MM-dd'T'HH:mm:ss" if known else None


def _default_style(value: exp.Expr, work: Work) -> exp.Expr:
    """`Jan  5 2024  3:04PM`: day and hour take two places, with a blank before."""
    parts = ("MMM", "d", "yyyy", "h:mmtt")
    texts = [translated(each, "mssql", work) for each in parts]
    call = "TO_CHAR" if work.write == "postgresql" else "STRFTIME"
    month, day, year, time = (f"{call}(when_0, '{each}')" for each in texts)
    return filled(f"{month} || ' ' || LPAD({day}, 2, ' ') || ' ' || {year} || ' ' || LPAD({time}, 7, ' ')", [value])


def _from_text(node: exp.Convert, work: Work, style: int | None) -> exp.Expr:
    kind = "DATE" if node.this.is_type(exp.DType.DATE) else "TIMESTAMP"
    if style in (120, 121, 126, 20, 21, 23, 25, 127):  # ISO, which a cast reads
        return cast(node.expression, kind)
    if style is None or style not in STYLES:
        raise work.refusal(node, "use another style, such as 120 or 112")
    return read(node.expression, STYLES[style], "mssql", kind, work)


def oracle_format(node: exp.Expr, work: Work) -> exp.Expr | None:
    """TO_VARCHAR(date, format), TO_DATE(text, format) and their like of Snowflake, Teradata and SAP HANA."""
    name = called(node)
    if len(getattr(node, "expressions", [])) != 2 or not name.startswith("TO_"):
        return None
    value, text = node.expressions
    if name in ("TO_VARCHAR", "TO_CHAR", "TO_NVARCHAR"):
        if not text.is_string:
            raise work.refusal(node, "give the format as a string")
        if _NUMERIC_FORMAT.fullmatch(text.name) and any(each in text.name for each in "09"):
            return _number_format(node, work)
        return written(value, text.name, work.read, work)
    if name in ("TO_DATE", "TO_TIMESTAMP", "TO_TIMESTAMP_NTZ", "TO_SECONDDATE"):
        if text.is_string and text.name.upper() == "AUTO":
            return cast(value, "DATE" if name == "TO_DATE" else "TIMESTAMP")
        if not text.is_string:
            raise work.refusal(node, "give the format as a string")
        return read(value, text.name, work.read, "DATE" if name == "TO_DATE" else "TIMESTAMP", work)
    return None


def _number_format(node: exp.Expr, work: Work) -> exp.Expr:
    if work.write != "postgresql":
        raise work.refusal(node, "write the number out with another function")
    made = exp.Anonymous(this="TO_CHAR", expressions=[each.copy() for each in node.expressions])
    return made


def format_phrase(node: exp.Expr, work: Work) -> exp.Expr | None:
    """Teradata: `d (FORMAT 'YYYY-MM-DD')` and CAST(d AS [type] FORMAT '…')."""
    if isinstance(node, exp.FormatPhrase):
        return written(node.this, node.args["format"].name, "phrase", work)
    text = node.args.get("format") if isinstance(node, exp.Cast) else None
    if text is None:
        return None
    to = node.args.get("to")
    if to is not None and to.is_type(exp.DType.DATE, exp.DType.TIMESTAMP) and not kinds.is_a(node.this, kinds.TEMPORAL):
        return read(node.this, text.name, "phrase", "DATE" if to.is_type(exp.DType.DATE) else "TIMESTAMP", work)
    made = written(node.this, text.name, "phrase", work)
    return exp.cast(made, to) if to is not None and to.is_type(*_TEXTS) and to.expressions else made
