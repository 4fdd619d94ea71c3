"""What each attribute of an export's objects means for the rows: honoured, of no influence, or named when it is set.

Names are in lower case, as exports of different versions differ in theirs. Sources: PowerCenter Transformation Guide
(the properties of each kind), Workflow Basics Guide ("Source Properties", "Target Properties"), Designer Guide ("Flat
File Properties").
"""

from __future__ import annotations

from dataclasses import dataclass

CHECK = 0.79
"""Confidence where a person has to look: below the gate's limit for one object."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """An attribute that changes rows and has no counterpart here, unless its value is one of `harmless`."""

    what: str  # what the tool does, as a sentence; {value} is the attribute's value
    harmless: frozenset[str] = frozenset({"no", "0", "auto", "none"})
    confidence: float = CHECK
    unless: tuple[str, ...] = ()  # attributes, in lower case, of which one that says YES makes it harmless


def _names(text: str) -> frozenset[str]:
    return frozenset(part.strip().lower() for part in text.split(",") if part.strip())


EVERYWHERE = _names(
    """Tracing Level, Is Partitionable, Runtime Location, Output is repeatable, Output is deterministic,
    Cache Directory, Work Directory, Partitioning, Description, Transformation Scope, Subsecond Precision,
    Pre-build lookup cache, Optimization Level"""
)
"""Attributes of any kind that say how the tool works, not what comes out. `Transformation Scope` is judged below."""

NO_INFLUENCE: dict[str, frozenset[str]] = {
    "Aggregator": _names("Sorted Input, Aggregator Data Cache Size, Aggregator Index Cache Size"),
    "Joiner": _names(
        """Null ordering in master, Null ordering in detail, Master Sort Order, Sorted Input, Joiner Data Cache Size,
        Joiner Index Cache Size"""
    ),
    "Sorter": _names("Sorter Cache Size, Merge Only"),
    "Rank": _names("Rank Data Cache Size, Rank Index Cache Size"),
    "Sequence": _names("Number of Cached Values, Is Current Value Shared"),
    "Lookup Procedure": _names(
        """Lookup cache directory name, Lookup Data Cache Size, Lookup Index Cache Size, Lookup cache initialize,
        Cache File Name Prefix, Recache if Stale, Re-cache from lookup source, Recache from lookup source,
        Synchronize Dynamic Cache, Insert Else Update, Update Else Insert, Output Old Value On Update,
        Update Dynamic Cache Condition, Null ordering, Sorted Input, Lookup source is static, Lookup Source Type,
        Connection Type, Codepage Parameter, Line Sequential buffer length"""
    ),
    "Union Transformation": _names(
        """Language, Module Identifier, Class Name, Function Identifier, Inputs Must Block, Is Active,
        Update Strategy Transformation, Generate Transaction, Requires Single Thread Per Partition,
        Preserves Data Set Boundary, Number of partitions"""
    ),
    "source": _names(
        """Base Table Name, Search Specification, Sort Specification, Concurrent read partitioning,
        Line Sequential buffer length, Recovery cache folder, Line Endings"""
    ),
    "target": _names(
        """Target load type, Reject file directory, Reject filename, Merge Type, Merge File Directory, Merge File Name,
        Merge Command, Create Target Directory, Line Endings, Constraint based load ordering"""
    ),
}
"""Of one kind: how it works. A lookup's attributes of a dynamic cache matter only with one, which is refused."""

HONOURED: dict[str, frozenset[str]] = {
    "Expression": frozenset(),
    "Router": frozenset(),
    "Source Qualifier": _names(
        "Sql Query, User Defined Join, Source Filter, Number Of Sorted Ports, Select Distinct, Pre SQL, Post SQL"
    ),
    "Filter": _names("Filter Condition"),
    "Aggregator": _names(""),
    "Joiner": _names("Join Condition, Join Type, Case Sensitive String Comparison"),
    "Sorter": _names("Distinct, Case Sensitive, Null Treated Low"),
    "Rank": _names("Top/Bottom, Number Of Ranks, Case Sensitive String Comparison"),
    "Sequence": _names("Start Value, Increment By, End Value, Current Value, Cycle, Reset"),
    "Update Strategy": _names("Update Strategy Expression, Forward Rejected Rows"),
    "Transaction Control": _names("Transaction Control Condition"),
    "Normalizer": _names("Reset, Restart"),
    "Lookup Procedure": _names(
        """Lookup Sql Override, Lookup table name, Lookup Source Filter, Lookup caching enabled,
        Lookup policy on multiple match, Lookup condition, Connection Information, Source Type, Dynamic Lookup Cache,
        Lookup source filename, Lookup source file directory, Case Sensitive String Comparison,
        Case-Sensitive String Comparison, Datetime Format, Thousand Separator, Decimal Separator"""
    ),
    "source": _names(
        """Source Table Name, Owner Name, Source filename, Source file directory, Datetime Format, Thousand Separator,
        Decimal Separator"""
    ),
    "target": _names(
        """Insert, Update as Update, Update as Insert, Update else Insert, Delete, Truncate target table option,
        Update Override, Table Name Prefix, Target Table Name, Pre SQL, Post SQL, Output file directory,
        Output filename, Append if Exists, Header Options, Datetime Format, Thousand Separator, Decimal Separator"""
    ),
}
HONOURED |= dict.fromkeys(
    ("Application Source Qualifier", "XML Source Qualifier", "App Multi-Group Source Qualifier"),
    HONOURED["Source Qualifier"],
)

_TRANSACTIONS = {
    "transformation scope": Doubt(
        "works on the rows of one transaction at a time (Transformation Scope: {value}), not on all rows",
        frozenset({"all input", "row"}),
    )
}
_COMMAND = Doubt("comes from or goes to a command ({value}), not a file", frozenset({"file", "none"}), 0.6)
_FILE_READER = {
    "source filetype": Doubt("is a list of the files to read, not the data itself (Indirect)", frozenset({"direct"})),
    "input type": _COMMAND,
    "command": Doubt("comes from the output of a command: {value}", frozenset(), 0.6),
    "command type": Doubt("comes from a command ({value})", frozenset({"none", "command generating data"}), CHECK),
    "codepage parameter": Doubt("is in the encoding that the parameter {value} names", frozenset()),
    "truncate string null": Doubt("ends each text at its first null byte"),
    "add currently processed flat file name port": Doubt("has a port with the name of the file being read"),
}
DOUBTS: dict[str, dict[str, Doubt]] = {
    "Aggregator": _TRANSACTIONS,
    "Joiner": _TRANSACTIONS,
    "Sorter": _TRANSACTIONS,
    "Rank": _TRANSACTIONS,
    "Lookup Procedure": {
        "lookup cache persistent": Doubt(
            "keeps its cache from run to run, so it may look up rows as they were in an earlier run",
            unless=("re-cache from lookup source", "recache from lookup source"),
        ),
        "lookup source filetype": _FILE_READER["source filetype"],
    },
    "source": _FILE_READER,
    "target": {
        "rejected truncated/overflowed rows": Doubt("rejects rows whose values do not fit; here they are cut"),
        "output type": _COMMAND,
        "command": Doubt("is given to a command: {value}", frozenset(), 0.6),
        "codepage parameter": Doubt("is in the encoding that the parameter {value} names", frozenset()),
        "header command": Doubt("begins with what a command prints: {value}", frozenset()),
        "footer command": Doubt("ends with what a command prints: {value}", frozenset()),
        "reject overflow rows": Doubt("rejects rows whose values do not fit; here they are cut"),
    },
}

EVERYWHERE_DOUBTED: dict[str, Doubt] = {
    "differing by partition": Doubt(
        "is run in partitions with a {value} of their own; here the first partition's stands for all", frozenset(), 0.6
    )
}
"""Of any kind: what the parser says of a session's partitions."""

FILE_DOUBTS: dict[str, Doubt] = {
    "consecdelimitersasone": Doubt("takes several delimiters in a row for one"),
    "keepescapechar": Doubt("keeps the escape character in the values"),
    "shiftsensitivedata": Doubt("holds shift-in and shift-out bytes"),
}
FILE_KNOWN = _names(
    """CODEPAGE, DELIMITED, DELIMITERS, ESCAPE_CHARACTER, LINESEQUENTIAL, MULTIDELIMITERSASAND, NULLCHARTYPE,
    NULL_CHARACTER, PADBYTES, QUOTE_CHARACTER, REPEATABLE, ROWDELIMITER, SKIPROWS, STRIPTRAILINGBLANKS"""
)
"""FLATFILE attributes that `connectors.file_options` reads or judges, or that only say how fields are padded."""

SESSION_DOUBTS: dict[str, Doubt] = {
    "enable test load": Doubt("reads only a few rows and writes none (Enable Test Load)"),
    "pre 85 timestamp compatibility": Doubt("cuts fractions of seconds off dates (Pre 85 Timestamp Compatibility)"),
    "session sort order": Doubt("sorts and compares text by the order {value}", frozenset({"binary", "0"})),
}
