"""Results that the documentation rounds, and times, against what an engine gives."""

from datetime import time
from pathlib import Path

import pytest

from services.migration.ast import Tool
from services.migration.expressions.conformance import run
from services.migration.expressions.conformance_rows import read_rows

HEAD = "id\tfunction\texpression\tinputs_json\tdocumented_result\tresult_type\tstatus\tnote\n"


@pytest.mark.parametrize(
    ("expected", "kind", "note", "given", "verdict"),
    [
        ("0.7071", "number", "rounded: compare to the printed digits", 0.70710678, "right"),
        ("0.7071", "number", "rounded: compare to the printed digits", 0.70717, "silently_wrong"),
        ("0.7071", "number", "", 0.70710678, "silently_wrong"),
        ("1", "number", "a misprint; compare to 1e-4", 0.99999, "right"),
        ("1", "number", "a misprint; compare to 1e-4", 0.999, "silently_wrong"),
        ("14:05:31.80", "time", "", time(14, 5, 31, 800000), "right"),
        ("14:05:31", "time", "", time(14, 5, 32), "silently_wrong"),
    ],
)
def test_rounded_numbers_and_times(
    tmp_path: Path, expected: str, kind: str, note: str, given: object, verdict: str
) -> None:
    path = tmp_path / "rows.tsv"
    path.write_text(f"{HEAD}r1\tf\tSqrt(2)\t{{}}\t{expected}\t{kind}\tdoc\t{note}\n")
    score = run(read_rows(path), lambda _sql: given, dialect="duckdb", language=Tool.DATASTAGE)
    assert [outcome.verdict for outcome in score.outcomes] == [verdict]
