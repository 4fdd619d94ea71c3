"""The control flow: tasks, containers, constraints, handlers, variables; secrets stay where they were."""

from __future__ import annotations

from typing import Any

import pytest

from services.migration.parsers import parse
from services.migration.pipeline import migrate
from tests.migration.parsers.ssis.texts import OLD, constraint, constraints, executables, package, sql, task

CHILD = "<ExecutePackageTask><PackageName>Child.dtsx</PackageName></ExecutePackageTask>"


def flow(data: bytes) -> dict[str, Any]:
    migration = migrate(data, "pkg.dtsx")
    assert [f.message for f in migration.structure.findings if f.severity == "error"] == []
    return migration.result.orchestrations[0]["orchestration"]


def test_constraints_say_outcome_condition_and_join() -> None:
    data = package(
        executables(sql("a", "SELECT 1"), sql("b", "SELECT 2"), sql("c", "SELECT 3"), sql("d", "SELECT 4")),
        constraints(
            constraint("a", "b"),
            constraint("a", "c", 'DTS:Value="1" DTS:LogicalAnd="False"'),
            constraint("b", "c", 'DTS:Value="2" DTS:LogicalAnd="False"'),
            constraint("c", "d", 'DTS:EvalOp="3" DTS:Expression="@N &gt; 1"'),
        ),
    )
    tasks = {entry["id"]: entry for entry in flow(data)["tasks"]}
    assert tasks["b"]["depends_on"] == [{"task": "a", "outcome": "success"}]
    assert tasks["c"]["depends_on"] == [{"task": "a", "outcome": "failure"}, {"task": "b", "outcome": "completion"}]
    assert tasks["c"]["join"] == "any"
    assert tasks["d"]["depends_on"] == [{"task": "c", "outcome": "success", "condition": "@N > 1"}]


@pytest.mark.parametrize(("more", "join"), [("", "any"), ('DTS:LogicalAnd="True"', None)])
def test_one_constraint_is_enough_unless_they_are_joined_by_and(more: str, join: str | None) -> None:
    """The product writes LogicalAnd only where it is true."""
    data = package(
        executables(sql("a", "SELECT 1"), sql("b", "SELECT 2"), sql("c", "SELECT 3")),
        constraints(constraint("a", "c", more), constraint("b", "c", more)),
    )
    assert flow(data)["tasks"][-1].get("join") == join


def test_containers_hold_their_tasks_and_loops_say_what_they_go_through() -> None:
    enumerator = (
        '<DTS:ForEachEnumerator DTS:CreationName="Microsoft.ForEachFileEnumerator"><DTS:ObjectData>'
        '<F><FEFEProperty Folder="C:\\in"/><FEFEProperty FileSpec="*.csv"/></F></DTS:ObjectData>'
        "</DTS:ForEachEnumerator>"
        '<DTS:ForEachVariableMappings><DTS:ForEachVariableMapping DTS:ValueIndex="0" DTS:VariableName="User::File"/>'
        "</DTS:ForEachVariableMappings>"
    )
    inner = executables(sql("load", "SELECT 1", "box\\each\\"))
    each = task("each", "STOCK:FOREACHLOOP", path="box\\", inner=enumerator + inner)
    count = task(
        "count", "STOCK:FORLOOP", path="box\\", more='DTS:EvalExpression="@i &lt; 3" DTS:InitExpression="@i = 0"'
    )
    (box,) = flow(package(executables(task("box", "STOCK:SEQUENCE", inner=executables(each, count)))))["tasks"]
    assert box["type"] == "group"
    first, second = box["tasks"]
    assert (first["type"], first["items"], first["variable"]) == ("loop", "C:\\in\\*.csv", "User::File")
    assert first["tasks"][0]["sql"] == "SELECT 1"
    assert (second["while"], "@i = 0" in second["description"]) == ("@i < 3", True)


def test_event_handlers_stand_apart() -> None:
    handler = (
        '<DTS:EventHandlers><DTS:EventHandler DTS:refId="Package\\a.EventHandlers[OnError]" DTS:EventName="OnError">'
        + executables(sql("log", "INSERT INTO log VALUES (1)", "a.EventHandlers[OnError]\\"))
        + "</DTS:EventHandler></DTS:EventHandlers>"
    )
    found = flow(package(executables(sql("a", "SELECT 1", inner=handler))))
    assert [entry["id"] for entry in found["tasks"]] == ["a"]
    (event,) = found["handlers"]
    assert (event["on"], event["task"]) == ("error", "a")
    assert event["tasks"][0]["sql"] == "INSERT INTO log VALUES (1)"


@pytest.mark.parametrize(
    ("text", "kind", "field", "value"),
    [
        (sql("t", "SELECT 1&#xA;GO&#xA;SELECT 2"), "sql", "sql", ["SELECT 1", "SELECT 2"]),
        (sql("t", "User::Sql", more='SQLTask:SqlStmtSourceType="Variable"'), "manual", "todo", None),
        (
            task("t", "Microsoft.ExecutePackageTask", CHILD),
            "orchestration",
            "orchestration",
            "Child",
        ),
        (
            task("t", "Microsoft.ExpressionTask", '<ExpressionTask Expression="@[User::N] = @[User::N] + 1"/>'),
            "assign",
            "assign",
            [{"variable": "@[User::N]", "expression": "@[User::N] + 1"}],
        ),
        (
            task("t", "Microsoft.ExecuteProcess", '<ExecuteProcessData Executable="a.exe" Arguments="-x 1"/>'),
            "script",
            "command",
            "a.exe -x 1",
        ),
        (task("t", "Microsoft.FileSystemTask", '<FileSystemData Operation="Move"/>'), "manual", "todo", None),
        (
            task("t", "Microsoft.SendMailTask", '<S:SendMailTaskData S:Subject="Done" S:MessageSource="ok"/>'),
            "notify",
            "message",
            "Done\n\nok",
        ),
        (task("t", "Microsoft.Pipeline", "<pipeline/>"), "group", "tasks", []),
    ],
)  # fmt: skip
def test_kinds_of_tasks(text: str, kind: str, field: str, value: object) -> None:
    (entry,) = flow(package(executables(text)))["tasks"]
    assert entry["type"] == kind
    if value is not None:
        assert entry[field] == value
    elif kind == "manual":
        assert entry["reason"]


def test_bindings_of_a_statement_are_kept() -> None:
    bindings = (
        '<SQLTask:ResultBinding SQLTask:ResultName="0" SQLTask:DtsVariableName="User::Max"/>'
        '<SQLTask:ParameterBinding SQLTask:ParameterName="1" SQLTask:DtsVariableName="User::Day" '
        'SQLTask:ParameterDirection="Input"/>'
    )
    (entry,) = flow(package(executables(sql("t", "SELECT 1", bindings=bindings))))["tasks"]
    assert entry["description"] == "Results and parameters: 0 → User::Max, 1 ← User::Day (Input)."


def test_a_package_of_2005_reads_as_one_of_today() -> None:
    found = flow(OLD)
    assert found["variables"] == [{"name": "N", "type": "integer", "default": "7", "origin": "N"}]
    first, box = found["tasks"]
    assert (first["type"], first["when"]) == ("sql", "FALSE")
    assert box["depends_on"] == [{"task": "first", "outcome": "failure"}]


def test_properties_that_are_computed_are_kept() -> None:
    computed = (
        '<DTS:PropertyExpression DTS:Name="Disable">@[User::Off]</DTS:PropertyExpression>'
        '<DTS:PropertyExpression DTS:Name="MaxConcurrent">@[User::N]</DTS:PropertyExpression>'
    )
    (entry,) = flow(package(executables(task("box", "STOCK:SEQUENCE", inner=computed))))["tasks"]
    assert entry["when"] == "!(@[User::Off])"
    assert entry["description"] == "Computed as it starts: MaxConcurrent = @[User::N]"


SECRET = "hunter2-Zebra"


def test_no_secret_leaves_the_package() -> None:
    manager = (
        '<DTS:ConnectionManagers><DTS:ConnectionManager DTS:ObjectName="db" DTS:CreationName="OLEDB" DTS:DTSID="{C1}">'
        "<DTS:ObjectData><DTS:ConnectionManager DTS:ConnectionString="
        f'"Data Source=s;Initial Catalog=d;User ID=sa;Password={SECRET};Provider=SQLNCLI11.1;">'
        f'<DTS:Password DTS:Name="Password" Sensitive="1">{SECRET}</DTS:Password>'
        "</DTS:ConnectionManager></DTS:ObjectData></DTS:ConnectionManager></DTS:ConnectionManagers>"
        '<DTS:PackageParameters><DTS:PackageParameter DTS:ObjectName="P" DTS:DataType="8" DTS:Sensitive="True">'
        f'<DTS:Property DTS:DataType="8" DTS:Name="ParameterValue" DTS:Sensitive="True">{SECRET}</DTS:Property>'
        "</DTS:PackageParameter></DTS:PackageParameters>"
        '<DTS:Variables><DTS:Variable DTS:ObjectName="ApiToken" DTS:Namespace="User">'
        f'<DTS:VariableValue DTS:DataType="8">{SECRET}</DTS:VariableValue></DTS:Variable>'
        '<DTS:Variable DTS:ObjectName="Url" DTS:Namespace="User">'
        f'<DTS:VariableValue DTS:DataType="8">https://h/c?sv=1&amp;sig={SECRET}</DTS:VariableValue></DTS:Variable>'
        "</DTS:Variables>"
    )
    command = task("ftp", "Microsoft.FtpTask", f'<FtpData ServerPassword="{SECRET}" Operation="Send"/>')
    arguments = f'<DTS:PropertyExpression DTS:Name="Arguments">"-U sa -P {SECRET} -i " + @X</DTS:PropertyExpression>'
    run = '<ExecuteProcessData Executable="C:\\bin\\sqlcmd" Arguments="-i a.sql"/>'
    process = task("run", "Microsoft.ExecuteProcess", run, inner=arguments)
    items = f'<Items><Item Password="{SECRET}" Server="s"/></Items>'
    enumerator = f"<DTS:ForEachEnumerator><DTS:ObjectData>{items}</DTS:ObjectData></DTS:ForEachEnumerator>"
    loop = task("loop", "STOCK:FOREACHLOOP", inner=enumerator)
    component = (
        '<pipeline><components><component refId="x" name="x" componentClassID="Acme.Thing"><properties>'
        f'<property name="ApiPassword">{SECRET}</property><property name="SharedKey">{SECRET}</property>'
        "</properties></component></components></pipeline>"
    )
    data = package(manager, executables(command, process, loop, task("df", "Microsoft.Pipeline", component)))
    ast = parse(data, "pkg.dtsx")
    migration = migrate(data, "pkg.dtsx")
    assert SECRET not in repr(ast)
    assert SECRET not in migration.text
    assert {"SENSITIVE_LEFT_OUT"} <= {problem.code for problem in ast.problems}
    assert {item.kind for item in ast.inventory} == {"connection", "parameter", "variable"}


def test_an_encrypted_part_is_named() -> None:
    data = package(executables(task("df", "Microsoft.Pipeline", '<EncryptedData xmlns="x"/>')))
    assert {problem.code for problem in parse(data, "pkg.dtsx").problems} == {"ENCRYPTED_DATA_FLOW", "ENCRYPTED_PART"}


def test_a_constraint_that_leads_nowhere_is_named() -> None:
    data = package(executables(sql("a", "SELECT 1")), constraints(constraint("a", "gone")))
    assert [problem.code for problem in parse(data, "pkg.dtsx").problems] == ["DANGLING_CONSTRAINT"]


def test_a_package_with_nothing_in_it_is_read() -> None:
    data = b'<DTS:Executable xmlns:DTS="www.microsoft.com/SqlServer/Dts" DTS:ObjectName="empty"/>'
    assert parse(data, "pkg.dtsx").orchestrations[0].name == "empty"


def test_another_prefix_is_as_good() -> None:
    data = package(executables(sql("a", "SELECT 1"))).replace(b"DTS:", b"d:").replace(b"xmlns:DTS", b"xmlns:d")
    assert [task.name for task in parse(data, "pkg.dtsx").orchestrations[0].tasks] == ["a"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (sql("t", "dbo.Load", more='SQLTask:IsStoredProc="True"'), "EXEC dbo.Load"),
        (sql("t", "EXEC dbo.Load", more='SQLTask:IsStoredProc="True"'), "EXEC dbo.Load"),
        (
            sql(
                "t",
                "dbo.Load",
                more='SQLTask:IsStoredProc="True"',
                bindings='<SQLTask:ParameterBinding SQLTask:ParameterName="@Day" SQLTask:DtsVariableName="User::D"/>',
            ),
            "EXEC dbo.Load @Day = @Day",
        ),
        (sql("t", "User::Held", more='SQLTask:SqlStmtSourceType="Variable"'), "SELECT 2"),
    ],
)
def test_the_statement_that_a_task_runs(text: str, expected: str) -> None:
    (entry,) = flow(package(HELD, executables(text)))["tasks"]
    assert (entry["type"], entry["sql"]) == ("sql", expected)


HELD = (
    '<DTS:Variables><DTS:Variable DTS:ObjectName="Held" DTS:Namespace="User">'
    '<DTS:VariableValue DTS:DataType="8">SELECT 2</DTS:VariableValue></DTS:Variable>'
    '<DTS:Variable DTS:ObjectName="Made" DTS:Namespace="User" DTS:EvaluateAsExpression="True" '
    'DTS:Expression="LOWER(1)">'
    '<DTS:VariableValue DTS:DataType="8">x</DTS:VariableValue></DTS:Variable></DTS:Variables>'
)


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        ("Variable", "User::Made", "in the variable User::Made, which is computed: LOWER(1)."),
        ("Variable", "User::Gone", "in the variable User::Gone, which is set as the package runs."),
        ("FileConnection", "{C2}", "in a file."),
        ("DirectInput", " ", "empty."),
    ],
)
def test_a_statement_that_is_not_known_says_where_it_is(kind: str, text: str, reason: str) -> None:
    (entry,) = flow(package(HELD, executables(sql("t", text, more=f'SQLTask:SqlStmtSourceType="{kind}"'))))["tasks"]
    assert entry["type"] == "manual"
    assert entry["reason"] == f"Its statement is not in the task but {reason}"


def test_transactions_and_forced_results_are_told() -> None:
    inner = executables(sql("a", "DELETE FROM t", "box\\"))
    box = task("box", "STOCK:SEQUENCE", more='DTS:TransactionOption="2"', inner=inner)
    forced = task(
        "run", "Microsoft.ExecuteProcess", '<ExecuteProcessData Executable="x"/>', more='DTS:ForceExecutionResult="0"'
    )
    data = package(executables(box, forced))
    group, script = flow(data)["tasks"]
    assert "one transaction" in group["description"]
    assert "counts as successful" in script["description"]
    assert [problem.code for problem in parse(data, "pkg.dtsx").problems] == ["TRANSACTION"]


def test_settings_of_the_package_are_told() -> None:
    root = b'DTS:SaveCheckpoints="True" DTS:CheckpointUsage="1" DTS:TransactionOption="2" DTS:ObjectName="pkg"'
    data = package(executables(sql("t", "SELECT 1"))).replace(b'DTS:ObjectName="pkg"', root, 1)
    assert {problem.code for problem in parse(data, "pkg.dtsx").problems} == {"TRANSACTION", "CHECKPOINTS"}


@pytest.mark.parametrize(
    ("kind", "reason"), [("Microsoft.CdcControlTask", "positions (LSN)"), ("Acme.Task, Acme", "no counterpart")]
)
def test_a_task_without_counterpart_says_what_it_does(kind: str, reason: str) -> None:
    (entry,) = flow(package(executables(task("t", kind, "<Data/>"))))["tasks"]
    assert reason in entry["reason"]


@pytest.mark.parametrize(("name", "told"), [("Rows", True), ("Other", False)])
def test_a_condition_on_what_a_data_flow_counts_is_told(name: str, told: bool) -> None:
    count = '<property name="VariableName">User::Rows</property>'
    component = f'<component refId="c" name="c" componentClassID="Microsoft.RowCount"><properties>{count}</properties>'
    pipeline = f"<pipeline><components>{component}</component></components></pipeline>"
    condition = f'DTS:EvalOp="3" DTS:Expression="@[User::{name}] &gt; 0"'
    tasks = executables(task("load", "Microsoft.Pipeline", pipeline), sql("after", "SELECT 1"))
    found = parse(package(tasks, constraints(constraint("load", "after", condition))), "pkg.dtsx").problems
    assert [problem.code == "VARIABLE_AT_RUN_TIME" for problem in found] == [True] * told
