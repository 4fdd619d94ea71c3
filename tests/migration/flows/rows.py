"""Kinds that filter, group, sort, rank and number rows. Source: PowerCenter Transformation Guide."""

from __future__ import annotations

from benchmarks.powercenter_xml import port
from tests.migration.flows.sheet import Sheet, case, column, inp, io, out

SALES = [("n", 1, 10), ("n", 2, 30), ("s", 3, None), ("s", 4, 5), (None, 5, 7), (None, 6, 8)]


@case({"src": [(1, 20), (2, None), (3, 5)]}, {"tgt": [(1, 20)]})
def filter_drops_null(sheet: Sheet) -> None:
    """A row passes only where the condition is true."""
    sheet.write("TGT", "ID:n AMOUNT:m", sheet.mapping.filter("FIL", sheet.read("SRC", "ID:n AMOUNT:m"), "AMOUNT > 10"))


@case({"src": [(1, 20), (2, None), (3, 0)]}, {"tgt": [(2, None), (3, 0)]})
def filter_of_iif(sheet: Sheet) -> None:
    """IIF takes the else branch for null; TRUE and FALSE are 1 and 0."""
    rule = "IIF(AMOUNT > 10, FALSE, TRUE)"
    sheet.write("TGT", "ID:n AMOUNT:m", sheet.mapping.filter("FIL", sheet.read("SRC", "ID:n AMOUNT:m"), rule))


@case(
    {"src": SALES},
    {"tgt": [("n", 40, 30, 2, 2), ("s", 5, None, 1, 2), (None, 15, None, 2, 2)]},
)
def aggregator_with_filter_arguments(sheet: Sheet) -> None:
    """Null is a group; a filter that no row meets gives null; COUNT of a port leaves nulls out."""
    made = {
        "TOTAL": (column("m"), "SUM(AMOUNT)"),
        "BIG": (column("m"), "SUM(AMOUNT, AMOUNT > 20)"),
        "FILLED": (column("i"), "COUNT(AMOUNT)"),
        "ALL_ROWS": (column("i"), "COUNT(*)"),
    }
    flow = sheet.mapping.aggregator("AGG", sheet.read("SRC", "AREA:s ID:n AMOUNT:m"), ["AREA"], made)
    sheet.write("TGT", "AREA:s TOTAL:m BIG:m FILLED:i ALL_ROWS:i", flow)


@case(
    {"src": [("/in/2024/a.csv", "1234.5"), ("plain", " 7"), (None, None)]},
    {"tgt": [("a.csv", 4, 1234.5, 11), ("plain", 0, 7, 0), (None, None, None, None)]},
)
def expression_of_paths_and_numbers(sheet: Sheet) -> None:
    """INSTR counts from the end and to the second; TO_DECIMAL keeps the places that are there."""
    made = [
        inp("PATH", "s"),
        inp("SAID", "s"),
        out("NAME", "s", "SUBSTR(PATH, INSTR(PATH, '/', -1, 1) + 1)"),
        out("SECOND_AT", "i", "INSTR(PATH, '/', 1, 2)"),
        out("AMOUNT", "m", "TO_DECIMAL(SAID, 2)"),
        out("DOT_AT", "i", "INSTR(PATH, '.', -1)"),
    ]
    flow = sheet.step("EXP", "Expression", sheet.read("SRC", "PATH:s SAID:s"), made)
    sheet.write("TGT", "NAME:s SECOND_AT:i AMOUNT:m DOT_AT:i", flow)


def _without_group(sheet: Sheet) -> None:
    flow = sheet.mapping.sorter("SRT", sheet.read("SRC", "AREA:s ID:n AMOUNT:m"), {"ID": "ASCENDING"})
    ports = [io("AREA", "s"), io("ID", "n"), inp("AMOUNT", "m"), out("TOTAL", "m", "SUM(AMOUNT)")]
    sheet.write("TGT", "AREA:s ID:n TOTAL:m", sheet.step("AGG", "Aggregator", flow, ports))


@case({"src": SALES[:4]}, {"tgt": [("s", 4, 45)]})
def aggregator_without_group_gives_the_last_row(sheet: Sheet) -> None:
    _without_group(sheet)


@case({"src": []}, {"tgt": []})
def aggregator_without_group_and_rows(sheet: Sheet) -> None:
    """No row in, no row out."""
    _without_group(sheet)


@case({"src": SALES}, {"tgt": [("n", 1, 2, 30), ("s", 3, 4, 5), (None, 5, 6, 8)]})
def aggregator_first_and_last(sheet: Sheet) -> None:
    """A port outside any aggregate gives the last row's value of its group."""
    flow = sheet.mapping.sorter(
        "SRT", sheet.read("SRC", "AREA:s ID:n AMOUNT:m"), {"AREA": "ASCENDING", "ID": "ASCENDING"}
    )
    ports = [
        io("AREA", "s", kind="GROUPBY"),
        inp("ID", "n"),
        io("AMOUNT", "m"),
        out("FIRST_ID", "n", "FIRST(ID)"),
        out("LAST_ID", "n", "LAST(ID)"),
    ]
    flow = sheet.step("AGG", "Aggregator", flow, ports)
    sheet.write("TGT", "AREA:s FIRST_ID:n LAST_ID:n AMOUNT:m", flow)


def _sorted(sheet: Sheet, direction: str, **more: str) -> None:
    """`more`: attributes of the Sorter."""
    ports = [io("NAME", "s", ISSORTKEY="YES", SORTDIRECTION=direction)]
    values = {"Case Sensitive": "YES", "Distinct": "NO", "Null Treated Low": "NO"}
    values |= {key.replace("_", " "): value for key, value in more.items()}
    sheet.write("TGT", "NAME:s", sheet.step("SRT", "Sorter", sheet.read("SRC", "NAME:s"), ports, values))


NAMES = {"src": [("b",), (None,), ("B",), ("a",)]}


@case(NAMES, {"tgt": [("B",), ("a",), ("b",), (None,)]}, ordered=True)
def sorter_treats_null_as_highest(sheet: Sheet) -> None:
    _sorted(sheet, "ASCENDING")


@case(NAMES, {"tgt": [(None,), ("b",), ("a",), ("B",)]}, ordered=True)
def sorter_descending(sheet: Sheet) -> None:
    _sorted(sheet, "DESCENDING")


@case({"src": [("c",), (None,), ("B",), ("a",)]}, {"tgt": [(None,), ("a",), ("B",), ("c",)]}, ordered=True)
def sorter_without_case_and_null_low(sheet: Sheet) -> None:
    _sorted(sheet, "ASCENDING", Case_Sensitive="NO", Null_Treated_Low="YES")


@case({"src": [("a",), ("a",), (None,), (None,), ("A",)]}, {"tgt": [("A",), ("a",), (None,)]}, ordered=True)
def sorter_distinct(sheet: Sheet) -> None:
    """Equal rows become one, null equal to null."""
    _sorted(sheet, "ASCENDING", Distinct="YES")


@case(
    {"src": [("n", 1, 10), ("n", 2, 10), ("n", 3, 7), ("n", 4, 5), ("s", 5, 1)]},
    {"tgt": [(1, "n", 1, 10), (1, "n", 2, 10), (3, "n", 3, 7), (1, "s", 5, 1)]},
)
def rank_skips_after_ties(sheet: Sheet) -> None:
    """Equal values share an index and the next is skipped."""
    flow = sheet.mapping.rank("RNK", sheet.read("SRC", "AREA:s ID:n AMOUNT:m"), "AMOUNT", 3, ["AREA"])
    sheet.write("TGT", "RANKINDEX:i AREA:s ID:n AMOUNT:m", flow)


@case({"src": [(10,), (10,), (10,), (7,)]}, {"tgt": [(1, 10), (1, 10)]})
def rank_keeps_no_more_rows_than_asked(sheet: Sheet) -> None:
    """The cache holds the number of ranks: a row replaces a cached one only where it outranks it."""
    flow = sheet.mapping.rank("RNK", sheet.read("SRC", "AMOUNT:m"), "AMOUNT", 2)
    sheet.write("TGT", "RANKINDEX:i AMOUNT:m", flow)


@case({"src": [(10,), (7,), (8,)]}, {"tgt": [(7,), (8,)]})
def rank_bottom(sheet: Sheet) -> None:
    ports = [
        port(column("i"), "OUTPUT", name="RANKINDEX", expression="RANKINDEX", kind="RANKINDEX"),
        io("AMOUNT", "m", kind="RANKPORT"),
    ]
    values = {"Top/Bottom": "Bottom", "Number of Ranks": "2"}
    sheet.write("TGT", "AMOUNT:m", sheet.step("RNK", "Rank", sheet.read("SRC", "AMOUNT:m"), ports, values))


@case(
    {"shops": [("x", 1, None, 3), ("y", 4, 5, 6)]},
    {
        "tgt": [
            ("x", 1, 1, 1),
            ("x", None, 1, 2),
            ("x", 3, 1, 3),
            ("y", 4, 2, 1),
            ("y", 5, 2, 2),
            ("y", 6, 2, 3),
        ]
    },
)
def normalizer_numbers_rows_and_occurrences(sheet: Sheet) -> None:
    """One row for each occurrence, also for null; GK counts the input rows, GCID the occurrences."""
    flow = sheet.read("SHOPS", "SHOP:s Q1:n Q2:n Q3:n")
    flow = sheet.mapping.normalizer("NRM", flow, "SALES", ["Q1", "Q2", "Q3"])
    sheet.write("TGT", "SHOP:s SALES:n GK_SALES:n GCID_SALES:n", flow)


@case({"src": [(7,), (8,), (9,)]}, {"tgt": [(100, 105, 7), (105, 110, 8), (110, 115, 9)]})
def sequence_counts_by_its_increment(sheet: Sheet) -> None:
    """CURRVAL is NEXTVAL plus the increment."""
    flow, numbers = sheet.read("SRC", "ID:n"), sheet.mapping.sequence("SEQ", 100, 5)
    sheet.write("TGT", "KEY_ID:n NEXT_ID:n ID:n", flow, {"ID": "ID"})
    sheet.mapping.connect(numbers, "TGT", "Target Definition", {"NEXTVAL": "KEY_ID", "CURRVAL": "NEXT_ID"})


@case({"src": [(7,), (8,), (9,), (10,), (11,)]}, {"tgt": [(1, 7), (2, 8), (3, 9), (1, 10), (2, 11)]})
def sequence_cycles(sheet: Sheet) -> None:
    flow = sheet.mapping.sorter("SRT", sheet.read("SRC", "ID:n"), {"ID": "ASCENDING"})
    numbers = sheet.mapping.sequence("SEQ", 1, 1, cycle=True, end=3)
    sheet.write("TGT", "KEY_ID:n ID:n", flow, {"ID": "ID"})
    sheet.mapping.connect(numbers, "TGT", "Target Definition", {"NEXTVAL": "KEY_ID"})
