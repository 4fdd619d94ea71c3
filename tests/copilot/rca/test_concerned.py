"""What an action is about: the system, user or table that the error names."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.copilot.platform.records import Run
from services.copilot.rca.collect import Facts
from services.copilot.rca.concerned import concerned
from services.copilot.rca.graph import Graph
from services.copilot.rca.symptom import Symptom

AT = datetime(2026, 1, 5, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cause", "error", "name"),
    [
        ("infrastructure", "Connection failed (rc=110: Connection timed out (hana-prd:30015))", "hana-prd:30015"),
        ("infrastructure", "could not connect to 10.0.0.7:1433 at 03:15:00", "10.0.0.7:1433"),
        ("infrastructure", 'could not translate host name "dwh-01" to address', "dwh-01"),
        ("infrastructure", "Connection reset at com.example.Load.run(Load.java:120), step-1 at 10:300:1", ""),
        ("resource", "[Teradata][2646] No more spool space in ETL_LOAD.", "ETL_LOAD"),
        ("resource", "ORA-01652: unable to extend temp segment by 128 in tablespace TEMP_ETL", "TEMP_ETL"),
        ("resource", "java.lang.OutOfMemoryError: Java heap space", ""),
        ("credential", 'FATAL: password authentication failed for user "etl"', "etl"),
        ("schema_change", "Connection timed out (hana-prd:30015)", ""),
    ],
)
def test_what_the_error_names(cause, error, name):
    run = Run(run_id="r", pipeline_id="p", status="failed", error_message=error)
    facts = Facts(Symptom("p", AT, AT, run), AT, Graph(), {"p": 0})
    assert concerned(cause, facts) == name
