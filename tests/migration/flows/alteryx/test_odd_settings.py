"""Settings that few workflows have, worked out by hand from Designer Help, on both engines."""

from __future__ import annotations

from typing import Any

import pytest

from tests.migration.flows.alteryx.build import (
    SHOW,
    Flow,
    after,
    converted,
    formulas,
    rows,
    selected,
    shown_on,
    summary,
    tool,
)
from tests.pipelines.runner.engines import ENGINES


def split(text: str, delimiters: str, count: int, flags: int, rest: str = "Last") -> Flow:
    how = f"<ErrorHandling>{rest}</ErrorHandling><RootName>p</RootName>" if count > 1 else ""
    settings = f'<Field>t</Field>{how}<Delimeters value="{delimiters}" />'
    settings += f'<NumFields value="{count}" /><Flags value="{flags}" />'
    return after(rows(1, "t", (text,), (None,)), "TextToColumns", settings)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("flow", "parts"),
    [
        (split('a,"b,c",d', ",", 3, 1), ("a", '"b,c"', "d")),
        (split('"a","b",c', ",", 3, 1), ('"a"', '"b"', "c")),
        (split("'x,y',\"z,q\"", ",", 3, 8), ("'x,y'", '"z', 'q"')),
        (split("'x,y',\"z,q\"", ",", 3, 9), ("'x,y'", '"z,q"', None)),
        (split("f(a,g(b,c)),d", ",", 2, 4), ("f(a,g(b,c))", "d")),
        (split("[a;b]|c;d", ";|", 2, 4), ("[a;b]", "c;d")),
        (split("(a,b),c,(d,e),f", ",", 2, 4), ("(a,b)", "c,(d,e),f")),
        (split("(a,b),c,(d,e),f", ",", 2, 4, "Ignore"), ("(a,b)", "c")),
        (split("(a,[b,c]),[d,(e)],f", ",", 3, 2), ("(a,[b,c])", "[d,(e)]", "f")),
        (split("(a,b),,c", ",", 2, 20), ("(a,b)", "c")),
        (split("(a,b),,c", ",", 3, 4), ("(a,b)", "", "c")),
        (split("a,'b,c", ",", 2, 8), ("a", "'b,c")),
    ],
)
def test_delimiters_in_marks_do_not_count(
    engine: str, postgres_url: str, flow: Flow, parts: tuple[str | None, ...]
) -> None:
    _, found = shown_on(engine, postgres_url, flow)
    assert [row[1:] for row in found if row[0] is not None] == [parts]
    assert [row[1:] for row in found if row[0] is None] == [(None,) * len(parts)]


@pytest.mark.parametrize("engine", ENGINES)
def test_parts_in_marks_as_rows(engine: str, postgres_url: str) -> None:
    flow = split('"a;b";(c;d);;[e;f];g', ";", 1, 31)
    assert shown_on(engine, postgres_url, flow)[1] == [('"a;b"',), ("(c;d)",), ("[e;f]",), ("g",), (None,)]


NUMBERS = rows(1, "g n", ("a", "10"), ("a", "10"), ("a", "10"), ("b", "10"), ("b", "20"), ("b", None), ("b", "0"))
SUMS = '<SumField>n</SumField><SortField /><NumTiles value="{}" />'
TILES = "<Method>EqualSum</Method><EqualSum>{}</EqualSum>"


def replaced(*texts: str | None, pattern: str, into: str, unmatched: bool = True) -> Flow:
    settings = (
        f'<Field>t</Field><RegExExpression value="{pattern}" /><CaseInsensitve value="True" /><Method>Replace</Method>'
        f'<Replace expression="{into}"><CopyUnmatched value="{unmatched}" /></Replace>'
    )
    given, wide = rows(1, "t", *((text,) for text in texts)), tool(3, "AlteryxSelect", selected("t=t:V_WString:1000"))
    return [given, wide, tool(2, "RegEx", settings)], ["1>3", "3>2", "2>99"]


BY_VALUE = '<GroupFields><Field field="v" /></GroupFields>'
SIZE = '<Separator>,\\s</Separator><FieldSize value="5" />'
COMMAS = '<CommaDecimal value="True" />' + selected("a=a:Double", "b=b:V_String:9")


def united(mode: str, *settings: str) -> Flow:
    inputs = [rows(1, "A B", ("1", "x")), rows(2, "p q r", ("5", "six", "7"))]
    union = tool(3, "Union", f"<Mode>{mode}</Mode>{''.join(settings)}")
    return [*inputs, union], ["1>3#1", "2>3#2", "3>99"]


def pivoted(*pairs: tuple[str | None, str | None], methods: str = "Sum", groups: str = "", rest: str = "") -> Flow:
    listed = "".join(f'<Method method="{method}" />' for method in methods.split()) + rest
    settings = f'{groups}<HeaderField field="h" /><DataField field="v" /><Methods>{listed}</Methods>'
    return after(rows(1, "h v", *pairs), "CrossTab", settings)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("flow", "names", "expected"),
    [
        (
            after(rows(1, "n", ("0",), ("5",), (None,)), "AlteryxSelect", selected("n=n:Bool")),
            "n",
            [(False,), (None,), (True,)],
        ),
        (united("ByPos", "<ByName_OutputMode>Subset</ByName_OutputMode>"), "A B", [(1, "x"), (5, "six")]),
        (united("ByPos"), "A B r", [(1, "x", None), (5, "six", 7)]),
        (
            after(rows(1, "n", ("0",), ("2",), ("4",), ("9",), (None,)), "Summarize", summary(
                "MedianNo0:n:m", "AvgNo0:n:a", "VarianceNo0:n:v", "Median:n:all")),
            "m a v all",
            [(4.0, 5.0, 13.0, 3.0)],
        ),
        (
            after(rows(1, "n", ("1",), ("2",), ("3",), ("4",)), "Summarize", summary("Percentile:n:p").replace(
                'action="Percentile"', 'action="Percentile" percentile="75"')),
            "p",
            [(3.25,)],
        ),
        (
            after(rows(1, "n", ("1",), ("2",)), "Summarize", summary("Sum:n:v", "Max:n:v", "Min:n:V")),
            "v v2 V3",
            [(3, 2, 1)],
        ),
        # headers stand in the order of a dictionary: letters without case, numbers by their value
        (pivoted(("c", "1"), ("A b", "2"), ("b10", "3"), ("b9", "4")), "A_b b9 b10 c", [(2, 4, 3, 1)]),
        (pivoted(("a", "xyz"), ("a", "uvw"), methods="Concat", rest=SIZE), "a", [("xyz, ",)]),
        (pivoted(("a", "xyz"), ("a", "uvw"), methods="Concat", rest="<Separator />"), "a", [("xyzuvw",)]),
        # a cell that no row is of is null, whatever is counted
        (
            pivoted(("a", "1"), ("a", None), ("b", "2"), methods="Count CountWithNulls", groups=BY_VALUE),
            "v Count_a CountWithNulls_a Count_b CountWithNulls_b",
            [(1, 1, 1, None, None), (2, None, None, 1, 1), (None, 0, 1, None, None)],
        ),
        (
            after(rows(1, "a b", ("1,5", "2.5"), ("-2", None)), "AlteryxSelect", COMMAS),
            "a b",
            [(1.5, "2,5"), (-2.0, None)],
        ),
        # shares of 20: rows whose middle is at 5, 15, 25, 35, 50, 60 and 60 of 60
        (
            after(NUMBERS, "Tile", TILES.format(SUMS.format(3))),
            "g n Tile_Num Tile_SequenceNum",
            [("a", 10, 1, 1), ("a", 10, 1, 2), ("a", 10, 2, 1), ("b", 0, 3, 3), ("b", 10, 2, 2), ("b", 20, 3, 1),
             ("b", None, 3, 2)],
        ),
        (
            after(NUMBERS, "Tile", '<GroupFields><Field name="g" /></GroupFields>' + TILES.format(
                SUMS.format(2).replace("<SortField />", "<EqualSumSortField>n</EqualSumSortField>"))),
            "g n Tile_Num Tile_SequenceNum",
            [("a", 10, 1, 1), ("a", 10, 2, 1), ("a", 10, 2, 2), ("b", 0, 2, 3), ("b", 10, 2, 1), ("b", 20, 1, 1),
             ("b", None, 2, 2)],
        ),
        (
            replaced("ab12cd345", "xyz", None, pattern=r"(\d+)", into="&lt;$1&gt;"),
            "t",
            [("ab<12>cd<345>",), ("xyz",), (None,)],
        ),
        (replaced("ab12cd345", "xyz", None, pattern=r"\d+", into="#", unmatched=False), "t", [("",), ("##",), (None,)]),
        (
            replaced("Ann: 7; Bo: 8.", pattern=r"(\w+): (\d)", into="$2$1 ", unmatched=False),
            "t",
            [("7Ann 8Bo ",)],
        ),
    ],
)  # fmt: skip  # a table
def test_results(engine: str, postgres_url: str, flow: Flow, names: str, expected: list[tuple[Any, ...]]) -> None:
    assert shown_on(engine, postgres_url, flow) == (names.split(), sorted(expected, key=repr))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("mode", "expected"), [("FindAny", [("ab",), ("c",)]), ("FindBegin", [("a-b",), ("c",)])])
def test_nothing_in_place_of_a_part_leaves_the_rest(
    engine: str, postgres_url: str, mode: str, expected: list[tuple[str]]
) -> None:
    settings = (
        "<FieldFind>t</FieldFind><FieldSearch>f</FieldSearch><ReplaceFoundField>r</ReplaceFoundField>"
        f"<FindMode>{mode}</FindMode><ReplaceMode>Replace</ReplaceMode>"
    )
    tools = [rows(1, "t", ("a-b",), ("c",)), rows(5, "f r", ("-", None)), tool(3, "FindReplace", settings)]
    assert shown_on(engine, postgres_url, (tools, ["1>3.Targets", "5>3.Source", "3>99"]))[1] == sorted(expected)


TEXTS = rows(1, "id t", ("1", "cat dog"), ("2", "concat"), ("3", "CAT"), ("4", None), ("5", "a cat"))
ENTRIES = [rows(5, "f r", ("cat", "C1"), ("con", "X")), tool(6, "Formula", formulas(("r", "V_String", '[r] + ""')))]


def found_words(mode: str, *, append: bool = False, blind: bool = False) -> Flow:
    """The entries go through a formula, so that the workflow itself does not hold them."""
    settings = (
        "<FieldFind>t</FieldFind><FieldSearch>f</FieldSearch><ReplaceFoundField>r</ReplaceFoundField>"
        f'<FindMode>{mode}</FindMode><NoCase value="{blind}" /><MatchWholeWord value="True" />'
        f"<ReplaceMode>{'Append' if append else 'Replace'}</ReplaceMode>"
        '<ReplaceAppendFields><Field field="r" /></ReplaceAppendFields>'
    )
    return [TEXTS, *ENTRIES, tool(3, "FindReplace", settings)], ["1>3.Targets", "5>6", "6>3.Source", "3>99"]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("flow", "expected"),
    [
        (found_words("FindAny"), ["C1 dog", "concat", "CAT", None, "a C1"]),
        (found_words("FindAny", blind=True), ["C1 dog", "concat", "C1", None, "a C1"]),
        (found_words("FindBegin"), ["C1 dog", "concat", "CAT", None, "a cat"]),
        (found_words("FindAny", append=True), ["C1", None, None, None, "C1"]),
        (found_words("FindBegin", append=True, blind=True), ["C1", None, "C1", None, None]),
    ],
)
def test_whole_words_are_found(engine: str, postgres_url: str, flow: Flow, expected: list[str | None]) -> None:
    names, found = shown_on(engine, postgres_url, flow)
    assert [row[-1] for row in found] == expected
    assert names == (["id", "t", "r"] if len(found[0]) == 3 else ["id", "t"])


@pytest.mark.parametrize(
    ("flow", "warning", "most"),
    [
        (united("ByPos", "<ByName_ErrorMode>Error</ByName_ErrorMode>"), "at which the original stops", 0.79),
        (united("ByName", "<ByName_ErrorMode>Error</ByName_ErrorMode>"), "at which the original stops", 0.79),
        (pivoted(("A b", "1"), ("A-b", "2")), "Several values become a field of the same name", 0.6),
        (after(rows(1, "n", ("1",)), "Summarize", summary("Percentile:n:p")), "is taken to be 50", 0.79),
        (
            after(NUMBERS, "Unique", '<UniqueFields><Field field="g" /></UniqueFields><IgnoreCase value="True" />'),
            "Its setting IgnoreCase is not known here",
            0.79,
        ),
        (
            after(rows(1, "n", ("5",)), "Formula", formulas(("n", "V_String", '"a"'))),
            "arrives as integer and is computed as varchar(254)",
            0.79,
        ),
        (split("a,b", ",", 2, 32), "Not all of its flags (32) are known", 0.79),
        (split("a,b", ",", 2, 8), "Which marks are meant by the flags 8 is not public", 0.6),
        (pivoted(("a", None), methods="Count"), "A cell that no row is of is null", 0.79),
        (after(NUMBERS, "Sample", "<Mode>NPercent</Mode><N>50</N>"), "Of a share that is no whole number", 0.79),
    ],
)
def test_what_may_differ_is_told(flow: Flow, warning: str, most: float) -> None:
    tools, wires = flow
    (found,) = converted([*tools, SHOW], wires).result.mappings[0].objects[-2:-1]
    assert any(warning in told for told in found.warnings), found.warnings
    assert found.confidence <= most


def test_a_setting_that_is_off_is_not_told() -> None:
    more = '<UniqueFields><Field field="g" /></UniqueFields><IgnoreCase value="False" /><Other><Inner /></Other>'
    tools, _ = after(NUMBERS, "Unique", more)
    found = converted([*tools, SHOW], ["1>2", "2.Unique>99"]).result.mappings[0].objects[1]
    assert not [told for told in found.warnings if "is not known here" in told]


@pytest.mark.parametrize("option", ['<UnnestJSON value="True" />', "<OutputOption>Flatten</OutputOption>"])
def test_a_way_of_parsing_json_that_is_not_documented_is_refused(option: str) -> None:
    settings = f'<JSON_Field>t</JSON_Field><IncludeInOutput value="False" />{option}'
    tools, wires = after(rows(1, "t", ("{}",)), "JSONParse", settings)
    found = converted([*tools, SHOW], wires).result.mappings[0].objects[1]
    assert found.target_type == "manual"
    assert "names and splits fields is not documented" in found.warnings[0]


def test_a_dialect_without_patterns_tells_that_delimiters_in_marks_count() -> None:
    tools, wires = split('a,"b,c"', ",", 2, 1)
    found = converted([*tools, SHOW], wires, dialect="snowflake").result.mappings[0].objects[1]
    assert "do not count there (flags 1); here they do" in " ".join(found.warnings)
