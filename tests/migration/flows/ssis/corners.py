"""Data flows of what packages do more rarely, with the rows that the documentation says they give."""

from __future__ import annotations

from copy import deepcopy

from benchmarks.ssis_package import Col, Flow, Made, Out, Package, Use
from tests.migration.flows.ssis.sheet import case

IGNORED, REDIRECTED = {"errorRowDisposition": "IgnoreFailure"}, {"errorRowDisposition": "RedirectRow"}
CODES = [Made("ErrorCode", "i4"), Made("ErrorColumn", "i4")]


def united(p: Package, made: list[Made], *inputs: tuple[Flow, dict[str, str]]) -> Flow:
    """A Union All; each input by its columns → those of the output."""

    def drawn(package: Package, ids: dict[str, str]) -> Flow:
        uses = [
            (flow, [Use(name, {"OutputColumnLineageID": ids.get(to, "")}) for name, to in wiring.items()])
            for flow, wiring in inputs
        ]
        return package.component("union", "UnionAll", {}, uses, [Out("out", made)])[0]

    ahead = drawn(deepcopy(p), {})  # what ids the output's columns will have
    return drawn(p, {c.name: f"#{c.lineage}" if p.is_old else f"#{{{c.lineage}}}" for c in ahead.columns})


@case({"src": [(1, "abcdef")]}, {"target": [(1, "abcdefgh", "abc")]}, layouts=(8, 3))
def a_text_that_is_too_long_is_cut_where_truncation_is_ignored(p: Package) -> None:
    """Error Handling in Data: Ignore Failure on truncation lets the cut value pass."""
    flow = p.read("src", "ID:i4 NAME:wstr(8)")
    cut = {"truncationRowDisposition": "IgnoreFailure"}
    uses = [Use("NAME", {"Expression": '{NAME} + "ghijkl"'}, attributes={**cut, "usageType": "readWrite"})]
    made = [Made("SHORT", "wstr(3)", {"Expression": "{NAME}"}, cut)]
    (flow,) = p.component("dc", "DerivedColumn", {}, [(flow, uses)], [Out("out", made, sync=True)])
    p.write(flow, "target")


@case(
    {"src": [("12", "abcdef"), ("x1", None), (None, "ab")]},
    {"target": [(12, "abc"), (None, None), (None, "ab")]},
)
def a_conversion_that_ignores_failures_gives_null(p: Package) -> None:
    """Data Conversion: a value that can't be converted is null, one that is too long is cut."""
    flow = p.read("src", "A:wstr(9) B:wstr(9)")
    made = [
        Made("N", "i4", {"SourceInputColumnLineageID": "{A}"}, IGNORED),
        Made("S", "wstr(3)", {"SourceInputColumnLineageID": "{B}"}, {"truncationRowDisposition": "IgnoreFailure"}),
    ]
    flow, _ = p.component(
        "cv", "DataConvert", {}, [(flow, [Use("A"), Use("B")])], [Out("out", made, sync=True), Out("e", error=True)]
    )
    p.write(flow, "target", "N S")


@case(
    {"src": [("12", "ab"), ("x1", "ab"), (None, "ab"), ("7", "abcd"), ("5", "2024-13-01")]},
    {"target": [("12", 12, "ab"), (None, None, "ab")], "bad": [("x1", "ab"), ("7", "abcd"), ("5", "2024-13-01")]},
)
def a_conversion_that_redirects_sends_the_row_as_it_arrived(p: Package) -> None:
    """Data Conversion: a row of which one value fails, or is too long, leaves by the error output alone."""
    flow = p.read("src", "A:wstr(9) B:wstr(10)")
    cuts = {"truncationRowDisposition": "RedirectRow"}
    made = [
        Made("N", "i4", {"SourceInputColumnLineageID": "{A}"}, REDIRECTED),
        Made("S", "wstr(3)", {"SourceInputColumnLineageID": "{B}"}, cuts),
    ]
    good, bad = p.component(
        "cv",
        "DataConvert",
        {},
        [(flow, [Use("A"), Use("B")])],
        [Out("out", made, sync=True), Out("e", CODES, sync=True, error=True)],
    )
    p.write(good, "target", "A N S")
    p.write(bad, "bad", "A B")


@case(
    {"src": [("2024-02-30",), ("2024-02-29",)]}, {"all": [(None, "2024-02-30"), ("2024-02-29 00:00:00", "2024-02-29")]}
)
def redirected_rows_may_be_reunited_with_the_others(p: Package) -> None:
    flow = p.read("src", "A:wstr(10)")
    made = [Made("D", "dbTimeStamp", {"SourceInputColumnLineageID": "{A}"}, REDIRECTED)]
    good, bad = p.component(
        "cv",
        "DataConvert",
        {},
        [(flow, [Use("A")])],
        [Out("out", made, sync=True), Out("e", CODES, sync=True, error=True)],
    )
    made = [Made("D", "dbTimeStamp"), Made("A", "wstr(10)")]
    p.write(united(p, made, (good, {"D": "D", "A": "A"}), (bad, {"A": "A"})), "all")


@case({"rows": [(1, "a"), (2, "z")], "lk_reference": [("a", "AA")]}, {"target": [(1, "AA"), (2, "none")]})
def rows_without_a_match_may_be_reunited_with_a_default(p: Package) -> None:
    """Lookup without an output for rows that match nothing: redirected, they leave by the error output."""
    flow = p.read("rows", "ID:i4 C:wstr(5)")
    match = [Made("T", "wstr(9)", {"CopyFromReferenceColumn": "T"})]
    outs = [Out("match", match, {}, True, attributes=REDIRECTED), Out("e", CODES, {}, True, True)]
    uses = [Use("C", {"JoinToReferenceColumn": "C"})]
    good, bad = p.component("lk", "Lookup", {"SqlCommand": "SELECT C, T FROM d"}, [(flow, uses)], outs)
    made = [Made("T", "wstr(9)", {"Expression": '"none"'})]
    (bad,) = p.component("dc", "DerivedColumn", {}, [(bad, [])], [Out("out", made, sync=True)])
    made = [Made("ID", "i4"), Made("T", "wstr(9)")]
    same = {"ID": "ID", "T": "T"}
    p.write(united(p, made, (good, same), (bad, same)), "target")


@case(
    {"rows": [(1, "a"), (2, "A"), (3, "b")]},
    {"count": [(2,)]},
)
def a_sort_that_ignores_case_leaves_out_what_differs_in_case_alone(p: Package) -> None:
    flow = p.read("rows", "ID:i4 NAME:wstr(5)")
    uses = [Use("NAME", {"NewSortKeyPosition": "1", "NewComparisonFlags": "1"}), Use("ID", {"NewSortKeyPosition": "0"})]
    made = [Made(name, kind, {"SortColumnId": f"{{{name}}}"}) for name, kind in (("NAME", "wstr(5)"), ("ID", "i4"))]
    (flow,) = p.component("s", "Sort", {"EliminateDuplicates": "true"}, [(flow, uses)], [Out("out", made)])
    counted = [Made("N", "ui8", {"AggregationType": "2", "AggregationColumnId": "0"})]
    (flow,) = p.component("agg", "Aggregate", {}, [(flow, [])], [Out("out", counted)])
    p.write(flow, "count")


@case(
    {"rows": [(1, None), (2, 5), (3, 1), (-9, 0)]},
    {"x": [(2,)], "y": [(3,)], "rest": [(-9,)], "bad": [(1,)]},
)
def each_condition_says_for_itself_what_its_null_is(p: Package) -> None:
    """Conditional Split: null is false where errors are ignored, an error of the row where they are redirected."""
    flow = p.read("rows", "ID:i4 A:i4")
    ends = [
        Out("x", (), {"Expression": "{A} > 1", "EvaluationOrder": "0"}, True, attributes=IGNORED),
        Out("y", (), {"Expression": "{ID} + {A} > 0", "EvaluationOrder": "1"}, True, attributes=REDIRECTED),
        Out("d", (), {"IsDefaultOut": "true"}, True),
        Out("e", CODES, {}, True, True),
    ]
    flows = p.component("cs", "ConditionalSplit", {}, [(flow, [Use("A"), Use("ID")])], ends)
    for each, name in zip(flows, ("x", "y", "rest", "bad"), strict=True):
        p.write(each, name, "ID")


@case(
    {"rows": [(1, 11), (2, 6), (3, 1), (4, 0), (5, None)]},
    {"high": [(1,)], "middle": [(2,), (5,)], "low": [(3,)]},
    layouts=(3, 6),
)
def overlapping_conditions_take_a_row_once_and_the_rest_is_lost(p: Package) -> None:
    """Conditional Split whose default output leads nowhere."""
    flow = p.read("rows", "ID:i4 A:i4")
    stated = (("low", "{A} > 0", 2), ("high", "{A} > 10", 0), ("middle", "{A} > 5 || ISNULL({A})", 1))
    ends = [
        Out(name, (), {"Expression": text, "EvaluationOrder": str(place)}, True, attributes=IGNORED)
        for name, text, place in stated
    ]
    ends.append(Out("d", (), {"IsDefaultOut": "true"}, True))
    flows = p.component("cs", "ConditionalSplit", {}, [(flow, [Use("A")])], ends)
    for each, (name, _, _) in zip(flows[:3], stated, strict=True):
        p.write(each, name, "ID")


RATES = "".join(
    f'<referenceColumn name="{name}" dataType="{kind}" length="0" precision="0" scale="0" codePage="0"/>'
    for name, kind in (("ID", "DT_I4"), ("SINCE", "DT_DBTIMESTAMP"), ("UNTIL", "DT_DBTIMESTAMP"), ("RATE", "DT_R8"))
)


@case(
    {
        "sales": [(1, "2024-01-15"), (1, "2024-02-01"), (2, "2024-01-01"), (None, "2024-01-15")],
        "lk_reference": [
            (1, "2024-01-01", "2024-02-01", 1.5),
            (1, "2024-02-01", None, 2.5),
            (None, "2024-01-01", None, 9),
        ],
    },
    {"rated": [(1, 1.5), (1, 2.5)], "unrated": [(2,), (None,)]},
)
def a_lookup_without_cache_may_join_by_a_range(p: Package) -> None:
    """Lookup: the statement with parameters is run for each row; the database finds null by nothing."""
    flow = p.read("sales", "ID:i4 DAY:dbTimeStamp")
    statement = (
        "select * from (select * from [dbo].[rates]) [refTable]\nwhere [refTable].[ID] = ? and [refTable].[SINCE] <= ? "
        "and ([refTable].[UNTIL] > ? or [refTable].[UNTIL] is null)"
    )
    properties = {
        "SqlCommand": "select * from [dbo].[rates]",
        "SqlCommandParam": statement,
        "ParameterMap": "{ID};{DAY};{DAY};",
        "CacheType": "2",
        "NoMatchBehavior": "1",
        "ReferenceMetadataXml": f"<referenceMetadata><referenceColumns>{RATES}</referenceColumns></referenceMetadata>",
    }
    uses = [Use("ID", {"JoinToReferenceColumn": "ID"}), Use("DAY", {"JoinToReferenceColumn": "SINCE"})]
    match = Out("match", [Made("RATE", "r8", {"CopyFromReferenceColumn": "RATE"})], {}, True)
    rated, unrated = p.component("lk", "Lookup", properties, [(flow, uses)], [match, Out("no match", sync=True)])
    p.write(rated, "rated", "ID RATE")
    p.write(unrated, "unrated", "ID")


def paired(p: Package, kind: str, nulls: str) -> None:
    left, right = p.read("l", "A+1:i4 B+2:wstr(5) X:i4"), p.read("r", "A+1:i4 B+2:wstr(5) Y:i4")
    columns = [Col("RA", "i4", right["A"].lineage, 1), Col("RB", "wstr(5)", right["B"].lineage, 2), right["Y"]]
    right = Flow(right.port, tuple(columns))
    made = [Made(name, "i4", {"InputColumnID": f"{{input {name}}}"}) for name in ("A", "RA", "X", "Y")]
    properties = {"JoinType": kind, "NumKeyColumns": "2", "TreatNullsAsEqual": nulls}
    inputs = [(left, [Use("A"), Use("B"), Use("X")]), (right, [Use("RA"), Use("RB"), Use("Y")])]
    (flow,) = p.component("mj", "MergeJoin", properties, inputs, [Out("out", made)])
    p.write(flow, "target")


PAIRS = {
    "l": [(None, None, 3), (1, None, 2), (1, "a", 1), (2, "b", 4)],
    "r": [(None, None, 30), (1, None, 20), (1, "a", 10), (3, "c", 40)],
}


@case(
    PAIRS,
    {"target": [(1, 1, 1, 10), (1, 1, 2, 20), (None, None, 3, 30), (2, None, 4, None), (None, 3, None, 40)]},
)
def a_full_join_by_two_keys_finds_null_by_null(p: Package) -> None:
    paired(p, "0", "true")


@case(
    PAIRS,
    {
        "target": [
            *[(1, 1, 1, 10), (1, None, 2, None), (None, None, 3, None), (2, None, 4, None)],
            *[(None, 1, None, 20), (None, None, None, 30), (None, 3, None, 40)],
        ]
    },
)
def a_full_join_that_keeps_nulls_apart_gives_both_sides(p: Package) -> None:
    paired(p, "0", "false")


@case(
    {"src": [(1, " x "), (2, " yy"), (3, None)]},
    {"x": [(1, "x")], "rest": [(2, "YY", 2), (3, None, None)]},
    layouts=(3, 8),
)
def a_column_that_is_replaced_is_read_as_it_is_from_there_on(p: Package) -> None:
    flow = p.read("src", "ID:i4 N:wstr(9)")
    write = {"usageType": "readWrite"}
    uses = [Use("N", {"Expression": "TRIM({N})"}, attributes=write)]
    (flow,) = p.component("first", "DerivedColumn", {}, [(flow, uses)], [Out("out", sync=True)])
    ends = [
        Out("x", (), {"Expression": '{N} == "x"', "EvaluationOrder": "0"}, True, attributes=IGNORED),
        Out("d", (), {"IsDefaultOut": "true"}, True),
    ]
    is_x, rest = p.component("cs", "ConditionalSplit", {}, [(flow, [Use("N")])], ends)
    uses = [Use("N", {"Expression": "UPPER({N})"}, attributes=write)]
    made = [Made("LONG", "i4", {"Expression": "LEN({N})"})]
    (rest,) = p.component("second", "DerivedColumn", {}, [(rest, uses)], [Out("out", made, sync=True)])
    p.write(is_x, "x")
    p.write(rest, "rest")


@case(
    {"src": [(1, "x"), (2, None)]},
    {
        "target": [
            (1, "x", None),
            (2, None, None),
            (10, None, 2),
            (20, None, 3),
            (None, "x", None),
            (None, None, None),
        ],
        "copy": [(1, "x"), (2, None)],
    },
    layouts=(2, 3, 6, 8),
)
def a_tree_of_multicasts_leads_into_one_union(p: Package) -> None:
    """Union All: columns that an input does not map are null; one source feeds three of its inputs."""
    flow = p.read("src", "ID:i4 A:wstr(5)")
    a, b, c = p.component("mc", "Multicast", {}, [(flow, [])], [Out(name, sync=True) for name in "abc"])
    d, e = p.component("mc2", "Multicast", {}, [(c, [])], [Out(name, sync=True) for name in "de"])
    uses = [Use("ID", {"Expression": "{ID} * 10"}, attributes={"usageType": "readWrite"})]
    made = [Made("B", "i4", {"Expression": "{ID} + 1"})]
    (d,) = p.component("dc", "DerivedColumn", {}, [(d, uses)], [Out("out", made, sync=True)])
    made = [Made("ID", "i4"), Made("A", "wstr(5)"), Made("B", "i4")]
    flow = united(p, made, (a, {"ID": "ID", "A": "A"}), (d, {"ID": "ID", "B": "B"}), (e, {"A": "A"}))
    p.write(flow, "target")
    p.write(b, "copy")


@case(
    {"src": [(1, 10, None, "a", None), (2, 5, 6, None, "z")]},
    {"target": [(1, "P1", 10, "a"), (2, "P1", 5, None), (2, "P2", 6, "z")]},
    layouts=(8,),
)
def an_unpivot_may_fill_several_columns_for_each_key(p: Package) -> None:
    flow = p.read("src", "K:i4 Q1:i4 Q2:i4 N1:wstr(5) N2:wstr(5)")
    base = "#{Package\\Load\\up.Outputs[out].Columns"
    uses = [Use("K", {"DestinationColumn": f"{base}[K]}}", "PivotKeyValue": ""})]
    uses += [
        Use(f"{column}{n}", {"DestinationColumn": f"{base}[{column}]}}", "PivotKeyValue": f"P{n}"})
        for column in "QN"
        for n in (1, 2)
    ]
    made = [Made("K", "i4"), Made("P", "wstr(5)", {"PivotKey": "true"}), Made("Q", "i4"), Made("N", "wstr(5)")]
    (flow,) = p.component("up", "Unpivot", {}, [(flow, uses)], [Out("out", made)])
    p.write(flow, "target")
