"""Sources, Source Qualifiers and targets."""

from __future__ import annotations

from typing import Any

import pytest

from services.migration.ast import MappingAST, Origin, SourceDefinition
from services.migration.rules import raw_sql
from services.pipelines.dsl.document import dump, load
from services.pipelines.runner import run as run_pipeline
from services.pipelines.structure import validate_structure
from tests.migration.rules.build import convert, mapping, node, port, source, step, target
from tests.migration.rules.duck import run

ORDERS = (port("ID", "n", nullable=False, key="PRIMARY KEY"), port("CUST", "n"), port("AMOUNT", "m"))
CUSTOMERS = (port("CID", "n", key="PRIMARY KEY"), port("NAME"))


def one(attributes: dict[str, str], links: str = "SQ → TGT: ID CUST AMOUNT", **more: Any) -> MappingAST:
    return mapping(
        source("ORDERS", *ORDERS, schema="SALES", connection="ORA", **more),
        step("SQ", "Source Qualifier", *ORDERS, attributes=attributes, associated_sources=("ORDERS",)),
        target("TGT", *ORDERS),
        links=f"ORDERS → SQ: ID CUST AMOUNT\n{links}",
    )


def two(attributes: dict[str, str], orders: tuple[Any, ...] = ORDERS) -> MappingAST:
    return mapping(
        source("ORDERS", *orders),
        source("CUST_1", *CUSTOMERS, table="CUSTOMERS"),
        step("SQ", "Source Qualifier", *ORDERS, *CUSTOMERS, attributes=attributes),
        target("TGT", *ORDERS, *CUSTOMERS),
        links="ORDERS → SQ: ID CUST AMOUNT\nCUST_1 → SQ: CID NAME\nSQ → TGT: ID NAME",
    )


COLUMNS = [
    {"name": "ID", "from": "orders.ID", "type": "decimal(10,0)"},
    {"name": "CUST", "from": "orders.CUST", "type": "decimal(10,0)"},
    {"name": "AMOUNT", "from": "orders.AMOUNT", "type": "decimal(12,2)"},
]


@pytest.mark.parametrize(
    ("attributes", "expected", "confidence"),
    [
        pytest.param({}, {}, 0.95, id="plain"),
        pytest.param(
            {"Source Filter": "ORDERS.AMOUNT > 5 AND NVL(CUST, 0) <> 3", "Select Distinct": "YES"},
            {
                "filter": "orders.AMOUNT > 5 AND NVL(orders.CUST, 0) <> 3",
                "distinct": True,
                "dialect": "oracle",
            },
            0.95,
            id="filter-distinct",
        ),
        pytest.param(
            {"Source Filter": "AMOUNT > $$LIMIT AND CUST = '$$CUST'"},
            {"filter": "orders.AMOUNT > :LIMIT AND orders.CUST = :CUST", "dialect": "oracle"},
            0.95,
            id="parameters",
        ),
        pytest.param(
            {"Number Of Sorted Ports": "2", "Pre SQL": "BEGIN p; END;"},
            {"pre_sql": "BEGIN p; END;", "dialect": "oracle", "order_by": ["orders.ID", "orders.CUST"]},
            0.95,
            id="sorted-ports-and-pre-sql",
        ),
    ],
)
def test_generated_query(attributes: dict[str, str], expected: dict[str, Any], confidence: float) -> None:
    document, _ = convert(one(attributes))
    found = node(document, "sq")
    assert found["config"] == {"columns": COLUMNS, **expected}
    assert found["confidence"] == confidence
    assert not validate_structure(dump(document)).errors
    assert [p["name"] for p in document.get("parameters", ())] == (
        ["LIMIT", "CUST"] if "LIMIT" in str(attributes) else []
    )


@pytest.mark.parametrize(
    ("query", "links", "names", "confidence"),
    [
        ("SELECT o.ID, o.AMOUNT FROM SALES.ORDERS o", "SQ → TGT: ID AMOUNT", ["ID", "AMOUNT"], 0.90),
        ("SELECT a, b, c FROM t", "SQ → TGT: ID", ["ID", "CUST", "AMOUNT"], 0.90),
        ("SELECT a, b FROM t", "SQ → TGT: ID", ["ID"], 0.79),
        ("SELECT * FROM t", "SQ → TGT: ID AMOUNT", ["ID", "AMOUNT"], 0.79),
    ],
)
def test_override_stays_verbatim_and_fills_ports_by_position(
    query: str, links: str, names: list[str], confidence: float
) -> None:
    document, _ = convert(one({"Sql Query": query}, links))
    found = node(document, "sq")
    assert found["config"]["query"] == query
    assert found["config"]["dialect"] == "oracle"
    assert [column["name"] for column in found["config"]["columns"]] == names
    assert all("from" not in column for column in found["config"]["columns"])
    assert found["confidence"] == confidence


def test_sources_are_joined_by_the_users_condition() -> None:
    document, _ = convert(two({"User Defined Join": "ORDERS.CUST = CUSTOMERS.CID"}))
    assert node(document, "sq")["config"]["joins"] == ["orders.CUST = cust_1.CID"]
    rows = run(document, {"orders": [[1, 7, 2], [2, 8, 3]], "cust_1": [[7, "x"], [9, "y"]]})["tgt"]
    assert [(row["ID"], row["NAME"]) for row in rows] == [(1, "x")]


def test_sources_are_joined_by_their_keys() -> None:
    foreign = port("CUST", "n", attributes={"REFERENCEDTABLE": "CUSTOMERS", "REFERENCEDFIELD": "CID"})
    document, _ = convert(two({}, (ORDERS[0], foreign, ORDERS[2])))
    assert node(document, "sq")["config"]["joins"] == ["orders.CUST = cust_1.CID"]


def test_sources_without_a_join_need_review() -> None:
    document, _ = convert(two({}))
    assert node(document, "sq")["confidence"] == 0.79
    assert "every combination" in node(document, "sq")["warnings"][0]


def test_an_outer_join_is_written_out() -> None:
    document, _ = convert(
        two({"User Defined Join": "{ ORDERS LEFT OUTER JOIN CUSTOMERS ON ORDERS.CUST = CUSTOMERS.CID }"})
    )
    assert node(document, "sq")["config"]["query"] == (
        "SELECT ORDERS.ID, ORDERS.CUST, ORDERS.AMOUNT, CUSTOMERS.CID, CUSTOMERS.NAME "
        "FROM ORDERS LEFT OUTER JOIN CUSTOMERS ON ORDERS.CUST = CUSTOMERS.CID"
    )


@pytest.mark.parametrize(
    ("attributes", "tail", "what"),
    [
        (
            {"User Defined Join": "ORDERS.CUST = CUSTOMERS.CID (+)", "Source Filter": "ID > 1"},
            "FROM ORDERS, CUSTOMERS WHERE (ORDERS.CUST = CUSTOMERS.CID (+)) AND (ID > 1)",
            "outer join of User Defined Join",
        ),
        (
            {"User Defined Join": "ORDERS.CUST = CUSTOMERS.CID", "Source Filter": "NAME(+) = 'x' AND ID > $$N"},
            "FROM ORDERS, CUSTOMERS WHERE (ORDERS.CUST = CUSTOMERS.CID) AND (NAME(+) = 'x' AND ID > :N)",
            "outer join of Source Filter",
        ),
        (
            {"User Defined Join": "CUST = CID", "Source Filter": "ID IN (SELECT X FROM OTHER)"},
            "FROM ORDERS, CUSTOMERS WHERE (CUST = CID) AND (ID IN (SELECT X FROM OTHER))",
            "subquery of Source Filter",
        ),
        (
            {"User Defined Join": "CUST = CID", "Source Filter": "ROWNUM < 10"},
            "FROM ORDERS, CUSTOMERS WHERE (CUST = CID) AND (ROWNUM < 10)",
            "ROWNUM of Source Filter",
        ),
    ],
)
def test_what_means_something_only_in_a_query_is_written_out(attributes: dict[str, str], tail: str, what: str) -> None:
    document, _ = convert(two(attributes))
    found = node(document, "sq")
    columns = "SELECT ORDERS.ID, ORDERS.CUST, ORDERS.AMOUNT, CUSTOMERS.CID, CUSTOMERS.NAME "
    assert found["config"]["query"] == columns + tail
    assert {"joins", "filter"}.isdisjoint(found["config"])
    assert f"The {what} is written out as a query; check it in the source." in found["warnings"]


def test_key_relationships_stay_in_a_query_that_is_written_out() -> None:
    foreign = port("CUST", "n", attributes={"REFERENCEDTABLE": "CUSTOMERS", "REFERENCEDFIELD": "CID"})
    document, _ = convert(two({"Source Filter": "ROWNUM < 10"}, (ORDERS[0], foreign, ORDERS[2])))
    query = node(document, "sq")["config"]["query"]
    assert query.endswith("FROM ORDERS, CUSTOMERS WHERE (ORDERS.CUST = CUSTOMERS.CID) AND (ROWNUM < 10)")


@pytest.mark.parametrize(
    ("text", "dialect", "expected"),
    [
        ("C = '$$CODE' AND N > $$N", "oracle", "C = :CODE AND N > :N"),
        ("C LIKE '$$CODE%'", "oracle", "C LIKE (:CODE || '%')"),
        ("C LIKE 'it''s $$CODE%'", "mssql", "C LIKE ('it''s ' + :CODE + '%')"),
        ("C = 1 -- don't read $$CODE", "oracle", "C = 1 -- don't read $$CODE"),
        ("/* '$$CODE' */ C = '$PMFolderName'", "oracle", "/* '$$CODE' */ C = :PMFolderName"),
        ("D > $$DAY", "oracle", "D > :DAY"),
        (
            "D > TO_DATE('$$DAY', 'MM/DD/YYYY HH24:MI:SS')",
            "oracle",
            "D > TO_DATE(TO_CHAR(CAST(:DAY AS TIMESTAMP), 'MM/DD/YYYY HH24:MI:SS'), 'MM/DD/YYYY HH24:MI:SS')",
        ),
        ("D > '$$DAY'", "mssql", "D > FORMAT(CAST(:DAY AS DATETIME2), 'MM/dd/yyyy HH:mm:ss')"),
    ],
)
def test_parameters_mean_what_they_stand_in(text: str, dialect: str, expected: str) -> None:
    assert raw_sql.with_parameters(text, dialect, {"$$DAY": "timestamp", "$$CODE": "varchar(9)"}) == expected
    named = {part[1:] for part in expected.replace("(", " ").split() if part.startswith(":")}
    assert {name.lstrip("$") for name in raw_sql.parameters(text)} >= {name.rstrip(")") for name in named}


def test_parameters_in_comments_are_none() -> None:
    assert raw_sql.parameters("A = $$A -- $$B\n/* $$C */ AND B = '$$D%'") == ("$$A", "$$D")


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        ("OTHER.X = 1", "names the table OTHER"),
        ("NOPE = 1", "names the column NOPE, which none of its sources has"),
        ("AMOUNT >", "cannot be read as SQL of oracle"),
    ],
)
def test_a_filter_that_cannot_be_read_is_manual(condition: str, reason: str) -> None:
    document, _ = convert(one({"Source Filter": condition}))
    found = node(document, "sq")
    assert found["transform"] == "manual"
    assert reason in found["config"]["reason"]


def loaded(item: SourceDefinition, strategy: str = "", session: dict[str, str] | None = None) -> MappingAST:
    ports = (port("ID", "n"), port("NAME"))
    end = "SQ"
    steps = [step("SQ", "Source Qualifier", *ports)]
    if strategy:
        steps.append(step("UPD", "Update Strategy", *ports, attributes={"Update Strategy Expression": strategy}))
        end = "UPD"
    links = "SRC → SQ: ID NAME\n" + ("SQ → UPD: ID NAME\n" if strategy else "") + f"{end} → {item.name}: ID NAME"
    return mapping(source("SRC", *ports), *steps, item, links=links, session=session)


KEYED = (port("ID", "n", key="PRIMARY KEY"), port("NAME"))
UPSERT = {"Update else Insert": "YES"}


@pytest.mark.parametrize(
    ("item", "strategy", "session", "expected"),
    [
        (target("T", *KEYED), "", {}, ("append", None, None)),
        (target("T", *KEYED, attributes={"Truncate target table option": "YES"}), "", {}, ("overwrite", None, None)),
        (target("T", *KEYED), "", {"Treat source rows as": "Update"}, ("update", ["ID"], None)),
        (target("T", *KEYED, attributes=UPSERT), "", {"Treat source rows as": "Update"}, ("upsert", ["ID"], None)),
        (target("T", *KEYED), "", {"Treat source rows as": "Delete"}, ("delete", ["ID"], None)),
        (target("T", *KEYED), "DD_UPDATE", {}, ("update", ["ID"], None)),
        (target("T", *KEYED), "DD_INSERT", {}, ("append", None, None)),
        (target("T", *KEYED), "IIF(ID > 1, DD_UPDATE, DD_INSERT)", {}, ("append", ["ID"], "dataflow_action")),
        (target("T", *KEYED, attributes=UPSERT), "IIF(ID > 1, 1, 2)", {}, ("upsert", ["ID"], "dataflow_action")),
        (target("T", *KEYED), "DD_UPDATE", {"Treat source rows as": "Insert"}, ("append", None, None)),
        (target("T", *KEYED, attributes={"Pre SQL": "TRUNCATE TABLE DIM.T;"}), "", {}, ("overwrite", None, None)),
        (target("T", *KEYED, attributes={"Pre SQL": "TRUNCATE TABLE DIM.OTHER"}), "", {}, ("append", None, None)),
    ],
)
def test_mode(
    item: SourceDefinition, strategy: str, session: dict[str, str], expected: tuple[str, list[str] | None, str | None]
) -> None:
    document, _ = convert(loaded(item, strategy, session))
    config = node(document, "t")["config"]
    assert (config["mode"], config.get("keys"), config.get("action_column")) == expected
    assert not validate_structure(dump(document)).errors


@pytest.mark.parametrize(
    ("item", "strategy", "reason"),
    [
        (target("T", port("ID", "n"), port("NAME")), "DD_UPDATE", "has no primary key"),
        (target("T", *KEYED), "DD_REJECT", "every row that reaches it is rejected"),
        (target("T", *KEYED, attributes={"Insert": "NO"}), "", "does not let rows be written as insert"),
        (target("T", *KEYED, attributes={"Delete": "NO"}), "DD_DELETE", "does not let rows be written as delete"),
        (target("T", *KEYED, attributes={"Update as Update": "NO"}), "DD_UPDATE", "be written as update"),
        (target("T", *KEYED, attributes={"Update Override": "UPDATE T SET X = 1"}), "", "update statement of its own"),
    ],
)
def test_a_target_that_cannot_be_written_so_is_manual(item: SourceDefinition, strategy: str, reason: str) -> None:
    document, walked = convert(loaded(item, strategy))
    assert reason in node(document, "t_manual")["config"]["reason"]
    assert next(o for o in walked.objects if o.object == "T").requires_manual_review
    assert not validate_structure(dump(document)).errors


def test_files_keep_their_format() -> None:
    form = {"DELIMITED": "YES", "DELIMITERS": "\\t", "QUOTE_CHARACTER": "DOUBLE", "CODEPAGE": "MS1252", "SKIPROWS": "1"}
    attributes = {"Source file directory": "$PMSourceFileDir\\", "Source filename": "in.txt"}
    given = source("SRC", *KEYED, database_type="Flat File", file_format=form, attributes=attributes)
    document, _ = convert(
        mapping(
            given, step("SQ", "Source Qualifier", *KEYED), target("T", *KEYED), links="SRC → SQ: ID NAME\nSQ → T: ID"
        )
    )
    assert node(document, "src")["connector"] == "csv"
    assert node(document, "src")["config"] == {
        "path": "${PMSourceFileDir}/in.txt",
        "options": {"delimiter": "\t", "quote": '"', "skip_rows": 1, "encoding": "windows-1252"},
    }


def test_unconnected_and_crossed_target_columns_are_told() -> None:
    ports = (port("A", "n"), port("B", "n"), port("C", "n", nullable=False))
    _, walked = convert(
        mapping(
            source("SRC", *ports),
            step("SQ", "Source Qualifier", *ports),
            target("T", *ports),
            links="SRC → SQ: A B C\nSQ → T: A>B B>A",
        )
    )
    issues = {issue.code: issue for item in walked.objects for issue in item.issues}
    assert issues["UNCONNECTED_TARGET_COLUMNS"].severity == "warning"
    assert "Not nullable: C" in issues["UNCONNECTED_TARGET_COLUMNS"].message
    assert "B ← A, A ← B" in issues["CROSSED_COLUMNS"].message
    assert issues["CROSSED_COLUMNS"].origin == Origin("test.xml", 1, "TEST")


def test_emptying_a_target_that_is_written_row_by_row_needs_review() -> None:
    emptied = target("T", *KEYED, attributes={"Truncate target table option": "YES"})
    document, _ = convert(loaded(emptied, "IIF(ID > 1, DD_UPDATE, DD_DELETE)"))
    assert node(document, "t")["confidence"] == 0.79
    assert "the target is emptied before" in node(document, "t")["warnings"][0]


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [  # rows 1 to 4 are flagged update, delete, insert, reject; 1 and 2 are there before
        ({"Delete": "NO"}, {1: "a", 2: "old", 3: "c"}),
        ({"Insert": "NO"}, {1: "a"}),
        ({"Update as Update": "NO"}, {1: "old", 3: "c"}),
        ({"Update as Insert": "YES", "Delete": "NO", "Insert": "NO"}, {1: "a", 2: "old"}),
        ({"Update as Insert": "YES", "Delete": "NO", "Truncate target table option": "YES"}, {1: "a", 3: "c"}),
        ({"Update else Insert": "YES", "Update as Update": "NO"}, {1: "a", 3: "c"}),
    ],
)
def test_switches_of_a_session_decide_how_flagged_rows_are_written(
    attributes: dict[str, str], expected: dict[int, str]
) -> None:
    flags = "DECODE(ID, 1, DD_UPDATE, 2, DD_DELETE, 3, DD_INSERT, DD_REJECT)"
    document, _ = convert(loaded(target("T", *KEYED, attributes=attributes), flags))
    rows = [{"ID": place, "NAME": name} for place, name in enumerate("abcd", 1)]
    held = [{"ID": 1, "NAME": "old"}, {"ID": 2, "NAME": "old"}]
    done = run_pipeline(load(dump(document)), {"src": rows}, targets={"t": held})
    assert {int(row["ID"]): row["NAME"] for row in done["t"]} == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("UPDATE T SET NAME = :TU.NAME WHERE ID = :TU.ID AND NAME IS NULL", "does more than set columns by keys"),
        ("UPDATE OTHER SET NAME = :TU.NAME WHERE ID = :TU.ID", "does more than set columns by keys"),
        ("UPDATE T SET NAME = UPPER(:TU.NAME) WHERE ID = :TU.ID", "does more than set columns by keys"),
        ("UPDATE T SET NAME = :TU.NAME", "does more than set columns by keys"),
        ("no statement", "does more than set columns by keys"),
        ("UPDATE T SET X = :TU.NAME WHERE ID = :TU.ID", "names columns that are not connected"),
    ],
)
def test_an_update_statement_that_does_more_is_manual(text: str, said: str) -> None:
    item = target("T", *KEYED, attributes={"Update Override": text})
    document, _ = convert(loaded(item, session={"Treat source rows as": "Update"}))
    assert said in node(document, "t_manual")["config"]["reason"]


def test_an_update_statement_has_no_effect_on_inserts() -> None:
    item = target("T", *KEYED, attributes={"Update Override": "UPDATE T SET NAME = :TU.NAME WHERE ID = :TU.ID"})
    document, _ = convert(loaded(item))
    assert node(document, "t")["config"]["mode"] == "append"
    assert node(document, "t")["warnings"] == [
        "The Update Override of T has no effect: no row is written as an update."
    ]


@pytest.mark.parametrize(
    ("groups", "said"),
    [(("", ""), "as a list of rows"), (("X_ORDER", "X_LINE"), "groups of elements (X_ORDER, X_LINE)")],
)
def test_documents_are_written_as_rows_or_by_hand(groups: tuple[str, str], said: str) -> None:
    fields = [
        port(n, k, attributes={"GROUP": g}) for (n, k), g in zip((("ID", "n"), ("NAME", "s")), groups, strict=True)
    ]
    document, walked = convert(loaded(target("T", *fields, database_type="XML")))
    outcome = next(item for item in walked.objects if item.object == "T")
    assert node(document, "t")["connector"] == "xml"
    assert said in outcome.warnings[0]
    assert outcome.confidence == (0.0 if groups[0] else 0.7)


def test_a_date_written_as_text_needs_review() -> None:
    ports = (port("ID", "n"), port("AT", "d"))
    document, _ = convert(
        mapping(
            source("SRC", *ports),
            step("SQ", "Source Qualifier", *ports),
            target("T", port("ID"), port("AT")),
            links="SRC → SQ: ID AT\nSQ → T: ID AT",
        )
    )
    assert node(document, "t")["confidence"] == 0.79
    assert node(document, "t_values")["config"]["columns"][-1]["name"] == "AT_2"
    (warning,) = node(document, "t")["warnings"]
    assert warning.startswith("Column AT: ")


def test_a_default_at_a_port_that_only_passes_is_made_a_column_before_it() -> None:
    ports = (port("ID", "n"), port("NAME", default="'none'"))
    document, _ = convert(
        mapping(
            source("SRC", *KEYED),
            step("SQ", "Source Qualifier", *KEYED),
            step("F", "Filter", *ports, attributes={"Filter Condition": "NAME = 'none'"}),
            target("T", *KEYED),
            links="SRC → SQ: ID NAME\nSQ → F: ID NAME\nF → T: ID NAME",
        )
    )
    filled = {"name": "NAME_2", "expression": "COALESCE(NAME, 'none')", "type": "varchar(20)"}
    assert node(document, "f_ports")["config"] == {"columns": [filled], "passthrough": ["*"]}
    found = node(document, "f")
    assert found["config"]["condition"] == "NAME_2 = 'none'"
    assert found["confidence"] == 0.98
    assert [c["from"] for c in node(document, "t")["config"]["columns"]] == ["ID", "NAME_2"]


@pytest.mark.parametrize(
    ("tables", "told"),
    [
        pytest.param(("DIM", "FACT"), True, id="what-was-loaded-before"),
        pytest.param(("FACT", "DIM"), False, id="what-is-loaded-after"),
        pytest.param(("OTHER", "FACT"), False, id="another-table"),
    ],
)
def test_a_table_that_the_mapping_has_loaded_by_then_is_named(tables: tuple[str, str], told: bool) -> None:
    ports = (port("ID", "n"),)
    found = mapping(
        source("NEW", *ports),
        source("OLD", *ports, table="DIM"),
        step("SQ_NEW", "Source Qualifier", *ports),
        step("SQ_OLD", "Source Qualifier", *ports),
        target("FIRST", *ports, table=tables[0]),
        target("SECOND", *ports, table=tables[1]),
        links="NEW → SQ_NEW: ID\nSQ_NEW → FIRST: ID\nOLD → SQ_OLD: ID\nSQ_OLD → SECOND: ID",
    )
    document, walked = convert(found)
    assert not validate_structure(dump(document)).errors
    item = next(each for each in walked.objects if each.object == "OLD")
    assert any("has loaded by then" in text for text in item.warnings) is told
    assert (item.confidence == 0.79) is told
