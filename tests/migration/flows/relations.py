"""Kinds that split, join, unite and look up. Source: PowerCenter Transformation Guide, the chapter of each kind."""

from __future__ import annotations

from benchmarks.powercenter_xml import Column, Table, port
from tests.migration.flows.sheet import Sheet, case, column, columns, inp, io, out

RATES = Table("RATES", columns("CODE:s RATE:m"))
PEOPLE = [(1, "ann"), (2, "ben"), (None, "cid")]
CITIES = [(1, "Oslo"), (1, "Rome"), (3, "Bonn"), (None, "Kyiv")]
PAIRS = [(1, "ann", 1, "Oslo"), (1, "ann", 1, "Rome")]
DETAIL_ALONE = [(2, "ben", None, None), (None, "cid", None, None)]
MASTER_ALONE = [(None, None, 3, "Bonn"), (None, None, None, "Kyiv")]
RATE_ROWS = [("A", 3), ("A", 1), ("B", 2), (None, 9)]
ASKED = [(1, "A"), (2, "B"), (3, "C"), (4, None)]


@case(
    {"src": [(1, 50), (2, 500), (3, None), (4, None), (5, 200)]},
    {"t_big": [(2, 500), (5, 200)], "t_even": [(2, 500), (4, None)], "t_rest": [(1, 50), (3, None)]},
)
def router_sends_to_every_matching_group(sheet: Sheet) -> None:
    """A row goes to each group whose condition is true, to the default group where none is; null is not true."""
    flow = sheet.read("SRC", "ID:n AMOUNT:m")
    flows = sheet.mapping.router("RTR", flow, {"BIG": "AMOUNT > 100", "EVEN": "MOD(ID, 2) = 0"})
    for name, group in (("T_BIG", "BIG"), ("T_EVEN", "EVEN"), ("T_REST", "DEFAULT1")):
        sheet.write(name, "ID:n AMOUNT:m", flows[group])


@case(
    {"src": [(1, 50), (2, 0), (3, None)]},
    {"t_some": [(1, 50)], "t_rest": [(2, 0), (3, None)]},
)
def router_takes_a_number_for_true(sheet: Sheet) -> None:
    """A condition that gives a number is true for any number but 0."""
    flows = sheet.mapping.router("RTR", sheet.read("SRC", "ID:n AMOUNT:m"), {"SOME": "AMOUNT"})
    sheet.write("T_SOME", "ID:n AMOUNT:m", flows["SOME"])
    sheet.write("T_REST", "ID:n AMOUNT:m", flows["DEFAULT1"])


def _joined(sheet: Sheet, kind: str, condition: str = "ID1 = ID") -> None:
    people, cities = sheet.read("PEOPLE", "ID:n NAME:s"), sheet.read("CITIES", "ID:n CITY:s")
    sheet.write("TGT", "ID:n NAME:s ID1:n CITY:s", sheet.mapping.joiner("JNR", people, cities, condition, kind))


JOINED = {"people": PEOPLE, "cities": CITIES}


@case(JOINED, {"tgt": PAIRS})
def joiner_normal(sheet: Sheet) -> None:
    """Only pairs stay; null matches nothing."""
    _joined(sheet, "Normal Join")


@case(JOINED, {"tgt": [*PAIRS, *DETAIL_ALONE]})
def joiner_master_outer(sheet: Sheet) -> None:
    """Keeps all rows of the detail source and the matching rows of the master source."""
    _joined(sheet, "Master Outer Join")


@case(JOINED, {"tgt": [*PAIRS, *MASTER_ALONE]})
def joiner_detail_outer(sheet: Sheet) -> None:
    """Keeps all rows of the master source and the matching rows of the detail source."""
    _joined(sheet, "Detail Outer Join")


@case(JOINED, {"tgt": [*PAIRS, *DETAIL_ALONE, *MASTER_ALONE]})
def joiner_full_outer(sheet: Sheet) -> None:
    _joined(sheet, "Full Outer Join")


def _rated(sheet: Sheet, default: str = "", **attributes: str) -> None:
    ports = [
        inp("CODE_IN", "s"),
        port(column("s"), "LOOKUP", name="CODE"),
        port(column("m"), "LOOKUP/OUTPUT", name="RATE", default=default),
    ]
    values = {
        "Lookup table name": "RATES",
        "Lookup condition": "CODE = CODE_IN",
        "Lookup caching enabled": "YES",
        "Lookup policy on multiple match": "Use First Value",
        "Source Type": "Database",
        **{key.replace("_", " "): value for key, value in attributes.items()},
    }
    flow = sheet.read("SRC", "ID:n CODE:s")
    sheet.mapping.add("LKP", "Lookup Procedure", ports, values)
    sheet.mapping.connect(flow, "LKP", "Lookup Procedure", {"CODE": "CODE_IN"})
    sheet.write("TGT", "ID:n RATE:m", flow, {"ID": "ID"})
    found = type(flow)("LKP", "Lookup Procedure", {"RATE": "RATE"}, columns("RATE:m"))
    sheet.mapping.connect(found, "TGT", "Target Definition")


LOOKED_UP = {"src": ASKED, "lkp_table": RATE_ROWS}


@case(LOOKED_UP, {"tgt": [(1, 1), (2, 2), (3, None), (4, 9)]})
def lookup_first_of_the_sorted_cache(sheet: Sheet) -> None:
    """The cache is sorted by all lookup ports; null equals null in it; no match gives null."""
    _rated(sheet)


@case(LOOKED_UP, {"tgt": [(1, 3), (2, 2), (3, None), (4, 9)]})
def lookup_last_of_the_sorted_cache(sheet: Sheet) -> None:
    _rated(sheet, Lookup_policy_on_multiple_match="Use Last Value")


@case(LOOKED_UP, {"tgt": [(1, 1), (2, 2), (3, -1), (4, 9)]})
def lookup_default_value_without_match(sheet: Sheet) -> None:
    """A connected lookup gives the port's default value where no row matches."""
    _rated(sheet, default="-1")


@case(LOOKED_UP, {"tgt": [(1, 1), (2, 2), (3, None), (4, None)]})
def lookup_without_cache_matches_no_null(sheet: Sheet) -> None:
    """Without a cache the database compares, and null equals nothing."""
    _rated(sheet, Lookup_caching_enabled="NO")


@case(LOOKED_UP, {"tgt": [(1, 1), (2, 2), (3, -1), (4, 9)]})
def unconnected_lookup_gives_null_without_match(sheet: Sheet) -> None:
    """:LKP.name(value) returns the return port; null where nothing matches, whatever the port's default."""
    sheet.mapping.lookup("LKP", None, RATES, {"CODE": ""}, ["RATE"])
    flow = sheet.read("SRC", "ID:n CODE:s")
    call = ":LKP.LKP(CODE)"
    flow = sheet.mapping.expression("EXP", flow, {"RATE": (column("m"), f"IIF(ISNULL({call}), -1, {call})")})
    sheet.write("TGT", "ID:n RATE:m", flow)


@case(
    {"src": [(7, None), (8, None)], "lkp_table": [("007", 1), ("8", 2)]},
    {"tgt": [(7, None), (8, 2)]},
)
def unconnected_lookup_asked_for_a_number_by_a_text_port(sheet: Sheet) -> None:
    """What is asked is converted to the port's type: 7 is '7', not whatever equals 7 as a number."""
    sheet.mapping.lookup("LKP", None, RATES, {"CODE": ""}, ["RATE"])
    flow = sheet.mapping.expression("EXP", sheet.read("SRC", "ID:n CODE:s"), {"RATE": (column("m"), ":LKP.LKP(ID)")})
    sheet.write("TGT", "ID:n RATE:m", flow)


@case(
    {"src": [(1, " axx"), (2, None)], **{key: [("A", 5), ("AXX", 6)] for key in ("lkp_table", "lkp_table_2")}},
    {"tgt": [(1, 6, 5), (2, None, None)]},
)
def unconnected_lookup_asked_for_variables(sheet: Sheet) -> None:
    """A variable holds what its type can: `v_first` is one character long."""
    sheet.mapping.lookup("LKP", None, RATES, {"CODE": ""}, ["RATE"])
    code = Column("X", "varchar2", 20)
    flow = sheet.mapping.expression(
        "EXP",
        sheet.read("SRC", "ID:n CODE:s"),
        {"RATE": (column("m"), ":LKP.LKP(v_code)"), "FIRST": (column("m"), ":LKP.LKP(v_first)")},
        {"v_code": (code, "UPPER(LTRIM(CODE))"), "v_first": (Column("X", "varchar2", 1), "v_code")},
    )
    sheet.write("TGT", "ID:n RATE:m FIRST:m", flow)


@case(
    {"src": [(1, "A"), (2, "C")], "lkp_table": RATE_ROWS},
    {"tgt": [(2, "C")]},
)
def unconnected_lookup_in_a_filter(sheet: Sheet) -> None:
    sheet.mapping.lookup("LKP", None, RATES, {"CODE": ""}, ["RATE"])
    flow = sheet.mapping.filter("FIL", sheet.read("SRC", "ID:n CODE:s"), "ISNULL(:LKP.LKP(CODE))")
    sheet.write("TGT", "ID:n CODE:s", flow)


@case(
    {"new": [(1, "a"), (1, "a"), (2, None)], "old": [(1, "a"), (3, "c")]},
    {"tgt": [(1, "a"), (1, "a"), (2, None), (1, "a"), (3, "c")]},
)
def union_keeps_equal_rows(sheet: Sheet) -> None:
    flows = {"NEW": sheet.read("NEW", "ID:n NAME:s"), "OLD": sheet.read("OLD", "ID:n NAME:s")}
    sheet.write("TGT", "ID:n NAME:s", sheet.mapping.union("UN", flows))


@case({"src": [(1, "a", 5), (2, "b", None)]}, {"t_one": [(1, "a"), (2, "b")], "t_two": [(1, 10), (2, None)]})
def one_flow_into_two_targets(sheet: Sheet) -> None:
    flow = sheet.read("SRC", "ID:n NAME:s AMOUNT:m")
    sheet.write("T_ONE", "ID:n NAME:s", flow)
    sheet.write(
        "T_TWO", "ID:n DOUBLED:m", sheet.mapping.expression("EXP", flow, {"DOUBLED": (column("m"), "AMOUNT*2")})
    )


@case({"src": [(1, "a", 5), (2, "b", None)]}, {"tgt": [(1, "a!", 10), (2, "b!", None)]})
def branches_of_passive_kinds_meet_in_a_target(sheet: Sheet) -> None:
    """A target takes columns from several instances of one row source: rows stay together."""
    flow = sheet.read("SRC", "ID:n NAME:s AMOUNT:m")
    first = sheet.step("EXP_A", "Expression", flow, [inp("AMOUNT", "m"), out("TWICE", "m", "AMOUNT * 2")])
    second = sheet.step("EXP_B", "Expression", flow, [inp("NAME", "s"), out("LOUD", "s", "NAME || '!'")])
    sheet.write("TGT", "ID:n LOUD:s TWICE:m", flow, {"ID": "ID"})
    sheet.mapping.connect(first, "TGT", "Target Definition", {"TWICE": "TWICE"})
    sheet.mapping.connect(second, "TGT", "Target Definition", {"LOUD": "LOUD"})


@case({"src": [(1, "a"), (2, None)]}, {"tgt": [(1, "a"), (2, "none")]})
def input_ports_with_a_default_value(sheet: Sheet) -> None:
    """A default value replaces null at an input or input/output port."""
    ports = [io("ID", "n"), io("NAME", "s", default="'none'")]
    sheet.write("TGT", "ID:n NAME:s", sheet.step("EXP", "Expression", sheet.read("SRC", "ID:n NAME:s"), ports))
