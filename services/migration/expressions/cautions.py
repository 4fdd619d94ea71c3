"""Every corner in which emitted SQL may differ from the tool, with what it leaves of the confidence.

A caution names its corner; there is none that says only "check this".
"""

from __future__ import annotations

from typing import NamedTuple


class CautionRow(NamedTuple):
    confidence: float
    message: str


CAUTIONS: dict[str, CautionRow] = {
    "UNKNOWN_TYPE": CautionRow(0.6, "the type of a field is not known, and what the tool does here depends on it"),
    "UNTYPED_DEFAULT": CautionRow(
        0.55, "IIF without a third argument gives 0, '' or NULL by the type of the second, which is not known"
    ),
    "STRING_AS_NUMBER": CautionRow(
        0.84, "a string is used as a number: its numeric prefix counts, and 0 where it has none"
    ),
    "DATE_AS_TEXT": CautionRow(
        0.8, "a date is used as text in the default format MM/DD/YYYY HH24:MI:SS.US; a session may set another"
    ),
    "STRING_AS_DATE": CautionRow(
        0.8, "a string is used as a date in the default format MM/DD/YYYY HH24:MI:SS.US; a session may set another"
    ),
    "MIXED_COMPARISON": CautionRow(0.8, "a string is compared with a number: the number is compared as text"),
    "MIXED_RESULT": CautionRow(0.7, "the results have different types: all are given as text"),
    "STRING_COMPARISON": CautionRow(
        0.8, "{dialect} may ignore case or trailing blanks in comparisons, by collation; the tool never does"
    ),
    "YY_CENTURY": CautionRow(
        0.8,
        "YY takes the century of the run date in the tool; here 00 to 49 is 20xx and 50 to 99 is 19xx, as RR",
    ),
    "YY_ROUND_TRIP": CautionRow(
        0.85, "the year is written in two digits and read again: the tool may change its century, here it keeps its own"
    ),
    "ERROR_STOPS": CautionRow(0.7, "ERROR skips the row in the tool; here the statement fails with its message"),
    "VARIABLE_NOT_KEPT": CautionRow(
        0.5, "the value is computed, but {name} is not stored for the rows and runs that follow"
    ),
    "PART_OUT_OF_RANGE": CautionRow(
        0.8, "a {part} that the date can't have fails the session in the tool; here it moves the date on"
    ),
    "ROW_ORDER": CautionRow(0.6, "{function} depends on the order of rows, which SQL does not keep without ORDER BY"),
    "PARAMETER_IN_TEXT": CautionRow(0.6, "{name} stands inside a string literal and is taken literally"),
    "RANDOM": CautionRow(0.7, "the numbers are random in the tool and here, but not the same ones"),
    "DECODE_NULL": CautionRow(0.75, "DECODE searches for NULL: here NULL equals NULL, as in Oracle"),
    "FLAG_OR_VALUE": CautionRow(0.7, "the last argument of {function} may be its case flag; here it is a value"),
    "OVERLAPPING_SEARCH": CautionRow(
        0.75, "one search string begins another: which of them wins at a place is not documented"
    ),
    "UNCLEAR_KIND": CautionRow(
        0.6, "{function} works on dates or on numbers, and the type of its argument is not known"
    ),
    "LINEAR_LOG": CautionRow(0.8, "{function} is computed in double precision; the last digits may differ"),
    "SOUNDEX_RUNS": CautionRow(
        0.8, "whether letters of one code count once where a vowel, H or W parts them is not documented; here twice"
    ),
    "REGEX_FLAVOUR": CautionRow(0.8, "the pattern is Perl's; {dialect} matches it by its own rules"),
    "WORKFLOW_START": CautionRow(0.75, "the start of the workflow is taken to be the start of this statement"),
    "CAST_TRUNCATES": CautionRow(
        0.84, "a text longer than {length} characters fails the row in the tool unless it ignores that; here it is cut"
    ),
    "LOGARITHM_EXAMPLES": CautionRow(
        0.8, "examples in the tool's documentation differ from the natural logarithm in the fifth digit"
    ),
    "DATE_CAST_AS_TEXT": CautionRow(
        0.75, "a date and time is cast to text: the tool's digits after the second depend on its type and version"
    ),
    "TEXT_CAST_AS_DATE": CautionRow(
        0.8, "a text is cast to a date: the tool reads it by the package's locale, here ISO 8601 and month/day/year are"
    ),
}
