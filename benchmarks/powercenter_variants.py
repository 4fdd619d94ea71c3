"""Odd but legal exports: what other repositories hold beside the plain constructs, one small mapping each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Mapping as MappingOf

from benchmarks.powercenter_constructs import CUSTOMERS, NUMBER, ORDERS, TEXT, table_of
from benchmarks.powercenter_mapping import Flow, Mapping
from benchmarks.powercenter_workflow import (
    SessionSpec,
    begin_mapplet,
    end_mapplet,
    session,
    shortcut,
    task,
    use,
    use_mapplet,
    workflow,
)
from benchmarks.powercenter_xml import Column, Element, Folder, Table, document, port, source, target

COUNT = Column("X", "integer", 10)
Step = Callable[[Mapping, Flow], Flow]


def passing(name: str, step: Step, *tables: Table, read: Table = ORDERS) -> list[Folder]:
    """A table through one step into a target with whatever comes out."""
    mapping = Mapping(f"m_{name}")
    flow = step(mapping, mapping.read(read))
    table = table_of(f"T_{name.upper()}", flow)
    mapping.write(table, flow)
    return [Folder("DEMO", [*map(source, (read, *tables)), target(table), mapping.element()])]


def stepped(
    mapping: Mapping, name: str, kind: str, flow: Flow, ports: Sequence[Element], attributes: MappingOf[str, str]
) -> Flow:
    """Any transformation by its ports; columns go to the ports of their names."""
    mapping.add(name, kind, ports, attributes)
    takes = {str(p.attributes["NAME"]) for p in ports if "INPUT" in str(p.attributes["PORTTYPE"])}
    mapping.connect(flow, name, kind, {c: c for c in flow.ports if c in takes})
    made = [p.attributes for p in ports if "OUTPUT" in str(p.attributes["PORTTYPE"])]
    columns = tuple(Column(str(a["NAME"]), str(a["DATATYPE"]), int(str(a["PRECISION"]))) for a in made)
    return Flow(name, kind, {column.name: column.name for column in columns}, columns)


def lookup(name: str, default: str = "", **attributes: str) -> list[Folder]:
    """A connected lookup; `Lookup_condition="…"` sets an attribute of it."""

    def step(mapping: Mapping, flow: Flow) -> Flow:
        ports = [
            port(ORDERS.columns[1], "INPUT/OUTPUT"),
            port(ORDERS.columns[0], "INPUT/OUTPUT"),
            port(CUSTOMERS.columns[0], "LOOKUP", name="ID"),
            port(CUSTOMERS.columns[1], "LOOKUP/OUTPUT", default=default),
        ]
        values = {
            "Lookup Sql Override": "",
            "Lookup table name": "CUSTOMERS",
            "Lookup caching enabled": "YES",
            "Lookup policy on multiple match": "Use First Value",
            "Lookup condition": "ID = CUSTOMER_ID",
            "Connection Information": "$Source",
            "Source Type": "Database",
            "Dynamic Lookup Cache": "NO",
            "Case Sensitive String Comparison": "NO",
            "Null ordering": "Null Is Highest Value",
            "Datetime Format": "",
            **{key.replace("_", " "): value for key, value in attributes.items()},
        }
        return stepped(mapping, "LKP_NAME", "Lookup Procedure", flow, ports, values)

    return passing(name, step)


def unconnected_lookup_with_two_inputs() -> list[Folder]:
    def step(mapping: Mapping, flow: Flow) -> Flow:
        mapping.lookup("LKP_TWO", None, CUSTOMERS, {"CUSTOMER_ID": "", "COUNTRY": ""}, ["NAME"])
        call = ":LKP.LKP_TWO(CUSTOMER_ID, UPPER(STATUS))"
        return mapping.expression("EXP_TWO", flow, {"NAME": (TEXT, f"IIF(ISNULL({call}), 'none', {call})")})

    return passing("unconnected_lookup_with_two_inputs", step)


def aggregator_first_last() -> list[Folder]:
    def step(mapping: Mapping, flow: Flow) -> Flow:
        flow = mapping.sorter("SRT", flow, {"CUSTOMER_ID": "ASCENDING", "ORDERED_AT": "ASCENDING"})
        made = {"FIRST_STATUS": (TEXT, "FIRST(STATUS)"), "LAST_AMOUNT": (NUMBER, "LAST(AMOUNT, AMOUNT > 0)")}
        return mapping.aggregator("AGG", flow, ["CUSTOMER_ID"], made)

    return passing("aggregator_first_last", step)


def rank_with_computed_port() -> list[Folder]:
    def step(mapping: Mapping, flow: Flow) -> Flow:
        ports = [
            port(COUNT, "OUTPUT", name="RANKINDEX", expression="RANKINDEX", kind="RANKINDEX"),
            port(ORDERS.columns[1], "INPUT/OUTPUT", expression="CUSTOMER_ID", kind="GROUPBY"),
            port(ORDERS.columns[3], "INPUT/OUTPUT", expression="AMOUNT", kind="RANKPORT"),
            port(NUMBER, "LOCAL VARIABLE", name="v_gross", expression="AMOUNT * 1.23"),
            port(NUMBER, "OUTPUT", name="GROSS", expression="v_gross"),
        ]
        return stepped(mapping, "RNK", "Rank", flow, ports, {"Top/Bottom": "Top", "Number of Ranks": "2"})

    return passing("rank_with_computed_port", step)


def cobol_normalizer() -> list[Folder]:
    """A record with a group that occurs three times, whose Normalizer has one input port for it."""
    record = Table("SALES_REC", (Column("SHOP", "string", 10), Column("SALES", "number", 8)), "VSAM", "VSAM_FILE", "")
    definition = source(record)
    group = Element(
        "SOURCEFIELD",
        {**definition.children[1].attributes, "NAME": "QUARTER", "FIELDTYPE": "GRPITEM", "OCCURS": 3, "LEVEL": 5},
    )
    definition.children[0].attributes = {**definition.children[0].attributes, "LEVEL": 5}
    definition.children[1].attributes = {**definition.children[1].attributes, "LEVEL": 10}
    definition.children.insert(1, group)
    mapping = Mapping("m_cobol_normalizer")
    mapping.instance("SALES_REC", "Source Definition", database=record.database)
    ports = [
        port(record.columns[0], "INPUT", name="SHOP_in"),
        port(record.columns[1], "INPUT", name="SALES_in"),
        port(record.columns[0], "OUTPUT", REF_SOURCE_FIELD="SHOP"),
        port(record.columns[1], "OUTPUT", REF_SOURCE_FIELD="SALES"),
        port(Column("GK_QUARTER", "bigint", 19), "GENERATED KEY/OUTPUT"),
        port(Column("GCID_QUARTER", "integer", 10), "GENERATED COLUMN ID/OUTPUT"),
    ]
    mapping.add("NRM_SALES", "Normalizer", ports, {"Reset": "NO", "Restart": "YES", "Tracing Level": "Normal"})
    raw = Flow("SALES_REC", "Source Definition", {"SHOP": "SHOP", "SALES": "SALES"}, record.columns)
    mapping.connect(raw, "NRM_SALES", "Normalizer", {"SHOP": "SHOP_in", "SALES": "SALES_in"})
    columns = (*record.columns, Column("GK_QUARTER", "bigint", 19), Column("GCID_QUARTER", "integer", 10))
    flow = Flow("NRM_SALES", "Normalizer", {column.name: column.name for column in columns}, columns)
    table = Table("T_COBOL", columns)
    mapping.write(table, flow)
    return [Folder("DEMO", [definition, target(table), mapping.element()])]


def xml_qualifier(*groups: str) -> list[Folder]:
    """An XML source whose qualifier has two groups, of which `groups` are read."""
    columns = {"X_ORDER": Column("ID", "string", 10), "X_LINE": Column("SKU", "string", 20)}
    table = Table("ORDERS_XML", tuple(columns.values()), "XML", "ORDERS_XSD", "")
    mapping = Mapping("m_xml_qualifier")
    mapping.instance("ORDERS_XML", "Source Definition", database=table.database)
    elements = [
        Element("GROUP", {"DESCRIPTION": "", "NAME": group, "ORDER": n, "TYPE": "OUTPUT"})
        for n, group in enumerate(columns, 1)
    ]
    ports = [port(column, "INPUT/OUTPUT", GROUP=group) for group, column in columns.items()]
    mapping.add("XMLSQ", "XML Source Qualifier", ports, {}, groups=elements, associated=["ORDERS_XML"])
    names = {column.name: column.name for column in table.columns}
    mapping.connect(Flow("ORDERS_XML", "Source Definition", names, table.columns), "XMLSQ", "XML Source Qualifier")
    targets = []
    for group in groups:
        column = columns[group]
        flow = Flow("XMLSQ", "XML Source Qualifier", {column.name: column.name}, (column,))
        targets.append(Table(f"T_{group}", (column,)))
        mapping.write(targets[-1], flow)
    return [Folder("DEMO", [source(table), *map(target, targets), mapping.element()])]


def files(name: str, attributes: MappingOf[str, object]) -> list[Folder]:
    """Flat file to flat file, with other FLATFILE attributes."""
    mapping = Mapping(f"m_{name}")
    read = Table(f"{name}_in", ORDERS.columns, "Flat File", "FlatFile", "")
    flow = mapping.read(read)
    table = table_of(f"{name}_out", flow, database_type="Flat File")
    mapping.write(table, flow)
    tables = [source(read), target(table)]
    offset = 0
    for child in tables[0].children[1:]:
        child.attributes = {**child.attributes, "PHYSICALOFFSET": offset}
        offset += int(str(child.attributes["PHYSICALLENGTH"]))
    for each in tables:
        each.children[0].attributes = {**each.children[0].attributes, **attributes}
    return [Folder("DEMO", [*tables, mapping.element()])]


def mapplet_in_mapplet() -> list[Folder]:
    given = ORDERS.columns[3:5]
    inner, inside = begin_mapplet("mplt_INNER", given)
    made = inner.expression("EXP_NET", inside, {"NET": (NUMBER, "AMOUNT - DISCOUNT")})
    inner_outer = end_mapplet(inner, given, made)
    middle, inside = begin_mapplet("mplt_OUTER", given)
    net = use_mapplet(middle, "mplt_INNER", "mplt_INNER", inside, inner_outer)
    middle_outer = end_mapplet(middle, given, middle.filter("FIL_NET", net, "NET > 0"))
    mapping = Mapping("m_mapplet_in_mapplet")
    flow = mapping.read(ORDERS)
    part = Flow(flow.instance, flow.kind, {c.name: c.name for c in given}, given)
    outer = use_mapplet(mapping, "mplt_OUTER1", "mplt_OUTER", part, middle_outer)
    table = Table("T_MAPPLETS", outer.columns)
    mapping.write(table, outer)
    return [Folder("DEMO", [source(ORDERS), target(table), inner.element(), middle.element(), mapping.element()])]


def folders_that_name_each_other() -> list[Folder]:
    """Two folders, each with a shortcut to a table of the other."""

    def one(folder: str, other: str, table: Table, foreign: Table) -> Folder:
        mapping = Mapping(f"m_{folder.lower()}")
        flow = mapping.read(foreign, name=f"SC_{foreign.name}", of=f"SC_{foreign.name}")
        out = table_of(f"T_{folder}", flow)
        mapping.write(out, flow)
        link = shortcut(f"SC_{foreign.name}", "Source Definition", other, foreign.name, foreign.database)
        return Folder(folder, [link, source(table), target(out), mapping.element()])

    return [one("EAST", "WEST", ORDERS, CUSTOMERS), one("WEST", "EAST", CUSTOMERS, ORDERS)]


def outer_joined_qualifier() -> list[Folder]:
    mapping = Mapping("m_outer_joined_qualifier")
    join = "{ ORDERS LEFT OUTER JOIN CUSTOMERS ON ORDERS.CUSTOMER_ID = CUSTOMERS.CUSTOMER_ID }"
    flow = mapping.read(ORDERS, {"User Defined Join": join, "Source Filter": "ORDERS.STATUS = 'A'"})
    mapping.instance("CUSTOMERS", "Source Definition", database=CUSTOMERS.database)
    mapping.transformations[-1].children.append(port(CUSTOMERS.columns[1], "INPUT/OUTPUT"))
    qualifier = next(e for e in mapping.instances if e.attributes["NAME"] == "SQ_ORDERS")
    qualifier.children.append(Element("ASSOCIATED_SOURCE_INSTANCE", {"NAME": "CUSTOMERS"}))
    both = Flow("CUSTOMERS", "Source Definition", {"NAME": "NAME"}, CUSTOMERS.columns[1:2])
    mapping.connect(both, "SQ_ORDERS", "Source Qualifier")
    wide = Flow(flow.instance, flow.kind, {**flow.ports, "NAME": "NAME"}, (*flow.columns, CUSTOMERS.columns[1]))
    table = table_of("T_OUTER_JOIN", wide)
    mapping.write(table, wide)
    return [Folder("DEMO", [source(ORDERS), source(CUSTOMERS), target(table), mapping.element()])]


def session_in_a_worklet() -> list[Folder]:
    """A session that stands in a worklet and overrides filter, table name and load."""
    folders = passing("session_in_a_worklet", lambda m, flow: m.filter("FIL", flow, "AMOUNT > 0"))
    name = "T_SESSION_IN_A_WORKLET"
    spec = SessionSpec(
        "s_inside",
        "m_session_in_a_worklet",
        {"SQ_ORDERS": {"Source Filter": "ORDERS.STATUS = '$$STATUS'"}, "FIL": {"Filter Condition": "AMOUNT > 10"}},
        {"SQ_ORDERS": "ORA_READ"},
        {name: "ORA_WRITE"},
        {"Truncate target table option": "YES", "Target Table Name": "T_$$REGION"},
    )
    inner = workflow(
        "wl_inside",
        [task("Start", "Start"), session(spec)],
        [use("Start", "Start"), use("s_inside", "Session")],
        [("Start", "s_inside", "")],
        tag="WORKLET",
    )
    outer = workflow(
        "wf_outside",
        [task("Start", "Start")],
        [use("Start", "Start"), use("wl_inside", "Worklet")],
        [("Start", "wl_inside", "")],
    )
    folders[0].elements += [inner, outer]
    return folders


def hostile_names() -> list[Folder]:
    """Names with letters of other scripts, reserved words, functions' names, and names that differ by case alone."""
    table = Table(
        "ZAMÓWIENIA",
        (
            Column("SELECT", "varchar2", 20),
            Column("order", "number(p,s)", 10, 2),
            Column("SUM", "number(p,s)", 10, 2),
            Column("Klient", "varchar2", 20),
            Column("客户", "varchar2", 20),
            Column("TRUNC", "date", 29, 9),
            Column("a b-c", "varchar2", 20),
        ),
    )

    def step(mapping: Mapping, flow: Flow) -> Flow:
        made = {"KLIENT": (TEXT, "UPPER(Klient)"), "date": (NUMBER, "SUM + order"), "IIF": (TEXT, "'x' || SELECT")}
        flow = mapping.expression("EXP_ŻÓŁĆ", flow, made)
        return mapping.filter("FIL group by", flow, "NOT ISNULL(客户)")

    return passing("hostile_names", step, read=table)


def wide_expression() -> list[Folder]:
    def step(mapping: Mapping, flow: Flow) -> Flow:
        made = {f"C{n:03}": (NUMBER, f"ROUND(AMOUNT * {n}, 2)") for n in range(300)}
        return mapping.expression("EXP_WIDE", flow, made)

    return passing("wide_expression", step)


def disconnected_ports() -> list[Folder]:
    def step(mapping: Mapping, flow: Flow) -> Flow:
        ports = [
            port(ORDERS.columns[0], "INPUT/OUTPUT", expression="ORDER_ID"),
            port(TEXT, "INPUT/OUTPUT", name="NOWHERE", expression="NOWHERE"),
            port(NUMBER, "INPUT", name="RATE", default="1.5"),
            port(NUMBER, "OUTPUT", name="RATED", expression="ORDER_ID * RATE"),
            port(TEXT, "OUTPUT", name="EMPTY", expression=""),
        ]
        return stepped(mapping, "EXP_PARTS", "Expression", flow, ports, {})

    return passing("disconnected_ports", step)


def update_without_key() -> list[Folder]:
    keyless = Table("PLAIN", tuple(column._replace(key=False) for column in ORDERS.columns))
    return passing("update_without_key", lambda m, flow: m.update_strategy("UPD", flow, "DD_UPDATE"), read=keyless)


def shared_sequence() -> list[Folder]:
    mapping = Mapping("m_shared_sequence")
    flow, numbers = mapping.read(ORDERS), mapping.sequence("SEQ_KEY", 1, 1)
    tables = [Table(f"T_SHARED_{n}", (Column("KEY_ID", "bigint", 19), *ORDERS.columns)) for n in (1, 2)]
    for table in tables:
        mapping.write(table, flow)
        mapping.connect(numbers, table.name, "Target Definition", {"NEXTVAL": "KEY_ID"})
    return [Folder("DEMO", [source(ORDERS), *map(target, tables), mapping.element()])]


def pre_load_procedure() -> list[Folder]:
    def step(mapping: Mapping, flow: Flow) -> Flow:
        values = {
            "Stored Procedure Name": "P_CLEAN",
            "Stored Procedure Type": "Target Pre Load",
            "Call Text": "P_CLEAN('ORDERS')",
            "Connection Information": "$Target",
            "Execution Order": "1",
        }
        mapping.add("SP_CLEAN", "Stored Procedure", [port(COUNT, "OUTPUT", name="RESULT")], values)
        return flow

    return passing("pre_load_procedure", step)


def incremental_aggregation() -> list[Folder]:
    folders = passing(
        "incremental_aggregation",
        lambda m, flow: m.aggregator("AGG", flow, ["CUSTOMER_ID"], {"TOTAL": (NUMBER, "SUM(AMOUNT)")}),
    )
    values = {"Treat source rows as": "Insert", "Incremental Aggregation": "YES"}
    spec = SessionSpec("s_incremental", "m_incremental_aggregation", attributes=values)
    folders[0].elements.append(
        workflow(
            "wf_incremental",
            [task("Start", "Start"), session(spec)],
            [use("Start", "Start"), use("s_incremental", "Session")],
            [("Start", "s_incremental", "")],
        )
    )
    return folders


VARIANTS: dict[str, Callable[[], list[Folder]]] = {
    "lookup_default": lambda: lookup("lookup_default", "'nobody'"),
    "lookup_last": lambda: lookup("lookup_last", Lookup_policy_on_multiple_match="Use Last Value"),
    "lookup_any": lambda: lookup("lookup_any", Lookup_policy_on_multiple_match="Use Any Value"),
    "lookup_all": lambda: lookup("lookup_all", Lookup_policy_on_multiple_match="Use All Values"),
    "lookup_error": lambda: lookup("lookup_error", Lookup_policy_on_multiple_match="Report Error"),
    "lookup_uncached": lambda: lookup("lookup_uncached", Lookup_caching_enabled="NO"),
    "lookup_dynamic": lambda: lookup("lookup_dynamic", Dynamic_Lookup_Cache="YES", Insert_Else_Update="YES"),
    "lookup_persistent": lambda: lookup("lookup_persistent", Lookup_cache_persistent="YES"),
    "lookup_range": lambda: lookup("lookup_range", Lookup_condition="ID <= CUSTOMER_ID AND ID != ORDER_ID"),
    "lookup_filter": lambda: lookup("lookup_filter", Lookup_Source_Filter="CUSTOMERS.COUNTRY = 'PL'"),
    "lookup_override": lambda: lookup(
        "lookup_override",
        Lookup_Sql_Override="SELECT C.NAME AS NAME, C.CUSTOMER_ID AS ID FROM CUSTOMERS C WHERE C.COUNTRY = '$$COUNTRY' "
        "ORDER BY ID --",
    ),
    "lookup_file": lambda: lookup(
        "lookup_file", Source_Type="Flat File", Lookup_source_filename="c.csv", Datetime_Format="YYYY-MM-DD"
    ),
    "unconnected_lookup_with_two_inputs": unconnected_lookup_with_two_inputs,
    "aggregator_first_last": aggregator_first_last,
    "rank_with_computed_port": rank_with_computed_port,
    "cobol_normalizer": cobol_normalizer,
    "xml_one_group": lambda: xml_qualifier("X_LINE"),
    "xml_two_groups": lambda: xml_qualifier("X_ORDER", "X_LINE"),
    "fixed_width": lambda: files("fixed_width", {"DELIMITED": "NO", "STRIPTRAILINGBLANKS": "YES"}),
    "odd_delimiters": lambda: files(
        "odd_delimiters", {"DELIMITERS": "\\001", "CONSECDELIMITERSASONE": "YES", "CODEPAGE": "MS1250", "NEWER": "1"}
    ),
    "mapplet_in_mapplet": mapplet_in_mapplet,
    "folders_that_name_each_other": folders_that_name_each_other,
    "outer_joined_qualifier": outer_joined_qualifier,
    "session_in_a_worklet": session_in_a_worklet,
    "hostile_names": hostile_names,
    "wide_expression": wide_expression,
    "disconnected_ports": disconnected_ports,
    "update_without_key": update_without_key,
    "shared_sequence": shared_sequence,
    "pre_load_procedure": pre_load_procedure,
    "incremental_aggregation": incremental_aggregation,
}


def variants() -> dict[str, bytes]:
    """Variant → an export whose mappings show it."""
    return {name: document(make()) for name, make in VARIANTS.items()}
