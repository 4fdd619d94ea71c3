"""Format strings of .NET as expressions of the tool's own language: numbers and dates written, dates read.

Every specifier is translated, or refused by its name. Source: Microsoft, ".NET: Standard numeric format strings",
"Custom numeric format strings", "Standard date and time format strings", "Custom date and time format strings".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from services.migration.rules.context import NotConvertible

BY_HAND = "Write the format as an expression."


class Culture(NamedTuple):
    """How a culture writes numbers; `is_english`: its names of days and months."""

    decimal: str
    group: str
    is_english: bool = False


ENGLISH = Culture(".", ",", is_english=True)
_COMMA = Culture(",", ".")
CULTURES = {
    **dict.fromkeys(("Invariant", "Invariant Language (Invariant Country)", "Current"), ENGLISH),
    **dict.fromkeys(("English (United States)", "English (United Kingdom)", "English (Canada)"), ENGLISH),
    **dict.fromkeys(("English (Australia)", "English (Ireland)", "English (New Zealand)"), ENGLISH),
    **dict.fromkeys(("German (Germany)", "Italian (Italy)", "Dutch (Netherlands)", "Danish (Denmark)"), _COMMA),
    **dict.fromkeys(("Spanish (Spain)", "Portuguese (Brazil)", "Indonesian (Indonesia)", "Greek (Greece)"), _COMMA),
}
"""By the name that Windows shows. `Current` is that of the machine, which is taken to be English."""


def quoted(text: str) -> str:
    """A text of the expression language."""
    mark = '"' if '"' not in text else "'"
    if mark in text:
        raise NotConvertible("its format holds both kinds of quotes", BY_HAND)
    return f"{mark}{text}{mark}"


def _refuse(what: str, form: str) -> NotConvertible:
    return NotConvertible(f"{what} of its format '{form}' has no rule", BY_HAND)


# numbers

_STANDARD = re.compile(r"([A-Za-z])([0-9]{0,2})\Z")
_REFUSED_NUMBERS = {
    "C": "the currency 'C'", "E": "the exponent 'E'", "P": "the percentage 'P', which cultures write differently,",
    "R": "the round trip 'R'", "B": "the binary number 'B'",
}  # fmt: skip  # a table
_NUMBER_TOKEN = re.compile(r"'[^']*'|\"[^\"]*\"|\\.|[eE][+-]?0+|.", re.DOTALL)
_REFUSED_MARKS = {";": "the section ';'", "‰": "the mark '‰'"}
_MOST_DECIMALS = 12


@dataclass
class _Pattern:
    """A custom format taken apart: what stands around the digits, and which digits are written."""

    before: str = ""
    after: str = ""
    whole: str = ""
    decimals: str = ""
    has_point: bool = False
    has_groups: bool = False
    is_percent: bool = False

    @property
    def least(self) -> int:
        """Digits that are always written before the point."""
        return len(self.whole) - self.whole.index("0") if "0" in self.whole else 0

    @property
    def kept(self) -> int:
        """Decimals that are always written."""
        return self.decimals.rindex("0") + 1 if "0" in self.decimals else 0


def number(field: str, form: str, culture: Culture, *, is_whole: bool) -> str:
    """The expression that writes a number; NULL for NULL. Raises NotConvertible for what has no rule."""
    standard = _STANDARD.match(form)
    text = _standard(field, form, standard, culture, is_whole) if standard else _custom(field, form, culture)
    return f"IIF(IsNull({field}), Null(), {text})"


def _standard(field: str, form: str, found: re.Match[str], culture: Culture, is_whole: bool) -> str:
    letter, digits = found[1].upper(), found[2]
    if letter in ("F", "N"):
        return _fixed(field, int(digits or 2), culture, has_groups=letter == "N")
    if letter == "D" and is_whole:
        padded = f'PadLeft(ToString(Abs({field})), {int(digits or 1)}, "0")'
        return f'IIF({field} < 0, "-", "") + {padded}'
    if letter == "X" and is_whole:
        text = f'PadLeft(IntToHex({field}), {int(digits or 1)}, "0")'
        return f"{'Uppercase' if found[1] == 'X' else 'Lowercase'}({text})"
    if letter == "G" and not digits:
        return f"ToString({field})"
    raise _refuse(_REFUSED_NUMBERS.get(letter, f"the specifier '{found[0]}'"), form)


def _fixed(value: str, decimals: int, culture: Culture, *, has_groups: bool) -> str:
    if decimals > _MOST_DECIMALS:
        raise NotConvertible(f"its format has more than {_MOST_DECIMALS} decimals", BY_HAND)
    mark = "" if culture.decimal == "." else f", {quoted(culture.decimal)}"
    return f"ToString({value}, {decimals}, {int(has_groups)}{mark})"


def _custom(field: str, form: str, culture: Culture) -> str:
    pattern = _taken_apart(form)
    value = f"({field} * 100)" if pattern.is_percent else field
    count = len(pattern.decimals)
    around = pattern.before or pattern.after
    is_plain = pattern.least == 1 and pattern.kept == count and not around
    body = _fixed(value if is_plain else f"Abs({value})", count, culture, has_groups=pattern.has_groups)
    if is_plain:
        return body
    unit = f"0.{'1'.zfill(count)}" if count else "1"
    rounded = f"Round({value}, {unit})"
    body = _digits(body, pattern, rounded, culture)
    parts = [f'IIF({rounded} < 0, "-", "")', *([quoted(pattern.before)] if pattern.before else []), body]
    return " + ".join([*parts, *([quoted(pattern.after)] if pattern.after else [])])


def _digits(body: str, pattern: _Pattern, rounded: str, culture: Culture) -> str:
    """Zeros put before the digits, or left out before and behind them."""
    count = len(pattern.decimals)
    if pattern.least > 1:
        body = f'PadLeft({body}, {pattern.least + (count + 1 if count else 0)}, "0")'
    if not pattern.least:
        body = f"IIF(Abs({rounded}) < 1, Substring({body}, 1), {body})"
    if pattern.kept < count:
        point = "" if pattern.kept else f"\\{culture.decimal}?"
        body = f"REGEX_Replace({body}, {quoted(f'{point}0{{0,{count - pattern.kept}}}$')}, {quoted('')})"
    return body


def _taken_apart(form: str) -> _Pattern:
    pattern = _Pattern()
    for part in _NUMBER_TOKEN.findall(form):
        _take(pattern, part, form)
    if pattern.whole.endswith(",") or not (pattern.whole or pattern.decimals):
        what = "the scale ','" if pattern.whole else "what stands for digits"
        raise _refuse(what, form)
    pattern.has_groups = "," in pattern.whole
    pattern.whole = pattern.whole.replace(",", "")
    if pattern.has_groups and pattern.least > 1:
        raise _refuse("the groups of digits that are filled with zeros", form)
    return pattern


def _take(pattern: _Pattern, part: str, form: str) -> None:
    """One part of a custom format put into its place."""
    if part in _REFUSED_MARKS or (part[0] in "eE" and len(part) > 1):
        raise _refuse(_REFUSED_MARKS.get(part, f"the exponent '{part}'"), form)
    if part == "." and not pattern.has_point:
        pattern.has_point = True
    elif part in ("0", "#") or (part == "," and not pattern.has_point):
        if pattern.after or (part == "," and not pattern.whole):
            raise _refuse(f"the text '{pattern.after or part}' between the digits", form)
        if pattern.has_point:
            pattern.decimals += part
        else:
            pattern.whole += part
    else:
        pattern.is_percent |= part == "%"
        text = part[1:-1] if part[0] in "'\"" and len(part) > 1 else part.removeprefix("\\")
        if pattern.whole or pattern.has_point:
            pattern.after += text
        else:
            pattern.before += text


# dates

_DATE_TOKEN = re.compile(r"'[^']*'|\"[^\"]*\"|\\.|d+|M+|y+|H+|h+|m+|s+|t+|f+|F+|K|z+|g+|%(?=[A-Za-z])|.", re.DOTALL)
_ONE_FORM = {
    "s": "yyyy-MM-dd'T'HH:mm:ss", "u": "yyyy-MM-dd HH:mm:ss'Z'", "o": "yyyy-MM-dd'T'HH:mm:ss.fffffff",
    "R": "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
}  # fmt: skip  # a table
"""Standard formats that are the same in every culture; r and O are R and o."""
_WRITTEN = {
    "dd": "%d", "ddd": "%a", "dddd": "%A", "MM": "%m", "MMM": "%b", "MMMM": "%B", "yy": "%y", "yyyy": "%Y",
    "HH": "%H", "hh": "%I", "mm": "%M", "ss": "%S", "tt": "%p",
}  # fmt: skip  # a table
"""Specifiers as those of the tool's functions."""
_NUMBERS = {
    "d": "DateTimeDay",
    "M": "DateTimeMonth",
    "H": "DateTimeHour",
    "m": "DateTimeMinutes",
    "s": "DateTimeSeconds",
}
"""Specifiers of a number without a leading zero → the function that gives it."""
_NAMES = frozenset({"ddd", "dddd", "MMM", "MMMM"})
_READ = {
    "d": ("%d", "[0-9]{1,2}"), "dd": ("%d", "[0-9]{2}"), "ddd": ("%a", "[A-Za-z]{3}"), "dddd": ("%A", "[A-Za-z]+"),
    "M": ("%m", "[0-9]{1,2}"), "MM": ("%m", "[0-9]{2}"), "MMM": ("%b", "[A-Za-z]{3}"), "MMMM": ("%B", "[A-Za-z]+"),
    "yy": ("%y", "[0-9]{2}"), "yyyy": ("%Y", "[0-9]{4}"), "H": ("%H", "[0-9]{1,2}"), "HH": ("%H", "[0-9]{2}"),
    "h": ("%I", "[0-9]{1,2}"), "hh": ("%I", "[0-9]{2}"), "m": ("%M", "[0-9]{1,2}"), "mm": ("%M", "[0-9]{2}"),
    "s": ("%S", "[0-9]{1,2}"), "ss": ("%S", "[0-9]{2}"), "tt": ("%p", "[AaPp][Mm]"),
}  # fmt: skip  # a table
LAST_YEAR = 2029
"""The last year that two digits stand for. Source: .NET Framework, "Calendar.TwoDigitYearMax"."""


def _tokens(form: str, culture: Culture) -> list[tuple[str, bool]]:
    """Specifiers (True) and literal texts. Raises NotConvertible for a standard format that is the culture's."""
    if len(form) == 1:
        known = _ONE_FORM.get(form) or _ONE_FORM.get(form.swapcase() if form in "rO" else "")
        if known is None:
            raise NotConvertible(f"the standard format '{form}' is the culture's own", BY_HAND)
        form = known
    found = []
    for part in _DATE_TOKEN.findall(form):
        if part == "%":
            continue
        is_field = part[0] in "dMyHhmstfFKzg" and part[0] not in "'\""
        if part in _NAMES and not culture.is_english:
            raise NotConvertible("its names of days and months are not English", "Translate the names by a table.")
        text = part[1:-1] if part[0] in "'\"" and len(part) > 1 else part.removeprefix("\\")
        found.append((part if is_field else text, is_field))
    return found


def date(field: str, form: str, culture: Culture) -> str:
    """The expression that writes a date; NULL for NULL. Raises NotConvertible for what has no rule."""
    parts: list[str] = []
    run = ""
    for part, is_field in _tokens(form, culture):
        if not is_field:
            run += part.replace("%", "%%")
        elif part in _WRITTEN:
            run += _WRITTEN[part]
        elif set(part) == {"f"} and len(part) <= 7:
            run += "0" * len(part)
        else:
            parts += [_in_one(field, run)] if run else []
            run = ""
            parts.append(_apart(field, part, form))
    parts += [_in_one(field, run)] if run else []
    return f"IIF(IsNull({field}), Null(), {' + '.join(parts)})"


def _in_one(field: str, run: str) -> str:
    return f"DateTimeFormat({field}, {quoted(run)})"


def _apart(field: str, part: str, form: str) -> str:
    """A specifier that the tool's functions have no specifier for."""
    if part in _NUMBERS:
        return f"ToString({_NUMBERS[part]}({field}))"
    if part == "h":
        return f"ToString(Mod(DateTimeHour({field}) + 11, 12) + 1)"
    if part == "t":
        return f'Left(DateTimeFormat({field}, "%p"), 1)'
    raise _refuse(f"the specifier '{part}'", form)


def read(field: str, form: str, culture: Culture) -> str:
    """The expression that reads a date of exactly this form, NULL for another text."""
    pattern, own = "", ""
    for part, is_field in _tokens(form, culture):
        if is_field and part not in _READ:
            raise _refuse(f"the specifier '{part}'", form)
        specifier, expected = _READ[part] if is_field else (part.replace("%", "%%"), _literal(part))
        own += specifier
        pattern += expected
    text = f"Trim({field})"
    found = f"DateTimeParse({text}, {quoted(own)})"
    if "%y" in own:
        found = f'DateTimeAdd({found}, IIF(DateTimeYear({found}) > {LAST_YEAR}, -100, 0), "years")'
    return f"IIF(REGEX_Match({text}, {quoted(pattern)}), {found}, Null())"


def _literal(text: str) -> str:
    return r"\s+" if text.isspace() else re.sub(r"([\\.^$|?*+()\[\]{}])", r"\\\1", text)
