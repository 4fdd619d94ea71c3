"""Functions that are known and have no SQL, with the reason."""

from __future__ import annotations

from collections.abc import Mapping

from services.migration.expressions.functions import Function

_MACHINE = "it reads the machine that the tool runs on"
_ZONE = "it depends on the time zone of the machine that the tool runs on"
_SEARCH = "its result is found by iteration, which no SQL expression does"
_UNDOCUMENTED = "its rule is not documented in full"
_IN_FULL = "what its week begins with and which days it counts is not documented in full"
_ORDER = "its order of texts, numbers inside of them included, has no equal in SQL"
_CODE_PAGE = "SQL has texts in one encoding only"
_DISTRIBUTION = "SQL has no statistical distributions"
_SPATIAL = "spatial objects have no equal"
_KEPT = "it belongs to an add-on, and keeps a value from one row to the next"
_RANDOM_TEXT = "it belongs to an add-on, and gives texts by chance"
_STOPS = "it belongs to an add-on, and ends the run with a message"
_IN_TEXTS = "it belongs to an add-on, and takes numbers out of texts that SQL does not read alike"

_REASONS: Mapping[str, tuple[str, str, str]] = {
    _MACHINE: ("file", "FILEEXISTS", "GETENVIRONMENTVARIABLE READREGISTRYSTRING VERSION"),
    _ZONE: ("date/time", "DATETIMETOLOCAL DATETIMETOUTC", ""),
    _SEARCH: ("finance", "FINANCEIRR FINANCEXIRR FINANCEMXIRR FINANCERATE", ""),
    _UNDOCUMENTED: ("math", "SMARTROUND", "RANGEMEDIAN URLENCODE"),
    _IN_FULL: ("date/time", "DATETIMEWEEKNUM DATETIMEWORKDAYS", ""),
    _ORDER: ("test", "COMPAREDICTIONARY", ""),
    _CODE_PAGE: ("conversion", "CONVERTFROMCODEPAGE CONVERTTOCODEPAGE", ""),
    _DISTRIBUTION: (
        "statistical",
        "BETADIST BETAINV BINOMDIST BINOMINV CHIDIST CHIINV EXPDIST EXPINV FDIST FINV GAMMADIST GAMMAINV LOGNORMDIST "
        "LOGNORMINV NORMDIST NORMINV POISSONDIST POISSONINV TDIST TINV WEIBULLDIST WEIBULLINV ERF ERFC GAMMA LGAMMA",
        "",
    ),
    _SPATIAL: (
        "spatial",
        "ST_AREA ST_BOUNDARY ST_BOUNDINGRECTANGLE ST_CENTROID ST_CENTROIDX ST_CENTROIDY ST_COMBINE ST_CONTAINS "
        "ST_CONVEXHULL ST_CREATELINE ST_CREATEPOINT ST_CREATEPOLYGON ST_CUT ST_DIMENSION ST_DISTANCE ST_ENDPOINT "
        "ST_INTERSECTION ST_INTERSECTS ST_INVERSEINTERSECTION ST_LENGTH ST_MD5 ST_MAXX ST_MAXY ST_MINX ST_MINY "
        "ST_NUMPARTS ST_NUMPOINTS ST_OBJECTTYPE ST_POINTN ST_RANDOMPOINT ST_RELATE ST_STARTPOINT ST_TOUCHES "
        "ST_TOUCHESORINTERSECTS ST_WITHIN",
        "",
    ),
    _KEPT: (
        "add-on",
        "VARNUM VARTEXT VARNUMEXISTS VARTEXTEXISTS VARLISTADD VARLISTEXISTS VARLISTGET VARLISTINDEXOF VARLISTINSERT "
        "VARLISTLENGTH VARLISTREMOVE VARLISTSET VARPRINT VARRESET",
        "",
    ),
    _RANDOM_TEXT: ("add-on", "RANDOMIPADDRESS RANDOMITEM RANDOMSTRING", ""),
    _STOPS: ("add-on", "REPORTERROR", ""),
    _IN_TEXTS: ("add-on", "INT64ADD INT64DIV INT64MOD INT64MULT RANGEJOIN", ""),
}

FUNCTIONS = tuple(
    Function(name, category if name in names else "specialized", 0, -1, refused=reason)
    for reason, (category, names, others) in _REASONS.items()
    for name in f"{names} {others}".split()
)
