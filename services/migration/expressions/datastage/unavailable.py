"""Functions that have no SQL, each with why, and routines that only a server or a sequence has."""

from __future__ import annotations

from collections.abc import Mapping

from services.migration.expressions.functions import Function

_GROUPS: Mapping[str, tuple[str, str, str]] = {
    "utility": (
        "it keeps or reads input records between rows; use window functions over an order",
        "utility",
        "GETSAVEDINPUTRECORD SAVEINPUTRECORD LASTROW LASTROWINGROUP LASTTWOROWS",
    ),
    "keys": (
        "it takes numbers from a key source file; use a sequence of the target",
        "utility",
        "NEXTSKCHAIN NEXTSURROGATEKEY PREVSKCHAIN",
    ),
    "environment": (
        "it reads the environment of the job's run; make it a parameter",
        "utility",
        "GETENVIRONMENT SETUSERSTATUS GETJOBNAME GETJOBNAMEWITHINVOCATIONID GETUSERSTATUS ERRORCOUNT",
    ),
    "checksum": ("how it is computed is not documented", "utility", "CHECKSUM"),
    "mantissa": (
        "the mantissa of a number is a matter of its machine format",
        "number",
        "MANTISSAFROMDFLOAT MANTISSAFROMDECIMAL",
    ),
    "vector": ("a pipeline's columns hold no vectors", "vector", "ELEMENTAT"),
    "raw": ("the number it gives depends on the machine's format of raw data", "raw", "RAWNUMAT"),
    "phonetic": ("the rules of its phonetic code are not documented", "string", "NYSIIS REVERSESOUNDEX ALIGN"),
    "time zone": ("it depends on the time zone of the machine", "date", "CURRENTTIMEZONE TIMESTAMPTOLOCAL"),
    "key lookup": (
        "it reads a hashed file or table; join it first",
        "server",
        "TRANS XLATE UTILITYHASHLOOKUP LOOKUP READ READU OPEN",
    ),
    "files": (
        "it works with files or the operating system",
        "server",
        "EXECUTE SYSTEM GETENV SENTENCE STATUS DSEXECUTE SLEEP PERFORM FILEINFO EOF UTILITYRUNJOB UTILITYABORTTOLOG "
        "UTILITYMESSAGETOLOG UTILITYWARNINGTOLOG UTILITYPRINTCOLUMNVALUETOLOG UTILITYPRINTHEXVALUETOLOG",
    ),
    "control": (
        "it controls jobs; the orchestration takes its place",
        "server",
        "DSATTACHJOB DSDETACHJOB DSGETJOBINFO DSGETJOBMETABAG DSGETLINKINFO DSGETLINKMETADATA DSGETLOGENTRY "
        "DSGETLOGSUMMARY DSGETNEWESTLOGID DSGETPARAMINFO DSGETPROJECTINFO DSGETSTAGEINFO DSGETSTAGELINKS "
        "DSGETSTAGESOFTYPE DSLOGEVENT DSLOGFATAL DSLOGINFO DSLOGTOCONTROLLER DSLOGWARN DSMAKEJOBREPORT DSMAKEMSG "
        "DSPREPAREJOB DSRMESSAGE DSRUNJOB DSSENDMAIL DSSETGENERATEOPMETADATA DSSETJOBLIMIT DSSETPARAM DSSETUSERSTATUS "
        "DSSTOPJOB DSTRANSFORMERROR DSTRANSLATECODE DSWAITFORFILE DSWAITFORJOB DSGETVARINFO DSGETIPCSTAGEPROPS "
        "DSGETJOBCTX DSCHECKROUTINE DSJOBSTATUS",
    ),
    "multivalues": (
        "a pipeline's columns hold no multivalues or dynamic arrays",
        "server",
        "ADDS ANDS CATSS CHARS COUNTS DELETE DIVS EQS EXTRACT FADD FIELDS FMTS GES GTS ICONVS IFS INDEXS INSERT LENS "
        "LES LOCATE LOWER LTS MATCHFIELDS MAXIMUM MINIMUM MODS MULS NEGS NES NOTS NUMS OCONVS ORS RAISE REMOVE REPLACE "
        "REUSE SEQS SPACES SPLICE STRS SUBR SUBS SUBSTRINGS SUM SUMMATION TRIMBS TRIMFS TRIMS UNICHARS UNISEQS",
    ),
    "numeric strings": (
        "it computes with numbers as strings of any length",
        "server",
        "FDIV FFIX FFLT FMUL FSUB REAL SADD SCMP SDIV SMUL SSUB QUOTIENT INTEGER PRECISION",
    ),
    "bytes": (
        "it works on bytes of a code page",
        "server",
        "BYTE BYTELEN BYTETYPE BYTEVAL GETLOCALE SETLOCALE FMTDP FOLD FOLDDP LENDP UPRINT "
        "BITTEST BITNOT BITRESET BITSET ASSIGNED UNASSIGNED CHECKFIELD",
    ),
    "loop": ("it is the state of a loop", "system variable", "ISEOF"),
}  # fmt: skip

FUNCTIONS = tuple(
    Function(name, category, 0, -1, refused=why) for why, category, names in _GROUPS.values() for name in names.split()
)
