"""The landscape that prompts share."""

from __future__ import annotations

import pytest

from services.copilot.knowledge.landscape import TOKENS, landscape_block, tokens_of


def test_systems_and_terms_of_the_reference_are_there():
    block = landscape_block()
    for name in ("DWH-MONA", "SAP HANA", "Snowflake", "Databricks", "Oracle", "MSSQL", "Kafka", "S3"):
        assert f"- {name}" in block
    for term in ("CDR", "MSISDN", "IMSI", "ARPU", "churn"):
        assert f"- {term}:" in block
    for service in ("teradata-dwh-mona", "sap-hana", "snowflake-analytics", "databricks-lakehouse", "oracle-legacy"):
        assert f"service {service}" in block


@pytest.mark.parametrize("budget", [0, 50, 200, TOKENS])
def test_it_stays_within_its_budget(budget):
    assert tokens_of(landscape_block(budget)) <= budget
