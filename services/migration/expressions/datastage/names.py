"""Names of a derivation that are no columns: job parameters, macros, system variables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_MACROS = """
    DSHOSTNAME DSPROJECTNAME DSJOBSTATUS DSJOBNAME DSJOBCONTROLLER DSJOBSTARTDATE DSJOBSTARTTIME DSJOBSTARTTIMESTAMP
    DSJOBWAVENO DSJOBINVOCATIONS DSJOBINVOCATIONID DSSTAGENAME DSSTAGELASTERR DSSTAGETYPE DSSTAGEINROWNUM
    DSSTAGEVARLIST DSLINKROWCOUNT DSLINKLASTERR DSLINKNAME
"""
MACROS = frozenset(_MACROS.split())
"""What the run tells of itself: a parameter of the pipeline each. Source: "DataStage macros"."""

CONSTANTS: Mapping[str, str] = {
    "@AM": "\xfe", "@FM": "\xfe", "@IM": "\xff", "@SM": "\xfc", "@SVM": "\xfc", "@TM": "\xfb", "@VM": "\xfd",
    "@NULL.STR": "\x80",
}  # fmt: skip
"""System variables that are one character. Source: "System variables" of the BASIC language."""
_VARIABLES = """
    @ABORT.CODE @DATE @DAY @EOF @FALSE @INROWNUM @ITERATION @LOGNAME @MONTH @NULL @NUMPARTITIONS @OUTROWNUM
    @PARTITIONNUM @PATH @SCHEMA @SYSTEM.RETURN.CODE @TIME @TRANSACTION.ID @TRANSACTION.LEVEL @TRUE @USERNO @WHO @YEAR
"""
VARIABLES = frozenset(_VARIABLES.split()).union(CONSTANTS)

_TOKEN = re.compile(r"\"[^\"]*\"|'[^']*'|#[A-Za-z_$][\w.$]*#|[@$]?[^\W\d][\w$]*(?:\.[\w$]+)*")


def parameter_name(text: str) -> str:
    """The pipeline parameter of a job parameter: `#pDay#` and `pDay` → `pDay`, `Set.pDay` → `Set_pDay`,
    `$APT_DIR` → `APT_DIR`."""
    plain = re.sub(r"\W+", "_", text.strip("#").replace("$", ""), flags=re.ASCII).strip("_")
    return plain if re.match(r"[A-Za-z_]", plain) else f"p_{plain}"


def mark_parameters(text: str, names: Iterable[str]) -> str:
    """A derivation with the job parameters in it, which stand there like variables, marked as `#NAME#`.

    Only a reader of the whole job knows which names these are. String literals and calls are left alone.
    """
    known = {name.upper() for name in names}

    def marked(match: re.Match[str]) -> str:
        name = match.group()
        is_call = text[match.end() :].lstrip().startswith("(")
        return f"#{name}#" if name.upper() in known and not is_call else name

    return _TOKEN.sub(marked, text) if known else text
