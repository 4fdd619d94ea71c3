"""Every DataStage construct as a small export of its own: converted and run, or refused with the true reason."""

from __future__ import annotations

import pytest

from benchmarks.datastage_constructs import CONSTRUCTS
from benchmarks.datastage_palette import at
from services.migration.rules.datastage import NO_RULE, RULES
from services.migration.rules.datastage.edges import EDGES
from tests.migration.flows.datastage.sheet import converted, manual

REFUSED = {
    "transformer_running_total_unordered": "nothing before fixes the order of rows",
    "shared_container_missing": "the container it stands for is not in the export",
}


PALETTE = """
    PxSequentialFile PxDataSet PxFileSet PxLookupFileSet PxExternalSource PxExternalTarget PxCFF PxSASDataSet
    CTransformerStage PxAggregator PxJoin PxMerge PxLookup PxSort PxFunnel PxRemDup PxCompress PxExpand PxCopy PxModify
    PxFilter PxExternalFilter PxChangeCapture PxChangeApply PxDifference PxCompare PxEncode PxDecode PxSwitch PxSAS
    PxGeneric PxSurrogateKeyGenerator PxSurrogateKeyGeneratorN PxSCD PxPivot PxChecksum PxBLM PxColumnImport
    PxColumnExport PxMakeSubRec PxSplitSubRec PxCombineRecords PxPromoteSubRec PxMakeVect PxSplitVect PxHead PxTail
    PxSample PxPeek PxRowGenerator PxColumnGenerator PxWriteRangeMap PxWaveGenerator PxFTP
    OracleConnectorPX ODBCConnectorPX DB2ConnectorPX TeradataConnectorPX NetezzaConnectorPX JDBCConnectorPX
    SybaseConnectorPX SnowflakeConnectorPX HiveConnectorPX RedshiftPX bigqueryPX GreenplumConnectorPX PxOracle PxDB2
    PxTeradata PxInformix PxSqlSvr PxSybase PxODBC PxNetezza DRSConnectorPX DRSPX STPPX TeradataMultiLoadPX ORAOCI9
    KafkaConnectorPX WebSphereMQConnectorPX AmazonS3PX AzureDatalakePX GoogleCloudStoragePX HBaseConnectorPX
    CassandraConnectorPX MongoDBConnectorPX SALESFORCEJCConnectorPX FileConnectorPX BDFSPX UnstructuredDataPX
    XMLStagePX XMLInputPX XMLOutputPX WSClientPX WSTransformerPX RTIInputPX RTIOutputPX JavaStagePX JClientPX DTStagePX
    PxBapi IADataRule Standardize Investigate MatchFrequency ReferenceMatch UnduplicateMatch Survive
    AddressVerification2
    CHashedFileStage CSeqFileStage CODBCStage CUVStage CUDTStage CAggregatorStage CInterProcess CPartitioner CCollector
    RowMerger RowSplitter PIVOT SORT MERGE FOLDER FTP CCommandStage CContainerStage
"""


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


def test_every_rule_is_drawn() -> None:
    """Kinds that share a rule are one: drawing one of them draws the rule."""
    drawn = {
        RULES[item.source_type].convert
        for build in CONSTRUCTS.values()
        for one in converted(build()).result.mappings
        for item in one.objects
        if item.source_type in RULES
    }
    edges = {RULES[kind].convert for kind in EDGES}
    missing = {kind for kind, rule in RULES.items() if rule.convert not in drawn | edges}
    assert missing == set()


@pytest.mark.parametrize("kind", {reached: kind for kind, reached in EDGES.items()}.values())
def test_a_stage_at_the_edge_is_a_source_or_a_sink_and_in_the_middle_by_hand(kind: str) -> None:
    for place, becomes in (("first", "source"), ("last", "sink"), ("middle", "manual")):
        done = converted(at(kind, place))
        item = next(one for one in done.result.mappings[0].objects if one.object == "step")
        assert (item.target_type, item.requires_manual_review) == (becomes, becomes == "manual")
        assert item.confidence == (0.79 if becomes != "manual" else 0.0)
        said = ("is not in the export", "by settings of the stage's own")
        assert any(text in item.warnings[0] for text in (said if becomes != "manual" else ("makes rows of the rows",)))
        assert done.structure.executed == (0 if becomes == "manual" else 1)
        assert [finding.message for finding in done.structure.findings if finding.severity == "error"] == []


def test_every_stage_of_the_palette_has_a_rule_or_its_own_reason() -> None:
    for kind in PALETTE.split():
        known = NO_RULE.get(kind)
        assert kind in RULES or (known is not None and known.reason and known.todo), kind


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
