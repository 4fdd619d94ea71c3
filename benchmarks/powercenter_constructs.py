"""One small, complete mapping per PowerCenter construct: source, the construct, target."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.powercenter_mapping import Flow, Mapping, transformation
from benchmarks.powercenter_workflow import (
    SessionSpec,
    begin_mapplet,
    end_mapplet,
    extensions,
    session,
    shortcut,
    task,
    use,
    use_mapplet,
    workflow,
)
from benchmarks.powercenter_xml import Column, Element, Folder, Table, document, port, source, target

TEXT = Column("X", "varchar2", 200)
NUMBER = Column("X", "number(p,s)", 12, 2)
COUNT = Column("X", "integer", 10)
DAY = Column("X", "date", 29, 9)
ORDERS = Table(
    "ORDERS",
    (
        Column("ORDER_ID", "number(p,s)", 10, 0, key=True),
        Column("CUSTOMER_ID", "number(p,s)", 10),
        Column("STATUS", "varchar2", 1),
        Column("AMOUNT", "number(p,s)", 12, 2),
        Column("DISCOUNT", "number(p,s)", 5, 2),
        Column("ORDERED_AT", "date", 29, 9),
    ),
)
CUSTOMERS = Table(
    "CUSTOMERS",
    (
        Column("CUSTOMER_ID", "number(p,s)", 10, 0, key=True),
        Column("NAME", "varchar2", 80),
        Column("COUNTRY", "varchar2", 2),
    ),
)
QUARTERS = Table("QUARTERS", (Column("SHOP", "varchar2", 10), *(Column(f"Q{n}", "integer", 10) for n in range(1, 5))))


def table_of(name: str, flow: Flow, **more: str) -> Table:
    """A target table with the flow's columns."""
    return Table(name, flow.columns, **more)


def _export(mapping: Mapping, target_table: Table, *sources: Table, before: tuple[Element, ...] = ()) -> list[Folder]:
    tables = [source(table) for table in sources or (ORDERS,)]
    return [Folder("DEMO", [*tables, target(target_table), *before, mapping.element()])]


def _passing(name: str, step: Callable[[Mapping, Flow], Flow]) -> list[Folder]:
    """ORDERS through one step into a target with whatever comes out."""
    mapping = Mapping(f"m_{name}")
    flow = step(mapping, mapping.read(ORDERS))
    table = table_of(f"T_{name.upper()}", flow)
    mapping.write(table, flow)
    return _export(mapping, table)


def source_qualifier() -> list[Folder]:
    mapping = Mapping("m_source_qualifier")
    flow = mapping.read(
        ORDERS,
        {
            "Source Filter": "ORDERS.STATUS = 'A'",
            "Select Distinct": "YES",
            "Number Of Sorted Ports": "1",
            "Pre SQL": "TRUNCATE TABLE T_SOURCE_QUALIFIER",
        },
    )
    table = table_of("T_SOURCE_QUALIFIER", flow)
    mapping.write(table, flow)
    return _export(mapping, table)


def sql_override() -> list[Folder]:
    mapping = Mapping("m_sql_override")
    columns = ", ".join(column.name for column in ORDERS.columns)
    query = f"SELECT {columns}\r\nFROM ORDERS -- all of them\r\nWHERE AMOUNT > 0"
    flow = mapping.read(ORDERS, {"Sql Query": query})
    table = table_of("T_SQL_OVERRIDE", flow)
    mapping.write(table, flow)
    return _export(mapping, table)


def qualifier_join() -> list[Folder]:
    """One Source Qualifier over two tables, joined by the user's condition."""
    mapping = Mapping("m_qualifier_join")
    flow = mapping.read(ORDERS, {"User Defined Join": "ORDERS.CUSTOMER_ID = CUSTOMERS.CUSTOMER_ID"})
    mapping.instance("CUSTOMERS", "Source Definition", database=CUSTOMERS.database)
    qualifier = mapping.transformations[-1]
    qualifier.children.insert(0, port(CUSTOMERS.columns[1], "INPUT/OUTPUT"))
    next(e for e in mapping.instances if e.attributes["NAME"] == "SQ_ORDERS").children.append(
        Element("ASSOCIATED_SOURCE_INSTANCE", {"NAME": "CUSTOMERS"})
    )
    both = Flow("CUSTOMERS", "Source Definition", {"NAME": "NAME"}, CUSTOMERS.columns[1:2])
    mapping.connect(both, "SQ_ORDERS", "Source Qualifier")
    wide = Flow(flow.instance, flow.kind, {**flow.ports, "NAME": "NAME"}, (*flow.columns, CUSTOMERS.columns[1]))
    table = table_of("T_QUALIFIER_JOIN", wide)
    mapping.write(table, wide)
    return _export(mapping, table, ORDERS, CUSTOMERS)


def expression() -> list[Folder]:
    return _passing(
        "expression",
        lambda m, flow: m.expression(
            "EXP_AMOUNTS",
            flow,
            {
                "NET": (NUMBER, "ROUND(v_net, 2)"),
                "LABEL": (TEXT, "STATUS || '/' || TO_CHAR(ORDERED_AT, 'YYYY-MM-DD')"),
                "KIND": (TEXT, "DECODE(STATUS, 'A', 'active',\r\n\t'C', 'closed', -- by hand\r\n\t'other')"),
            },
            {"v_discount": (NUMBER, "IIF(ISNULL(DISCOUNT), 0, DISCOUNT)"), "v_net": (NUMBER, "AMOUNT - v_discount")},
        ),
    )


def expression_with_state() -> list[Folder]:
    """Variable ports that keep the previous row's value."""
    return _passing(
        "expression_with_state",
        lambda m, flow: m.expression(
            "EXP_RUNNING",
            flow,
            {"RUNNING": (NUMBER, "v_total"), "IS_NEW": (COUNT, "IIF(CUSTOMER_ID != v_before, 1, 0)")},
            {"v_total": (NUMBER, "v_total + AMOUNT"), "v_before": (COUNT, "CUSTOMER_ID")},
        ),
    )


def filter_() -> list[Folder]:
    return _passing("filter", lambda m, flow: m.filter("FIL_ACTIVE", flow, "STATUS = 'A' AND NOT ISNULL(AMOUNT)"))


def joiner(kind: str, name: str) -> list[Folder]:
    mapping = Mapping(f"m_{name}")
    detail, master = mapping.read(ORDERS), mapping.read(CUSTOMERS)
    flow = mapping.joiner("JNR_CUSTOMER", detail, master, "CUSTOMER_ID1 = CUSTOMER_ID", kind)
    table = table_of(f"T_{name.upper()}", flow)
    mapping.write(table, flow)
    return _export(mapping, table, ORDERS, CUSTOMERS)


def aggregator() -> list[Folder]:
    return _passing(
        "aggregator",
        lambda m, flow: m.aggregator(
            "AGG_BY_CUSTOMER",
            flow,
            ["CUSTOMER_ID"],
            {
                "TOTAL": (NUMBER, "SUM(AMOUNT)"),
                "ORDERS_COUNT": (COUNT, "COUNT(ORDER_ID)"),
                "BIG": (NUMBER, "SUM(AMOUNT, AMOUNT > 100)"),
                "LATEST": (DAY, "MAX(ORDERED_AT)"),
            },
        ),
    )


def aggregator_without_group() -> list[Folder]:
    return _passing(
        "aggregator_without_group",
        lambda m, flow: m.aggregator("AGG_ALL", flow, [], {"TOTAL": (NUMBER, "SUM(AMOUNT)")}),
    )


def sorter() -> list[Folder]:
    keys = {"CUSTOMER_ID": "ASCENDING", "AMOUNT": "DESCENDING"}
    return _passing("sorter", lambda m, flow: m.sorter("SRT_AMOUNT", flow, keys))


def sorter_distinct() -> list[Folder]:
    keys = {column.name: "ASCENDING" for column in ORDERS.columns}
    return _passing("sorter_distinct", lambda m, flow: m.sorter("SRT_DISTINCT", flow, keys, distinct=True))


def router() -> list[Folder]:
    mapping = Mapping("m_router")
    groups = {"G_ACTIVE": "STATUS = 'A'", "G_BIG": "AMOUNT > 1000"}
    flows = mapping.router("RTR_KIND", mapping.read(ORDERS), groups)
    tables = [table_of(f"T_{group}", flow) for group, flow in flows.items()]
    for table, flow in zip(tables, flows.values(), strict=True):
        mapping.write(table, flow)
    return [Folder("DEMO", [source(ORDERS), *map(target, tables), mapping.element()])]


def union() -> list[Folder]:
    mapping = Mapping("m_union")
    older = Table("ORDERS_OLD", ORDERS.columns)
    flow = mapping.union("UN_ORDERS", {"NEW": mapping.read(ORDERS), "OLD": mapping.read(older)})
    table = table_of("T_UNION", flow)
    mapping.write(table, flow)
    return _export(mapping, table, ORDERS, older)


def lookup() -> list[Folder]:
    mapping = Mapping("m_lookup")
    flow = mapping.read(ORDERS)
    found = mapping.lookup("LKP_CUSTOMER", flow, CUSTOMERS, {"CUSTOMER_ID": "CUSTOMER_ID"}, ["NAME", "COUNTRY"])
    table = Table("T_LOOKUP", (*ORDERS.columns, *found.columns))
    mapping.write(table, flow)
    mapping.connect(found, "T_LOOKUP", "Target Definition")
    return _export(mapping, table)


def unconnected_lookup() -> list[Folder]:
    mapping = Mapping("m_unconnected_lookup")
    mapping.lookup("LKP_NAME", None, CUSTOMERS, {"CUSTOMER_ID": ""}, ["NAME"])
    flow = mapping.expression("EXP_NAME", mapping.read(ORDERS), {"NAME": (TEXT, ":LKP.LKP_NAME(CUSTOMER_ID)")})
    table = table_of("T_UNCONNECTED_LOOKUP", flow)
    mapping.write(table, flow)
    return _export(mapping, table)


def sequence() -> list[Folder]:
    mapping = Mapping("m_sequence")
    flow, numbers = mapping.read(ORDERS), mapping.sequence("SEQ_KEY", 100, 5)
    table = Table("T_SEQUENCE", (Column("KEY_ID", "bigint", 19), *ORDERS.columns))
    mapping.write(table, flow)
    mapping.connect(numbers, table.name, "Target Definition", {"NEXTVAL": "KEY_ID"})
    return _export(mapping, table)


def update_strategy() -> list[Folder]:
    rule = "IIF(STATUS = 'D', DD_DELETE, IIF(ISNULL(AMOUNT), DD_REJECT, DD_UPDATE))"
    return _passing("update_strategy", lambda m, flow: m.update_strategy("UPD_ORDERS", flow, rule))


def rank() -> list[Folder]:
    return _passing("rank", lambda m, flow: m.rank("RNK_TOP", flow, "AMOUNT", 3, ["CUSTOMER_ID"]))


def normalizer() -> list[Folder]:
    mapping = Mapping("m_normalizer")
    flow = mapping.normalizer("NRM_QUARTERS", mapping.read(QUARTERS), "SALES", ["Q1", "Q2", "Q3", "Q4"])
    table = table_of("T_NORMALIZER", flow)
    mapping.write(table, flow)
    return _export(mapping, table, QUARTERS)


def custom(kind: str, name: str, attributes: dict[str, str]) -> list[Folder]:
    return _passing(
        name, lambda m, flow: m.custom(f"CT_{name.upper()}", kind, flow, [TEXT, DAY._replace(name="Y")], attributes)
    )


def transaction_control() -> list[Folder]:
    rule = "IIF(STATUS = 'C', TC_COMMIT_BEFORE, TC_CONTINUE_TRANSACTION)"
    return _passing("transaction_control", lambda m, flow: m.transaction_control("TC_STATUS", flow, rule))


def flat_files() -> list[Folder]:
    mapping = Mapping("m_flat_files")
    read = Table("orders_csv", ORDERS.columns, "Flat File", "FlatFile", "")
    flow = mapping.read(read)
    table = table_of("orders_out", flow, database_type="Flat File")
    mapping.write(table, flow)
    return _export(mapping, table, read)


def parameters() -> list[Folder]:
    mapping = Mapping("m_parameters")
    mapping.variable("$$SINCE", "date/time", "01/01/2024 00:00:00")
    mapping.variable("$$LAST_ID", "decimal", "0", ISPARAM="NO", AGGFUNCTION="MAX")
    flow = mapping.read(ORDERS, {"Source Filter": "ORDERS.ORDER_ID > $$LAST_ID"})
    made = {"LAST_ID": (NUMBER, "SETMAXVARIABLE($$LAST_ID, ORDER_ID)"), "RUN": (TEXT, "$PMMappingName")}
    flow = mapping.expression("EXP_LAST", mapping.filter("FIL_SINCE", flow, "ORDERED_AT >= $$SINCE"), made)
    table = table_of("T_PARAMETERS", flow)
    mapping.write(table, flow)
    return _export(mapping, table)


def same_target_twice() -> list[Folder]:
    """Insert and update branches into two instances of one target."""
    mapping = Mapping("m_same_target_twice")
    flows = mapping.router("RTR_NEW", mapping.read(ORDERS), {"NEW": "STATUS = 'N'"})
    table = Table("T_ORDERS", ORDERS.columns)
    mapping.write(table, mapping.update_strategy("UPD_INSERT", flows["NEW"], "DD_INSERT"), name="T_ORDERS_ins")
    mapping.write(table, mapping.update_strategy("UPD_UPDATE", flows["DEFAULT1"], "DD_UPDATE"), name="T_ORDERS_upd")
    return _export(mapping, table)


def mapplet_used() -> list[Folder]:
    given = ORDERS.columns[3:5]
    mapplet, inside = begin_mapplet("mplt_NET", given)
    made = mapplet.expression("EXP_NET", inside, {"NET": (NUMBER, "AMOUNT - DISCOUNT")})
    outer = end_mapplet(mapplet, given, made)
    mapping = Mapping("m_mapplet")
    flow = mapping.read(ORDERS)
    part = Flow(flow.instance, flow.kind, {c.name: c.name for c in given}, given)
    net = use_mapplet(mapping, "mplt_NET1", "mplt_NET", part, outer)
    table = Table("T_MAPPLET", (ORDERS.columns[0], *outer))
    mapping.write(table, flow, {"ORDER_ID": "ORDER_ID"})
    mapping.connect(net, table.name, "Target Definition")
    return _export(mapping, table, ORDERS, before=(mapplet.element(),))


def shortcuts() -> list[Folder]:
    """Source, target and a reusable expression in a shared folder that comes last."""
    mapping = Mapping("m_shortcuts")
    flow = mapping.read(ORDERS, name="Shortcut_to_ORDERS")
    table = Table("T_SHORTCUTS", (*ORDERS.columns, Column("GROSS", "number(p,s)", 12, 2)))
    kept = Flow("Shortcut_to_EXP_GROSS", "Expression", {"GROSS": "GROSS"}, (Column("GROSS", "number(p,s)", 12, 2),))
    mapping.instance("Shortcut_to_EXP_GROSS", "Expression")
    mapping.connect(flow, "Shortcut_to_EXP_GROSS", "Expression", {"AMOUNT": "AMOUNT"})
    mapping.write(table, flow, name="Shortcut_to_T")
    mapping.instances[-1].attributes = {**mapping.instances[-1].attributes, "TRANSFORMATION_NAME": "Shortcut_to_T"}
    mapping.instances[0].attributes = {**mapping.instances[0].attributes, "TRANSFORMATION_NAME": "Shortcut_to_ORDERS"}
    mapping.connect(kept, "Shortcut_to_T", "Target Definition")
    reusable = transformation(
        "EXP_GROSS",
        "Expression",
        [port(ORDERS.columns[3], "INPUT"), port(NUMBER, "OUTPUT", name="GROSS", expression="AMOUNT * 1.23")],
        reusable=True,
    )
    links = [
        shortcut("Shortcut_to_ORDERS", "Source Definition", "SHARED", "ORDERS", ORDERS.database),
        shortcut("Shortcut_to_T", "Target Definition", "SHARED", "T_SHORTCUTS"),
        shortcut("Shortcut_to_EXP_GROSS", "Expression", "SHARED", "EXP_GROSS"),
    ]
    return [
        Folder("DEMO", [*links, mapping.element()]),
        Folder("SHARED", [source(ORDERS), target(table), reusable], shared=True),
    ]


def session_overrides() -> list[Folder]:
    """One mapping that two sessions run differently, in a workflow with a command and a condition."""
    mapping = Mapping("m_session_overrides")
    flow = mapping.read(ORDERS, {"Source Filter": "ORDERS.STATUS = 'A'"})
    table = table_of("T_SESSION_OVERRIDES", flow)
    mapping.write(table, flow)
    specs = [
        SessionSpec(
            f"s_{name}",
            mapping.name,
            {"SQ_ORDERS": {"Source Filter": f"ORDERS.STATUS = '{status}'"}},
            {"SQ_ORDERS": "ORA_READ"},
            {table.name: f"ORA_{name.upper()}"},
        )
        for name, status in (("open", "O"), ("closed", "C"))
    ]
    flow_of = workflow(
        "wf_session_overrides",
        [task("Start", "Start"), task("cmd_done", "Command", {"touch": "touch /data/done"}), *map(session, specs)],
        [use("Start", "Start"), use("cmd_done", "Command"), *(use(spec.name, "Session") for spec in specs)],
        [
            ("Start", "s_open", ""),
            ("s_open", "s_closed", "$s_open.Status = SUCCEEDED"),
            ("s_closed", "cmd_done", ""),
        ],
        variables={"$$region": "EU"},
    )
    folders = _export(mapping, table)
    folders[0].elements.append(flow_of)
    return folders


def reusable_session() -> list[Folder]:
    """A reusable session whose use in the workflow changes the connections."""
    folders = _passing("reusable_session", lambda m, flow: flow)
    target_name = "T_REUSABLE_SESSION"
    spec = SessionSpec(
        "s_reusable",
        "m_reusable_session",
        readers={"SQ_ORDERS": "ORA_DEV"},
        writers={target_name: "ORA_DEV"},
        reusable=True,
    )
    changed = use("s_reusable", "Session", children=extensions({"SQ_ORDERS": "ORA_PROD"}, {target_name: "DWH_PROD"}))
    flow_of = workflow(
        "wf_reusable", [task("Start", "Start")], [use("Start", "Start"), changed], [("Start", "s_reusable", "")]
    )
    folders[0].elements += [session(spec), flow_of]
    return folders


def user_function() -> list[Folder]:
    folders = _passing(
        "user_function",
        lambda m, flow: m.expression("EXP_UDF", flow, {"CLEAN": (TEXT, ":UDF.CLEAN(STATUS)")}),
    )
    argument = Element(
        "MACROARGUMENT", {"ARGORDER": 1, "DATATYPE": "string", "NAME": "VALUE", "PRECISION": 200, "SCALE": 0}
    )
    macro = {
        "DESCRIPTION": "",
        "EXPRESSION": "LTRIM(RTRIM(UPPER(VALUE)))",
        "MACROTYPE": "Public",
        "NAME": "CLEAN",
        "OBJECTVERSION": 1,
        "PROTOTYPE": "STRING CLEAN( VALUE as string )",
        "RETURNTYPE": "string",
        "VERSIONNUMBER": 1,
    }
    folders[0].elements.insert(0, Element("EXPRMACRO", macro, [argument]))
    return folders


CONSTRUCTS: dict[str, Callable[[], list[Folder]]] = {
    "source_qualifier": source_qualifier,
    "sql_override": sql_override,
    "qualifier_join": qualifier_join,
    "expression": expression,
    "expression_with_state": expression_with_state,
    "filter": filter_,
    "joiner_inner": lambda: joiner("Normal Join", "joiner_inner"),
    "joiner_left": lambda: joiner("Master Outer Join", "joiner_left"),
    "joiner_right": lambda: joiner("Detail Outer Join", "joiner_right"),
    "joiner_full": lambda: joiner("Full Outer Join", "joiner_full"),
    "aggregator": aggregator,
    "aggregator_without_group": aggregator_without_group,
    "sorter": sorter,
    "sorter_distinct": sorter_distinct,
    "router": router,
    "union": union,
    "lookup": lookup,
    "unconnected_lookup": unconnected_lookup,
    "sequence": sequence,
    "update_strategy": update_strategy,
    "rank": rank,
    "normalizer": normalizer,
    "java": lambda: custom("Java Transformation", "java", {"Language": "Java", "Class Name": "Demo"}),
    "http": lambda: custom("Http Transformation", "http", {"Base URL": "https://api.example.com/", "Method": "GET"}),
    "sql_transform": lambda: custom("SQL Transform", "sql_transform", {"SQL Mode": "Query"}),
    "stored_procedure": lambda: custom("Stored Procedure", "stored_procedure", {"Stored Procedure Name": "P_SCORE"}),
    "transaction_control": transaction_control,
    "flat_files": flat_files,
    "parameters": parameters,
    "same_target_twice": same_target_twice,
    "mapplet": mapplet_used,
    "shortcuts": shortcuts,
    "session_overrides": session_overrides,
    "reusable_session": reusable_session,
    "user_function": user_function,
}


def constructs() -> dict[str, bytes]:
    """Construct → a small export with one mapping (m_<construct>) that uses it."""
    return {name: document(make()) for name, make in CONSTRUCTS.items()}
