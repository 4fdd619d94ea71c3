"""Flows with standard macros and macros of the CReW collection, worked out by hand from their descriptions."""

from __future__ import annotations

from typing import Any

import pytest

from tests.migration.flows.alteryx.build import converted, played, rows, tool

NUMBERS = rows(1, "n x", ("1", "4.0"), ("2", None), ("3", "0.0"), ("4", "8.0"), ("5", "0.0"))
SHOW = tool(99, "BrowseV2")


def answers(**told: object) -> str:
    """A macro's answers; `_` in a name stands for a blank."""
    return "".join(f'<Value name="{name.replace("_", " ")}">{value}</Value>' for name, value in told.items())


def shown(*tools: str, wires: tuple[str, ...] = ("1>2", "2>99")) -> list[tuple[Any, ...]]:
    (found,) = played([*tools, SHOW], wires).values()
    return found


def imputed(kind: str, *, value: str = "", apart: bool = False, indicator: bool = False) -> str:
    chosen = {name: name == kind for name in ("Mean", "Median", "Mode", "User Specified Replace With Value")}
    text = '<Value name="listbox Select Incoming Fields">"x"</Value>'
    text += f'<Value name="radio Null Value">{not value}</Value>'
    text += f'<Value name="radio User Specified Replace From Value">{bool(value)}</Value>'
    text += f'<Value name="updown User Replace Value">{value or "0.00000"}</Value>'
    text += "".join(f'<Value name="radio {name}">{on}</Value>' for name, on in chosen.items())
    text += '<Value name="updown User Replace With Value">7.50000</Value>'
    text += f'<Value name="checkbox Impute Indicator">{indicator}</Value>'
    text += f'<Value name="checkbox Imputed Values Separate Field">{apart}</Value>'
    return tool(2, "Imputation_v3.yxmc", text)


@pytest.mark.parametrize(
    ("macro", "expected"),
    [
        (imputed("Mean"), [4.0, 3.0, 0.0, 8.0, 0.0]),
        (imputed("Median"), [4.0, 2.0, 0.0, 8.0, 0.0]),
        (imputed("Mode"), [4.0, 0.0, 0.0, 8.0, 0.0]),
        (imputed("User Specified Replace With Value"), [4.0, 7.5, 0.0, 8.0, 0.0]),
        (imputed("Mean", value="0"), [4.0, None, 6.0, 8.0, 6.0]),
        (imputed("User Specified Replace With Value", value="8"), [4.0, None, 0.0, 7.5, 0.0]),
    ],
)
def test_imputation_leaves_what_it_replaces_out_of_the_mean(macro: str, expected: list[float | None]) -> None:
    assert sorted(shown(NUMBERS, macro)) == list(zip([1, 2, 3, 4, 5], expected, strict=True))


def test_imputation_may_leave_the_field_and_tell_what_was_put_in() -> None:
    found = shown(NUMBERS, imputed("Mean", apart=True, indicator=True))
    assert sorted(found)[:2] == [(1, 4.0, 4.0, 0), (2, None, 3.0, 1)]


def test_imputation_of_a_text_is_refused() -> None:
    given = rows(1, "n x", ("1", "a"))
    made = converted([given, imputed("Mean"), SHOW], ["1>2", "2>99"])
    reasons = [item.warnings for item in made.result.mappings[0].objects if item.target_type == "manual"]
    assert reasons == [("its field x is no number here",)]


def samples(estimation: int, validation: int) -> str:
    text = {"estimation_pct": estimation, "validation_pct": validation, "rand_seed": 1}
    return tool(2, r"Predictive Tools\Create_Samples.yxmc", answers(**text))


@pytest.mark.parametrize(
    ("estimation", "validation", "sizes"), [(50, 50, (3, 2, 0)), (60, 20, (3, 1, 1)), (20, 20, (1, 1, 3))]
)
def test_samples_share_the_rows_out_and_none_is_in_two(
    estimation: int, validation: int, sizes: tuple[int, ...]
) -> None:
    ends = [tool(number, "BrowseV2") for number in (11, 12, 13)]
    wires = ["1>2", "2.Estimation>11", "2.Validation>12", "2.Holdout>13"]
    found = played([NUMBERS, samples(estimation, validation), *ends], wires)
    parts = [found[f"browsev2_{number}"] for number in (11, 12, 13)]
    assert tuple(map(len, parts)) == sizes
    assert sorted(row[0] for part in parts for row in part) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(("count", "expected"), [(3, 3), (9, 5), (0, 0)])
def test_so_many_rows_are_taken_by_chance_and_each_is_one_that_came(count: int, expected: int) -> None:
    text = answers(Number=True, NNumber=count, Percent=False, NPercent=10, Deterministic=True, Seed=5)
    found = shown(NUMBERS, tool(2, "RandomRecords.yxmc", text))
    assert len(found) == len(set(found)) == expected
    assert {row[0] for row in found} <= {1, 2, 3, 4, 5}


def test_a_value_is_oversampled_until_it_has_its_share() -> None:
    given = rows(1, "n t", *((str(n), "yes" if n in (2, 5) else "no") for n in range(1, 11)))
    text = '<Value name="Selected_Field">t</Value><Value name="Oversample_Value">yes</Value>'
    found = shown(
        given, tool(2, r"Predictive Tools\Oversample_Field.yxmc", f'{text}<Value name="Desired_Pct">50</Value>')
    )
    assert sorted(kind for _, kind in found) == ["no", "no", "yes", "yes"]
    assert {n for n, kind in found if kind == "yes"} == {2, 5}


def binned(fields: str, *, records: int = 0, intervals: int = 0) -> str:
    text = f'<Value name="List Box (297)">{fields}</Value><Value name="Radio Button (299)">{bool(records)}</Value>'
    text += f'<Value name="Numeric Up Down (298)">{records}</Value>'
    text += f'<Value name="Radio Button (301)">{bool(intervals)}</Value>'
    return tool(2, "MultiFieldBinning_v2.yxmc", f'{text}<Value name="Numeric Up Down (300)">{intervals}</Value>')


@pytest.mark.parametrize(
    ("macro", "expected"),
    [
        (binned("Data, all=True,m=False", records=2), [1, 1, 1, 1, 1, 2, 2, 2, 2, 2]),
        (binned("Data, all=True,m=False", intervals=3), [1, 1, 1, 1, 2, 2, 2, 3, 3, 3]),
    ],
)
def test_fields_are_binned_by_rows_or_by_range(macro: str, expected: list[int]) -> None:
    fields = '<Fields><Field name="Data, all" /><Field name="m" /></Fields>'
    data = "".join(f"<r><c>{n}</c><c>9</c></r>" for n in range(1, 11))
    given = tool(1, "TextInput", f"{fields}<Data>{data}</Data>")
    assert [row[2] for row in sorted(shown(given, macro))] == expected


def test_fields_that_are_missing_come_as_null_and_the_listed_ones_first() -> None:
    given = rows(1, "Field1 Field2", ("sdgd", "123"), (None, "sdgsdg"))
    text = '<Value name="Fields">a\nb\nfield2</Value><Value name="FieldType">V_WString</Value>'
    found = shown(given, tool(2, "CReW_EnsureFields.yxmc", text))
    assert sorted(found, key=str) == [(None, None, "123", "sdgd"), (None, None, "sdgsdg", None)]


@pytest.mark.parametrize(("test", "count"), [("[n] &gt; 0", 5), ("[n] &lt; 5", 0)])
def test_a_blocking_test_gives_all_rows_or_none(test: str, count: int) -> None:
    text = f'<Value name="Text Box (4)">{test}</Value><Value name="Text Box (13)">"no"</Value>'
    assert len(shown(NUMBERS, tool(2, "CReW_BlockingTest.yxmc", text))) == count


def test_the_last_rows_are_skipped() -> None:
    given = rows(1, "q", *((each,) for each in "qwertyuiop"))
    macro = tool(2, "CReW_SkipLastN.yxmc", '<Value name="Numeric Up Down (11)">4</Value>')
    assert sorted(shown(given, macro)) == sorted((each,) for each in "qwerty")


def test_block_until_done_with_several_inputs_keeps_them_apart() -> None:
    flow = [rows(1, "a", ("1",)), rows(2, "b", ("2",)), tool(3, "CReW_ParallelBlockUntilDone.yxmc")]
    ends = [tool(11, "BrowseV2"), tool(12, "BrowseV2")]
    found = played([*flow, *ends], ["1>3.Input1", "2>3.Input2", "3.Output1>11", "3.Output2>12"])
    assert found == {"browsev2_11": [(1,)], "browsev2_12": [(2,)]}


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("CReW_Runner.yxmc", "it runs another workflow"),
        ("CReW_LogParser.yxmc", "it reads the log of a run of Designer"),
        ("Own.yxmc", "it is the macro Own.yxmc; the macro's file is not in the upload"),
    ],
)
def test_a_macro_that_is_not_converted_says_why(kind: str, reason: str) -> None:
    made = converted([NUMBERS, tool(2, kind), SHOW], ["1>2", "2>99"])
    (found,) = [item.warnings for item in made.result.mappings[0].objects if item.target_type == "manual"]
    assert found == (reason,)


def test_macros_without_rows_are_inventory() -> None:
    made = converted([NUMBERS, tool(2, "CReW_Version.yxmc"), tool(3, "CReW_ExpectError.yxmc"), SHOW], ["1>99"])
    assert [item.object for item in made.result.mappings[0].objects] == ["TextInput (1)", "BrowseV2 (99)"]
