"""Date formats as regular expressions. They check form and ranges, not that February has no 30th."""

from __future__ import annotations

import re

from services.copilot.quality.rule import RefusedRuleError

# Python's strptime: one digit is enough where two are usual (docs.python.org, library/datetime, format codes).
_CODES = {
    "Y": r"[0-9]{4}",
    "y": r"[0-9]{2}",
    "m": r"(1[0-2]|0?[1-9])",
    "d": r"(3[01]|[12][0-9]|0?[1-9])",
    "e": r"(3[01]|[12][0-9]| ?[1-9])",
    "H": r"(2[0-3]|[01]?[0-9])",
    "I": r"(1[0-2]|0?[1-9])",
    "M": r"[0-5]?[0-9]",
    "S": r"(6[01]|[0-5]?[0-9])",
    "f": r"[0-9]{1,6}",
    "j": r"(36[0-6]|3[0-5][0-9]|[12][0-9]{2}|0?[1-9][0-9]|0{0,2}[1-9])",
    "p": r"([AaPp][Mm])",
    "b": r"([Jj]an|[Ff]eb|[Mm]ar|[Aa]pr|[Mm]ay|[Jj]un|[Jj]ul|[Aa]ug|[Ss]ep|[Oo]ct|[Nn]ov|[Dd]ec)",
    "B": r"([Jj]anuary|[Ff]ebruary|[Mm]arch|[Aa]pril|[Mm]ay|[Jj]une|[Jj]uly|[Aa]ugust|[Ss]eptember|[Oo]ctober"
    r"|[Nn]ovember|[Dd]ecember)",
    "a": r"([Mm]on|[Tt]ue|[Ww]ed|[Tt]hu|[Ff]ri|[Ss]at|[Ss]un)",
    "A": r"([Mm]onday|[Tt]uesday|[Ww]ednesday|[Tt]hursday|[Ff]riday|[Ss]aturday|[Ss]unday)",
    "z": r"(Z|[+-][0-9]{2}:?[0-9]{2})",
    "Z": r"(UTC|GMT|[A-Z]{3,4})?",
    "w": r"[0-6]",
    "U": r"(5[0-3]|[0-4]?[0-9])",
    "W": r"(5[0-3]|[0-4]?[0-9])",
    "u": r"[1-7]",
    "V": r"(5[0-3]|[0-4]?[0-9])",
    "G": r"[0-9]{4}",
    "%": "%",
}
_TIME = (
    r"([T ]+([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.,][0-9]{1,9})?)?( ?[AaPp][Mm])?( ?(Z|"
    r"[+-][0-9]{2}:?[0-9]{2}))?)?"
)
_MONTH = (
    r"(Jan(uary)?|Feb(ruary)?|Mar(ch)?|Apr(il)?|May|June?|July?|Aug(ust)?|Sept?(ember)?|Oct(ober)?|Nov(ember)?"
    r"|Dec(ember)?)"
)
DATE_SHAPES = (
    rf"^[0-9]{{4}}[-/.](1[0-2]|0?[1-9])[-/.](3[01]|[12][0-9]|0?[1-9]){_TIME}$",
    rf"^(3[01]|[12][0-9]|0?[1-9])[-/.](3[01]|[12][0-9]|0?[1-9])[-/.]([0-9]{{4}}|[0-9]{{2}}){_TIME}$",
    r"^[0-9]{4}(1[0-2]|0[1-9])(3[01]|[12][0-9]|0[1-9])(T?[0-9]{4}([0-9]{2})?)?$",
    rf"^(3[01]|[12][0-9]|0?[1-9])(st|nd|rd|th)?[ -]{_MONTH}[.,]?[ -][0-9]{{4}}{_TIME}$",
    rf"^{_MONTH}[.]? (3[01]|[12][0-9]|0?[1-9])(st|nd|rd|th)?,? [0-9]{{4}}{_TIME}$",
)
"""The shapes in which dates are usually written; the project's own list."""


def format_pattern(form: object) -> str:
    """The pattern of a strftime format. Raises RefusedRuleError for a code that is none."""
    if not isinstance(form, str) or not form or form == "any_date":
        raise RefusedRuleError("format: give a strftime format, `%Y-%m-%d` for instance")
    parts = re.split(r"%(.)", form)
    pattern = re.escape(parts[0]).replace("\\-", "-").replace("\\ ", " ")
    for code, literal in zip(parts[1::2], parts[2::2], strict=True):
        if code not in _CODES:
            raise RefusedRuleError(f"format: %{code} in {form!r} is no code of strftime that can be checked")
        pattern += _CODES[code] + re.escape(literal).replace("\\-", "-").replace("\\ ", " ")
    if form.endswith("%") and not form.endswith("%%"):
        raise RefusedRuleError(f"format: {form!r} ends in the middle of a code")
    return f"^{pattern}$"
