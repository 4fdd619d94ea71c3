"""What properties of a kind change in its rows: policies, defaults, orders, formats. Sources: PowerCenter
Transformation Guide, the chapter of each kind; Designer Guide, "Working with COBOL Sources"."""

from __future__ import annotations

from datetime import datetime

from benchmarks.powercenter_mapping import Flow
from benchmarks.powercenter_xml import Column, Element, Table, port, source
from tests.migration.flows.relations import RATE_ROWS, _rated
from tests.migration.flows.sheet import Sheet, case, column, columns, inp, io, out, var

ASKED = {"src": [(1, "A"), (2, "B"), (3, "C"), (4, None)]}
SORTED = "Sorted Input"


@case({**ASKED, "lkp_table": RATE_ROWS}, {"tgt": [(2, 2), (3, None), (4, 9)]})
def lookup_that_reports_an_error(sheet: Sheet) -> None:
    """A row with more than one match is an error row and goes no further; one without a match does."""
    _rated(sheet, Lookup_policy_on_multiple_match="Report Error")


@case({**ASKED, "lkp_table": RATE_ROWS}, {"tgt": [(1, 1), (1, 3), (2, 2), (3, None), (4, 9)]})
def lookup_that_returns_all_rows(sheet: Sheet) -> None:
    """The lookup is active: a row comes out for every match, once without one."""
    ports = [
        io("ID", "n"),
        inp("CODE_IN", "s"),
        port(column("s"), "LOOKUP", name="CODE"),
        port(column("m"), "LOOKUP/OUTPUT", name="RATE"),
    ]
    values = {
        "Lookup table name": "RATES",
        "Lookup condition": "CODE = CODE_IN",
        "Lookup policy on multiple match": "Use All Values",
    }
    flow = sheet.read("SRC", "ID:n CODE:s")
    sheet.mapping.add("LKP", "Lookup Procedure", ports, values)
    sheet.mapping.connect(flow, "LKP", "Lookup Procedure", {"ID": "ID", "CODE": "CODE_IN"})
    found = Flow("LKP", "Lookup Procedure", {"ID": "ID", "RATE": "RATE"}, columns("ID:n RATE:m"))
    sheet.write("TGT", "ID:n RATE:m", found)


@case(
    {**ASKED, "lkp_table": [("A", None), ("B", 2)]},
    {"tgt": [(1, None), (2, 2), (3, -1), (4, -1)]},
)
def lookup_default_is_for_no_match_alone(sheet: Sheet) -> None:
    """A matching row that holds null gives null: the default value stands for no match."""
    _rated(sheet, default="-1")


@case({**ASKED, "lkp_table": [("B", 2), ("B", 2)]}, {"tgt": [(1, None), (2, 2), (3, None), (4, None)]})
def lookup_of_any_value(sheet: Sheet) -> None:
    """Any of the matching rows is taken; here they are alike."""
    _rated(sheet, Lookup_policy_on_multiple_match="Use Any Value")


@case(
    {"src": [(1, "a"), (2, "B")], "lkp_table": [("A", 5), ("b", 6)]},
    {"tgt": [(1, 5), (2, 6)]},
)
def lookup_in_a_file_without_case(sheet: Sheet) -> None:
    """Case-sensitive comparison is a property of lookups in flat files alone."""
    _rated(sheet, Source_Type="Flat File", Case_Sensitive_String_Comparison="NO")


@case(
    {"src": [(1, "a"), (2, "B")], "lkp_table": [("A", 5), ("B", 6)]},
    {"tgt": [(1, None), (2, 6)]},
)
def lookup_in_a_table_always_heeds_case(sheet: Sheet) -> None:
    _rated(sheet, Case_Sensitive_String_Comparison="NO")


@case(
    {"src": [("n", 1, None), ("n", 2, 30), ("n", 3, 7), ("n", 4, None), ("s", 5, None)]},
    {"tgt": [("n", 30, 7, 30), ("s", None, None, None)]},
)
def aggregator_first_and_last_pass_null_over(sheet: Sheet) -> None:
    """Aggregate functions leave nulls out; a filter condition leaves out more."""
    flow = sheet.mapping.sorter("SRT", sheet.read("SRC", "AREA:s ID:n AMOUNT:m"), {"ID": "ASCENDING"})
    made = {
        "FIRST_ONE": (column("m"), "FIRST(AMOUNT)"),
        "LAST_ONE": (column("m"), "LAST(AMOUNT)"),
        "LAST_BIG": (column("m"), "LAST(AMOUNT, AMOUNT > 10)"),
    }
    flow = sheet.mapping.aggregator("AGG", flow, ["AREA"], made)
    sheet.write("TGT", "AREA:s FIRST_ONE:m LAST_ONE:m LAST_BIG:m", flow)


@case(
    {"src": [("x", 10, 1), ("x", 3, 2), ("y", 8, 3)]},
    {"tgt": [("x", 1, 20), ("y", 1, 16)]},
)
def rank_with_ports_of_its_own(sheet: Sheet) -> None:
    """A Rank's expressions are computed for each row before it ranks them."""
    ports = [
        port(column("i"), "OUTPUT", name="RANKINDEX", expression="RANKINDEX", kind="RANKINDEX"),
        io("AREA", "s", kind="GROUPBY"),
        io("AMOUNT", "m", kind="RANKPORT"),
        var("v_twice", "m", "AMOUNT * 2"),
        out("TWICE", "m", "v_twice"),
    ]
    values = {"Top/Bottom": "Top", "Number of Ranks": "1"}
    flow = sheet.step("RNK", "Rank", sheet.read("SRC", "AREA:s AMOUNT:m ID:n"), ports, values)
    sheet.write("TGT", "AREA:s RANKINDEX:i TWICE:m", flow)


@case(
    {"src": [("b", 1), ("B", 3), ("a", 4)]},
    {"tgt": [(1, "b"), (3, "B")]},
)
def rank_without_case(sheet: Sheet) -> None:
    """Two places for the greatest texts: b equals B where case does not count."""
    ports = [io("NAME", "s", kind="RANKPORT"), io("ID", "n")]
    values = {"Top/Bottom": "Top", "Number of Ranks": "2", "Case Sensitive String Comparison": "NO"}
    sheet.write("TGT", "ID:n NAME:s", sheet.step("RNK", "Rank", sheet.read("SRC", "NAME:s ID:n"), ports, values))


@case(
    {"people": [(1, "ann"), (None, "cid")], "cities": [(1, "Oslo"), (None, "Kyiv")]},
    {"tgt": [(1, "ann", 1, "Oslo"), (None, "cid", None, None)]},
)
def joiner_of_sorted_input(sheet: Sheet) -> None:
    """Sorted input changes how the join is done, not what it gives: null still matches nothing."""
    people = sheet.mapping.sorter("SRT_P", sheet.read("PEOPLE", "ID:n NAME:s"), {"ID": "ASCENDING"})
    cities = sheet.mapping.sorter("SRT_C", sheet.read("CITIES", "ID:n CITY:s"), {"ID": "ASCENDING"})
    flow = sheet.mapping.joiner("JNR", people, cities, "ID1 = ID", "Master Outer Join")
    joiner = sheet.mapping.transformations[-1]
    for child in joiner.children:
        if child.attributes.get("NAME") == SORTED:
            child.attributes = {"NAME": SORTED, "VALUE": "YES"}
    sheet.write("TGT", "ID:n NAME:s ID1:n CITY:s", flow)


@case({"new": [(1, "a")], "old": [("b", 2)]}, {"tgt": [(1, "a"), (2, "b")]})
def union_goes_by_its_dependencies(sheet: Sheet) -> None:
    """Input ports fill the output ports that the field dependencies name, not those of the same name or place."""
    new, old = sheet.read("NEW", "ID:n NAME:s"), sheet.read("OLD", "ID:s NAME:n")
    flow = sheet.mapping.union("UN", {"NEW": new, "OLD": Flow(old.instance, old.kind, old.ports, new.columns)})
    union = sheet.mapping.transformations[-1]
    crossed = {"ID3": "NAME", "NAME3": "ID"}
    for child in union.children:
        if child.tag == "FIELDDEPENDENCY" and child.attributes["INPUTFIELD"] in crossed:
            name = str(child.attributes["INPUTFIELD"])
            child.attributes = {"INPUTFIELD": name, "OUTPUTFIELD": crossed[name]}
        if child.tag == "TRANSFORMFIELD" and child.attributes["NAME"] in crossed:
            other = "string" if child.attributes["NAME"] == "ID3" else "decimal"
            child.attributes = {**child.attributes, "DATATYPE": other, "SCALE": 0}
    sheet.write("TGT", "ID:n NAME:s", flow)


RECORD = {"sales_rec": [("x", 1, None, 3), ("y", 4, 5, 6)]}


@case(
    RECORD,
    {"tgt": [("x", 1, 1, 1), ("x", None, 1, 2), ("x", 3, 1, 3), ("y", 4, 2, 1), ("y", 5, 2, 2), ("y", 6, 2, 3)]},
)
def normalizer_of_a_cobol_record(sheet: Sheet) -> None:
    """A group that OCCURS 3 TIMES has one input port; a row comes out for each occurrence."""
    record = Table("SALES_REC", (Column("SHOP", "string", 10), Column("SALES", "number", 8)), "VSAM", "FILE", "")
    definition = source(record)
    shop, sales = definition.children
    shop.attributes = {**shop.attributes, "LEVEL": 5}
    group = {**sales.attributes, "NAME": "QUARTER", "FIELDTYPE": "GRPITEM", "OCCURS": 3, "LEVEL": 5}
    sales.attributes = {**sales.attributes, "LEVEL": 10}
    definition.children.insert(1, Element("SOURCEFIELD", group))
    sheet.elements.append(definition)
    sheet.mapping.instance("SALES_REC", "Source Definition", database="FILE")
    ports = [
        port(record.columns[0], "INPUT", name="SHOP_in"),
        port(record.columns[1], "INPUT", name="SALES_in"),
        port(record.columns[0], "OUTPUT"),
        port(record.columns[1], "OUTPUT"),
        port(Column("GK_QUARTER", "bigint", 19), "GENERATED KEY/OUTPUT"),
        port(Column("GCID_QUARTER", "integer", 10), "GENERATED COLUMN ID/OUTPUT"),
    ]
    sheet.mapping.add("NRM", "Normalizer", ports, {"Reset": "NO", "Restart": "YES"})
    raw = Flow("SALES_REC", "Source Definition", {"SHOP": "SHOP", "SALES": "SALES"}, record.columns)
    sheet.mapping.connect(raw, "NRM", "Normalizer", {"SHOP": "SHOP_in", "SALES": "SALES_in"})
    names = ("SHOP", "SALES", "GK_QUARTER", "GCID_QUARTER")
    flow = Flow("NRM", "Normalizer", {name: name for name in names}, columns("SHOP:s SALES:n"))
    sheet.write("TGT", "SHOP:s SALES:f GK_QUARTER:n GCID_QUARTER:n", flow)


@case({"src": [("x", 7), ("y", None)]}, {"tgt": [("x", 7, 1), ("y", None, 2)]})
def normalizer_where_nothing_repeats(sheet: Sheet) -> None:
    """Every row stays one row, numbered by its generated key."""
    ports = [
        inp("SHOP_in", "s"),
        inp("SALES_in", "n"),
        port(column("s"), "OUTPUT", name="SHOP"),
        port(column("n"), "OUTPUT", name="SALES"),
        port(Column("GK_SALES", "bigint", 19), "GENERATED KEY/OUTPUT"),
    ]
    flow = sheet.mapping.sorter("SRT", sheet.read("SRC", "SHOP:s SALES:n"), {"SHOP": "ASCENDING"})
    sheet.mapping.add("NRM", "Normalizer", ports, {"Restart": "YES"})
    sheet.mapping.connect(flow, "NRM", "Normalizer", {"SHOP": "SHOP_in", "SALES": "SALES_in"})
    names = ("SHOP", "SALES", "GK_SALES")
    sheet.write(
        "TGT",
        "SHOP:s SALES:n GK_SALES:n",
        Flow("NRM", "Normalizer", {name: name for name in names}, columns("SHOP:s SALES:n")),
    )


@case(
    {"src": [(datetime(2024, 3, 9, 14, 5), "2024-12-31")]},
    {"tgt": [("2024-03-09", "on 2024-03-09", datetime(2024, 12, 31))]},
)
def dates_in_the_format_of_the_session(sheet: Sheet) -> None:
    """TO_CHAR and TO_DATE without a format, and dates in text ports, take the session's format."""
    sheet.session = {"DateTime Format String": "YYYY-MM-DD"}
    ports = [
        inp("AT", "d"),
        inp("DAY", "s"),
        out("PLAIN", "s", "AT"),
        out("WORDS", "s", "'on ' || TO_CHAR(AT)"),
        out("READ", "d", "TO_DATE(DAY)"),
    ]
    flow = sheet.step("EXP", "Expression", sheet.read("SRC", "AT:d DAY:s"), ports)
    sheet.write("TGT", "PLAIN:s WORDS:s READ:d", flow)


@case(
    {"src": [(1, 32), (1, 45), (1, 100), (2, 65), (2, 75), (2, 76), (3, 21), (3, 45), (3, 99)]}, {"tgt": [(186, 100)]}
)
def aggregates_inside_aggregates(sheet: Sheet) -> None:
    """The documentation's example: SUM(AVG(EARNINGS)) by ID is 59 + 72 + 55."""
    made = {"TOTAL": (column("m"), "SUM(AVG(EARNINGS))"), "MOST": (column("m"), "MAX(MAX(EARNINGS))")}
    flow = sheet.mapping.aggregator("AGG", sheet.read("SRC", "ID:n EARNINGS:m"), ["ID"], made)
    sheet.write("TGT", "TOTAL:m MOST:m", flow)


@case(
    {"src": [(1, 10), (1, 7), (1, 12), (2, 11), (2, 13), (2, 8), (2, 10)]},
    {"tgt": [(3.5,)]},
)
def median_of_counts(sheet: Sheet) -> None:
    """The documentation's example: three rows and four rows have the median 3.5."""
    made = {"MIDDLE": (column("m"), "MEDIAN(COUNT(P1))")}
    flow = sheet.mapping.aggregator("AGG", sheet.read("SRC", "P2:n P1:n"), ["P2"], made)
    sheet.write("TGT", "MIDDLE:m", flow)


@case({"src": [(7,), (8,), (9,)]}, {"tgt": [(5, 7), (5, 8), (5, 9)]})
def sequence_of_which_only_currval_is_read(sheet: Sheet) -> None:
    """Without NEXTVAL the Integration Service passes a constant."""
    flow, numbers = sheet.read("SRC", "ID:n"), sheet.mapping.sequence("SEQ", 5, 1)
    sheet.write("TGT", "KEY_ID:n ID:n", flow, {"ID": "ID"})
    sheet.mapping.connect(numbers, "TGT", "Target Definition", {"CURRVAL": "KEY_ID"})
