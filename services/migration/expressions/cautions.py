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
    "HEX_OF_NEGATIVE": CautionRow(
        0.84, "a negative number has as many hexadecimal digits as its type in the tool; here it is one of 32 bits"
    ),
    "FRACTION_OF_SECOND": CautionRow(
        0.84, "more than {digits} digits of a fraction of a second are cut or kept here; the tool may round them"
    ),
    "QUOTIENT_SCALE": CautionRow(
        0.84, "a quotient of decimal numbers has as many digits as their types give it in the tool; here it has all"
    ),
    "TRUE_AS_NUMBER": CautionRow(0.84, "TRUE is cast to a number: -1 as documented, which others saw to be 1"),
    "TEXT_ORDER": CautionRow(
        0.84, "texts are put in order by code here; the tool may do it by the rules of its locale, in which a < B"
    ),
    "DECIMAL_CAST_AS_TEXT": CautionRow(
        0.8, "a decimal number is cast to text: the tool's zeros before and after the point depend on its type"
    ),
    "NUMBER_CAST_TRUNCATES": CautionRow(
        0.84, "a number of more than {length} characters is an error or cut in the tool; here its text is cut"
    ),
    "TOKEN_BEYOND": CautionRow(
        0.84,
        "of a token that the string has not the documentation says both NULL and an empty string, which it is here",
    ),
    "BITWISE_NOT_EXAMPLE": CautionRow(
        0.84, "the tool's documentation gives -170 for ~170 beside the bits of -171, which is what stands here"
    ),
    "EMPTY_SEARCH": CautionRow(0.8, "where an empty text is found is not documented; here it is at the beginning"),
    # of DataStage
    "IMPLICIT_NUMBER": CautionRow(
        0.84,
        "a text is used as a number: the tool gives 0 and a line in its log where it is none, here the prefix counts",
    ),
    "TEXT_AS_NUMBER_ORDER": CautionRow(
        0.84, "texts are put in order by character, as in parallel jobs; server jobs compare two numbers as such"
    ),
    "EXPONENT_IN_TEXT": CautionRow(0.8, "a text is no plain decimal number: here what it begins with counts"),
    "NUMBER_AS_TEXT": CautionRow(
        0.8, "a decimal number is used as text: the tool writes it with the digits of its type, here without idle zeros"
    ),
    "AND_BESIDE_OR": CautionRow(
        0.8, "AND stands beside OR without parentheses: here AND binds tighter, server jobs go from left to right"
    ),
    "COMPARED_WITH_NULL": CautionRow(0.75, "a comparison with null gives null, so that neither branch is taken"),
    "CHARACTER_CODE": CautionRow(
        0.84, "characters beyond code 127 depend on the tool's code page; here they are those of Unicode"
    ),
    "REGEX_WHOLE": CautionRow(
        0.8, "the pattern is taken to cover the whole text, and is matched by the rules of the engine"
    ),
    "CHECKSUM_POLYNOMIAL": CautionRow(0.84, "the checksum is the common CRC-32 of the text in UTF-8"),
    "OCCURRENCES_OVERLAP": CautionRow(
        0.8, "whether occurrences that share characters count as two is not documented here; they do in this SQL"
    ),
    "BIT_LENGTH": CautionRow(0.7, "how many leading zeros the bits are written with is documented by one example only"),
    "BIT_NUMBERS": CautionRow(0.7, "the lowest bit is taken for number 1, as the documentation does not say"),
    "TARGET_SCALE": CautionRow(
        0.8, "the digits after the point are those of the target, which is not known here: 2 are kept"
    ),
    "PACKED_SCALE": CautionRow(
        0.8, "the target's digits after the point take up part of the date in the tool; here there are none"
    ),
    "DECIMAL_TEXT": CautionRow(
        0.8, "the tool may put a blank where a minus would stand before the digits; here there is none"
    ),
    "YEAR_CUTOFF": CautionRow(
        0.84, "two-digit years are taken to be of the 1900s, as is the tool's default; a project may set another cutoff"
    ),
    "MONTH_END": CautionRow(
        0.84, "a day that the month has not becomes its last day here; the tool's rule is not documented"
    ),
    "SAME_WEEKDAY": CautionRow(
        0.84,
        "whether a date that is that weekday itself counts is not documented; here it is the first of both directions",
    ),
    "NAMES_OF_DATES": CautionRow(0.84, "names of months and days are English here, and by locale in the tool"),
    "FORMAT_TOO_SHORT": CautionRow(0.8, "a text longer than the format is cut here; the tool breaks it into lines"),
    # of Alteryx
    "NULL_JOIN": CautionRow(
        0.84, "texts are joined that may all be NULL: here that is NULL, in the tool it may be empty"
    ),
    "ADD_ON": CautionRow(
        0.9, "{function} belongs to the Formula Add-Ons and not to the tool; it is taken by its public definition"
    ),
    "NO_ISO_DATE": CautionRow(
        0.84, "a text stands for a date and is none in the form yyyy-mm-dd: the tool reports it and goes on with NULL"
    ),
    "DAY_AGAINST_TIME": CautionRow(
        0.84, "a date is compared with a date and time: the tool may compare their texts, which differ at midnight"
    ),
    "NULL_ARGUMENT": CautionRow(0.8, "what {function} makes of NULL among its arguments is not documented"),
    "PAD_LENGTH": CautionRow(
        0.84, "the text is padded to the length given, as documented; others found the tool to add as many characters"
    ),
    "TITLE_WORDS": CautionRow(
        0.84,
        "words are letters and digits in a row here; what else the tool takes for a part of a word is not documented",
    ),
    "OVERLAPPING_TARGET": CautionRow(
        0.84, "whether occurrences that overlap count each is not documented; engines differ in it"
    ),
    "NOT_BEFORE_EQUALS": CautionRow(
        0.8, "NOT stands before a value and = or != without parentheses: here it negates the value, as it is documented"
    ),
    "DIGITS_OF_DOUBLE": CautionRow(
        0.84, "how many digits ToString gives a number with a fraction is not documented; here as many as tell it apart"
    ),
    "HALF_OF_DOUBLE": CautionRow(
        0.84,
        "the number is half of a multiple or a whole one, which its binary form misses: the tool may round otherwise",
    ),
    "DELIMITERS": CautionRow(
        0.8, "{function} takes each character of the delimiter for one; what it gives where none is found is assumed"
    ),
    "ASCII_ONLY": CautionRow(0.8, "characters that ASCII has not are hashed as ? in the tool, here as they are"),
    "PARTLY_A_NUMBER": CautionRow(0.8, "of a text that is only partly a number the tool may keep the number"),
    "DISTANCE_MODEL": CautionRow(0.7, "the distance is that on a sphere; the tool's model of the earth may differ"),
    "YEAR_BEFORE_DIGITS": CautionRow(
        0.84, "digits follow the year %y at once: the tool reads up to four digits as the year, here two are read"
    ),
    "NO_MESSAGE": CautionRow(0.8, "the value is given, but no message is written to a log"),
    "CASE_OF_OTHERS": CautionRow(0.8, "characters without case are let pass; the tool may not"),
    "TEXT_IN_NUMBER": CautionRow(
        0.9, "a text is put into a number: the number that it begins with counts, NULL where it begins with none"
    ),
    "TEXT_IN_BOOLEAN": CautionRow(0.9, "a text is put into a Bool: one that begins with T or a digit but 0 is true"),
    "GUID_NOT_CHECKED": CautionRow(0.8, "a text becomes a GUID as it is; the tool fails where it is none"),
    "WIDTH_OF_DATES": CautionRow(
        0.8,
        "days and months below 10 are written with one digit, as the tool's examples are; a site may set another form",
    ),
}
