"""What a data flow component is, from the three spellings of its identity: ProgID, class GUID, managed type name.

2014 and later write `Microsoft.Lookup`; 2005 to 2012 a GUID of their own each; managed components name a host there and
themselves in `UserComponentTypeName`. A GUID that is not listed is told by the product's own contact information.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

TITLES: Mapping[str, str] = {
    "Aggregate": "Aggregate",
    "Audit": "Audit",
    "Balanced Data Distributor": "BalancedDataDistributor",
    "Cache Transform": "CacheTransform",
    "CDC Source": "CdcSource",
    "CDC Splitter": "CdcSplitter",
    "Character Map": "CharacterMap",
    "Conditional Split": "ConditionalSplit",
    "Copy Column": "CopyColumn",
    "Data Conversion": "DataConvert",
    "Data Mining Model Training": "DataMiningModelTraining",
    "Data Mining Query": "DataMiningQuery",
    "Derived Column": "DerivedColumn",
    "Dimension Processing": "DimensionProcessing",
    "DQS Cleansing": "DQSCleansing",
    "Excel Destination": "ExcelDestination",
    "Excel Source": "ExcelSource",
    "Export Column": "ExportColumn",
    "Flat File Destination": "FlatFileDestination",
    "Flat File Source": "FlatFileSource",
    "Fuzzy Grouping": "FuzzyGrouping",
    "Fuzzy Lookup": "FuzzyLookup",
    "Import Column": "ImportColumn",
    "Lookup": "Lookup",
    "HDFS File Destination": "HdfsFileDestination",
    "HDFS File Source": "HdfsFileSource",
    "Merge": "Merge",
    "Merge Join": "MergeJoin",
    "Multicast": "Multicast",
    "OData Source": "ODataSource",
    "ODBC Destination": "ODBCDestination",
    "ODBC Source": "ODBCSource",
    "OLE DB Command": "OLEDBCommand",
    "OLE DB Destination": "OLEDBDestination",
    "OLE DB Source": "OLEDBSource",
    "Oracle Destination": "OracleDestination",
    "Oracle Source": "OracleSource",
    "Partition Processing": "PartitionProcessing",
    "Percentage Sampling": "PctSampling",
    "Pivot": "Pivot",
    "Raw File Destination": "RawDestination",
    "Raw File Source": "RawSource",
    "Recordset Destination": "RecordsetDestination",
    "Row Count": "RowCount",
    "Row Sampling": "RowSampling",
    "Slowly Changing Dimension": "SCD",
    "Sort": "Sort",
    "SQL Server Destination": "SQLServerDestination",
    "Teradata Destination": "TeradataDestination",
    "Teradata Source": "TeradataSource",
    "Term Extraction": "TermExtraction",
    "Term Lookup": "TermLookup",
    "Union All": "UnionAll",
    "Unpivot": "Unpivot",
}
"""The product's own (English) names of components, first part of `contactInfo`."""

PROG_IDS: Mapping[str, str] = {
    **{kind.lower(): kind for kind in TITLES.values()},
    "adonetdestination": "ADONETDestination",
    "adonetsource": "ADONETSource",
    "auditing": "Audit",
    "bdd": "BalancedDataDistributor",
    "cache": "CacheTransform",
    "copymap": "CopyColumn",
    "dataconversion": "DataConvert",
    "extractor": "ExportColumn",
    "groupdups": "FuzzyGrouping",
    "bestmatch": "FuzzyLookup",
    "inserter": "ImportColumn",
    "lineage": "Audit",
    "oledbcommand": "OLEDBCommand",
    "pctsampling": "PctSampling",
    "percentagesampling": "PctSampling",
    "pxpipelinedmquery": "DataMiningQuery",
    "rawfiledestination": "RawDestination",
    "rawfilesource": "RawSource",
    "scriptcomponent": "ScriptComponent",
    "slowlychangingdimension": "SCD",
    "sqldestination": "SQLServerDestination",
    "processdimension": "DimensionProcessing",
    "processpartition": "PartitionProcessing",
    "ssisodbcdst": "ODBCDestination",
    "ssisoraclesrc": "OracleSource",
    "ssisoracledst": "OracleDestination",
    "ssisoracledest": "OracleDestination",
    "ssisorasrc": "OracleSource",
    "ssisoradst": "OracleDestination",
    "ssisteradatasrc": "TeradataSource",
    "ssisteradatadst": "TeradataDestination",
    "ssisteradatadest": "TeradataDestination",
    "ssisterasrc": "TeradataSource",
    "ssisteradst": "TeradataDestination",
    "cdcsource": "CdcSource",
    "ssiscdcsrc": "CdcSource",
    "cdcsplitter": "CdcSplitter",
    "trash": "NullDestination",
    "ssisodbcsrc": "ODBCSource",
    "txcopymap": "CopyColumn",
    "xmlsource": "XmlSource",
    "datareadersource": "ADONETSource",
    "datareaderdestination": "DataReaderDestination",
}
"""The last part of a ProgID in lower case, `Microsoft.Lookup`, `DTSTransform.Lookup.3` → the kind."""

SERVICES: Mapping[str, str] = {
    "ODataSource": "reads a feed of an OData service",
    "AzureBlobSource": "reads files of Azure Blob Storage",
    "AzureBlobDestination": "writes files of Azure Blob Storage",
    "AzureDataLakeStoreSource": "reads files of Azure Data Lake Store",
    "AzureDataLakeStoreDestination": "writes files of Azure Data Lake Store",
    "FlexibleFileSource": "reads files of a cloud storage",
    "FlexibleFileDestination": "writes files of a cloud storage",
    "HdfsFileSource": "reads files of a Hadoop cluster",
    "HdfsFileDestination": "writes files of a Hadoop cluster",
    "SharePointListSource": "reads a list of a SharePoint site",
    "SharePointListDestination": "writes a list of a SharePoint site",
    "SapBwSource": "takes rows that SAP BW hands over (Open Hub or an extractor)",
    "SapBwDestination": "hands rows to SAP BW (Staging BAPI)",
    "DataStreamingDestination": "gives its rows to queries of SQL Server by OPENQUERY",
    "DimensionProcessing": "hands rows to a dimension of Analysis Services",
    "PartitionProcessing": "hands rows to a partition of Analysis Services",
    "DataMiningModelTraining": "hands rows to a data mining model of Analysis Services",
}
"""The product's own components for services and clusters, of its feature packs: what each does."""

OF_OTHERS: Mapping[str, str] = {
    "MultipleHash": "computes a hash of several columns, whose bytes it puts together in its own way",
    "RowHashTransformation": "computes a hash of several columns, whose bytes it puts together in its own way",
    "UpsertDestination": "adds or updates rows by keys and modes of its own",
    "JsonSource": "reads documents in JSON by paths of its own",
    "ValidateEmail": "tells by a pattern in its code whether an address is well formed",
}
"""Components of other makers that packages often hold: what each does."""

MANAGED: Mapping[str, str] = {
    "ADONETDestination": "ADONETDestination",
    "DataReaderSourceAdapter": "ADONETSource",
    "DataReaderDestinationAdapter": "DataReaderDestination",
    "XmlSourceAdapter": "XmlSource",
    "ScriptComponentHost": "ScriptComponent",
    "CdcSource": "CdcSource",
    "CdcSplitterComponent": "CdcSplitter",
    **{name: name for name in SERVICES},
    "AzBlobSrc": "AzureBlobSource",
    "AzBlobSource": "AzureBlobSource",
    "AzBlobDest": "AzureBlobDestination",
    "AzBlobDestination": "AzureBlobDestination",
    "AdlsSource": "AzureDataLakeStoreSource",
    "AdlsDest": "AzureDataLakeStoreDestination",
    "AdlsDestination": "AzureDataLakeStoreDestination",
    "HdfsSource": "HdfsFileSource",
    "HdfsDest": "HdfsFileDestination",
    "DataStreamingDestinationAdapter": "DataStreamingDestination",
    "DQSCleansing": "DQSCleansing",
    "DataQualityCleansing": "DQSCleansing",
    "DqsCleansingTransform": "DQSCleansing",
    "CdcSplitter": "CdcSplitter",
}
"""Class names of the product's managed components."""

FOREIGN: Mapping[str, str] = {
    **{name: name for name in OF_OTHERS},
    "NullDestination": "NullDestination",
    "TrashDestination": "NullDestination",
    "Trash": "NullDestination",
}
"""Class names of components of other makers; any other stays as it is called."""

GUIDS: Mapping[str, str] = {
    "9ABE8DF3-0052-42DB-8B18-2089E1D1D1B7": "Aggregate",
    "F40CF2A6-384A-4C57-B99C-ADAF31E51EBC": "Aggregate",
    "5B201335-B360-485C-BB93-75C34E09B3D3": "Aggregate",
    "2D9FDEDD-085F-4294-ABBA-818E2CCD0733": "CharacterMap",
    "3AE878C6-0D6C-4F48-8128-40E00E9C1B7D": "ConditionalSplit",
    "53A228EE-EBFA-48D6-A1AC-5269E5824A2C": "ConditionalSplit",
    "7F88F654-4E20-4D14-84F4-AF9C925D3087": "ConditionalSplit",
    "62B1106C-7DB8-4EC8-ADD6-4C664DFFC54A": "DataConvert",
    "BD06A22E-BC69-4AF7-A69B-C44C2EF684BB": "DataConvert",
    "C3BF62C8-7C5C-4F85-83C3-E0B6F6BE267C": "DataConvert",
    "2932025B-AB99-40F6-B5B8-783A73F80E24": "DerivedColumn",
    "49928E82-9C4E-49F0-AABE-3812B82707EC": "DerivedColumn",
    "9CF90BF0-5BCC-4C63-B91D-1F322DC12C26": "DerivedColumn",
    "4963CAED-CB38-4146-96F0-5910342FF3B9": "ExcelDestination",
    "1F5D5712-2FBA-4CB9-A95A-86C1F336E1DA": "ExcelDestination",
    "8C084929-27D1-479F-9641-ABB7CDADF1AC": "ExcelSource",
    "B551FCA8-23BD-4719-896F-D8F352A5283C": "ExcelSource",
    "8DA75FED-1B7C-407D-B2AD-2B24209CCCA4": "FlatFileDestination",
    "A1DF9F6D-8EE4-4EF0-BB2E-D526130D7A7B": "FlatFileDestination",
    "D658C424-8CF0-441C-B3C4-955E183B7FBA": "FlatFileDestination",
    "5ACD952A-F16A-41D8-A681-713640837664": "FlatFileSource",
    "90C7770B-DE7C-435E-880E-E718C92C0573": "FlatFileSource",
    "D23FD76B-F51D-420F-BBCB-19CBF6AC1AB4": "FlatFileSource",
    "9F4EB4D4-AD71-496D-B70B-31ECE1139884": "FuzzyLookup",
    "E4A5F949-EC93-45AB-8B36-B52936257EC2": "FuzzyLookup",
    "0FB4AABB-C027-4440-809A-1198049BF117": "Lookup",
    "671046B0-AA63-4C9F-90E4-C06E0B710CE3": "Lookup",
    "08AE886A-4124-499C-B332-16E3299D225A": "Merge",
    "36E0E750-2510-4776-AA6E-17EAE84FD63E": "Merge",
    "0D598A60-0A32-4B1B-A72C-5030B64E3A20": "MergeJoin",
    "14D43A4F-D7BD-489D-829E-6DE35750CFE4": "MergeJoin",
    "1ACA4459-ACE0-496F-814A-8611F9C27E23": "Multicast",
    "F1CEE4CE-066D-4FBE-9DC4-4C697A617264": "Multicast",
    "EC139FBC-694E-490B-8EA7-35690FB0F445": "Multicast",
    "C60ACAD1-9BE8-46B3-87DA-70E59EADEA46": "OLEDBCommand",
    "93FFEC66-CBC8-4C7F-9C6A-CB1C17A7567D": "OLEDBCommand",
    "4ADA7EAA-136C-4215-8098-D7A7C27FC0D1": "OLEDBDestination",
    "5A0B62E8-D91D-49F5-94A5-7BE58DE508F0": "OLEDBDestination",
    "E2568105-9550-4F71-A638-B7FE42E66922": "OLEDBDestination",
    "165A526D-D5DE-47FF-96A6-F8274C19826B": "OLEDBSource",
    "2C0A8BE5-1EDC-4353-A0EF-B778599C65A0": "OLEDBSource",
    "BCEFE59B-6819-47F7-A125-63753B33ABB7": "OLEDBSource",
    "480C7D5A-CE63-405C-B338-3C7F26560EE3": "RawSource",
    "04762BB6-892F-4EE6-AD46-9CEB0A7EC7A2": "RawDestination",
    "167AF7E9-BA81-425F-B73D-E30C2DCC0F09": "RecordsetDestination",
    "DE50D3C7-41AF-4804-9247-CF1DEB147971": "RowCount",
    "F1CEE4CE-066D-4FBE-9DC4-CD97202F3450": "Sort",
    "5B1A3FF5-D366-4D75-AD1F-F19A36FCBEDB": "Sort",
    "F452EAF3-5EF0-43F1-8067-09DDF0BC6316": "SQLServerDestination",
    "B594E9A8-4351-4939-891C-CFE1AB93E925": "UnionAll",
    "C5E47A29-265C-4F93-82CA-D8462EE23278": "UnionAll",
}
"""Class GUIDs as packages of the product versions hold them."""

HOSTS = frozenset(
    {
        "microsoft.managedcomponenthost",
        "{2e42d45b-f83c-400f-8d77-61dde6a7df29}",
        "{874f7595-fb5f-40ff-96af-fbff8250e3ef}",
        "{bf01d463-7089-41ee-8f05-0a6dc17ce633}",
    }
)
_PROG_ID = re.compile(r"(?:\w+\.)?(\w+?)(?:\.\d+)?\Z")


def kind(class_id: str, user_type: str, contact: str) -> str:
    """The kind of a component; what nobody knows is called by its own name."""
    spelled = class_id.strip()
    title = contact.split(";", 1)[0].strip()
    titled = TITLES.get(title, "") if "microsoft corporation" in contact.lower() else ""
    if user_type and (spelled.lower() in HOSTS or spelled.startswith("{")):
        named = managed(user_type)
        return titled if titled and "." in named else named
    known = GUIDS.get(spelled.strip("{}").upper()) or _of_prog_id(spelled)
    if known:
        return known
    if titled:
        return titled
    return managed(user_type or spelled) or "(no type)"


def managed(user_type: str) -> str:
    """`Microsoft.SqlServer.Dts.Pipeline.XmlSourceAdapter, …` → `XmlSource`; a foreign one keeps its full class name."""
    full = user_type.split(",", 1)[0].strip()
    short = full.rpartition(".")[2]
    is_own = "." not in full or full.lower().startswith("microsoft.")
    own = MANAGED.get(short) or PROG_IDS.get(short.lower()) if is_own else None
    return own or FOREIGN.get(short) or full


def _of_prog_id(spelled: str) -> str:
    match = _PROG_ID.match(spelled)
    return PROG_IDS.get(match[1].lower(), "") if match else ""
