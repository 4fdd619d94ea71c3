"""Conversions that redirect or ignore what fails, on engines whose casts give no null."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.ssis_package import Made, Out, Package, Use
from services.migration.pipeline import migrate
from services.pipelines.dsl.document import Document, load
from services.pipelines.runner import Given
from services.pipelines.runner.errors import RunFailedError
from tests.pipelines.runner.engines import ENGINES, rows_on

CODES = [Made("ErrorCode", "i4"), Made("ErrorColumn", "i4")]
TEXTS = {
    "i4": {"12": "12", " -7 ": "-7", "1.5": None, "x": None, "3000000000": None, "99999999999999999999": None},
    "i2": {"32767": "32767", "32768": None},
    "ui1": {"255": "255", "-1": None, "256": None},
    "i8": {"9223372036854775807": "9223372036854775807", "9223372036854775808": None},
    "numeric(5,2)": {"1.005": "1.01", "-999.99": "-999.99", "999.995": None, "1000": None, "1,5": None, "": None},
    "r8": {"1e3": "1000.0", ".5": "0.5", "1e": None, "NaN": None},
    "bool": {"True": "True", " 0 ": "False", "yes": None},
    "dbDate": {
        "2024-02-29": "2024-02-29",
        "2023-02-29": None,
        "2/29/2024": "2024-02-29",
        "4/31/2024": None,
        "2024-13-01": None,
        "2024-01-01 25:00:00": None,
        "soon": None,
    },
    "dbTimeStamp": {
        "12/1/2024 7:05": "2024-12-01 07:05:00",
        "2024-02-29 23:59:59": "2024-02-29 23:59:59",
        "2024-02-29T01:02": "2024-02-29 01:02:00",
    },
}


def converted(kind: str, disposition: str, given: str = "wstr(30)", dialect: str = "postgresql") -> Document:
    package = Package()
    flow = package.read("src", f"A:{given}")
    given_up = {"errorRowDisposition": disposition}
    made = [Made("N", kind, {"SourceInputColumnLineageID": "{A}"}, given_up)]
    outs = [Out("out", made, sync=True), Out("e", CODES, sync=True, error=True)]
    good, bad = package.component("cv", "DataConvert", {}, [(flow, [Use("A")])], outs)
    package.write(good, "good")
    package.write(bad, "bad", "A")
    migration = migrate(package.text(), "pkg.dtsx", dialect=dialect)
    assert migration.structure.executed == 1
    return load(migration.documents[0].yaml)


def run(engine: str, url: str, document: Document, values: list[Any]) -> dict[str, dict[Any, str | None]]:
    rows = rows_on(engine, url, document, Given({"src": [{"A": value} for value in values]}))
    good = {row[0]: None if row[1] is None else str(row[1]) for row in rows["good"]}
    return {"good": good, "bad": {row[0]: None for row in rows["bad"]}}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("kind", TEXTS)
def test_texts_that_fail_leave_by_the_error_output(kind: str, engine: str, postgres_database: str) -> None:
    found = run(engine, postgres_database, converted(kind, "RedirectRow"), [None, *TEXTS[kind]])
    assert found["good"] == {None: None, **{text: value for text, value in TEXTS[kind].items() if value is not None}}
    assert found["bad"] == {text: None for text, value in TEXTS[kind].items() if value is None}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("kind", ["i4", "dbDate"])
def test_texts_that_fail_are_null_where_that_is_ignored(kind: str, engine: str, postgres_database: str) -> None:
    found = run(engine, postgres_database, converted(kind, "IgnoreFailure"), [None, *TEXTS[kind]])
    assert found["good"] == {None: None, **TEXTS[kind]}


@pytest.mark.parametrize("engine", ENGINES)
def test_numbers_that_do_not_fit_leave_by_the_error_output(engine: str, postgres_database: str) -> None:
    values = {32767: "32767", 32768: None, -32768: "-32768", -40000: None}
    found = run(engine, postgres_database, converted("i2", "RedirectRow", "i4"), [*values])
    assert found["good"] == {key: value for key, value in values.items() if value is not None}
    assert found["bad"] == {key: None for key, value in values.items() if value is None}


def test_a_conversion_of_which_failures_are_not_known_is_named() -> None:
    package = Package()
    flow = package.read("src", "A:wstr(30)")
    made = [Made("N", "dbTime", {"SourceInputColumnLineageID": "{A}"}, {"errorRowDisposition": "IgnoreFailure"})]
    (flow,) = package.component("cv", "DataConvert", {}, [(flow, [Use("A")])], [Out("out", made, sync=True)])
    package.write(flow, "good")
    (mapping,) = migrate(package.text(), "pkg.dtsx", dialect="postgresql").result.mappings
    item = next(one for one in mapping.objects if one.object == "cv")
    assert any("its errors are ignored" in text for text in item.warnings)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("kind", ["DerivedColumn", "DataConvert"])
def test_a_text_that_is_cut_or_redirected_does_not_excuse_a_failure(
    kind: str, engine: str, postgres_database: str
) -> None:
    """Each disposition is for its own kind of failure: what can't be converted still stops the run."""
    package = Package()
    flow = package.read("src", "A:wstr(9)")
    given = {"SourceInputColumnLineageID": "{A}"} if kind == "DataConvert" else {"Expression": "(DT_I4){A}"}
    stated = {"errorRowDisposition": "FailComponent", "truncationRowDisposition": "IgnoreFailure"}
    outs = [Out("out", [Made("N", "i4", given, stated)], sync=True), Out("e", CODES, sync=True, error=True)]
    good, _ = package.component("dc", kind, {}, [(flow, [Use("A")])], outs)
    package.write(good, "good")
    document = load(migrate(package.text(), "pkg.dtsx", dialect=engine).documents[0].yaml)
    assert rows_on(engine, postgres_database, document, Given({"src": [{"A": "7"}]})) == {"good": [("7", 7)]}
    with pytest.raises(RunFailedError):
        rows_on(engine, postgres_database, document, Given({"src": [{"A": "x"}]}))


@pytest.mark.parametrize(
    ("kind", "given", "reason"),
    [
        ("DerivedColumn", {"Expression": "NO_SUCH_FUNCTION({A})"}, "NO_SUCH_FUNCTION"),
        ("DataConvert", {"SourceInputColumnLineageID": "#{}"}, "does not arrive"),
    ],
)
def test_what_is_refused_has_no_failures(kind: str, given: dict[str, str], reason: str) -> None:
    package = Package()
    flow = package.read("src", "A:wstr(9)")
    made = [Made("N", "i4", given, {"errorRowDisposition": "RedirectRow"})]
    outs = [Out("out", made, sync=True), Out("e", CODES, sync=True, error=True)]
    good, bad = package.component("dc", kind, {}, [(flow, [Use("A")])], outs)
    package.write(good, "good")
    package.write(bad, "bad", "A")
    (mapping,) = migrate(package.text(), "pkg.dtsx", dialect="duckdb").result.mappings
    item = next(one for one in mapping.objects if one.object == "dc")
    assert item.target_type == "manual"
    assert any(reason in text for text in item.warnings)
