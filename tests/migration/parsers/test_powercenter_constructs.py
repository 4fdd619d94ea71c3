"""Every construct of the generator, as the tree has it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from benchmarks.generate_powercenter import constructs
from services.migration.ast import MappingAST, Role, Transformation
from services.migration.parsers import parse
from tests.migration.parsers.samples import edges

EXPORTS = constructs()


def _mappings(name: str) -> tuple[MappingAST, ...]:
    return parse(EXPORTS[name], f"{name}.xml").mappings


def _one(name: str, kind: str) -> Transformation:
    (mapping,) = _mappings(name)
    (found,) = [t for t in mapping.transformations if t.type == kind]
    return found


def _roles(transformation: Transformation, *names: str) -> list[Role]:
    return [field.role for field in transformation.fields if field.name in names]


@pytest.mark.parametrize("name", EXPORTS)
def test_construct_is_read_without_a_problem(name: str) -> None:
    tree = parse(EXPORTS[name], f"{name}.xml")
    assert tree.problems == ()
    assert {m.definition_name or m.name for m in tree.mappings} == {f"m_{name}"}
    for mapping in tree.mappings:
        nodes = {t.name: t for t in (*mapping.sources, *mapping.targets, *mapping.transformations)}
        assert len(nodes) == len(mapping.sources) + len(mapping.targets) + len(mapping.transformations)
        for c in mapping.connectors:
            assert c.from_field in {f.name for f in nodes[c.from_instance].fields}
            assert c.to_field in {f.name for f in nodes[c.to_instance].fields}
            assert c.line > 0
        for t in mapping.transformations:
            assert t.definition.startswith("<TRANSFORMATION ")
            assert t.origin.file == f"{name}.xml"
            assert EXPORTS[name].decode().split("\n")[t.origin.line - 1].lstrip().startswith("<TRANSFORMATION ")


@pytest.mark.parametrize(
    ("name", "kind", "holds"),
    [
        pytest.param(
            "source_qualifier",
            "Source Qualifier",
            lambda t: (
                t.attributes["Source Filter"] == "ORDERS.STATUS = 'A'"
                and t.attributes["Select Distinct"] == "YES"
                and t.associated_sources == ("ORDERS",)
            ),
            id="qualifier-attributes",
        ),
        pytest.param(
            "sql_override",
            "Source Qualifier",
            lambda t: "-- all of them\r\nWHERE" in t.attributes["Sql Query"],
            id="sql",
        ),
        pytest.param(
            "qualifier_join",
            "Source Qualifier",
            lambda t: t.associated_sources == ("ORDERS", "CUSTOMERS"),
            id="two-sources",
        ),
        pytest.param(
            "expression",
            "Expression",
            lambda t: (
                [f.name for f in t.fields if f.role is Role.VARIABLE] == ["v_discount", "v_net"]
                and t.field("KIND").expression.count("\r\n\t") == 2
                and not t.field("STATUS").computes
                and t.field("NET").computes
                and t.field("NET").default == "ERROR('transformation error')"
            ),
            id="variables-in-order",
        ),
        pytest.param(
            "filter",
            "Filter",
            lambda t: t.attributes["Filter Condition"] == "STATUS = 'A' AND NOT ISNULL(AMOUNT)",
            id="filter-condition",
        ),
        pytest.param(
            "joiner_left",
            "Joiner",
            lambda t: (
                [f.name for f in t.fields if f.master] == ["CUSTOMER_ID1", "NAME", "COUNTRY"]
                and t.attributes["Join Type"] == "Master Outer Join"
                and t.field("CUSTOMER_ID1").role is Role.INPUT_OUTPUT
            ),
            id="joiner-master",
        ),
        pytest.param(
            "aggregator",
            "Aggregator",
            lambda t: [f.name for f in t.fields if f.expression_kind == "GROUPBY"] == ["CUSTOMER_ID"],
            id="group-by",
        ),
        pytest.param(
            "sorter",
            "Sorter",
            lambda t: (
                [(f.name, f.attributes["SORTDIRECTION"]) for f in t.fields if f.attributes["ISSORTKEY"] == "YES"]
                == [("CUSTOMER_ID", "ASCENDING"), ("AMOUNT", "DESCENDING")]
            ),
            id="sort-keys",
        ),
        pytest.param(
            "router",
            "Router",
            lambda t: (
                [(g.name, g.kind, g.expression) for g in t.groups]
                == [
                    ("INPUT", "input", ""),
                    ("G_ACTIVE", "output", "STATUS = 'A'"),
                    ("G_BIG", "output", "AMOUNT > 1000"),
                    ("DEFAULT1", "default", ""),
                ]
                and t.field("AMOUNT2").ref_field == "AMOUNT"
                and t.field("AMOUNT2").group == "G_BIG"
            ),
            id="router-groups-by-order",
        ),
        pytest.param(
            "union",
            "Union Transformation",
            lambda t: (
                ("ORDER_ID2", "ORDER_ID") in t.field_dependencies
                and ("ORDER_ID3", "ORDER_ID") in t.field_dependencies
                and [g.kind for g in t.groups] == ["output", "input", "input"]
            ),
            id="union-dependencies",
        ),
        pytest.param(
            "lookup",
            "Lookup Procedure",
            lambda t: (
                _roles(t, "CUSTOMER_ID", "NAME", "IN_CUSTOMER_ID") == [Role.INPUT, Role.LOOKUP, Role.LOOKUP_OUTPUT]
                and t.attributes["Lookup condition"] == "CUSTOMER_ID = IN_CUSTOMER_ID"
            ),
            id="lookup-ports",
        ),
        pytest.param(
            "unconnected_lookup",
            "Lookup Procedure",
            lambda t: t.field("NAME").role is Role.LOOKUP_RETURN,
            id="return-port",
        ),
        pytest.param(
            "sequence",
            "Sequence",
            lambda t: (t.attributes["Start Value"], t.attributes["Increment By"]) == ("100", "5"),
            id="sequence",
        ),
        pytest.param(
            "rank",
            "Rank",
            lambda t: (
                {f.expression_kind: f.name for f in t.fields if f.expression_kind != "GENERAL"}
                == {"RANKINDEX": "RANKINDEX", "RANKPORT": "AMOUNT", "GROUPBY": "CUSTOMER_ID"}
            ),
            id="rank",
        ),
        pytest.param(
            "normalizer",
            "Normalizer",
            lambda t: (
                _roles(t, "GK_SALES", "GCID_SALES") == [Role.GENERATED_KEY, Role.GENERATED_COLUMN_ID]
                and t.field("GK_SALES").attributes["PORTTYPE"] == "GENERATED KEY/OUTPUT"
            ),
            id="normalizer",
        ),
        pytest.param("java", "Java Transformation", lambda t: t.attributes["Class Name"] == "Demo", id="java"),
        pytest.param("http", "Http Transformation", lambda t: "Base URL" in t.attributes, id="http"),
        pytest.param("sql_transform", "SQL Transform", lambda t: "SQL Mode" in t.attributes, id="sql-transform"),
        pytest.param("stored_procedure", "Stored Procedure", lambda t: bool(t.fields), id="stored-procedure"),
        pytest.param("transaction_control", "Transaction Control", lambda t: bool(t.fields), id="transaction-control"),
        pytest.param(
            "update_strategy",
            "Update Strategy",
            lambda t: t.attributes["Update Strategy Expression"].startswith("IIF(STATUS = 'D'"),
            id="update-strategy",
        ),
        pytest.param(
            "mapplet",
            "Expression",
            lambda t: (
                (t.name, t.mapplet, t.definition_name) == ("mplt_NET1.EXP_NET", "mplt_NET", "EXP_NET")
                and t.field("NET").expression == "AMOUNT - DISCOUNT"
            ),
            id="mapplet-inlined",
        ),
        pytest.param(
            "shortcuts",
            "Expression",
            lambda t: (
                (t.name, t.definition_name, t.reusable) == ("Shortcut_to_EXP_GROSS", "EXP_GROSS", True)
                and t.field("GROSS").expression == "AMOUNT * 1.23"
            ),
            id="reusable-through-a-shortcut",
        ),
    ],
)
def test_transformation(name: str, kind: str, holds: Callable[[Transformation], bool]) -> None:
    assert holds(_one(name, kind))


def test_mapplet_is_rewired_through_its_renamed_ports() -> None:
    (mapping,) = _mappings("mapplet")
    inside = "mplt_NET1.EXP_NET"
    assert {e for e in edges(mapping) if inside in e} == {
        f"SQ_ORDERS.AMOUNT>{inside}.AMOUNT",
        f"SQ_ORDERS.DISCOUNT>{inside}.DISCOUNT",
        f"{inside}.AMOUNT>T_MAPPLET.AMOUNT1",
        f"{inside}.DISCOUNT>T_MAPPLET.DISCOUNT1",
        f"{inside}.NET>T_MAPPLET.NET",
    }


def test_shortcut_tables_keep_instance_and_table_names_apart() -> None:
    (mapping,) = _mappings("shortcuts")
    assert [(s.name, s.table, s.database_type, s.schema) for s in mapping.sources] == [
        ("Shortcut_to_ORDERS", "ORDERS", "Oracle", "SALES")
    ]
    assert [(t.name, t.table) for t in mapping.targets] == [("Shortcut_to_T", "T_SHORTCUTS")]
    assert mapping.transformations[0].associated_sources == ("Shortcut_to_ORDERS",)


def test_two_instances_of_one_target() -> None:
    (mapping,) = _mappings("same_target_twice")
    assert [(t.name, t.table) for t in mapping.targets] == [("T_ORDERS_ins", "T_ORDERS"), ("T_ORDERS_upd", "T_ORDERS")]
    assert mapping.target_load_order == ("T_ORDERS_ins", "T_ORDERS_upd")


def test_flat_files() -> None:
    (mapping,) = _mappings("flat_files")
    for table in (*mapping.sources, *mapping.targets):
        assert table.database_type == "Flat File"
        assert (table.file_format["DELIMITERS"], table.file_format["SKIPROWS"]) == (";", "1")


def test_columns_of_tables() -> None:
    (mapping,) = _mappings("filter")
    first = mapping.sources[0].fields[0]
    assert (first.name, first.datatype, first.precision, first.key, first.nullable, first.role) == (
        "ORDER_ID",
        "number(p,s)",
        10,
        "PRIMARY KEY",
        False,
        Role.OUTPUT,
    )
    amount = mapping.targets[0].fields[3]
    assert (amount.name, amount.precision, amount.scale, amount.key, amount.nullable) == ("AMOUNT", 12, 2, "", True)


def test_parameters_and_variables() -> None:
    (mapping,) = _mappings("parameters")
    assert [(p.name, p.datatype, p.default, p.is_variable, p.aggregation) for p in mapping.parameters] == [
        ("$$SINCE", "date/time", "01/01/2024 00:00:00", False, ""),
        ("$$LAST_ID", "decimal", "0", True, "MAX"),
    ]


def test_sessions_that_differ_give_an_entry_each() -> None:
    opened, closed = _mappings("session_overrides")
    assert [m.name for m in (opened, closed)] == [
        "m_session_overrides__s_open",
        "m_session_overrides__s_closed",
    ]
    for mapping, status, connection in ((opened, "O", "ORA_OPEN"), (closed, "C", "ORA_CLOSED")):
        qualifier = mapping.transformations[0]
        assert qualifier.attributes["Source Filter"] == f"ORDERS.STATUS = '{status}'"
        assert qualifier.overridden == ("Source Filter",)
        assert qualifier.connection == mapping.sources[0].connection == "ORA_READ"
        assert mapping.sources[0].connection_type == "Oracle"
        assert mapping.targets[0].connection == connection
        assert mapping.targets[0].attributes["Target load type"] == "Normal"
        assert mapping.session_attributes["Treat source rows as"] == "Insert"


def test_workflow_names_the_mappings_its_sessions_run() -> None:
    tree = parse(EXPORTS["session_overrides"], "x.xml")
    (workflow,) = tree.orchestrations
    assert [(t.name, t.type, t.reference) for t in workflow.tasks] == [
        ("Start", "Start", ""),
        ("cmd_done", "Command", ""),
        ("s_open", "Session", "m_session_overrides__s_open"),
        ("s_closed", "Session", "m_session_overrides__s_closed"),
    ]
    assert workflow.tasks[1].steps == (("touch", "touch /data/done"),)
    assert [(link.from_task, link.to_task, link.condition) for link in workflow.links][1] == (
        "s_open",
        "s_closed",
        "$s_open.Status = SUCCEEDED",
    )
    assert [(v.name, v.default) for v in workflow.variables] == [("$$region", "EU")]
    assert workflow.attributes == {"SCHEDULETYPE": "ONDEMAND"}


def test_connections_of_a_reusable_session_are_those_of_its_use() -> None:
    (mapping,) = _mappings("reusable_session")
    assert mapping.sources[0].connection == "ORA_PROD"
    assert mapping.targets[0].connection == "DWH_PROD"
    assert mapping.session == "wf_reusable.s_reusable"


def test_user_function() -> None:
    tree = parse(EXPORTS["user_function"], "x.xml")
    (function,) = tree.functions
    assert (function.name, function.expression, function.datatype) == ("CLEAN", "LTRIM(RTRIM(UPPER(VALUE)))", "string")
    assert [(a.name, a.datatype, a.precision) for a in function.arguments] == [("VALUE", "string", 200)]
