"""Packages for every component that real ones hold, and for what few of them do; each drawn on a `Package`.

    python -m benchmarks.ssis_constructs

prints the share of generated steps that rules convert, apart from real packages.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from copy import deepcopy

from benchmarks.ssis_package import Flow, Made, Out, Package, Use
from services.migration.parsers.ssis.identity import OF_OTHERS, SERVICES
from services.migration.pipeline import migrate

Draw = Callable[[Package], None]
CONSTRUCTS: dict[str, Draw] = {}
BY_HAND: set[str] = set()
"""Constructs that hold a step which no rule converts."""
LAYOUTS = (2, 3, 6, 8)
COLUMNS = "ID:i4 NAME:wstr(20) AMOUNT:numeric(18,2) DAY:dbTimeStamp"


def construct(draw: Draw) -> Draw:
    CONSTRUCTS[draw.__name__] = draw
    return draw


def by_hand(draw: Draw) -> Draw:
    BY_HAND.add(draw.__name__)
    return construct(draw)


def _flat(p: Package, kind: str = "Delimited") -> str:
    columns = "".join(
        p._object(
            "FlatFileColumn",
            {
                "ObjectName": name,
                "DataType": code,
                "MaximumWidth": "20",
                "ColumnWidth": "20",
                "ColumnDelimiter": "_x002C_",
                "DataPrecision": "18",
                "DataScale": "2",
            },
            "",
        )
        for name, code in (("ID", "3"), ("NAME", "130"), ("AMOUNT", "131"), ("DAY", "135"), ("UNUSED", "129"))
    )
    inner = p._object(
        "ConnectionManager",
        {"Format": kind, "CodePage": "1252", "ColumnNamesInFirstDataRow": "True", "ConnectionString": "C:\\in.csv"},
        p._several("FlatFileColumns", [columns]),
    )
    identity = "{11111111-0000-0000-0000-000000000001}"
    properties = {"ObjectName": "files", "DTSID": identity, "CreationName": "FLATFILE"}
    p.managers.append(p._object("ConnectionManager", properties, f"<DTS:ObjectData>{inner}</DTS:ObjectData>"))
    return identity


def _made(text: str = COLUMNS) -> list[Made]:
    return [Made(*item.split(":")) for item in text.split()]


def _source(kind: str, **properties: str) -> Draw:
    def draw(p: Package) -> None:
        (flow,) = p.component("src", kind, properties, outputs=[Out("out", _made())])
        p.write(flow, "target")

    return draw


for _name, _kind, _properties in (
    ("ado_net_table", "ADONETSource", {"AccessMode": "0", "TableOrViewName": '"dbo"."Sales"'}),
    ("ado_net_query", "ADONETSource", {"AccessMode": "2", "SqlCommand": "SELECT * FROM dbo.Sales"}),
    ("ado_net_of_2005", "ADONETSource", {"SqlCommand": "SELECT * FROM dbo.Sales"}),
    ("odbc_table", "ODBCSource", {"AccessMode": "0", "TableName": '"public"."sales"'}),
    ("odbc_query", "ODBCSource", {"AccessMode": "1", "SqlCommand": "SELECT * FROM sales"}),
    ("ole_db_query", "OLEDBSource", {"AccessMode": "2", "SqlCommand": "SELECT TOP 5 * FROM [dbo].[Sales]"}),
    ("ole_db_procedure", "OLEDBSource", {"AccessMode": "2", "SqlCommand": "EXEC dbo.GetSales"}),
    ("oracle_table", "OracleSource", {"AccessMode": "0", "TableName": '"SALES"."ORDERS"'}),
    ("oracle_query", "OracleSource", {"AccessMode": "1", "SqlCommand": "SELECT * FROM sales WHERE ROWNUM < 5"}),
    ("teradata_query", "TeradataSource", {"AccessMode": "1", "SqlCommand": "SELECT * FROM sales"}),
    ("excel_sheet", "ExcelSource", {"AccessMode": "0", "OpenRowset": "Sheet1$"}),
    ("xml_file", "XmlSource", {"AccessMode": "0", "XMLData": "C:\\in.xml"}),
    ("raw_file", "RawSource", {"AccessMode": "0", "FileName": "C:\\in.raw"}),
    (
        "changes_by_state",
        "CdcSource",
        {"StateVariable": "User::State", "CaptureInstance": "dbo_T", "CdcProcessingMode": "2"},
    ),
):
    CONSTRUCTS[_name] = _source(_kind, **_properties)


@construct
def statements_of_variables(p: Package) -> None:
    p.variable("Sql", "SELECT ID, NAME, AMOUNT, DAY FROM dbo.Sales")
    p.variable("Table", "dbo.Sales")
    first = p.component(
        "by statement",
        "OLEDBSource",
        {"AccessMode": "3", "SqlCommandVariable": "User::Sql"},
        outputs=[Out("o", _made())],
    )
    second = p.component(
        "by table", "OLEDBSource", {"AccessMode": "1", "OpenRowsetVariable": "User::Table"}, outputs=[Out("o", _made())]
    )
    p.write(first[0], "a")
    p.write(second[0], "b", AccessMode="4", OpenRowsetVariable="User::Table")


@construct
def flat_files(p: Package) -> None:
    identity = _flat(p)
    (flow,) = p.component(
        "src", "FlatFileSource", {"RetainNulls": "true"}, outputs=[Out("o", _made())], connection=identity
    )
    uses = [Use(c.name, {}, c.name) for c in flow.columns]
    p.component("dst", "FlatFileDestination", {"Overwrite": "true"}, [(flow, uses)], connection=identity)


@construct
def fixed_width_files(p: Package) -> None:
    identity = _flat(p, "FixedWidth")
    (flow,) = p.component("src", "FlatFileSource", {}, outputs=[Out("o", _made())], connection=identity)
    p.write(flow, "target")


def _end(kind: str, **properties: str) -> Draw:
    def draw(p: Package) -> None:
        p.write(p.read("src", COLUMNS), "target", kind=kind, **properties)

    return draw


for _kind in ("ADONETDestination", "ODBCDestination", "OracleDestination", "TeradataDestination"):
    CONSTRUCTS[_kind] = _end(_kind, TableOrViewName='"dbo"."T"', TableName='"dbo"."T"')
CONSTRUCTS["sql_server"] = _end("SQLServerDestination", BulkInsertTableName="[dbo].[T]")
CONSTRUCTS["excel_out"] = _end("ExcelDestination", OpenRowset="Sheet1$")
CONSTRUCTS["raw_out"] = _end("RawDestination", FileName="C:\\out.raw")
CONSTRUCTS["recordset"] = _end("RecordsetDestination", VariableName="User::Rows")
CONSTRUCTS["reader"] = _end("DataReaderDestination")


@construct
def a_destination_by_statement(p: Package) -> None:
    p.write(p.read("src", COLUMNS), "target", AccessMode="2", SqlCommand="SELECT * FROM T")


@by_hand
def a_destination_by_a_join(p: Package) -> None:
    p.write(p.read("src", COLUMNS), "target", AccessMode="2", SqlCommand="SELECT T.A FROM T JOIN U ON T.A = U.A")


@construct
def computed_columns(p: Package) -> None:
    flow = p.read("src", COLUMNS)
    names = ("ID", "NAME", "AMOUNT", "DAY")
    texts = {
        "A": ("wstr(30)", '(DT_WSTR,30)({ID} + 1) + "x"'),
        "B": ("i4", "ISNULL({NAME}) ? 0 : LEN(TRIM({NAME}))"),
        "C": ("i4", "YEAR({DAY}) * 100 + MONTH({DAY})"),
        "D": ("bool", '{AMOUNT} > 10.5 && {NAME} != "a"'),
    }
    made = [Made(name, kind, {"Expression": text}) for name, (kind, text) in texts.items()]
    (flow,) = p.component("dc", "DerivedColumn", {}, [(flow, [Use(n) for n in names])], [Out("o", made, sync=True)])
    p.write(flow, "target")


@construct
def copied_columns_and_audit(p: Package) -> None:
    flow = p.read("src", COLUMNS)
    made = [Made("NAME 2", "wstr(20)", {"CopyColumnId": "{NAME}"})]
    (flow,) = p.component("cc", "CopyColumn", {}, [(flow, [Use("NAME")])], [Out("o", made, sync=True)])
    made = [
        Made("Task", "wstr(100)", {"LineageItemSelected": "7"}),
        Made("Start", "date", {"LineageItemSelected": "4"}),
        Made("User", "wstr(100)", {"LineageItemSelected": "6"}),
    ]
    (flow,) = p.component("au", "Audit", {}, [(flow, [])], [Out("o", made, sync=True)])
    p.write(flow, "target", "ID Task Start User")


@construct
def merged_rows(p: Package) -> None:
    a, b = p.read("a", "ID+1:i4"), p.read("b", "ID+1:i4")
    made = [Made("ID", "i4", {}, {"sortKeyPosition": "1"})]

    def joined(package: Package, identity: str) -> Flow:
        to = {"OutputColumnLineageID": identity}
        inputs = [(a, [Use("ID", to)]), (b, [Use("ID", to)])]
        return package.component("m", "Merge", {}, inputs, [Out("o", made)])[0]

    identity = joined(deepcopy(p), "").columns[0].lineage  # what the output's column will be called
    flow = joined(p, f"#{identity}" if p.is_old else f"#{{{identity}}}")
    p.write(flow, "target")


@construct
def sampled_rows(p: Package) -> None:
    flow = p.read("src", COLUMNS)
    made = [
        Made(name, kind, {"InputColumnLineageID": f"{{{name}}}"})
        for name, kind in (i.split(":") for i in COLUMNS.split())
    ]
    uses = [Use(c.name) for c in flow.columns]
    outs = [Out("in", made, {"Selected": "true"}), Out("rest", made, {"Selected": "false"})]
    chosen, rest = p.component("rs", "RowSampling", {"SamplingValue": "2", "SamplingSeed": "0"}, [(flow, uses)], outs)
    part, other = p.component(
        "ps", "PctSampling", {"SamplingValue": "50"}, [(chosen, [])], [Out("a", sync=True), Out("b", sync=True)]
    )
    for each, name in ((rest, "t1"), (part, "t2"), (other, "t3")):
        p.write(each, name)


@construct
def changes_by_what_they_do(p: Package) -> None:
    flow = p.read("src", "__$operation:i4 ID:i4")
    ends = [Out(f"{name}Output", sync=True) for name in ("Insert", "Update", "Delete")]
    for each, name in zip(p.component("cdc", "CdcSplitter", {}, [(flow, [])], ends), "iud", strict=True):
        p.write(each, f"t_{name}", "ID")


@construct
def distributed_rows(p: Package) -> None:
    flow = p.read("src", COLUMNS)
    ends = p.component("bdd", "BalancedDataDistributor", {}, [(flow, [])], [Out("a", sync=True), Out("b", sync=True)])
    for number, each in enumerate(ends):
        p.write(each, f"t{number}")


def _lookup(**properties: str) -> Draw:
    def draw(p: Package) -> None:
        flow = p.read("src", COLUMNS)
        out = Out("m", [Made("TITLE", "wstr(9)", {"CopyFromReferenceColumn": "TITLE"})], {}, True)
        uses = [Use("NAME", {"JoinToReferenceColumn": "CODE"})]
        given = {"SqlCommand": "select * from [dbo].[codes]", "NoMatchBehavior": "1", **properties}
        (flow, rest) = p.component("lk", "Lookup", given, [(flow, uses)], [out, Out("n", sync=True)])
        p.write(flow, "target")
        p.write(rest, "rest")

    return draw


CONSTRUCTS["lookup_of_a_table"] = _lookup(CacheType="0")
CONSTRUCTS["lookup_without_cache"] = _lookup(
    CacheType="2",
    SqlCommandParam="select * from (select * from [dbo].[codes]) [refTable]\nwhere [refTable].[CODE] = ?",
)
CONSTRUCTS["lookup_of_a_cache"] = _lookup(ConnectionType="1", CacheType="0", SqlCommand="")
_OWN = "select * from (select * from [dbo].[codes]) [refTable]\nwhere [refTable].[CODE] "
CONSTRUCTS["lookup_by_a_range"] = _lookup(CacheType="1", SqlCommandParam=f"{_OWN} >= ?", ParameterMap="{NAME};")
CONSTRUCTS["lookup_with_its_own_condition"] = _lookup(CacheType="1", SqlCommandParam=f"{_OWN} LIKE ?")
BY_HAND.add("lookup_with_its_own_condition")


def _command(text: str, *names: str) -> Draw:
    def draw(p: Package) -> None:
        flow = p.read("src", COLUMNS)
        uses = [Use(name, {}, f"Param_{place}") for place, name in enumerate(names)]
        (flow,) = p.component("cmd", "OLEDBCommand", {"SqlCommand": text}, [(flow, uses)], [Out("o", sync=True)])
        p.write(flow, "after")

    return draw


CONSTRUCTS["update"] = _command("UPDATE [dbo].[Dim] SET [Name] = ?, [Changed] = GETDATE() WHERE [Id] = ?", "NAME", "ID")
CONSTRUCTS["insert"] = _command("INSERT INTO dbo.Log (Id, Name) VALUES (?, ?)", "ID", "NAME")
CONSTRUCTS["delete"] = _command("DELETE FROM dbo.Dim WHERE Id = ?", "ID")
CONSTRUCTS["merge"] = _command(
    "MERGE dbo.Dim AS t USING (SELECT ? AS i, ? AS n) AS s ON t.Id = s.i WHEN MATCHED THEN UPDATE SET Name = s.n "
    "WHEN NOT MATCHED THEN INSERT (Id, Name) VALUES (s.i, s.n);",
    "ID",
    "NAME",
)
CONSTRUCTS["several_statements"] = _command(
    "UPDATE dbo.Dim SET Name = ? WHERE Id = ?; INSERT INTO dbo.Log (Id) VALUES (?)", "NAME", "ID", "ID"
)
CONSTRUCTS["batch"] = _command("IF EXISTS (SELECT 1 FROM dbo.Dim WHERE Id = ?) DELETE FROM dbo.Dim", "ID")
CONSTRUCTS["upsert"] = _command(
    "IF EXISTS (SELECT 1 FROM dbo.Dim WHERE Id = ?) UPDATE dbo.Dim SET Name = ? WHERE Id = ? "
    "ELSE INSERT INTO dbo.Dim (Id, Name) VALUES (?, ?)",
    *("ID", "NAME", "ID", "ID", "NAME"),
)
CONSTRUCTS["insert_where_missing"] = _command(
    "IF NOT EXISTS (SELECT 1 FROM dbo.Dim WHERE Id = ?) INSERT INTO dbo.Dim (Id, Name) VALUES (?, ?)",
    *("ID", "ID", "NAME"),
)
CONSTRUCTS["procedure"] = _command("EXEC dbo.Touch ?, ?", "ID", "NAME")
CONSTRUCTS["conditional_update"] = _command(
    "UPDATE dbo.Dim SET EndDate = ? WHERE Id = ? AND EndDate IS NULL", "DAY", "ID"
)
BY_HAND |= {"procedure", "batch"}


@construct
def redirected_errors(p: Package) -> None:
    codes = [Made("ErrorCode", "i4", {}, {"specialFlags": "1"}), Made("ErrorColumn", "i4", {}, {"specialFlags": "2"})]
    flow, lost = p.component(
        "src",
        "OLEDBSource",
        {"OpenRowset": "[dbo].[src]"},
        outputs=[Out("o", _made()), Out("e", [Made("ID", "i4"), *codes], error=True)],
    )
    text = "ISNULL({NAME}) ? 0 : (DT_I4){NAME}"
    made = [Made("X", "i4", {"Expression": text}, {"errorRowDisposition": "RedirectRow"})]
    good, bad = p.component(
        "dc", "DerivedColumn", {}, [(flow, [Use("NAME")])], [Out("o", made, sync=True), Out("e", codes, {}, True, True)]
    )
    p.write(good, "target")
    p.write(bad, "bad")
    p.write(lost, "lost")


@construct
def computed_columns_with_redirected_errors(p: Package) -> None:
    flow = p.read("src", COLUMNS)
    texts = {"X": ("i4", "(DT_I4){NAME} + {ID}"), "Y": ("i4", "(DT_I4){NAME}"), "Z": ("wstr(3)", '{NAME} + "!"')}
    lost = {"errorRowDisposition": "RedirectRow", "truncationRowDisposition": "RedirectRow"}
    made = [Made(name, kind, {"Expression": text}, lost) for name, (kind, text) in texts.items()]
    codes = [Made("ErrorCode", "i4"), Made("ErrorColumn", "i4")]
    outs = [Out("o", made, sync=True), Out("e", codes, {}, True, True)]
    good, bad = p.component("dc", "DerivedColumn", {}, [(flow, [Use("NAME"), Use("ID")])], outs)
    p.write(good, "target")
    p.write(bad, "bad")


@construct
def converted_columns_with_redirected_errors(p: Package) -> None:
    flow = p.read("src", COLUMNS)
    made = [
        Made("N", "i4", {"SourceInputColumnLineageID": "{NAME}"}, {"errorRowDisposition": "RedirectRow"}),
        Made("S", "str(4)", {"SourceInputColumnLineageID": "{NAME}"}, {"truncationRowDisposition": "RedirectRow"}),
        Made("D", "dbDate", {"SourceInputColumnLineageID": "{NAME}"}, {"errorRowDisposition": "IgnoreFailure"}),
    ]
    codes = [Made("ErrorCode", "i4"), Made("ErrorColumn", "i4")]
    outs = [Out("o", made, sync=True), Out("e", codes, {}, True, True)]
    good, bad = p.component("cv", "DataConvert", {}, [(flow, [Use("NAME")])], outs)
    p.write(good, "target")
    p.write(bad, "bad")


@construct
def rows_that_lead_nowhere(p: Package) -> None:
    flow = p.read("src", COLUMNS)
    p.component("rc", "RowCount", {"VariableName": "User::N"}, [(flow, [])], [Out("o", sync=True)])


@construct
def rows_sorted_at_the_end(p: Package) -> None:
    flow = p.read("src", COLUMNS)
    uses = [Use("NAME", {"NewSortKeyPosition": "1"}), Use("ID", {"NewSortKeyPosition": "0"})]
    made = [Made(n, k, {"SortColumnId": f"{{{n}}}"}) for n, k in (("NAME", "wstr(20)"), ("ID", "i4"))]
    p.component("s", "Sort", {}, [(flow, uses)], [Out("o", made)])


def _foreign(kind: str) -> Draw:
    def draw(p: Package) -> None:
        flow = p.read("src", COLUMNS)
        made = [Made("RESULT", "wstr(20)"), Made("SCORE", "r8")]
        (flow,) = p.component(
            "x", kind, {"ScriptLanguage": "CSharp"}, [(flow, [Use("NAME")])], [Out("o", made, sync=True)]
        )
        p.write(flow, "target", "ID RESULT SCORE")

    return draw


for _kind in (
    "ScriptComponent",
    "FuzzyLookup",
    "FuzzyGrouping",
    "TermExtraction",
    "TermLookup",
    "DataMiningQuery",
    "DQSCleansing",
    *SERVICES,
    *OF_OTHERS,
):
    CONSTRUCTS[_kind] = _foreign(_kind)
    BY_HAND.add(_kind)
CONSTRUCTS["third_party"] = _foreign("Acme.Widget")
BY_HAND.add("third_party")


@construct
def a_path_of_a_variable(p: Package) -> None:
    p.variable("Path", "C:\\in.csv")
    identity = _flat(p)
    p.managers[-1] = p.managers[-1].replace(
        "<DTS:ObjectData>",
        '<DTS:PropertyExpression DTS:Name="ConnectionString">@[User::Path]</DTS:PropertyExpression><DTS:ObjectData>',
        1,
    )
    (flow,) = p.component("src", "FlatFileSource", {}, outputs=[Out("o", _made())], connection=identity)
    p.write(flow, "target")


def drawn(name: str, layout: int = 8) -> bytes:
    package = Package(layout)
    CONSTRUCTS[name](package)
    return package.text()


def main() -> None:
    steps: Counter[str] = Counter()
    manual: Counter[str] = Counter()
    for layout in LAYOUTS:
        for name in CONSTRUCTS:
            result = migrate(drawn(name, layout), f"{name}.dtsx", dialect="duckdb").result
            for item in (item for mapping in result.mappings for item in mapping.objects):
                steps[item.source_type] += 1
                manual[item.source_type] += item.target_type == "manual"
    total, left = sum(steps.values()), sum(manual.values())
    print(f"{len(CONSTRUCTS)} constructs in {len(LAYOUTS)} layouts: {total} steps, {total - left} by rule")
    for kind, count in steps.most_common():
        print(f"{kind:28} {count:4} {count - manual[kind]:4}")


if __name__ == "__main__":
    main()
