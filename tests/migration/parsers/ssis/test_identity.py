"""Three spellings of a component's identity lead to one kind; what is foreign keeps its own name."""

from __future__ import annotations

import pytest

from services.migration.parsers.ssis.identity import kind

HOST = "{BF01D463-7089-41EE-8F05-0A6DC17CE633}"


@pytest.mark.parametrize(
    ("class_id", "user_type", "contact", "expected"),
    [
        ("Microsoft.Lookup", "", "", "Lookup"),
        ("{0fb4aabb-c027-4440-809a-1198049bf117}", "", "", "Lookup"),
        ("DTSTransform.Lookup.3", "", "", "Lookup"),
        ("Microsoft.DataConvert", "", "", "DataConvert"),
        ("Microsoft.CopyMap", "", "", "CopyColumn"),
        ("Attunity.SSISODBCSrc", "", "", "ODBCSource"),
        ("Microsoft.SSISODBCDst", "", "", "ODBCDestination"),
        ("Microsoft.SlowlyChangingDimension", "", "", "SCD"),
        ("Microsoft.BDD", "", "", "BalancedDataDistributor"),
        (HOST, "Microsoft.SqlServer.Dts.Pipeline.DataReaderSourceAdapter, X, Version=9", "", "ADONETSource"),
        ("Microsoft.ManagedComponentHost", "Microsoft.ScriptComponentHost", "", "ScriptComponent"),
        (HOST, "Martin.SQLServer.Dts.MultipleHash, M", "", "MultipleHash"),
        (HOST, "Acme.Flow.UnionAll, M", "", "Acme.Flow.UnionAll"),
        (HOST, "Microsoft.Unheard.Of, M", "CDC Splitter;Microsoft Corporation;v11", "CdcSplitter"),
        (HOST, "Microsoft.SqlServer.IntegrationServices.CDC.CdcSplitter, M", "", "CdcSplitter"),
        (
            HOST,
            "Microsoft.Samples.SqlServer.SSIS.SharePointListAdapters.SharePointListSource, M",
            "",
            "SharePointListSource",
        ),
        ("Attunity.SSISOraSrc", "", "", "OracleSource"),
        ("Microsoft.SSISOracleDst", "", "", "OracleDestination"),
        ("Attunity.SSISTeraSrc.1", "", "", "TeradataSource"),
        ("{00000000-0000-0000-0000-000000000001}", "", "Sort;Microsoft Corporation;v10", "Sort"),
        ("{00000000-0000-0000-0000-000000000001}", "", "Sort;Acme Inc", "{00000000-0000-0000-0000-000000000001}"),
        ("", "", "", "(no type)"),
    ],
)
def test_kind(class_id: str, user_type: str, contact: str, expected: str) -> None:
    assert kind(class_id, user_type, contact) == expected
