"""Containers that say which tools run after which, and give a log of their run."""

from __future__ import annotations

import pytest

from benchmarks.alteryx_workflow import rows, tool
from services.migration.pipeline import Migration
from tests.migration.flows.alteryx.build import converted, outcome

GIVEN = rows(1, "n", ("1",), ("2",))
SHOW = tool(2, "BrowseV2")
MESSAGES = tool(6, "Filter", "<Mode>Custom</Mode><Expression>[Type] = 1</Expression>")


def container(number: int, name: str, *, held: int, disabled: bool = False) -> str:
    """A control container that holds a Text Input and a Browse, of the numbers `held` and the next."""
    inner = rows(held, "m", ("7",)) + tool(held + 1, "BrowseV2")
    return (
        f'<Node ToolID="{number}"><GuiSettings Plugin="AlteryxGuiToolkit.ControlContainer.ControlContainer">'
        '<Position x="1" y="1" /></GuiSettings><Properties><Configuration>'
        f'<Caption>{name}</Caption><Disabled value="{disabled}" /></Configuration></Properties>'
        f"<ChildNodes>{inner}</ChildNodes></Node>"
    )


def told(made: Migration) -> list[str]:
    return [issue.message for issue in made.result.issues if issue.code == "RUN_ORDER"]


def kinds(made: Migration) -> list[str]:
    return [str(item.object) for item in made.result.mappings[0].objects]


def test_tools_that_wait_for_a_tool_run_and_the_order_is_told() -> None:
    made = converted([GIVEN, SHOW, container(10, "Late", held=4)], ["1>2", "1>10.Control", "4>5"])
    assert sorted(outcome(made).values()) == [[(1,), (2,)], [(7,)]]
    assert told(made) == ["The tools of the container 'Late' run after TextInput (1); the pipeline does not say so."]


def test_tools_that_wait_for_those_of_another_container() -> None:
    flow = [container(10, "First", held=4), container(11, "Second", held=7)]
    made = converted(flow, ["4>5", "10.Log>11.Control", "7>8"])
    assert told(made) == [
        "The tools of the container 'Second' run after those of the container 'First'; the pipeline does not say so."
    ]


@pytest.mark.parametrize("off", [(True, False), (False, True)])
def test_what_is_switched_off_is_not_waited_for_and_does_not_wait(off: tuple[bool, bool]) -> None:
    flow = [container(10, "First", held=4, disabled=off[0]), container(11, "Second", held=7, disabled=off[1])]
    assert told(converted(flow, ["4>5", "10.Log>11.Control", "7>8"])) == []


def test_a_log_that_a_tool_reads_is_a_step_by_hand() -> None:
    made = converted([container(10, "First", held=4), MESSAGES, SHOW], ["4>5", "10.Log>6", "6.True>2"])
    found = {str(item.object): item for item in made.result.mappings[0].objects}
    assert found["ControlContainer (10)"].warnings == ("it gives the messages of its tools' run",)
    assert found["Filter (6)"].target_type != "manual"
    assert not any("answer of the app's user" in text for item in found.values() for text in item.warnings)


def test_a_display_of_a_log_alone_stands_in_the_inventory() -> None:
    made = converted([container(10, "First", held=4), SHOW], ["4>5", "10.Log>2"])
    assert kinds(made) == ["TextInput (4)", "BrowseV2 (5)"]


def test_tools_that_only_the_log_of_a_container_that_is_off_feeds_do_not_run() -> None:
    flow = [GIVEN, tool(3, "BrowseV2"), container(10, "First", held=4, disabled=True), MESSAGES, SHOW]
    assert kinds(converted(flow, ["1>3", "10.Log>6", "6.True>2"])) == ["TextInput (1)", "BrowseV2 (3)"]
