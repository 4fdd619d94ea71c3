from __future__ import annotations

from typing import Any

import pytest

from services.pipelines.dsl.columns import resolve
from services.pipelines.dsl.finding import Finding
from services.pipelines.dsl.sqlcheck import check_sql
from services.pipelines.severity import Severity
from tests.pipelines.dsl.samples import CUSTOMERS, ORDERS, document, node, pipeline

LEGACY = {"tool": "powercenter", "object": "SQ", "type": "Source Qualifier", "source": "rule_engine"}


def findings_of(data: dict[str, Any]) -> list[Finding]:
    read = document(data)
    return check_sql(read, resolve(read))


def where(condition: str, dialect: str = "postgresql", **more: Any) -> list[Finding]:
    return findings_of(pipeline(node("sql_where", {"condition": condition}), dialect=dialect, **more))


@pytest.mark.parametrize(
    ("condition", "dialect"),
    [
        ("status = 'A' AND cust_id BETWEEN 1 AND 5", "postgresql"),
        ("STATUS = 'A'", "postgresql"),
        ("\"Full Name\" LIKE '%x%'", "postgresql"),
        ("[Full Name] = 'x'", "mssql"),
        ("status = 'DROP TABLE customers; TRUNCATE x'", "postgresql"),
        ("status IN ('EXEC', 'xp_cmdshell')", "mssql"),
        ("cust_id > 1 -- DROP TABLE x", "postgresql"),
        ("DATEADD(day, 1, CAST('2024-01-01' AS DATE)) > CURRENT_DATE", "snowflake"),
        ("DATEPART(year, GETDATE()) > cust_id", "mssql"),
        ("EXTRACT(YEAR FROM CURRENT_DATE) > cust_id", "teradata"),
        ("list_transform([1, 2], x -> x + cust_id)[1] > 0", "duckdb"),
        ("CASE WHEN status IS NULL THEN TRUE ELSE FALSE END", "postgresql"),
        ("TRIM(BOTH ' ' FROM status) IS NOT DISTINCT FROM 'A'", "postgresql"),
        ("(SELECT MAX(n) FROM GENERATE_SERIES(1, cust_id) AS g(n) WHERE n < LENGTH(status)) = 5", "postgresql"),
    ],
)
def test_harmless_conditions_pass(condition: str, dialect: str) -> None:
    assert where(condition, dialect) == []


@pytest.mark.parametrize(
    ("condition", "code", "said"),
    [
        ("statsu = 'A'", "UNKNOWN_COLUMN", "Did you mean 'status'?"),
        ("l.status = 'A'", "UNKNOWN_COLUMN", "write status alone"),
        ("SYSDATE > cust_id", "UNKNOWN_COLUMN", "no column 'SYSDATE'"),
        ("status = ", "SQL_SYNTAX", "not SQL of the dialect postgresql"),
        ("status = 'A'; DROP TABLE x", "SQL_SYNTAX", ""),
        ("1 = 1) OR (2 = 2", "SQL_SYNTAX", ""),
        ("status = 'A' UNION SELECT 1", "SQL_SYNTAX", ""),
        ("status AS x", "SQL_SYNTAX", ""),
        ("*", "SQL_SYNTAX", "name the columns"),
        ("cust_id IN (SELECT id FROM secret)", "SUBQUERY", "read that table as a source"),
        ("EXISTS (SELECT 1 FROM secret)", "SUBQUERY", ""),
        ("(SELECT MAX(n) FROM GENERATE_SERIES(1, 9) AS g(n), secret) = 5", "SUBQUERY", ""),
        ("(SELECT COUNT(*) FROM read_csv('/etc/passwd')) = 5", "SUBQUERY", ""),
        ("(SELECT COUNT(*) FROM LATERAL read_text('x') AS g(n)) = 5", "SUBQUERY", ""),
        ("(SELECT MAX(n) FROM GENERATE_SERIES(1, custid) AS g(n)) = 5", "UNKNOWN_COLUMN", "Did you mean 'cust_id'?"),
        ("n = (SELECT MAX(n) FROM GENERATE_SERIES(1, 3) AS g(n))", "UNKNOWN_COLUMN", "no column 'n'"),
        ("pg_read_file('/etc/passwd') = status", "DANGEROUS_SQL", "pg_read_file"),
        ("PG_SLEEP(1) IS NULL OR dblink_exec('x', 'y') = status", "DANGEROUS_SQL", "dblink_exec"),
        ("sum(cust_id) > 5", "AGGREGATE", "sql_group_by"),
        ("row_number() OVER (ORDER BY cust_id) = 1", "WINDOW", "`window` node"),
        ("cust_id = :LOAD_ID", "UNDECLARED_PARAMETER", "Add it to `parameters`"),
        ("(" * 3000 + "1=1" + ")" * 3000, "SQL_SYNTAX", "nested too deeply"),
    ],
)
def test_what_has_no_place_in_a_condition(condition: str, code: str, said: str) -> None:
    findings = where(condition)
    assert any(finding.code == code and said in finding.message for finding in findings), findings
    assert all((finding.severity, finding.node) == (Severity.ERROR, "step") for finding in findings)
    assert all(finding.place.startswith("node 'step', config.condition (line ") for finding in findings)


def test_a_declared_parameter_is_known() -> None:
    declared = [{"name": "LOAD_ID", "type": "bigint"}]
    assert where("cust_id = :LOAD_ID", parameters=declared) == []
    (finding,) = where("cust_id = :LOAD_IDD", parameters=declared)
    assert "Did you mean 'LOAD_ID'?" in finding.message


OWN_SQL = [
    ("TRUNCATE TABLE stage", "TRUNCATE"),
    ("DROP TABLE stage", "DROP TABLE"),
    ("DROP DATABASE x", "DROP DATABASE"),
    ("ALTER TABLE stage ADD b int", "ALTER TABLE"),
    ("GRANT SELECT ON a TO b", "GRANT"),
    ("REVOKE SELECT ON a FROM b", "REVOKE"),
    ("DELETE FROM stage", "DELETE without WHERE"),
    ("UPDATE stage SET a = 1", "UPDATE without WHERE"),
    ("BEGIN; DROP TABLE a; COMMIT", "DROP TABLE"),
    ("SELECT 1; SELECT dbms_lock.sleep(1) FROM dual", "dbms_lock.sleep"),
]
SYSTEM_SQL = [
    ("EXEC xp_cmdshell 'dir'", "mssql", "EXEC"),
    ("xp_cmdshell 'dir'", "mssql", "can't be looked into"),
    ("EXECUTE IMMEDIATE 'DROP TABLE x'", "snowflake", "can't be looked into"),
    ("CALL refresh()", "snowflake", "can't be looked into"),
    ("COPY t FROM PROGRAM 'ls'", "postgresql", "COPY"),
    ("DO $$ BEGIN EXECUTE 'DROP TABLE x'; END $$", "postgresql", "can't be looked into"),
    ("INSERT OVERWRITE TABLE a SELECT 1", "spark", "INSERT OVERWRITE"),
    ("SELECT * FROM OPENROWSET('a', 'b', 'c')", "mssql", "openrowset"),
    ("LOAD DATA INPATH 'x' INTO TABLE y", "hive", "LOAD DATA"),
    ("SHUTDOWN", "mssql", "can't be looked into"),
    ("LOCK TABLE a b c", "oracle", "could not be read"),
    ("ATTACH 'x.db' AS y", "duckdb", "ATTACH"),
]
ROWS = [(text, "oracle", said) for text, said in OWN_SQL] + SYSTEM_SQL


@pytest.mark.parametrize(("text", "dialect", "said"), ROWS)
def test_the_tools_own_sql_warns_and_ours_fails(text: str, dialect: str, said: str) -> None:
    source = {**CUSTOMERS, "config": {**CUSTOMERS["config"], "pre_sql": text, "dialect": dialect}}
    own = findings_of(pipeline(sources=({**source, "origin": LEGACY},)))
    assert own
    assert all(finding.severity == Severity.WARNING for finding in own)
    assert any(said.casefold() in finding.message.casefold() for finding in own), own
    ours = findings_of(pipeline(sources=(source,)))
    assert any(finding.severity == Severity.ERROR for finding in ours)
    by_model = findings_of(pipeline(sources=({**source, "origin": {**LEGACY, "source": "llm"}},)))
    assert any(finding.severity == Severity.ERROR for finding in by_model)


@pytest.mark.parametrize(
    "text",
    [
        "INSERT INTO audit_log VALUES ('TRUNCATE TABLE x')",
        "DELETE FROM stage WHERE drop_date < 5",
        "COMMIT",
        "UPDATE t SET a = 'DROP TABLE x' WHERE b = 1",
        "CREATE TABLE t AS SELECT 1 AS truncate_flag FROM x",
    ],
)
def test_harmless_statements_pass(text: str) -> None:
    source = {**CUSTOMERS, "config": {**CUSTOMERS["config"], "post_sql": [text], "dialect": "oracle"}}
    assert findings_of(pipeline(sources=(source,))) == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("SELECT cust_id FROM crm.customers WHERE d > $$LOAD_DATE", ""),
        ("SELECT a FROM b WHERE c = '$$X' AND d = $PMFolder", ""),
        ("WITH x AS (SELECT 1 AS a FROM dual) SELECT a FROM x UNION ALL SELECT 2 FROM dual", ""),
        ("SELECT 1 FROM dual; DROP TABLE x", "SQL_SYNTAX"),
        ("DELETE FROM x WHERE a = 1", "DANGEROUS_SQL"),
        ("WITH x AS (DELETE FROM t WHERE a = 1 RETURNING b) SELECT b FROM x", "DANGEROUS_SQL"),
        ("SELECT a INTO b FROM c", "DANGEROUS_SQL"),
        ("SELECT a FROM WHERE", "SQL_NOT_READ"),
    ],
)
def test_a_query_only_reads(query: str, code: str) -> None:
    read = {"columns": [{"name": "a"}], "query": query, "dialect": "oracle"}
    data = pipeline({**node("source_connector_sql_pushdown", read), "origin": LEGACY})
    findings = findings_of(data)
    assert ({finding.code for finding in findings} == {code}) if code else findings == []


JOIN = {"type": "inner", "left": "orders", "right": "customers"}
EDGES = [{"from": "orders", "to": "step"}, {"from": "customers", "to": "step"}, {"from": "step", "to": "target"}]


@pytest.mark.parametrize(
    ("condition", "expression", "said"),
    [
        ("l.cust_id = r.cust_id", "l.amount", ""),
        ("l.cust_id = r.custid", "l.amount", "Did you mean 'cust_id'?"),
        ("cust_id = r.cust_id", "l.amount", "l.cust_id, r.cust_id"),
        ("l.cust_id = r.cust_id", "x.amount", "'x.amount' does not resolve"),
    ],
)
def test_joins_name_sides(condition: str, expression: str, said: str) -> None:
    config = {**JOIN, "condition": condition, "columns": [{"name": "a", "expression": expression}]}
    findings = findings_of(pipeline(node("sql_join", config), sources=(CUSTOMERS, ORDERS), edges=EDGES))
    assert (findings == []) if not said else any(said in finding.message for finding in findings)


@pytest.mark.parametrize(
    ("kind", "config", "said"),
    [
        (
            "sql_expression",
            {
                "variables": [{"name": "v", "expression": "cust_id + 1"}],
                "columns": [{"name": "x", "expression": "v * 2"}],
            },
            "",
        ),
        (
            "sql_expression",
            {
                "variables": [{"name": "v", "expression": "w + 1"}, {"name": "w", "expression": "1"}],
                "columns": [{"name": "x", "expression": "v"}],
            },
            "no column 'w'",
        ),
        (
            "sql_expression",
            {"columns": [{"name": "x", "expression": "cust_id"}, {"name": "y", "expression": "x + 1"}]},
            "no column 'x'",
        ),
        ("sql_expression", {"columns": [{"name": "x", "expression": "row_number() over (order by cust_id)"}]}, ""),
        (
            "sql_group_by",
            {
                "group_by": ["status"],
                "columns": [{"name": "n", "expression": "count(*)"}],
                "having": "max(cust_id) > 1",
            },
            "",
        ),
        (
            "window",
            {"columns": [{"name": "n", "expression": "lag(status, 1)"}], "order_by": [{"column": "cust_id"}]},
            "",
        ),
        ("window", {"columns": [{"name": "n", "expression": "sum(cust_id) over ()"}]}, "without OVER"),
        ("window", {"columns": [{"name": "n", "expression": "cust_id + 1"}]}, "one function call"),
        (
            "multi_row_formula",
            {
                "order_by": [{"column": "cust_id"}],
                "columns": [
                    {"name": "total", "expression": "coalesce(prev1.total, 0) + cust_id"},
                    {"name": "y", "expression": "total + next2.cust_id"},
                ],
            },
            "",
        ),
        (
            "multi_row_formula",
            {"order_by": [{"column": "cust_id"}], "columns": [{"name": "total", "expression": "next1.total"}]},
            "no column 'total' of next1",
        ),
        ("upsert_strategy", {"strategy": "case when status = 'D' then 'delete' else 'insert' end"}, ""),
        ("upsert_strategy", {"strategy": "reject"}, ""),
        ("upsert_strategy", {"strategy": "case when x = 1 then 'delete' end"}, "no column 'x'"),
        ("conditional_branch", {"match": "all", "branches": [{"port": "a", "condition": "statsu = 1"}]}, "'status'"),
        (
            "source_connector_sql_pushdown",
            {
                "columns": [{"name": "a", "from": "customers.cust_id"}],
                "filter": "customers.status = 'A'",
                "order_by": ["customers.cust_id desc"],
            },
            "",
        ),
        (
            "source_connector_sql_pushdown",
            {"columns": [{"name": "a", "from": "customers.cust_id"}], "filter": "status = 'A'"},
            "customers.status",
        ),
        (
            "source_connector_sql_pushdown",
            {
                "columns": [{"name": "a", "from": "customers.cust_id"}],
                "filter": "NVL(customers.status, SYSDATE) = 'A'",
                "dialect": "oracle",
            },
            "",
        ),
    ],
)
def test_scopes(kind: str, config: dict[str, Any], said: str) -> None:
    findings = findings_of(pipeline(node(kind, config)))
    assert (findings == []) if not said else any(said in finding.message for finding in findings), findings


def test_a_dialect_without_a_grammar_is_named_once() -> None:
    steps = (
        node("sql_where", {"condition": "status = 'A'"}, "a"),
        node("sql_where", {"condition": "status = 'B'"}, "b"),
    )
    assert findings_of(pipeline(*steps, dialect="sap_hana")) == []
    read = {"columns": [{"name": "status"}], "query": "SELECT status FROM x", "dialect": "db2"}
    also = node("source_connector_sql_pushdown", {**read, "post_sql": "COMMIT"}, "read")
    (finding,) = findings_of(pipeline(also, *steps))
    assert (finding.severity, finding.code) == (Severity.WARNING, "GENERIC_GRAMMAR")
    assert "'db2'" in finding.message


def test_tasks_and_checks_are_looked_at() -> None:
    orchestration = {
        "tasks": [
            {
                "id": "group",
                "type": "group",
                "tasks": [{"id": "s", "type": "sql", "sql": ["TRUNCATE TABLE a"], "dialect": "oracle"}],
            }
        ]
    }
    legacy = document({"name": "wf", "orchestration": orchestration, "metadata": {"source_tool": "ssis"}})
    (finding,) = check_sql(legacy, None)
    assert finding.severity == Severity.WARNING
    assert finding.path == ("orchestration", "tasks", 0, "tasks", 0, "sql", 0)
    (finding,) = check_sql(document({"name": "wf", "orchestration": orchestration}), None)
    assert finding.severity == Severity.ERROR
    check = {"name": "c", "type": "custom_sql", "sql": "DELETE FROM x"}
    codes = {finding.code for finding in findings_of(pipeline(quality_checks=[check]))}
    assert codes == {"DANGEROUS_SQL"}
