"""Every code that can stand in a report is explained."""

import ast
import re
from pathlib import Path

import pytest

import services.migration
from services.migration.parsers.errors import ExportError
from services.migration.report.codes import CODES, category, issues_page

BASE = Path(services.migration.__path__[0])
ROOT = BASE.parents[1]
TELLING = {"Issue", "Problem", "error", "warning", "info", "add", "issue", "_issue", "_problem"}
"""What parsers, rules and the gate call to tell of something; the code is among the first arguments."""
CODE = re.compile(r"[A-Z]{4,}(?:_[A-Z]+)*")


def told(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name not in TELLING:
            continue
        for argument in node.args[:2]:
            for part in ast.walk(argument) if isinstance(argument, ast.IfExp) else [argument]:
                if isinstance(part, ast.Constant) and isinstance(part.value, str) and CODE.fullmatch(part.value):
                    found.add(part.value)
    return found


SOURCES = [*(BASE / "parsers").rglob("*.py"), *(BASE / "rules").rglob("*.py"), *BASE.glob("*.py")]


def reasons(kind: type[ExportError] = ExportError) -> set[str]:
    return {each.reason for each in kind.__subclasses__()}.union(*(reasons(each) for each in kind.__subclasses__()))


def test_every_code_is_explained():
    codes = set().union(*map(told, SOURCES))
    assert len(codes) > 40
    assert codes - set(CODES) == set()
    assert reasons() - set(CODES) == set()


def test_the_page_is_what_the_table_says():
    assert (ROOT / "docs" / "issues.md").read_text(encoding="utf-8") == issues_page()
    assert all(f"| `{code}` |" in issues_page() for code in CODES)
    assert all(row.meaning.endswith(".") and row.remedy.endswith(".") for row in CODES.values())


@pytest.mark.parametrize(
    ("code", "severity", "expected"),
    [
        ("DEAD_BRANCH", "warning", "performance"),
        ("LOW_CONFIDENCE", "error", "needs_work"),
        ("CONVERSION_WARNING", "warning", "functional_difference"),
        ("EXPECTATION", "info", "out_of_scope"),
        ("NOBODY_KNOWS", "warning", "functional_difference"),
    ],
)
def test_categories(code, severity, expected):
    assert category(code, severity) == expected
