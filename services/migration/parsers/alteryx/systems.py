"""Connectors of Designer: tools that read or write one system, by their names without a version.

`GoogleDriveOutput_1_3_2`, `Google Sheets Input` and `marketo-input` are names of real workflows. Source: Designer
Help, "Connectors"; the tools' own plugin names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

READS, WRITES = "reads", "writes"
_VERSION = re.compile(r"(?:[\s_.-]+v?\d+)+$", re.IGNORECASE)
_SEPARATORS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class System:
    """`connector`: the pipeline language's. `connection`: what signs in, where the tool names none."""

    connector: str
    connection: str
    does: str


_SYSTEMS: tuple[tuple[str, str, str, str], ...] = (
    ("google_sheets", "google_sheets", "googlesheetsinput", "googlesheetsoutput"),
    ("google_drive", "google_drive", "googledriveinput", "googledriveoutput"),
    ("onedrive", "onedrive", "onedriveinput", "onedriveoutput"),
    ("box", "box", "boxinput", "boxoutput"),
    (
        "sharepoint",
        "sharepoint",
        "sharepointinput sharepointfilesinput sharepointlistinput",
        "sharepointoutput sharepointfilesoutput sharepointlistoutput",
    ),
    ("salesforce", "salesforce", "salesforceinput", "salesforceoutput salesforcewaveoutput"),
    (
        "dynamics_crm",
        "dynamics_crm",
        "dynamicscrminput microsoftdynamicscrminput msdynamicscrminput dataverseinput",
        "dynamicscrmoutput microsoftdynamicscrmoutput msdynamicscrmoutput dataverseoutput",
    ),
    ("s3", "s3", "amazons3download s3download", "amazons3upload s3upload"),
    ("adls", "adls", "azuredatalakeinput azuredatalakefileinput", "azuredatalakeoutput azuredatalakefileoutput"),
    ("azure_blob", "azure_blob", "azureblobinput azureblobstorageinput", "azurebloboutput azureblobstorageoutput"),
    ("bigquery", "bigquery", "bigqueryinput googlebigqueryinput", "bigqueryoutput googlebigqueryoutput"),
    ("snowflake", "snowflake", "snowflakeinput", "snowflakeoutput snowflakebulkoutput snowflakebulkloader"),
    ("mongodb", "mongodb", "", "mongooutput"),
    (
        "tableau",
        "tableau",
        "tableauinput tableaudatasourceinput",
        "tableauoutput tableaudatasourceoutput publishtotableauserver publishtotableau",
    ),
    ("power_bi", "power_bi", "", "powerbioutput microsoftpowerbioutput publishtopowerbi"),
    ("calgary", "calgary", "calgaryinput", "calgaryloader"),
    ("http", "marketo", "marketoinput", "marketooutput"),
    ("http", "google_analytics", "googleanalytics googleanalyticsinput googleanalytics4input", ""),
    ("http", "adobe_analytics", "adobeanalytics adobeanalyticsinput", ""),
    ("http", "twitter", "twittersearch twitterinput", ""),
    ("http", "servicenow", "servicenowinput", "servicenowoutput"),
    ("http", "anaplan", "anaplaninput", "anaplanoutput"),
    ("http", "outlook", "outlookinput outlook365input", ""),
    ("http", "auto_insights", "", "autoinsightsuploader"),
)
"""Connector, connection, names of the tools that read and of those that write, parted by blanks."""
SYSTEMS = {
    name: System(connector, connection, does)
    for connector, connection, reading, writing in _SYSTEMS
    for does, names in ((READS, reading), (WRITES, writing))
    for name in names.split()
}


@lru_cache(maxsize=1024)
def of(kind: str) -> System | None:
    """The system of a tool's kind; None for a tool that is no connector."""
    lowered = kind.lower()
    stem = _VERSION.sub("", lowered.removesuffix(".yxmc"))
    return SYSTEMS.get(_SEPARATORS.sub("", stem))


def writes(kind: str) -> bool:
    found = of(kind)
    return found is not None and found.does == WRITES
