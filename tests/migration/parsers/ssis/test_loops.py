"""What loops go through and how containers, constraints and messages are read."""

from __future__ import annotations

from typing import Any

import pytest

from services.migration.pipeline import migrate
from tests.migration.parsers.ssis.texts import constraint, constraints, executables, package, sql, task

VARIABLES = "".join(
    f'<DTS:ForEachVariableMapping DTS:ValueIndex="{place}" DTS:VariableName="User::{name}"/>'
    for place, name in ((1, "Rank"), (0, "Region"))
)
MAPPED = f"<DTS:ForEachVariableMappings>{VARIABLES}</DTS:ForEachVariableMappings>"


def flow(data: bytes) -> list[dict[str, Any]]:
    migration = migrate(data, "pkg.dtsx")
    assert [f.message for f in migration.structure.findings if f.severity == "error"] == []
    tasks: list[dict[str, Any]] = migration.result.orchestrations[0]["orchestration"]["tasks"]
    return tasks


def enumerated(kind: str, data: str) -> dict[str, Any]:
    enumerator = (
        f'<DTS:ForEachEnumerator DTS:CreationName="Microsoft.ForEach{kind}Enumerator"><DTS:ObjectData>{data}'
        f"</DTS:ObjectData></DTS:ForEachEnumerator>{MAPPED}"
    )
    (loop,) = flow(package(executables(task("each", "STOCK:FOREACHLOOP", inner=enumerator))))
    return loop


def rows(*held: str) -> str:
    values = ["".join(f'<FEIEItemValue Value="{value}"/>' for value in row.split()) for row in held]
    items = "".join(f"<FEIEItem>{inside}</FEIEItem>" for inside in values)
    return f"<ForEachItemEnumerator><FEIEItems>{items}</FEIEItems></ForEachItemEnumerator>"


@pytest.mark.parametrize(
    ("kind", "data", "items"),
    [
        ("Item", rows("north 1", "south 2"), "north, 1; south, 2"),
        ("Item", rows("north"), "north"),
        ("ADO", '<FEEADO EnumType="EnumerateRowsInFirstTable" VarName="User::Rows"/>', "User::Rows"),
        ("FromVar", '<FEEVariable VariableName="User::Rows"/>', "User::Rows"),
        ("File", '<P><FEFEProperty Folder="C:\\in"/><FEFEProperty FileSpec="*.csv"/></P>', "C:\\in\\*.csv"),
        ("NodeList", '<FEENODELIST OuterXPathString="/a/b"/>', "OuterXPathString=/a/b"),
    ],
)
def test_a_loop_says_all_that_it_goes_through(kind: str, data: str, items: str) -> None:
    assert enumerated(kind, data)["items"] == items


def test_the_first_value_goes_to_the_variable_of_a_loop() -> None:
    """By the index of the mapping, not by its place in the file."""
    loop = enumerated("Item", rows("north 1"))
    assert loop["variable"] == "User::Region"
    assert "Columns to variables: 0 → User::Region, 1 → User::Rank." in loop["description"]


@pytest.mark.parametrize(
    ("more", "join", "depends"),
    [
        ("", "any", [{"outcome": "success"}, {"outcome": "completion", "condition": "@N > 0"}]),
        ('DTS:Value="1"', "any", [{"outcome": "failure"}, {"outcome": "completion", "condition": "@N > 0"}]),
    ],
)
def test_an_outcome_or_a_condition_is_two_ways(more: str, join: str, depends: list[dict[str, str]]) -> None:
    data = package(
        executables(sql("a", "SELECT 1"), sql("b", "SELECT 2")),
        constraints(constraint("a", "b", f'DTS:EvalOp="4" DTS:Expression="@N &gt; 0" {more}')),
    )
    second = flow(data)[1]
    assert second["join"] == join
    assert second["depends_on"] == [{"task": "a", **one} for one in depends]


def test_an_outcome_or_a_condition_beside_another_that_must_hold_says_both() -> None:
    data = package(
        executables(sql("a", "SELECT 1"), sql("b", "SELECT 2"), sql("c", "SELECT 3")),
        constraints(
            constraint("a", "c", 'DTS:LogicalAnd="True"'),
            constraint("b", "c", 'DTS:LogicalAnd="True" DTS:EvalOp="4" DTS:Expression="@N &gt; 0"'),
        ),
    )
    last = flow(data)[-1]
    assert "join" not in last
    assert last["depends_on"][1] == {"task": "b", "outcome": "completion", "condition": "(@N > 0) || <success>"}


@pytest.mark.parametrize(
    ("kind", "source", "message", "told"),
    [
        ("DirectInput", "All done", "Load\n\nAll done", None),
        ("Variable", "User::Text", "Load", "Its message is what the variable User::Text holds."),
        ("FileConnection", "mail.txt", "Load", "Its message is what the file mail.txt holds."),
    ],
)
def test_a_mail_says_where_its_message_stands(kind: str, source: str, message: str, told: str | None) -> None:
    held = f'MessageSource="{source}" MessageSourceType="{kind}"'
    data = f'<SendMailTaskData Subject="Load" {held}/>'
    (mail,) = flow(package(executables(task("mail", "Microsoft.SendMailTask", data))))
    assert (mail["message"], mail.get("description")) == (message, told)


@pytest.mark.parametrize(
    ("count", "told"),
    [
        ("1", None),
        ("0", "In SSIS any number of errors in it pass."),
        ("3", "In SSIS fewer than 3 errors in it pass."),
    ],
)
def test_errors_that_a_container_lets_pass_are_named(count: str, told: str | None) -> None:
    (box,) = flow(package(executables(task("box", "STOCK:SEQUENCE", more=f'DTS:MaxErrorCount="{count}"'))))
    assert box.get("description") == told
