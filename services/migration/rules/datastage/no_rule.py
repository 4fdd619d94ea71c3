"""Stages without a rule: why there is none, and what a person does instead. Source: Parallel Job Developer's Guide,
Server Job Developer's Guide, QualityStage User's Guide, the chapter of each stage."""

from __future__ import annotations

from services.migration.rules.registry import NoRule

__all__ = ["NO_RULE", "UNKNOWN"]

UNKNOWN = NoRule(
    "its kind is none of the documented stages: a custom, wrapped or build stage of the project runs a program of its "
    "own, which is not in the export",
    "Look up what the stage's program does, and write it as steps of the pipeline.",
)
CODE = NoRule(
    "it calls code outside the job, which may keep state and give any number of rows", "Rewrite the code as SQL."
)
FILTER = NoRule(
    "its rows pass through a program outside the job as text, which may give any number of rows",
    "Do in a step of the pipeline what the program does.",
)
QUALITY = NoRule(
    "it standardises, matches or survives records by QualityStage rules and specifications, which are kept outside the "
    "job",
    "Use the tool that keeps the rules, and read its result.",
)
ENCODED = NoRule(
    "it packs whole records into encoded ones (or unpacks them) by a program, and such records have no columns",
    "Leave out both of the pair, or set the compression of the file.",
)
SUBRECORDS = NoRule(
    "it puts columns into sub-records or vectors, or takes them out, which rows of a table do not have",
    "Flatten the rows: a column for each element, or a row for each (unpivot).",
)
IMPORTED = NoRule(
    "it splits the text of one column into columns, or joins columns into one, by a record format of its own",
    "Write the columns as expressions over the text.",
)
SERVER_PLUG_IN = NoRule(
    "what it does stands in the properties of a plug-in of server jobs, whose names the documentation does not give",
    "Write it as a step of the pipeline.",
)
NO_RULE: dict[str, NoRule] = {
    **dict.fromkeys(("PxBuildOp", "CRoutineStage", "PxSAS", "PxParallelSAS"), CODE),
    **dict.fromkeys(("PxExternalFilter", "ExternalFilterPX"), FILTER),
    **dict.fromkeys(
        (
            "QSStandardize", "QSMatch", "QSInvestigate", "QSSurvive", "PxStandardize", "Standardize", "Investigate",
            "MatchFrequency", "ReferenceMatch", "UnduplicateMatch", "Survive", "AddressVerification",
            "AddressVerification2", "MNSPX", "WAVESPX", "CASSPX", "QSLegacyPX", "StandardizePX", "InvestigatePX",
            "SurvivePX", "MatchFrequencyPX", "ReferenceMatchPX", "UnduplicateMatchPX",
        ),
        QUALITY,
    ),
    **dict.fromkeys(("PxEncode", "PxDecode", "PxCompress", "PxExpand"), ENCODED),
    **dict.fromkeys(
        (
            "PxMakeSubRec", "PxSplitSubRec", "PxPromoteSubRec", "PxCombineRecs", "PxCombineRecords", "PxMakeVect",
            "PxSplitVect",
        ),
        SUBRECORDS,
    ),
    **dict.fromkeys(("RowMerger", "RowSplitter", "CRowMerger", "CRowSplitter"),
                    IMPORTED),
    **dict.fromkeys(("SORT", "Sort", "CSortStage", "MERGE", "Merge", "CMergeStage"), SERVER_PLUG_IN),
    "CContainerStage": NoRule(
        "the container it stands for is not in the export", "Export the job again with its dependent items."
    ),
    "PxCompare": NoRule(
        "it compares two data sets row by row in their order, and gives both rows as sub-records",
        "Use a full outer join by a key, and compare the columns.",
    ),
    "PxChecksum": NoRule(
        "its checksum is computed over the tool's own record format, which no other program has",
        "Compute a hash in SQL, and all stored checksums anew.",
    ),
    "PxWriteRangeMap": NoRule(
        "it writes a map of key ranges by which rows are spread over processes, which a pipeline does not need",
        "Remove it.",
    ),
    "PxBLM": NoRule(
        "it remembers the keys of past days in filter files of its own, and lets through what is probably new",
        "Compare the keys with those already loaded, by a lookup or an anti join.",
    ),
    "IADataRule": NoRule(
        "it runs data rules that are kept in Information Analyzer", "Write each rule as a check or a branch."
    ),
    "DTStagePX": NoRule(
        "it writes to several systems in one transaction, by settings for each in a form of its own",
        "Write each target as a sink; what must be one transaction needs a program of its own.",
    ),
}  # fmt: skip
