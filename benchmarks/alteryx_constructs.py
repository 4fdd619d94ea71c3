"""A workflow for every construct that real Alteryx workflows hold, with what is to become of it.

    python benchmarks/alteryx_constructs.py FOLDER      # writes them as files

A construct is converted by rule, or refused with a reason that holds the words given.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parent.parent
if __package__ in (None, ""):
    sys.path.insert(0, str(ROOT))

from benchmarks import alteryx_constructs_addins as addins  # noqa: E402 - after the path is set
from benchmarks import alteryx_constructs_macros as macros  # noqa: E402 - after the path is set
from benchmarks import alteryx_constructs_outside as outside  # noqa: E402 - after the path is set
from benchmarks.alteryx_workflow import (  # noqa: E402 - after the path is set
    fields,
    formulas,
    meta,
    rows,
    selected,
    summary,
    tool,
    workflow,
)

GIVEN = rows(1, "n t d", ("1", "Alpha", "2024-01-31"), ("2", None, "2024-02-29"), (None, "b c", None))
OTHER = rows(2, "n label", ("1", "one"), ("3", "three"))
SHOW = tool(99, "BrowseV2")
BLOCK = (
    f"<SelectConfiguration><Configuration outputConnection='Join'>{selected()}</Configuration></SelectConfiguration>"
)
KEYS = (
    '<JoinInfo connection="Left"><Field field="n" /></JoinInfo>'
    '<JoinInfo connection="Right"><Field field="n" /></JoinInfo>'
)


OUTPUT_OF = {"Filter": "True", "Unique": "Unique", r"Predictive Tools\Create_Samples.yxmc": "Estimation"}


@dataclass(frozen=True, slots=True)
class Construct:
    """`refused`: words of the reason of the tool's refusal, "" where a rule converts it."""

    name: str
    data: bytes
    refused: str = ""


def constructs() -> Iterator[Construct]:
    """Every construct, once."""
    for name, kind, configuration, refused in (*ONE_INPUT, *macros.ROWS, *addins.ROWS):
        out = f"5.{OUTPUT_OF[kind]}>99" if kind in OUTPUT_OF else "5>99"
        yield Construct(name, workflow([GIVEN, tool(5, kind, configuration), SHOW], ["1>5", out]), refused)
    for name, kind, configuration, ports, refused in (*TWO_INPUTS, addins.BREAKER):
        first, second, out = ports.split()
        wires = [f"1>5.{first}", f"2>5.{second}", f"5.{out}>99"]
        yield Construct(name, workflow([GIVEN, OTHER, tool(5, kind, configuration), SHOW], wires), refused)
    for name, configuration, described, refused in INPUTS:
        node = tool(1, "DbFileInput", configuration, meta=meta(described) if described else "")
        yield Construct(name, workflow([node, SHOW], ["1>99"]), refused)
    for name, configuration, refused in OUTPUTS:
        yield Construct(name, workflow([GIVEN, tool(5, "DbFileOutput", configuration)], ["1>5"]), refused)
    for name, tools, wires, refused in outside.FLOWS:
        yield Construct(name, workflow(tools, wires), refused)
    yield from _others()


def _formula(text: str, kind: str = "V_String") -> str:
    return formulas(("x", kind, text))


def _regex(method: str, pattern: str, inner: str = "") -> str:
    return (
        f'<Field>t</Field><RegExExpression value="{pattern}" />'
        f'<CaseInsensitve value="True" />'
        f"<Method>{method}</Method>{inner}"
    )


def _multi_row(text: str, policy: str = "NULL") -> str:
    return (
        "<UpdateField value='False' /><CreateField_Name>r</CreateField_Name><CreateField_Type>Double</CreateField_Type>"
        f"<OtherRows>{policy}</OtherRows><Expression>{text}</Expression><GroupByFields />"
    )


def _simple(operator: str, operand: str = "1", field: str = "n") -> str:
    inner = (
        f"<Field>{field}</Field>"
        f"<Operator>{escape(operator)}</Operator><Operands>"
        f"<Operand>{operand}</Operand></Operands>"
    )
    return f"<Mode>Simple</Mode><Simple>{inner}</Simple>"


def _generated(first: str, condition: str, loop: str, kind: str = "Int32") -> str:
    return (
        "<UpdateField value='False' /><CreateField_Name>k</CreateField_Name>"
        f"<CreateField_Type>{kind}</CreateField_Type>"
        f"<Expression_Init>{first}</Expression_Init><Expression_Cond>{condition}</Expression_Cond>"
        f"<Expression_Loop>{loop}</Expression_Loop>"
    )


ACTIONS = (
    "Sum", "Count", "CountNonNull", "CountNull", "CountDistinct", "CountDistinctNonNull", "Min", "Max", "Avg", "AvgNo0",
    "StdDev", "Variance", "Median", "Mode", "First", "Last",
)  # fmt: skip  # a list of names
ONE_INPUT: tuple[tuple[str, str, str, str], ...] = (
    *((f"filter {operator}", "Filter", _simple(operator), "") for operator in ("=", "!=", ">", "<", ">=", "<=")),
    *(
        (f"filter {name}", "Filter", _simple(name, field="t"), "")
        for name in ("IsNull", "IsNotNull", "IsEmpty", "IsNotEmpty")
    ),
    *(
        (f"filter {name}", "Filter", _simple(name, "a", "t"), "")
        for name in ("Contains", "NotContains", "StartsWith", "EndsWith")
    ),
    ("filter without a mode", "Filter", "<Expression>[n] = 1 // why\n AND 1 = 1</Expression>", ""),
    ("filter by a period", "Filter", _simple("PeriodAfter", "3", "d"), "depends on the day it runs"),
    ("filter without a condition", "Filter", "<Mode>Custom</Mode><Expression />", "no condition"),
    ("filter of a field that is not there", "Filter", _simple("=", "1", "gone"), "does not arrive"),
    *((f"summarize {action}", "Summarize", summary("GroupBy:t", f"{action}:n:x"), "") for action in ACTIONS),
    *(
        (f"summarize {action}", "Summarize", summary(f"{action}:t:x"), "")
        for action in ("Concat", "Longest", "Shortest", "CountBlank")
    ),
    ("summarize spatial objects", "Summarize", summary("SpatialObjCombine:t:x"), "has no rule"),
    ("formula if", "Formula", _formula('IF [n] > 1 THEN "a" ELSEIF IsNull([n]) THEN "b" ELSE "c" ENDIF'), ""),
    ("formula in", "Formula", _formula('IIF([t] IN ("a", "b"), "x", "y")'), ""),
    ("formula over lines", "Formula", _formula("[t]&#10;// a comment&#10;+ 'x'".replace("&#10;", "\n")), ""),
    ("formula with a spatial function", "Formula", _formula("ST_CreatePoint([n], [n])", "SpatialObj"), "spatial"),
    ("formula with an unknown function", "Formula", _formula("Frobnicate([n])"), "FROBNICATE"),
    ("formula that is none", "Formula", _formula("IF [n] THEN"), "expected"),
    ("multi-row null", "MultiRowFormula", _multi_row("[Row-1:n] + [n]"), ""),
    ("multi-row two rows on", "MultiRowFormula", _multi_row("[Row+2:n]", "Empty"), ""),
    (
        "multi-field",
        "MultiFieldFormula",
        "<FieldType>Text</FieldType><Fields><Field name='t' /></Fields>"
        "<Expression>Uppercase([_CurrentField_])</Expression>",
        "",
    ),
    (
        "record id",
        "RecordID",
        "<StartValue>1</StartValue><FieldName>No</FieldName><FieldType>Int64</FieldType><Position>0</Position>",
        "",
    ),
    *(
        (f"sample {mode}", "Sample", f"<Mode>{mode}</Mode><N>1</N>", "")
        for mode in ("First", "Last", "Skip", "Sample", "Random", "Percent")
    ),
    ("sample by a question", "Sample", "<Mode>First</Mode><N>%Question.N%</N>", "is no number"),
    ("sort", "Sort", '<SortInfo locale="1033"><Field field="t" order="Descending" /></SortInfo>', ""),
    ("unique", "Unique", fields("UniqueFields", "t"), ""),
    (
        "tile of equal records",
        "Tile",
        (
            "<Method>EqualRecords</Method><EqualRecords>"
            "<EqualRecordsSortField>n</EqualRecordsSortField><NumTiles "
            "value='2' /></EqualRecords>"
        ),
        "",
    ),
    ("running total", "RunningTotal", fields("GroupByFields") + fields("RunningTotalFields", "n"), ""),
    (
        "transpose",
        "Transpose",
        fields("KeyFields", "n") + '<DataFields><Field field="t" selected="True" /></DataFields>',
        "",
    ),
    (
        "cross tab of values that the workflow holds",
        "CrossTab",
        fields("GroupFields", "n")
        + '<HeaderField field="t" /><DataField field="n" /><Methods><Method method="Sum" /></Methods>',
        "",
    ),
    (
        "text to columns",
        "TextToColumns",
        '<Field>t</Field><NumFields value="2" /><RootName>t</RootName><Delimeters value="\\s" /><Flags value="0" />',
        "",
    ),
    (
        "text to rows",
        "TextToColumns",
        '<Field>t</Field><NumFields value="1" /><Delimeters value=" " /><Flags value="0" />',
        "",
    ),
    (
        "regex replace",
        "RegEx",
        _regex("Replace", "[a-z]", '<Replace expression="-"><CopyUnmatched value="True" /></Replace>'),
        "",
    ),
    ("regex match", "RegEx", _regex("Match", "b.*", "<Match><Field>is</Field></Match>"), ""),
    (
        "regex parse",
        "RegEx",
        _regex(
            "ParseComplex",
            "(.) (.)",
            (
                '<ParseComplex><Field field="a" type="String" size="1" />'
                '<Field field="b" type="String" size="1" /></ParseComplex>'
            ),
        ),
        "",
    ),
    (
        "regex tokens",
        "RegEx",
        _regex(
            "ParseSimple",
            "[a-z]",
            '<ParseSimple><SplitToRows value="False" /><RootName>t</RootName><NumFields value="2" /></ParseSimple>',
        ),
        "",
    ),
    (
        "regex tokens as rows",
        "RegEx",
        _regex("ParseSimple", "[a-z]", '<ParseSimple><SplitToRows value="True" /></ParseSimple>'),
        "",
    ),
    (
        "date to text",
        "DateTime",
        (
            '<IsFrom value="True" /><InputFieldName>d</InputFieldName>'
            "<Format>dd.MM.yyyy</Format>"
            "<OutputFieldName>o</OutputFieldName>"
        ),
        "",
    ),
    (
        "text to date",
        "DateTime",
        (
            '<IsFrom value="False" /><InputFieldName>t</InputFieldName>'
            "<Format>yyyy-MM-dd</Format>"
            "<OutputFieldName>o</OutputFieldName>"
        ),
        "",
    ),
    ("generated rows", "GenerateRows", _generated("1", "k &lt;= 3", "k + 1"), ""),
    ("generated rows up to a field", "GenerateRows", _generated("1", "[k] &lt;= [n]", "[k] + 1"), ""),
    (
        "generated dates",
        "GenerateRows",
        _generated("[d]", "[k] &lt; DateTimeNow()", 'DateTimeAdd([k], 1, "days")', "Date"),
        "",
    ),
    ("a loop that is no count", "GenerateRows", _generated("[n]", "[k] &lt; 100", "[k] * 2"), "does not add the same"),
    ("a loop that doubles", "GenerateRows", _generated("1", "[k] &lt; 100", "[k] * 2"), ""),
    ("select", "AlteryxSelect", selected("-t", "n=m:V_String:5", ordered=True), ""),
    ("dynamic rename", "DynamicRename", "<RenameMode>FirstRow</RenameMode>", "new names depend"),
    (
        "dynamic select",
        "DynamicSelect",
        "<Mode>Formula</Mode><Expression>[Name] = 't'</Expression>",
        "",
    ),
    (
        "select by size",
        "DynamicSelect",
        "<Mode>Formula</Mode><Expression>[Size] = 8</Expression>",
        "can't be worked out",
    ),
    ("auto field", "AutoField", "<Fields />", ""),
    ("fields", "FieldInfo", "", ""),
    ("count records", "CountRecords.yxmc", "", ""),
    ("select records", "SelectRecords.yxmc", "<Value name='Ranges'>-2\n5+</Value>", ""),
    ("weighted average", "WeightedAvg.yxmc", "<Value name='Value'>n</Value><Value name='Weight'>n</Value>", ""),
    ("make columns", "MakeColumns", "<NumColumns>2</NumColumns><IsHorizontal value='False' />", ""),
    (
        "arrange",
        "Arrange",
        "<OutputFields><Columns><Column name='X' type='combobox' /></Columns>"
        "<Data><r><c>n</c></r><r><c>t</c></r></Data></OutputFields>",
        "",
    ),
    (
        "date without leading zeros",
        "DateTime",
        "<IsFrom value='True' /><InputFieldName>d</InputFieldName><Format>d/M/yyyy</Format>",
        "",
    ),
    ("block until done", "BlockUntilDone", "", ""),
    ("message", "Message", "<When>First</When>", ""),
    ("a macro that is not there", r"..\Macros\Own.yxmc", "", "Own.yxmc"),
    ("a batch macro", "Loop.yxmcbatch.yxmc", "", "batch or iterative"),
    ("python", "JupyterCode", "<Script>import x</Script>", "Python"),
    ("a command", "RunCommand", "<Command>x.bat</Command>", "command"),
    ("a download without an address", "Download", "", "names no field that holds an address"),
    ("a spatial tool", "CreatePoints", "", "spatial"),
    ("a model", "Forest_Model.yxmc", "", "model"),
    ("json", "JSONParse", "<JSON_Field>t</JSON_Field>", ""),
    ("json by type", "JSONParse", "<JSON_Field>t</JSON_Field><SingleField value='False' />", ""),
    ("json unnested", "JSONParse", "<JSON_Field>t</JSON_Field><UnnestJSON value='True' />", "not documented"),
    ("xml", "XMLParse", "<XMLField>t</XMLField><XMLElement>item</XMLElement>", ""),
    ("xml of any element", "XMLParse", "<XMLField>t</XMLField>", "depends on the texts"),
    ("an add-on", "Frobnicator", "", "add-on"),
)
TWO_INPUTS: tuple[tuple[str, str, str, str, str], ...] = (
    ("join", "Join", f'<Configuration joinByRecordPos="False">{KEYS}{BLOCK}</Configuration>', "Left Right Join", ""),
    (
        "left rows of a join",
        "Join",
        f'<Configuration joinByRecordPos="False">{KEYS}{BLOCK}</Configuration>',
        "Left Right Left",
        "",
    ),
    (
        "right rows of a join",
        "Join",
        f'<Configuration joinByRecordPos="False">{KEYS}{BLOCK}</Configuration>',
        "Left Right Right",
        "",
    ),
    (
        "join by position",
        "Join",
        f'<Configuration joinByRecordPos="True">{BLOCK}</Configuration>',
        "Left Right Join",
        "",
    ),
    (
        "join without keys",
        "Join",
        f'<Configuration joinByRecordPos="False">{BLOCK}</Configuration>',
        "Left Right Join",
        "no fields to join by",
    ),
    ("union", "Union", "<Mode>ByName</Mode>", "Input Input Output", ""),
    ("union by position", "Union", "<Mode>ByPos</Mode>", "Input Input Output", ""),
    ("append fields", "AppendFields", f"<CartesianMode>Allow</CartesianMode>{BLOCK}", "Targets Source Output", ""),
    (
        "find and replace",
        "FindReplace",
        (
            "<FieldFind>t</FieldFind><FieldSearch>label</FieldSearch>"
            "<ReplaceFoundField>label</ReplaceFoundField><FindMode>FindAny</FindMode><NoCase value='True' "
            "/><ReplaceMode>Replace</ReplaceMode>"
        ),
        "Targets Source Output",
        "",
    ),
    (
        "join multiple",
        "JoinMultiple",
        f"<JoinByRecPos value='True' /><OutputJoinOnly value='True' />{BLOCK}",
        "Input Input Output",
        "",
    ),
    ("detour's end", "DetourEnd", "", "Left Right Output", "different columns"),
    (
        "dynamic replace",
        "DynamicReplace",
        "<Field_FieldName>label</Field_FieldName><Field_Expression>n</Field_Expression>"
        "<Field_OutputValue>n</Field_OutputValue><FieldTypeMode>Autofield</FieldTypeMode>",
        "Input Expressions Output",
        "the field 'one' does not arrive",
    ),
)
INPUTS: tuple[tuple[str, str, str, str], ...] = (
    (
        "csv",
        (
            "<File FileFormat='0'>C:\\data\\a.csv</File><FormatSpecificOptions>"
            "<HeaderRow>True</HeaderRow><Delimeter>;</Delimeter>"
            "</FormatSpecificOptions>"
        ),
        "a:V_String:10 b:Int32",
        "",
    ),
    ("workbook", "<File FileFormat='25'>..\\a.xlsx|||`Sheet1$`</File>", "a:V_String:10", ""),
    ("yxdb", "<File FileFormat='19'>a.yxdb</File>", "a:V_String:10 p:SpatialObj", ""),
    ("alias", "<File FileFormat='23'>aka:DWH|||sales.orders</File>", "a:Int64", ""),
    ("odbc query", "<File FileFormat='23'>odbc:DSN=DWH;UID=u;PWD=__EncPwd1__|||select a from t</File>", "a:Int64", ""),
    ("oracle", "<File FileFormat='17'>oci:orcl|||OWNER.T</File>", "a:FixedDecimal:19.6", ""),
    ("unknown format", "<File FileFormat='999'>a.qvx</File>", "a:Date", ""),
    ("no columns", "<File FileFormat='0'>a.csv</File>", "", "does not say which columns"),
)
OUTPUTS: tuple[tuple[str, str, str], ...] = (
    ("csv output", "<File FileFormat='0'>out.csv</File>", ""),
    (
        "table output",
        (
            "<File FileFormat='23'>odbc:DSN=DWH|||t</File><FormatSpecificOptions>"
            "<OutputOption>Append</OutputOption><PreSQL>delete from x</PreSQL>"
            "</FormatSpecificOptions>"
        ),
        "",
    ),
    (
        "update output",
        (
            "<File FileFormat='23'>odbc:DSN=DWH|||t</File><FormatSpecificOptions>"
            "<OutputOption>UpdateInsert: Warn</OutputOption>"
            "</FormatSpecificOptions>"
        ),
        "primary key",
    ),
)


def _others() -> Iterator[Construct]:
    """What takes more than one tool."""
    off = tool(7, "ToolContainer", '<Caption>Off</Caption><Disabled value="True" />', inner=tool(8, "AlteryxSelect"))
    on = tool(6, "ToolContainer", "<Caption>On</Caption>", inner=off + tool(5, "AlteryxSelect", selected()))
    yield Construct("nested containers", workflow([GIVEN, on, SHOW], ["1>5", "5>99", "1>8"]))
    detour = [GIVEN, tool(4, "Detour", "<DetourRight value='True' />"), tool(5, "DetourEnd"), SHOW]
    yield Construct("detour", workflow(detour, ["1>4", "4.Left>5.Left", "4.Right>5.Right", "5>99"]))
    yield Construct(
        "a cycle",
        workflow([GIVEN, tool(5, "Union"), tool(6, "AlteryxSelect"), SHOW], ["1>5", "5>6", "6>5", "6>99"]),
        "cycle",
    )
    constants = "<Constants><Constant><Namespace>User</Namespace><Name>K</Name><Value>2</Value></Constant></Constants>"
    yield Construct(
        "a constant",
        workflow([GIVEN, tool(5, "Formula", _formula("[User.K] + [t]")), SHOW], ["1>5", "5>99"], constants),
    )
    for kind in ("LockInInput", "LockInSelect"):
        node = tool(
            1, "LockInInput", "<Connection>DWH</Connection><Query>select n from t</Query>", meta=meta("n:Int32")
        )
        rest = [] if kind == "LockInInput" else [tool(5, kind, selected())]
        wires = ["1>99"] if not rest else ["1>5", "5>99"]
        yield Construct(f"in-database {kind}", workflow([node, *rest, tool(99, "LockInBrowse")], wires))
    macro = (
        "<Name>In</Name><TextInput><Configuration><Fields><Field name='a' />"
        "</Fields><Data><r><c>1</c></r></Data></Configuration></TextInput>"
    )
    yield Construct(
        "a macro's own file",
        workflow([tool(1, "MacroInput", macro), tool(5, "MacroOutput", "<Name>Out</Name>")], ["1>5"]),
    )


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for each in constructs():
        (folder / f"{each.name.replace(' ', '_').replace('/', '_')}.yxmd").write_bytes(each.data)


if __name__ == "__main__":
    main()
