"""The function table: every function of the language has a row, and every row an outcome."""

import pytest

from services.migration.expressions import translate
from services.migration.expressions.powercenter.catalogue import FUNCTIONS
from services.migration.expressions.sql.dialects import DIALECTS

# The functions of the Transformation Language Reference, by its own categories.
REFERENCE = {
    "aggregate": "ANY AVG COUNT FIRST LAST MAX MEDIAN MIN PERCENTILE STDDEV SUM VARIANCE",
    "character": """ASCII CHOOSE CHR CHRCODE CONCAT INDEXOF INITCAP INSTR LENGTH LOWER LPAD LTRIM METAPHONE REPLACECHR
        REPLACESTR REVERSE RPAD RTRIM SOUNDEX SUBSTR UPPER""",
    "conversion": "TO_BIGINT TO_CHAR TO_DATE TO_DECIMAL TO_DECIMAL38 TO_FLOAT TO_INTEGER",
    "data cleansing": "GREATEST IN LEAST REG_EXTRACT REG_MATCH REG_REPLACE",
    "date": """ADD_TO_DATE DATE_COMPARE DATE_DIFF GET_DATE_PART LAST_DAY MAKE_DATE_TIME SET_DATE_PART SYSTIMESTAMP""",
    "encoding": "AES_DECRYPT AES_ENCRYPT COMPRESS CRC32 DEC_BASE64 DECOMPRESS EBCDIC_ISO88591 ENC_BASE64 MD5",
    "financial": "FV NPER PMT PV RATE",
    "numerical": """ABS CEIL CONVERT_BASE CUME EXP FLOOR LN LOG MOD MOVINGAVG MOVINGSUM POWER RAND ROUND SIGN SQRT
        TRUNC""",
    "scientific": "COS COSH SIN SINH TAN TANH",
    "special": "ABORT ERROR LOOKUP UUID4 UUID_UNPARSE",
    "test": "DECODE IIF ISNULL IS_DATE IS_NUMBER IS_SPACES",
    "variable": "SETCOUNTVARIABLE SETMAXVARIABLE SETMINVARIABLE SETVARIABLE",
}


@pytest.mark.parametrize(
    ("category", "name"), [(category, name) for category, names in REFERENCE.items() for name in names.split()]
)
def test_a_documented_function_has_a_row(category: str, name: str) -> None:
    assert FUNCTIONS[name].category == category


def test_a_row_is_translated_or_refused_with_a_reason() -> None:
    for row in FUNCTIONS.values():
        assert (row.build is None) == bool(row.refused), row.name
        assert 0.5 < row.confidence < 1.0
        assert row.most == -1 or row.least <= row.most


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_call_never_fails_otherwise(name: str, dialect: str) -> None:
    """Any function with any number of untyped arguments gives SQL or a refusal that names it or what it lacks."""
    row = FUNCTIONS[name]
    for count in range(row.least, (row.most if row.most >= 0 else row.least + 3) + 1):
        text = f"{name}({', '.join('PQRSTUVWXYZ'[:count])})"
        translation = translate(text, dialect=dialect, aggregate=True)
        assert bool(translation.sql) != bool(translation.refused)
        assert name in translation.refused or translation.sql
