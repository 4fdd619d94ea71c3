"""Expressions: variables from row to row, and values through ports of given types. Sources: PowerCenter Transformation
Guide, "Using Local Variables"; Designer Guide, "Port-to-Port Data Conversion"; Transformation Language Reference."""

from __future__ import annotations

from tests.migration.flows.sheet import Sheet, case, inp, io, out, var

ORDERS = [("a", 1, 10), ("a", 2, None), ("a", 3, 5), ("b", 4, 7), ("b", 5, 8)]


def _sorted(sheet: Sheet) -> object:
    flow = sheet.read("SRC", "SHOP:s ID:n AMOUNT:m")
    return sheet.mapping.sorter("SRT", flow, {"SHOP": "ASCENDING", "ID": "ASCENDING"})


@case({"src": ORDERS}, {"tgt": [(1, 1), (2, 2), (3, 3), (4, 1), (5, 2)]})
def variable_counts_within_a_key(sheet: Sheet) -> None:
    """A variable read above its place holds the row before's value, '' before the first row."""
    ports = [
        inp("SHOP", "s"),
        io("ID", "n"),
        var("v_number", "i", "IIF(SHOP = v_shop, v_number + 1, 1)"),
        var("v_shop", "s", "SHOP"),
        out("NUMBER_IN_SHOP", "i", "v_number"),
    ]
    sheet.write("TGT", "ID:n NUMBER_IN_SHOP:i", sheet.step("EXP", "Expression", _sorted(sheet), ports))


@case({"src": ORDERS}, {"tgt": [(1, 10, 0), (2, 10, 1), (3, 15, 2), (4, 22, 3), (5, 30, 4)]})
def variable_adds_up_and_remembers(sheet: Sheet) -> None:
    """Variables are evaluated from top to bottom: v_last takes v_id before v_id takes this row's ID."""
    ports = [
        io("ID", "n"),
        inp("AMOUNT", "m"),
        var("v_total", "m", "v_total + IIF(ISNULL(AMOUNT), 0, AMOUNT)"),
        var("v_last", "n", "v_id"),
        var("v_id", "n", "ID"),
        out("TOTAL", "m", "v_total"),
        out("LAST_ID", "n", "v_last"),
    ]
    sheet.write("TGT", "ID:n TOTAL:m LAST_ID:n", sheet.step("EXP", "Expression", _sorted(sheet), ports))


@case({"src": ORDERS}, {"tgt": [(1, 10), (2, None), (3, None), (4, None), (5, None)]})
def variable_stays_null_once_null(sheet: Sheet) -> None:
    """An operation with null gives null, so the sum stays null."""
    ports = [io("ID", "n"), inp("AMOUNT", "m"), var("v_total", "m", "v_total + AMOUNT"), out("TOTAL", "m", "v_total")]
    sheet.write("TGT", "ID:n TOTAL:m", sheet.step("EXP", "Expression", _sorted(sheet), ports))


@case({"src": ORDERS}, {"tgt": [(1, 10), (2, 10), (3, 5), (4, 7), (5, 8)]})
def variable_keeps_the_last_known_value(sheet: Sheet) -> None:
    ports = [
        io("ID", "n"),
        inp("AMOUNT", "m"),
        var("v_known", "m", "IIF(ISNULL(AMOUNT), v_known, AMOUNT)"),
        out("KNOWN", "m", "v_known"),
    ]
    sheet.write("TGT", "ID:n KNOWN:m", sheet.step("EXP", "Expression", _sorted(sheet), ports))


@case({"src": ORDERS}, {"tgt": [(1, 30, 15), (2, None, None), (3, 15, 7.5), (4, 21, 10.5), (5, 24, 12)]})
def variable_used_by_another(sheet: Sheet) -> None:
    ports = [
        io("ID", "n"),
        inp("AMOUNT", "m"),
        var("v_triple", "m", "AMOUNT * 3"),
        var("v_half", "m", "v_triple / 2"),
        out("TRIPLE", "m", "v_triple"),
        out("HALF", "m", "v_half"),
    ]
    sheet.write("TGT", "ID:n TRIPLE:m HALF:m", sheet.step("EXP", "Expression", _sorted(sheet), ports))


@case(
    {"src": [(1, 20, "x"), (2, 5, "y"), (3, None, None)]},
    {"tgt": [(1, 20, "big", 1, "one"), (2, 0, "", 0, None), (3, 0, "", None, None)]},
)
def iif_and_decode_without_a_default(sheet: Sheet) -> None:
    """IIF without else gives 0 or '', DECODE without default null; a comparison in a number port gives 1 or 0."""
    ports = [
        io("ID", "n"),
        inp("AMOUNT", "m"),
        inp("NAME", "s"),
        out("KEPT", "m", "IIF(AMOUNT > 10, AMOUNT)"),
        out("WORD", "s", "IIF(AMOUNT > 10, 'big')"),
        out("FLAG", "i", "AMOUNT > 10"),
        out("NUMERAL", "s", "DECODE(NAME, 'x', 'one')"),
    ]
    flow = sheet.step("EXP", "Expression", sheet.read("SRC", "ID:n AMOUNT:m NAME:s"), ports)
    sheet.write("TGT", "ID:n KEPT:m WORD:s FLAG:i NUMERAL:s", flow)


@case(
    {"src": [(1, 2.5, "12.7kg"), (2, -2.5, "kg"), (3, None, None), (4, 2.4, " 7")]},
    {"tgt": [(1, 3, 12.7, 13, "2.5"), (2, -3, 0, 0, "-2.5"), (3, None, None, None, None), (4, 2, 7, 7, "2.4")]},
)
def values_through_ports_of_other_types(sheet: Sheet) -> None:
    """A fraction is rounded in an integer port; text gives its leading number, 0 without one; a number gives text."""
    ports = [
        io("ID", "n"),
        inp("AMOUNT", "m"),
        inp("NAME", "s"),
        out("WHOLE", "i", "AMOUNT"),
        out("WEIGHT", "m", "NAME"),
        out("WHOLE_WEIGHT", "i", "NAME"),
        out("WORD", "s", "AMOUNT"),
    ]
    flow = sheet.step("EXP", "Expression", sheet.read("SRC", "ID:n AMOUNT:m NAME:s"), ports)
    sheet.write("TGT", "ID:n WHOLE:i WEIGHT:m WHOLE_WEIGHT:i WORD:s", flow)


@case(
    {"src": [(1, 2.5, "12.7kg"), (2, -2.5, "kg"), (3, None, None)]},
    {"tgt": [(1, 6, 13.7), (2, -6, 1), (3, None, None)]},
)
def columns_into_ports_of_other_types(sheet: Sheet) -> None:
    """The same conversions where a port takes a column of another type."""
    ports = [
        io("ID", "n"),
        inp("AMOUNT", "i"),
        inp("NAME", "m"),
        out("TWICE", "i", "AMOUNT * 2"),
        out("HEAVIER", "m", "NAME + 1"),
    ]
    flow = sheet.step("EXP", "Expression", sheet.read("SRC", "ID:n AMOUNT:m NAME:s"), ports)
    sheet.write("TGT", "ID:n TWICE:i HEAVIER:m", flow)


@case({"src": [(1, 2.5), (2, 3.5), (3, -2.5), (4, 2.4)]}, {"tgt": [(1, 6), (2, 8), (3, -6), (4, 4)]})
def variable_of_an_integer_type_rounds(sheet: Sheet) -> None:
    ports = [io("ID", "n"), inp("AMOUNT", "m"), var("v_whole", "i", "AMOUNT"), out("TWICE", "i", "v_whole * 2")]
    sheet.write("TGT", "ID:n TWICE:i", sheet.step("EXP", "Expression", sheet.read("SRC", "ID:n AMOUNT:m"), ports))


@case({"src": [(1, "abcdef"), (2, "ab"), (3, None)]}, {"tgt": [(1, "abc!"), (2, "ab!"), (3, "!")]})
def text_is_cut_to_its_ports_precision(sheet: Sheet) -> None:
    """A string longer than its port is cut; concatenation leaves null out."""
    ports = [io("ID", "n"), inp("NAME", "s", PRECISION=3), out("LOUD", "s", "NAME || '!'")]
    sheet.write("TGT", "ID:n LOUD:s", sheet.step("EXP", "Expression", sheet.read("SRC", "ID:n NAME:s"), ports))


@case(
    {"src": [(1, "7kg", "abcdef"), (2, None, None)]},
    {"t_rows": [(1, 7, "abc"), (2, 0, "-")], "t_rest": []},
)
def ports_that_only_pass_convert_too(sheet: Sheet) -> None:
    """A Router's ports convert, cut and fill what comes in; the rows that leave carry it."""
    ports = [
        inp("ID", "n", GROUP="INPUT"),
        inp("WEIGHT", "m", GROUP="INPUT", default="0"),
        inp("NAME", "s", GROUP="INPUT", PRECISION=3, default="'-'"),
    ]
    flow = sheet.read("SRC", "ID:n WEIGHT:s NAME:s")
    flows = sheet.mapping.router("RTR", flow, {"ROWS": "WEIGHT < 100"})
    router = sheet.mapping.transformations[-1]
    kept = [e for e in router.children if e.attributes.get("GROUP") != "INPUT" or e.tag != "TRANSFORMFIELD"]
    router.children = [*kept[:3], *ports, *kept[3:]]
    sheet.write("T_ROWS", "ID:n WEIGHT:m NAME:s", flows["ROWS"])
    sheet.write("T_REST", "ID:n WEIGHT:m NAME:s", flows["DEFAULT1"])


SALES = [(3, 40000), (1, 80000), (2, None), (4, 60000), (5, 20000)]


@case(
    {"src": SALES},
    {
        "tgt": [
            (1, 80000, None, None, None),
            (2, 80000, None, 80000, None),
            (3, 120000, 40000, 40000, 120000),
            (4, 180000, 40000, 100000, 100000),
            (5, 200000, 40000, 80000, 80000),
        ]
    },
)
def running_and_moving_values(sheet: Sheet) -> None:
    """A null leaves a running total as it is, a moving value is null until its rows are there. Transformation Language
    Reference, "CUME", "MOVINGSUM", "MOVINGAVG"."""
    flow = sheet.mapping.sorter("SRT", sheet.read("SRC", "ID:n AMOUNT:n"), {"ID": "ASCENDING"})
    ports = [
        io("ID", "n"),
        inp("AMOUNT", "n"),
        out("ALL_SO_FAR", "n", "CUME(AMOUNT)"),
        out("SMALL", "n", "cume(AMOUNT, AMOUNT < 50000 AND ID < 5)"),
        out("TWO", "n", "MOVINGSUM(AMOUNT, 2)"),
        out("THREE", "n", "MOVINGAVG(AMOUNT, 3) * 2"),
    ]
    sheet.write("TGT", "ID:n ALL_SO_FAR:n SMALL:n TWO:n THREE:n", sheet.step("EXP", "Expression", flow, ports))
