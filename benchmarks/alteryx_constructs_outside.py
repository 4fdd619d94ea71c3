"""Constructs of tools that read or write the outside world: services, folders, files that rows name, connectors.

Each row: name, tools, wires, and words of the reason where one is refused; for `alteryx_constructs`.
"""

from __future__ import annotations

from benchmarks.alteryx_workflow import meta, rows, selected, tool

ASKS = rows(1, "url p n", ("https://x.test/a", "a.csv", "1"), ("https://x.test/b", None, "2"))
SHOW = tool(99, "BrowseV2")
LINES = (
    "<File FileFormat='0' OutputFileName='{name}'>{path}</File><FormatSpecificOptions><HeaderRow>False</HeaderRow>"
    "<Delimeter>\\0</Delimeter></FormatSpecificOptions>"
)
READS = (
    "Google Sheets Input", "Google Sheets Input_1_2_3", "GoogleDriveInput_1_3_2", "OneDriveInput", "BoxInput",
    "SharePointInput_2_1_0", "SharePointListInput", "SalesforceInput", "DataverseInput", "Microsoft Dynamics CRM Input",
    "AmazonS3Download", "azure_data_lake_input", "Google BigQuery Input", "marketo-input", "AdobeAnalytics",
    "GoogleAnalytics4Input", "TableauInput", "ServiceNowInput", "AnaplanInput", "Outlook_input", "CalgaryInput",
)  # fmt: skip  # a list of names
WRITES = (
    "Google Sheets Output", "GoogleDriveOutput_1_3_2", "OneDriveOutput", "BoxOutput", "SharepointOutput",
    "SalesforceOutput", "DataverseOutput", "AmazonS3Upload", "azure_data_lake_output", "MongoOutput", "TableauOutput",
    "PowerBIOutput", "marketo-output", "AnaplanOutput", "CalgaryLoader", "AutoInsightsUploader",
)  # fmt: skip  # a list of names
Row = tuple[str, tuple[str, ...], tuple[str, ...], str]


def download(mode: str = "String", headers: str = "", payload: str = "", rest: str = "") -> str:
    return (
        f"<URLField>url</URLField><OutputMode>{mode}</OutputMode><EncodeURLs value='True' />"
        f"<Headers>{headers}</Headers><Payload><HTTPAction>GET</HTTPAction>{payload}</Payload>{rest}"
    )


def chosen(kind: str, path: str = "a.csv", name: str = "") -> str:
    """A Dynamic Input's configuration."""
    template = f"<Configuration>{LINES.format(path=path, name=name)}</Configuration>"
    return (
        f"<InputConfiguration>{template}</InputConfiguration><Mode>ReadList</Mode>"
        f"<ReadList_Field>p</ReadList_Field><ReadList_Type>{kind}</ReadList_Type>"
    )


CHANGES = (
    "<InputConfiguration><Configuration><File FileFormat='23'>odbc:DSN=DWH|||select p, v from t where p = 'x'</File>"
    "</Configuration></InputConfiguration><Mode>ModifySQL</Mode><Modify><Type>WHERE</Type><Field>p</Field></Modify>"
)
"""A Dynamic Input that changes its query by a field."""


def _asked(name: str, kind: str, configuration: str, refused: str = "") -> Row:
    return name, (ASKS, tool(5, kind, configuration), SHOW), ("1>5", "5>99"), refused


def _read(name: str, kind: str, configuration: str, described: str = "", refused: str = "") -> Row:
    node = tool(5, kind, configuration, meta=meta(described) if described else "")
    return name, (node, SHOW), ("5>99",), refused


def _written(name: str, kind: str, configuration: str, refused: str = "") -> Row:
    return name, (ASKS, tool(5, kind, configuration)), ("1>5",), refused


FIELDS = "<Fields><Field name='n' selected='True' /><Field name='*Unknown' selected='False' /></Fields>"
FLOWS: tuple[Row, ...] = (
    *(_asked(f"download as {mode}", "Download", download(mode)) for mode in ("String", "Blob", "TempFile", "Filename")),
    _asked("download by a field in its header", "Download", download(headers=FIELDS)),
    _asked(
        "download with a body",
        "Download",
        download(payload="<QueryStringBodyMode>Field</QueryStringBodyMode><Field>p</Field>"),
    ),
    _asked("download in a way of its own", "Download", download("Pigeon"), "its way of giving the answer"),
    *(_asked(f"dynamic input by {kind}", "DynamicInput", chosen(kind)) for kind in ("Path", "FileName")),
    *(_asked(f"dynamic input by {kind}", "DynamicInput", chosen(kind)) for kind in ("Suffix", "Prefix")),
    _asked("dynamic input of an unknown way", "DynamicInput", chosen("Colour"), "the way in which the field p"),
    _asked("dynamic input in a way of its own", "DynamicInput", "<Mode>Guess</Mode>", "its way of reading"),
    (
        "dynamic input that changes a query",
        (ASKS, tool(5, "DynamicInput", CHANGES, meta=meta("p:V_String:9 v:Double")), SHOW),
        ("1>5", "5>99"),
        "",
    ),
    _asked(
        "blob input by a field",
        "BlobInput",
        "<FileName>a.png</FileName><ModifyMethod>Path</ModifyMethod><ModifyFilename_Field>p</ModifyFilename_Field>",
    ),
    _asked("blob input in pieces", "BlobInput", "<SplitBlobs value='True' />", "parts a file into pieces"),
    _asked("blob convert", "BlobConvert", "<ToBlob value='False' />", "makes bytes of a text"),
    _read("blob input of a file", "BlobInput", "<FileName>a.png</FileName>"),
    _read("directory", "Directory", "<Directory>%Engine.ModuleDirectory%</Directory><FileSpec>*.csv</FileSpec>"),
    _read("directory that is not named", "Directory", "", refused="names no folder"),
    _read("files by a pattern", "DbFileInput", LINES.format(path="..\\in\\*.txt", name="Path")),
    _read("list of sheets", "DbFileInput", "<File FileFormat='25'>a.xlsx|||&lt;List of Sheet Names&gt;</File>"),
    _written("blob output without bytes", "BlobOutput", "<FileName>a.png</FileName>", "which field holds the bytes"),
    _written(
        "files by a field",
        "DbFileOutput",
        "<File FileFormat='0'>a.csv</File><MultiFile value='True' /><MultiFileType>Suffix</MultiFileType>"
        "<MultiFileField>n</MultiFileField><KeepField value='False' />",
    ),
    *(_read(f"connector {kind}", kind, "<Value name='tableName'>T</Value>", "a:Int32") for kind in READS),
    *(_written(f"connector {kind}", kind, "<Value name='tableName'>T</Value>") for kind in WRITES),
    _read("connector without columns", "SalesforceInput", "<Value name='object'>T</Value>", "", "does not say which"),
    _written(
        "connector that updates",
        "SalesforceOutput",
        "<Value name='object'>T</Value><Value name='operation'>Update</Value>",
        "which field holds it",
    ),
    _asked("connector that asks by rows", "SalesforceInput", "<Value name='object'>T</Value>", "rows that arrive"),
    _asked("calgary join", "CalgaryJoin", "<RootFileName>a.cydb</RootFileName>", "indexes of a Calgary file"),
    _read("another vendor's service", "ConnectJsonBuilder", "<TableName>T</TableName>", "a:Int32", "add-on"),
    _written("another vendor's output", "ConnectOutput", "<semantaJob>x</semantaJob>", "add-on"),
    (
        "rows into a database and out",
        (
            ASKS,
            tool(5, "LockInStreamIn", "<Connection>DWH</Connection><CreateMode>TempTable</CreateMode>"),
            tool(6, "LockInSelect", selected("-p")),
            tool(7, "LockInSample", "<NumRecords>1</NumRecords>"),
            tool(
                8, "LockInStreamOut", "<Sort value='True'><SortInfo><Field field='n' order='Asc' /></SortInfo></Sort>"
            ),
            SHOW,
        ),
        ("1>5", "5>6", "6>7", "7>8", "8>99"),
        "",
    ),
    _read(
        "an in-database macro's input",
        "LockInMacroInput",
        "<Connection>DWH</Connection><Query>select a from t</Query>",
        "a:Int32",
    ),
    _written("an in-database macro's output", "LockInMacroOutput", "<Name>Out</Name>"),
    _written("a table of a database", "LockInOutput", "<Connection>DWH</Connection><TableName>t</TableName>"),
    (
        "a query that a field holds",
        (
            ASKS,
            tool(5, "LockInDynamicInput", "<QueryField>p</QueryField>"),
            tool(6, "LockInSelect", selected("a")),
            SHOW,
        ),
        ("1>5", "5>6", "6>99"),
        "",
    ),
)
