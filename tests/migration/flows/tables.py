"""Source Qualifiers, targets, update strategies, mapplets and parameters. Sources: PowerCenter Transformation Guide,
"Source Qualifier", "Update Strategy", "Mapplets"; Workflow Basics Guide, "Treat source rows as"."""

from __future__ import annotations

from benchmarks.powercenter_mapping import Flow
from benchmarks.powercenter_workflow import begin_mapplet, end_mapplet, use_mapplet
from benchmarks.powercenter_xml import Column, Element, Table, port, source, target
from tests.migration.flows.sheet import Sheet, case, column, columns, io, out

HELD = {"tgt": [(1, "old"), (2, "old"), (3, "old")]}
GIVEN = {"src": [(1, "new"), (2, None), (4, "new")]}


@case(
    {"orders": [(1, 7, "A"), (2, 8, "A"), (3, 7, "A"), (4, 7, "C"), (5, None, "A")], "shops": [(7, "x"), (8, "y")]},
    {"tgt": [("x", "A"), ("y", "A")]},
)
def qualifier_joins_filters_and_makes_distinct(sheet: Sheet) -> None:
    """Distinct compares the ports that are connected, which are all that the generated query selects."""
    flow = sheet.read(
        "ORDERS",
        "ID:n SHOP_ID:n STATUS:s",
        User_Defined_Join="ORDERS.SHOP_ID = SHOPS.SHOP_ID",
        Source_Filter="ORDERS.STATUS = 'A'",
        Select_Distinct="YES",
    )
    shops = Table("SHOPS", columns("SHOP_ID:n NAME:s"))
    sheet.elements.append(source(shops))
    sheet.mapping.instance("SHOPS", "Source Definition", database=shops.database)
    sheet.mapping.transformations[-1].children.append(port(shops.columns[1], "INPUT/OUTPUT"))
    qualifier = next(e for e in sheet.mapping.instances if e.attributes["NAME"] == "SQ_ORDERS")
    qualifier.children.append(Element("ASSOCIATED_SOURCE_INSTANCE", {"NAME": "SHOPS"}))
    sheet.mapping.connect(
        Flow("SHOPS", "Source Definition", {"NAME": "NAME"}, shops.columns), "SQ_ORDERS", "Source Qualifier"
    )
    wide = Flow(flow.instance, flow.kind, {**flow.ports, "NAME": "NAME"}, (*flow.columns, shops.columns[1]))
    sheet.write("TGT", "NAME:s STATUS:s", wide)


@case(
    {"src": [(1, "u"), (2, "d"), (4, "i"), (5, "r"), (6, "u")]},
    {"tgt": [(1, "u"), (3, "old"), (4, "i")]},
    before=HELD,
)
def update_strategy_by_row(sheet: Sheet) -> None:
    """Updates and deletes go by key and leave rows that are not there alone; rejected rows are not written."""
    sheet.treated_as = "Data driven"
    rule = "DECODE(WHAT, 'u', DD_UPDATE, 'd', DD_DELETE, 'r', DD_REJECT, DD_INSERT)"
    flow = sheet.mapping.update_strategy("UPD", sheet.read("SRC", "ID:n WHAT:s"), rule)
    sheet.write("TGT", "ID*:n WHAT:s", flow)


@case(GIVEN, {"tgt": [(1, "new"), (2, None), (3, "old")]}, before=HELD)
def update_strategy_fixed(sheet: Sheet) -> None:
    sheet.treated_as = "Data driven"
    flow = sheet.mapping.update_strategy("UPD", sheet.read("SRC", "ID:n WHAT:s"), "DD_UPDATE")
    sheet.write("TGT", "ID*:n WHAT:s", flow)


@case({"src": [(2, "d"), (4, "i")]}, {"tgt": [(1, "old"), (3, "old"), (4, "i")]}, before=HELD)
def update_strategy_that_gives_texts(sheet: Sheet) -> None:
    """A text is a number by its digits: a constant in quotes has none, which is 0, an insert."""
    sheet.treated_as = "Data driven"
    flow = sheet.mapping.update_strategy("UPD", sheet.read("SRC", "ID:n WHAT:s"), "IIF(WHAT = 'd', '2', 'DD_UPDATE')")
    sheet.write("TGT", "ID*:n WHAT:s", flow)


@case(GIVEN, {"tgt": [(3, "old")]}, before=HELD)
def session_treats_rows_as_delete(sheet: Sheet) -> None:
    sheet.treated_as = "Delete"
    sheet.write("TGT", "ID*:n WHAT:s", sheet.read("SRC", "ID:n WHAT:s"))


@case(GIVEN, {"tgt": [*HELD["tgt"], *GIVEN["src"]]}, before=HELD)
def session_that_inserts_ignores_the_strategy(sheet: Sheet) -> None:
    """Only a data driven session heeds the flags."""
    sheet.treated_as = "Insert"
    flow = sheet.mapping.update_strategy("UPD", sheet.read("SRC", "ID:n WHAT:s"), "DD_DELETE")
    sheet.write("TGT", "ID*:n WHAT:s", flow)


@case(
    {"src": [(1, 10, 3), (2, None, 1)]},
    {"tgt": [(1, 7), (2, None)]},
)
def mapplet_is_part_of_the_flow(sheet: Sheet) -> None:
    given = columns("PRICE:m DISCOUNT:m")
    mapplet, inside = begin_mapplet("mplt_NET", given)
    made = mapplet.expression("EXP_NET", inside, {"NET": (column("m"), "PRICE - DISCOUNT")})
    outer = end_mapplet(mapplet, given, made)
    sheet.elements.append(mapplet.element())
    flow = sheet.read("SRC", "ID:n PRICE:m DISCOUNT:m")
    part = Flow(flow.instance, flow.kind, {c.name: c.name for c in given}, given)
    net = use_mapplet(sheet.mapping, "mplt_NET1", "mplt_NET", part, outer)
    sheet.write("TGT", "ID:n NET:m", flow, {"ID": "ID"})
    sheet.mapping.connect(net, "TGT", "Target Definition", {"NET": "NET"})


@case({"src": [(1, "a"), (2, "b"), (3, "b")]}, {"tgt": [(2, "b")]}, parameters={"SHOP": "b"})
def parameters_in_conditions(sheet: Sheet) -> None:
    sheet.mapping.variable("$$SHOP", "string", "a")
    sheet.mapping.variable("$$LAST", "decimal", "2", ISPARAM="YES")
    flow = sheet.mapping.filter("FIL", sheet.read("SRC", "ID:n SHOP:s"), "SHOP = $$SHOP AND ID <= $$LAST")
    sheet.write("TGT", "ID:n SHOP:s", flow)


@case({"src": [(1, "a"), (2, "b")]}, {"tgt": [(1, "a"), (2, "b")]})
def transaction_control_passes_rows_on(sheet: Sheet) -> None:
    rule = "IIF(NAME = 'a', TC_COMMIT_BEFORE, TC_CONTINUE_TRANSACTION)"
    flow = sheet.mapping.transaction_control("TC", sheet.read("SRC", "ID:n NAME:s"), rule)
    sheet.write("TGT", "ID:n NAME:s", flow)


@case(
    {"src": [(1, 2.555), (2, 2.5)]},
    {"tgt": [(1, 3), (2, 3)]},
)
def targets_round_to_their_columns(sheet: Sheet) -> None:
    sheet.write("TGT", "ID:n AMOUNT:n", sheet.read("SRC", "ID:n AMOUNT:f"))


@case(
    {"src": [(1, "12.7kg", 2.5, "abcdef"), (2, None, None, None), (3, "x", -2.5, "ab")]},
    {"tgt": [(1, 12.7, "2.5", "abc"), (2, None, None, None), (3, 0, "-2.5", "ab")]},
)
def targets_convert_and_cut(sheet: Sheet) -> None:
    """A target's columns convert as ports do, and text is cut to the column."""
    flow = sheet.read("SRC", "ID:n WEIGHT:s AMOUNT:m NAME:s")
    table = Table("TGT", (*columns("ID:n WEIGHT:m AMOUNT:s"), Column("NAME", "varchar2", 3)))
    sheet.elements.append(target(table))
    sheet.mapping.write(table, flow)


@case(
    {"src": [(1, "7"), (2, "x"), (3, None)], "lkp_table": [(7, 1), (8, 2)]},
    {"tgt": [(1, 1), (2, None), (3, None)]},
)
def lookup_by_a_converted_value(sheet: Sheet) -> None:
    """A text that is compared with a number is converted as ports are: what is no number is 0."""
    cities = Table("CITIES", columns("CITY_ID:n SHOP:n"))
    ports = [
        port(column("s"), "INPUT", name="CITY"),
        port(column("n"), "LOOKUP", name="CITY_ID"),
        port(column("n"), "LOOKUP/OUTPUT", name="SHOP"),
    ]
    values = {"Lookup table name": cities.name, "Lookup condition": "CITY_ID = CITY", "Lookup caching enabled": "NO"}
    flow = sheet.read("SRC", "ID:n CITY:s")
    sheet.mapping.add("LKP", "Lookup Procedure", ports, values)
    sheet.mapping.connect(flow, "LKP", "Lookup Procedure", {"CITY": "CITY"})
    sheet.write("TGT", "ID:n SHOP:n", flow, {"ID": "ID"})
    found = Flow("LKP", "Lookup Procedure", {"SHOP": "SHOP"}, columns("SHOP:n"))
    sheet.mapping.connect(found, "TGT", "Target Definition", {"SHOP": "SHOP"})


@case(
    {"src": [(7, "new", 1), (8, "new", 9)]},
    {"tgt": [(1, "new"), (2, "old")]},
    before={"tgt": [(1, "old"), (2, "old")]},
)
def update_override_says_keys_and_columns(sheet: Sheet) -> None:
    """The statement's WHERE is the key and SET names what changes, from whichever port."""
    sheet.treated_as = "Update"
    sheet.write("TGT", "ID:n WHAT:s NUM:n", sheet.read("SRC", "ID:n WHAT:s NUM:n"))
    text = "UPDATE TGT SET WHAT = :TU.WHAT WHERE ID = :TU.NUM"
    instance = next(e for e in sheet.mapping.instances if e.attributes["NAME"] == "TGT")
    instance.children.append(Element("TABLEATTRIBUTE", {"NAME": "Update Override", "VALUE": text}))


@case({"src": [(1, "a"), (2, "b"), (3, "b")]}, {"tgt": [(3, "b")]})
def parameter_that_is_a_part_of_the_expression(sheet: Sheet) -> None:
    """An expression variable is put into the expression before that is read; in quotes it is a text."""
    sheet.mapping.variable("$$RULE", "string", "ID > 1 AND SHOP = 'b'", ISEXPRESSIONVARIABLE="YES")
    condition = "$$rule AND ID > 2 AND SHOP != '$$RULE'"
    sheet.write("TGT", "ID:n SHOP:s", sheet.mapping.filter("FIL", sheet.read("SRC", "ID:n SHOP:s"), condition))


@case({"src": [(1, "x"), (2, "y")], "l_table": [(1, "one")]}, {"tgt": [(1, "one"), (2, None)]})
def lookup_that_is_called_has_no_default(sheet: Sheet) -> None:
    """Unconnected Lookups do not heed the default value of a port: no match is null."""
    table = Table("NAMES", columns("KEY_ID:n LABEL:s"))
    ports = [
        port(column("n"), "INPUT", name="ASKED"),
        port(table.columns[0], "LOOKUP"),
        port(table.columns[1], "LOOKUP/RETURN/OUTPUT", default="'none'"),
    ]
    values = {"Lookup table name": table.name, "Lookup condition": "KEY_ID = ASKED"}
    sheet.mapping.add("L", "Lookup Procedure", ports, values)
    flow = sheet.read("SRC", "ID:n NAME:s")
    made = sheet.step("EXP", "Expression", flow, [io("ID", "n"), out("LABEL", "s", ":LKP.L(ID)")])
    sheet.write("TGT", "ID:n LABEL:s", made)
