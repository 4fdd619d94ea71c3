"""The kinds of SSIS: one row each; what has no rule, with the reason."""

from __future__ import annotations

from services.migration.parsers.ssis.identity import OF_OTHERS, SERVICES
from services.migration.rules.registry import NoRule
from services.migration.rules.ssis import (
    cdc,
    columns,
    combine,
    command,
    conversions,
    destinations,
    documents,
    frame,
    lookup,
    reshape,
    rows,
    scd,
    sources,
    split,
)
from services.migration.rules.ssis.frame import rule
from services.migration.rules.steps.rule import RuleTable, StepRule

RULES: dict[str, StepRule] = {
    "OLEDBSource": rule(1.0, sources.relational, reads=sources.COMPUTED),
    "ADONETSource": rule(1.0, sources.relational, reads=sources.COMPUTED),
    "ODBCSource": rule(1.0, sources.relational, reads=sources.COMPUTED),
    "OracleSource": rule(1.0, sources.relational, reads=sources.COMPUTED),
    "TeradataSource": rule(1.0, sources.relational, reads=sources.COMPUTED),
    "FlatFileSource": rule(1.0, sources.flat_file),
    "ExcelSource": rule(0.95, sources.excel),
    "XmlSource": rule(0.85, documents.source),
    "RawSource": rule(0.95, sources.raw),
    "CdcSource": rule(0.85, cdc.source),
    "OLEDBDestination": rule(1.0, destinations.relational),
    "ADONETDestination": rule(1.0, destinations.relational),
    "ODBCDestination": rule(1.0, destinations.relational),
    "SQLServerDestination": rule(1.0, destinations.relational),
    "OracleDestination": rule(1.0, destinations.relational),
    "TeradataDestination": rule(1.0, destinations.relational),
    "FlatFileDestination": rule(1.0, destinations.flat_file),
    "ExcelDestination": rule(0.95, destinations.excel),
    "RawDestination": rule(0.95, destinations.raw),
    "RecordsetDestination": rule(0.95, destinations.recordset),
    "DataReaderDestination": rule(0.95, destinations.reader),
    "CacheTransform": rule(0.95, destinations.cache),
    "NullDestination": rule(0.95, destinations.nowhere, carries=False),
    "DerivedColumn": rule(0.95, conversions.derived),
    "DataConvert": rule(0.95, conversions.convert),
    "CopyColumn": rule(0.98, columns.copied),
    "CharacterMap": rule(0.90, columns.mapped),
    "Audit": rule(0.90, columns.audited),
    "ConditionalSplit": rule(0.95, split.conditional),
    "CdcSplitter": rule(0.95, split.changes),
    "Multicast": rule(0.98, split.multicast),
    "BalancedDataDistributor": rule(0.95, split.distributed),
    "Lookup": rule(0.95, lookup.convert),
    "UnionAll": rule(0.98, combine.union),
    "Merge": rule(0.95, combine.merge),
    "MergeJoin": rule(0.95, combine.merge_join),
    "Sort": rule(0.98, rows.sort),
    "Aggregate": rule(0.95, rows.aggregate),
    "RowCount": rule(0.95, rows.row_count, carries=False),
    "OLEDBCommand": rule(0.90, command.convert),
    "SCD": rule(0.90, scd.convert),
    "Pivot": rule(0.90, reshape.pivot),
    "Unpivot": rule(0.90, reshape.unpivot),
    "RowSampling": rule(0.90, split.row_sampling),
    "PctSampling": rule(0.90, split.percentage_sampling),
}

BY_SERVICE = "Copy the data with a tool of the service, and read or write them there."
BY_SQL = "Write what it does as SQL; values that it computed before will be others then."
NO_RULE: dict[str, NoRule] = {
    "ScriptComponent": NoRule(
        "it runs C# or Visual Basic for each row", "Rewrite the code, which stands in `original`, as SQL."
    ),
    "FuzzyLookup": NoRule(
        "it joins by the similarity of texts, by an index of its own", "Choose a way to match that SQL has."
    ),
    "FuzzyGrouping": NoRule(
        "it groups by the similarity of texts, by an index of its own", "Choose a way to group that SQL has."
    ),
    "TermExtraction": NoRule("it finds terms in texts by a language model of its own", "Extract the terms elsewhere."),
    "TermLookup": NoRule("it counts terms in texts by a language model of its own", "Count the terms elsewhere."),
    "DataMiningQuery": NoRule(
        "it asks a data mining model of Analysis Services", "Score the rows elsewhere and join the result."
    ),
    "ImportColumn": NoRule("it reads a file for each row", "Load the files in a step of their own."),
    "ExportColumn": NoRule("it writes a file for each row", "Write the files in a step of their own."),
    "DQSCleansing": NoRule(
        "it corrects values by a knowledge base of Data Quality Services", "Write the rules of its domains as SQL."
    ),
    **{kind: NoRule(f"it {what}", BY_SERVICE) for kind, what in SERVICES.items()},
    **{kind: NoRule(f"it is a component of another maker that {what}", BY_SQL) for kind, what in OF_OTHERS.items()},
}
UNKNOWN = NoRule(
    "it is a component of another maker, whose meaning is not known here",
    "Look up what the component does and write it as steps of the pipeline.",
)

TABLE = RuleTable(RULES, NO_RULE, frozenset({"ScriptComponent"}), unknown=UNKNOWN, outline=frame.outline)
