"""Every DataStage construct as a small export of its own: converted and run, or refused with the true reason."""

from __future__ import annotations

import pytest

from benchmarks.datastage_constructs import CONSTRUCTS
from services.migration.rules.datastage import RULES
from tests.migration.flows.datastage.sheet import converted, manual

REFUSED = {
    "transformer_running_total_unordered": "nothing before fixes the order of rows",
    "transformer_loop": "several rows of one in a loop",
    "shared_container_missing": "the container it stands for is not in the export",
}


@pytest.mark.parametrize("dialect", ["duckdb", "postgresql"])
@pytest.mark.parametrize("name", CONSTRUCTS)
def test_construct(name: str, dialect: str) -> None:
    done = converted(CONSTRUCTS[name](), dialect)
    reasons = manual(done)
    assert done.result.mappings
    if name in REFUSED:
        assert [REFUSED[name] in texts[0] for texts in reasons.values()] == [True]
        return
    assert reasons == {}
    assert [finding.message for finding in done.structure.findings if finding.severity == "error"] == []
    if dialect == "duckdb":
        assert done.structure.executed == len(done.result.mappings)


def test_every_kind_with_a_rule_is_drawn_or_a_database() -> None:
    drawn = {
        item.source_type
        for build in CONSTRUCTS.values()
        for one in converted(build()).result.mappings
        for item in one.objects
    }
    missing = {kind for kind in RULES if kind not in drawn and "Connector" not in kind}
    assert missing <= {
        "PxFileSet",
        "CCollector",
        "PxSCD",
        "PxSurrogateKey",
        "PxOracle",
        "PxODBC",
        "PxDB2",
        "PxTeradata",
        "PxSqlSvr",
        "PxSybase",
        "ORAOCI9",
    }


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in CONSTRUCTS
        if "_" in name and name.split("_")[0] in ("oracle", "odbc", "db2", "teradata", "netezza")
    ],
)
def test_no_password_in_any_document(name: str) -> None:
    done = converted(CONSTRUCTS[name]())
    assert "tiger-7731" not in done.text + repr(done.result) + repr(done.report)


@pytest.mark.parametrize("dialect", ["mssql", "snowflake", "teradata", "sap_hana"])
@pytest.mark.parametrize(
    "name", ["aggregator_statistics", "modify", "sort_unique_key_change", "filter_one", "lookup_continue"]
)
def test_rules_own_sql_is_in_the_dialects_words(name: str, dialect: str) -> None:
    done = converted(CONSTRUCTS[name](), dialect)
    assert manual(done) == {}
    assert [finding.message for finding in done.structure.findings if finding.severity == "error"] == []


def test_sql_server_has_its_own_names_for_statistics() -> None:
    text = converted(CONSTRUCTS["aggregator_statistics"](), "mssql").text
    assert "STDEV(AMOUNT)" in text
    assert "STDDEV_SAMP" not in text
