"""SOUNDEX for dialects without one, or whose own takes other characters: letters alone count, the rest is skipped.

Codes as in the Transformation Language Reference, "SOUNDEX"; a run of letters of one code counts once, the first
letter's own included.
"""

from __future__ import annotations

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CODES = "01230120022455012623010202"  # 0: skipped
_CODED = "UPPER(REGEXP_REPLACE({s}, '[^A-Za-z]', '', 'g'))"


def soundex_template() -> str:
    """The template of the operation `soundex`; NULL for a string without letters."""
    codes = f"TRANSLATE({_CODED}, '{_LETTERS}', '{_CODES}')"
    for code in "123456":
        codes = f"REGEXP_REPLACE({codes}, '{code}+', '{code}', 'g')"
    rest = f"REPLACE(SUBSTRING({codes}, 2), '0', '')"
    return f"CASE WHEN {_CODED} <> '' THEN LEFT(LEFT({_CODED}, 1) || {rest} || '000', 4) END"
