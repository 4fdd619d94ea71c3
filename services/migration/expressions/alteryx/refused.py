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
_NEWER = "it is in no documentation that was at hand"
_CODE_PAGE = "SQL has texts in one encoding only"
_DISTRIBUTION = "SQL has no statistical distributions"
_SPATIAL = "spatial objects have no equal"
_ADD_IN = "it belongs to an add-in and not to the tool"

_REASONS: Mapping[str, tuple[str, str, str]] = {
    _MACHINE: ("file", "FILEEXISTS", "GETENVIRONMENTVARIABLE READREGISTRYSTRING VERSION"),
    _ZONE: ("date/time", "DATETIMETOLOCAL DATETIMETOUTC", ""),
    _SEARCH: ("finance", "FINANCEIRR FINANCEXIRR FINANCEMXIRR FINANCERATE", ""),
    _UNDOCUMENTED: ("math", "SMARTROUND", "RANGEMEDIAN URLENCODE"),
    _IN_FULL: ("date/time", "DATETIMEWEEKNUM DATETIMEWORKDAYS", ""),
    _ORDER: ("test", "COMPAREDICTIONARY", ""),
    _NEWER: ("string", "FINDSTRINGLAST", ""),
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
    _ADD_IN: (
        "add-in",
        "AVG BUSINESSDAYS CENTURY COUNT DATEADD DATEFROMDMY DATEFROMMDY DATEPART DAY DEG FROMROMAN HEXBINX HEXBINY "
        "HOUR IFNULL INT ISLEAPYEAR LEFTPART MAKEDATE MAKEDATETIME MAKETIME MINUTE MODULO MONTH MONTHEND "
        "MONTHSTART ORDINALDAY PHI QUARTER QUARTEREND QUARTERSTART QUOTIENT RANDTRIANGULAR RIGHTPART SECOND SUM "
        "TOROMAN VARNUM VARTEXT WEEKDAY WEEKEND WEEKNUM WEEKSTART YEAR YEAREND YEARSTART",
        "",
    ),
}

FUNCTIONS = tuple(
    Function(name, category if name in names else "specialized", 0, -1, refused=reason)
    for reason, (category, names, others) in _REASONS.items()
    for name in f"{names} {others}".split()
)
