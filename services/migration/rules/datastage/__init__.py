"""DataStage's stages: one row each, with the highest confidence; and those that have no rule, with the reason."""

from __future__ import annotations

from services.migration.rules.datastage import (
    aggregate,
    branching,
    changes,
    databases,
    files,
    generators,
    joins,
    lookups,
    modify,
    ordering,
    passing,
    pivots,
    transformer,
)
from services.migration.rules.registry import NoRule
from services.migration.rules.steps.rule import RuleTable, StepRule

__all__ = ["TABLE"]

DATABASES = (
    "OracleConnectorPX",
    "OracleConnector",
    "ODBCConnectorPX",
    "ODBCConnector",
    "DB2ConnectorPX",
    "DB2Connector",
    "TeradataConnectorPX",
    "TeradataConnector",
    "NetezzaConnectorPX",
    "JDBCConnectorPX",
    "SybaseConnectorPX",
    "SnowflakeConnectorPX",
    "HiveConnectorPX",
    "PxOracle",
    "PxODBC",
    "PxDB2",
    "PxTeradata",
    "PxSqlSvr",
    "PxSybase",
    "DRSConnectorPX",
    "CODBCStage",
    "ORAOCI9",
)
CODE = NoRule(
    "it holds or calls code outside the job, which may keep state and give any number of rows", "Rewrite it as SQL."
)
XML = NoRule(
    "it reads or writes XML by a schema that is kept in a library outside the job", "Do this in a step of its own."
)
DOCUMENT = NoRule(
    "its columns and format stand in a form of their own, which is not read", "Describe the file by hand."
)
QUALITY = NoRule("it runs QualityStage rules, which are kept outside the job", "Use the tool that keeps the rules.")
RECORDS = NoRule(
    "it works on sub-records, vectors or encoded records, which rows of a table do not have", "Flatten the rows."
)
WITHIN = NoRule("the container it stands for is not in the export", "Export the job again with its dependent items.")
NO_RULE: dict[str, NoRule] = {
    **dict.fromkeys(
        ("JavaStagePX", "JClientPX", "JTransformerPX", "PxGeneric", "PxWrapped", "PxBuildOp", "CRoutineStage"), CODE
    ),
    **dict.fromkeys(
        ("PxExternalSource", "PxExternalTarget", "PxExternalFilter", "CCommandStage", "STPPX", "STP"), CODE
    ),
    **dict.fromkeys(("XMLStagePX", "XMLInputPX", "XMLOutputPX", "XMLTransformerPX", "XMLInput", "XMLOutput"), XML),
    **dict.fromkeys(("WSClientPX", "WSTransformerPX", "WebServicesClientPX", "RESTStagePX"), CODE),
    **dict.fromkeys(
        ("FileConnectorPX", "PxCFF", "PxComplexFlatFile", "UnstructuredDataPX", "BDFSPX", "PxFTP"), DOCUMENT
    ),
    **dict.fromkeys(("QSStandardize", "QSMatch", "QSInvestigate", "QSSurvive", "PxStandardize"), QUALITY),
    **dict.fromkeys(("PxEncode", "PxDecode", "PxCompress", "PxExpand"), RECORDS),
    **dict.fromkeys(
        ("PxMakeSubRec", "PxSplitSubRec", "PxPromoteSubRec", "PxCombineRecs", "PxMakeVect", "PxSplitVect"), RECORDS
    ),
    **dict.fromkeys(("PxColumnImport", "PxColumnExport"), RECORDS),
    **dict.fromkeys(("CContainerStage",), WITHIN),
    "PxPivotEnterprise": NoRule(
        "its pivot specification stands in a form of its own, which is not read", "Write it as pivot or unpivot."
    ),
    "PxChangeApply": NoRule("it applies change records to a copy of the data", "Write it as an upsert of the target."),
    "PxDifference": NoRule("it compares whole data sets record by record", "Use change capture."),
    "PxCompare": NoRule("it compares two data sets row by row in their order", "Use change capture."),
    "PxSample": NoRule("it samples rows of each partition at random", "Write it as a sample."),
    "PxChecksum": NoRule("its checksum is computed over the tool's own record format", "Compute a hash in SQL."),
    "PxWriteRangeMap": NoRule("it writes a partitioning map, which rows do not need", "Remove it."),
    "PxLookupFileSet": NoRule("it keeps a lookup table in the tool's own format", "Read the table it was made from."),
    "CInterProcess": NoRule("it is a buffer between processes", "Connect its links to each other."),
}

RULES: dict[str, StepRule] = {
    "PxSequentialFile": StepRule(1.0, files.sequential_file),
    "PxDataSet": StepRule(1.0, files.data_set),
    "PxFileSet": StepRule(1.0, files.data_set),
    "CSeqFileStage": StepRule(1.0, files.server_file),
    "CHashedFileStage": StepRule(1.0, files.hashed_file),
    **{name: StepRule(1.0, databases.database) for name in DATABASES},
    "PxCopy": StepRule(0.99, passing.copy),
    "PxPeek": StepRule(0.99, passing.peek, carries=False),
    "PxHead": StepRule(0.95, passing.head),
    "PxTail": StepRule(0.95, passing.tail),
    "PxFunnel": StepRule(0.95, passing.funnel),
    "CCollector": StepRule(0.95, passing.funnel),
    "PxSort": StepRule(0.98, ordering.sort),
    "PxRemDup": StepRule(0.95, ordering.remove_duplicates),
    "PxFilter": StepRule(0.98, branching.filter_rows),
    "PxSwitch": StepRule(0.95, branching.switch),
    "PxAggregator": StepRule(0.95, aggregate.aggregator),
    "PxJoin": StepRule(0.95, joins.join),
    "PxMerge": StepRule(0.90, joins.merge),
    "PxLookup": StepRule(0.92, lookups.lookup),
    "CTransformerStage": StepRule(0.95, transformer.transformer),
    "PxModify": StepRule(0.90, modify.modify),
    "PxPivot": StepRule(0.90, pivots.pivot),
    "PxChangeCapture": StepRule(0.90, changes.change_capture),
    "PxSCD": StepRule(0.80, changes.slowly_changing),
    "PxRowGenerator": StepRule(0.90, generators.row_generator),
    "PxColumnGenerator": StepRule(0.90, generators.column_generator),
    "PxSurrogateKeyGenerator": StepRule(0.90, generators.surrogate_key),
    "PxSurrogateKey": StepRule(0.90, generators.surrogate_key),
}

TABLE = RuleTable(RULES, NO_RULE)
