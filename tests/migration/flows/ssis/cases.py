"""Data flows with the rows that the documentation says they give."""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal

from benchmarks.ssis_package import Flow, Made, Out, Package, Use
from tests.migration.flows.ssis.sheet import case


@case(
    {"people": [(1, "Ann ", 10), (2, None, 20)]},
    {"target": [(1, "ANN", 11, "Ann !"), (2, None, 21, None)]},
)
def derived_columns_see_the_values_as_they_arrive(p: Package) -> None:
    """Derived Column: a replaced column and a new one that reads it; null + text is null."""
    flow = p.read("people", "ID:i4 NAME:wstr(20) N:i4")
    uses = [
        Use("NAME", {"Expression": "UPPER(RTRIM({NAME}))"}, attributes={"usageType": "readWrite"}),
        Use("N", {"Expression": "{N} + 1"}, attributes={"usageType": "readWrite"}),
    ]
    made = [Made("SHOUT", "wstr(21)", {"Expression": '{NAME} + "!"'})]
    (flow,) = p.component("dc", "DerivedColumn", {}, [(flow, uses)], [Out("out", made, sync=True)])
    p.write(flow, "target")


@case(
    {"orders": [(1, 500), (2, 1500), (3, None), (4, 100)]},
    {"large": [(2, 1500)], "middle": [(1, 500)], "rest": [(3, None), (4, 100)]},
)
def a_row_takes_the_first_condition_in_evaluation_order(p: Package) -> None:
    """Conditional Split: the file lists the outputs in another order than the one they are evaluated in."""
    flow = p.read("orders", "ID:i4 AMOUNT:i4")
    ends = [
        Out("middle", (), {"Expression": "{AMOUNT} > 200", "EvaluationOrder": "1"}, True),
        Out("large", (), {"Expression": "{AMOUNT} > 1000", "EvaluationOrder": "0"}, True),
        Out("other", (), {"IsDefaultOut": "true"}, True),
    ]
    ends = [
        Out(e.name, e.columns, e.properties, e.sync, attributes={"errorRowDisposition": "IgnoreFailure"}) for e in ends
    ]
    middle, large, rest = p.component("split", "ConditionalSplit", {}, [(flow, [Use("AMOUNT")])], ends)
    p.write(large, "large")
    p.write(middle, "middle")
    p.write(rest, "rest")


@case(
    {"orders": [(1, 500), (2, None)]},
    {"big": [(1,)], "failed": [(2, None)], "rest": []},
)
def a_null_condition_is_an_error_that_can_be_redirected(p: Package) -> None:
    """Conditional Split: "if an expression evaluates to null, the row is an error"."""
    flow = p.read("orders", "ID:i4 AMOUNT:i4")
    redirect = {"errorRowDisposition": "RedirectRow"}
    ends = [
        Out("big", (), {"Expression": "{AMOUNT} > 200", "EvaluationOrder": "0"}, True, attributes=redirect),
        Out("other", (), {"IsDefaultOut": "true"}, True),
        Out("errors", [Made("ErrorCode", "i4"), Made("ErrorColumn", "i4")], {}, True, True),
    ]
    big, rest, failed = p.component("split", "ConditionalSplit", {}, [(flow, [Use("AMOUNT")])], ends)
    p.write(big, "big", "ID")
    p.write(rest, "rest", "ID")
    p.write(failed, "failed", "ID ErrorCode")


REFERENCE = (
    '<referenceMetadata><referenceColumns><referenceColumn name="CODE" dataType="DT_WSTR" length="5" precision="0" '
    'scale="0" codePage="0"/><referenceColumn name="TITLE" dataType="DT_WSTR" length="20" precision="0" scale="0" '
    'codePage="0"/></referenceColumns></referenceMetadata>'
)


def lookup(p: Package, no_match: str, disposition: str, *, ends: int = 1) -> list:
    flow = p.read("rows", "ID:i4 C:wstr(5)")
    outputs = [
        Out(
            "match",
            [Made("TITLE", "wstr(20)", {"CopyFromReferenceColumn": "TITLE"})],
            {},
            True,
            attributes={"errorRowDisposition": disposition} if disposition else {},
        ),
        Out("no match", (), {}, True),
    ][:ends]
    outputs.append(Out("errors", [Made("ErrorCode", "i4"), Made("ErrorColumn", "i4")], {}, True, True))
    properties = {
        "SqlCommand": "SELECT CODE, TITLE FROM dbo.codes",
        "CacheType": "0",
        "NoMatchBehavior": no_match,
        "ReferenceMetadataXml": REFERENCE,
    }
    return p.component("lk", "Lookup", properties, [(flow, [Use("C", {"JoinToReferenceColumn": "CODE"})])], outputs)


LOOKED_UP = {
    "rows": [(1, "a"), (2, "A"), (3, "z"), (4, None)],
    "lk_reference": [("a", "small"), ("A", "large"), (None, "nothing")],
}


@case(LOOKED_UP, {"hit": [(1, "small"), (2, "large"), (4, "nothing")], "missed": [(3, "z")]})
def a_full_cache_lookup_tells_case_apart_and_finds_null(p: Package) -> None:
    """Lookup: with full precaching null finds null; letters are compared as they are; the rest go to their output."""
    hit, missed, _ = lookup(p, "1", "", ends=2)
    p.write(hit, "hit", "ID TITLE")
    p.write(missed, "missed", "ID C")


@case(LOOKED_UP, {"hit": [(1, "small"), (2, "large"), (3, None), (4, "nothing")]})
def a_lookup_that_ignores_failure_goes_on_with_nulls(p: Package) -> None:
    hit, _ = lookup(p, "0", "IgnoreFailure")
    p.write(hit, "hit", "ID TITLE")


@case(LOOKED_UP, {"hit": [(1, "small"), (2, "large"), (4, "nothing")], "failed": [(3, None)]})
def a_lookup_that_redirects_sends_rows_without_match_to_its_error_output(p: Package) -> None:
    hit, failed = lookup(p, "0", "RedirectRow")
    p.write(hit, "hit", "ID TITLE")
    p.write(failed, "failed", "ID ErrorCode")


@case(
    {"a": [(1, "x")], "b": [("y", 2, 9)]},
    {"target": [(1, "x", None), (2, "y", 9)]},
)
def union_all_goes_by_its_mapping_whatever_columns_are_called(p: Package) -> None:
    """Union All: columns that an input does not have are null."""
    a, b = p.read("a", "ID:i4 NAME:wstr(5)"), p.read("b", "LABEL:wstr(5) NO:i4 EXTRA:i4")
    made = [Made("ID", "i4"), Made("NAME", "wstr(5)"), Made("EXTRA", "i4")]

    def drawn(package: Package, ids: dict[str, str]) -> Flow:
        def to(name: str) -> dict[str, str]:
            return {"OutputColumnLineageID": ids.get(name, "")}

        inputs = [
            (a, [Use("ID", to("ID")), Use("NAME", to("NAME"))]),
            (b, [Use("LABEL", to("NAME")), Use("NO", to("ID")), Use("EXTRA", to("EXTRA"))]),
        ]
        return package.component("u", "UnionAll", {}, inputs, [Out("out", made)])[0]

    ahead = drawn(deepcopy(p), {})  # what ids the output's columns will have
    flow = drawn(p, {c.name: f"#{c.lineage}" if p.is_old else f"#{{{c.lineage}}}" for c in ahead.columns})
    p.write(flow, "target")


def merge_join(p: Package, kind: str, nulls: str = "true") -> None:
    left = p.read("people", "ID+1:i4 NAME:wstr(5)")
    right = p.read("cities", "PID+1:i4 CITY:wstr(5)")
    made = [
        Made("ID", "i4", {"InputColumnID": "{input ID}"}),
        Made("NAME", "wstr(5)", {"InputColumnID": "{input NAME}"}),
        Made("CITY", "wstr(5)", {"InputColumnID": "{input CITY}"}),
    ]
    properties = {"JoinType": kind, "NumKeyColumns": "1", "TreatNullsAsEqual": nulls}
    inputs = [(left, [Use("ID"), Use("NAME")]), (right, [Use("PID"), Use("CITY")])]
    (flow,) = p.component("mj", "MergeJoin", properties, inputs, [Out("out", made)])
    p.write(flow, "target")


JOINED = {"people": [(None, "nix"), (1, "Ann"), (2, "Bob")], "cities": [(None, "Void"), (1, "Oslo"), (3, "Rome")]}


@case(JOINED, {"target": [(None, "nix", "Void"), (1, "Ann", "Oslo")]})
def an_inner_merge_join_treats_nulls_as_equal(p: Package) -> None:
    """Merge Join: TreatNullsAsEqual is true unless it is changed."""
    merge_join(p, "2")


@case(JOINED, {"target": [(None, "nix", None), (1, "Ann", "Oslo"), (2, "Bob", None)]})
def a_left_merge_join_keeps_rows_whose_null_finds_none(p: Package) -> None:
    merge_join(p, "1", "false")


@case(
    JOINED,
    {"target": [(None, "nix", "Void"), (1, "Ann", "Oslo"), (2, "Bob", None), (None, None, "Rome")]},
)
def a_full_merge_join_keeps_both_sides(p: Package) -> None:
    merge_join(p, "0")


@case(
    {"rows": [(1, "b"), (2, None), (3, "B"), (4, "a"), (5, "a")]},
    {"target": [(3, "B"), (1, "b"), (5, "a"), (4, "a"), (2, None)]},
    ordered=True,
)
def sort_keys_are_placed_and_signed_and_nulls_are_lowest(p: Package) -> None:
    """Sort: a negative position is descending; flag 1 ignores case, so the second key decides between b and B."""
    flow = p.read("rows", "ID:i4 NAME:wstr(5)")
    uses = [
        Use("ID", {"NewSortKeyPosition": "-2", "NewComparisonFlags": "0"}),
        Use("NAME", {"NewSortKeyPosition": "-1", "NewComparisonFlags": "1"}),
    ]
    made = [Made(name, kind, {"SortColumnId": f"{{{name}}}"}) for name, kind in (("ID", "i4"), ("NAME", "wstr(5)"))]
    (flow,) = p.component("s", "Sort", {"EliminateDuplicates": "false"}, [(flow, uses)], [Out("out", made)])
    p.write(flow, "target")


@case(
    {"rows": [(1, "a"), (1, "a"), (2, "a")]},
    {"target": [(1, "a"), (2, "a")]},
)
def sort_may_leave_out_rows_with_equal_keys(p: Package) -> None:
    flow = p.read("rows", "ID:i4 NAME:wstr(5)")
    uses = [Use("ID", {"NewSortKeyPosition": "1"}), Use("NAME", {"NewSortKeyPosition": "2"})]
    made = [Made(name, kind, {"SortColumnId": f"{{{name}}}"}) for name, kind in (("ID", "i4"), ("NAME", "wstr(5)"))]
    (flow,) = p.component("s", "Sort", {"EliminateDuplicates": "true"}, [(flow, uses)], [Out("out", made)])
    p.write(flow, "target")


@case(
    {"sales": [("n", 1, "x"), ("n", 2, "x"), ("s", None, "y"), (None, 5, None)]},
    {
        "totals": [("n", 3, 2, 2, 1.5, 1, 2, 1), ("s", None, 1, 0, None, None, None, 1), (None, 5, 1, 1, 5, 5, 5, 0)],
        "overall": [(8, 4)],
    },
)
def an_aggregate_groups_the_same_rows_in_several_ways(p: Package) -> None:
    """Aggregate: null is a group; (*) counts rows, a column its values; the average of whole numbers has a fraction."""
    flow = p.read("sales", "REGION:wstr(5) N:i4 WHAT:wstr(5)")

    def of(kind: str, column: str = "N") -> dict[str, str]:
        return {"AggregationType": kind, "AggregationColumnId": f"{{{column}}}" if column else "0"}

    totals = [
        Made("REGION", "wstr(5)", of("0", "REGION")),
        Made("TOTAL", "i8", of("4")),
        Made("ROWS", "ui8", of("2", "")),
        Made("KNOWN", "ui8", of("1")),
        Made("MEAN", "r8", of("5")),
        Made("LEAST", "i4", of("6")),
        Made("MOST", "i4", of("7")),
        Made("KINDS", "ui8", of("3", "WHAT")),
    ]
    overall = [Made("TOTAL", "i8", of("4")), Made("ROWS", "ui8", of("2", ""))]
    uses = [Use("REGION"), Use("N"), Use("WHAT")]
    both = p.component("agg", "Aggregate", {}, [(flow, uses)], [Out("by region", totals), Out("overall", overall)])
    p.write(both[0], "totals")
    p.write(both[1], "overall")


@case(
    {"raw": [(" 12 ", "3.456", "2024-01-31")]},
    {"target": [(12, Decimal("3.46"), "2024-01-31 00:00:00")]},
)
def data_conversion_makes_new_columns_of_the_types_declared(p: Package) -> None:
    flow = p.read("raw", "A:wstr(10) B:wstr(10) C:wstr(10)")
    made = [
        Made("N", "i4", {"SourceInputColumnLineageID": "{A}"}),
        Made("M", "numeric(9,2)", {"SourceInputColumnLineageID": "{B}"}),
        Made("D", "dbTimeStamp", {"SourceInputColumnLineageID": "{C}"}),
    ]
    uses = [Use("A"), Use("B"), Use("C")]
    (flow,) = p.component("conv", "DataConvert", {}, [(flow, uses)], [Out("out", made, sync=True)])
    p.write(flow, "target", "N M D")


@case(
    {"rows": [(1, "x"), (2, "y")]},
    {"one": [(1, "x"), (2, "y")], "two": [(2,), (1,)], "rc_variable": [(2,)]},
)
def multicast_gives_every_row_twice_and_row_count_counts_them(p: Package) -> None:
    flow = p.read("rows", "ID:i4 NAME:wstr(5)")
    (flow,) = p.component("rc", "RowCount", {"VariableName": "User::Count"}, [(flow, [])], [Out("out", sync=True)])
    one, two = p.component("mc", "Multicast", {}, [(flow, [])], [Out("o1", sync=True), Out("o2", sync=True)])
    p.write(one, "one")
    p.write(two, "two", "ID")


@case(
    {
        "stage": [("k1", "Ann", "Oslo"), ("k2", "Bob", "Rome"), ("k3", "Cid", "Bonn"), ("k4", "Dan", "Kiew")],
        "scd_dimension": [("k1", "Ann", "Oslo"), ("k2", "Rob", "Rome"), ("k3", "Sid", "Bern")],
    },
    {"fresh": [("k4",)], "renamed": [("k2",), ("k3",)], "moved": [("k3",)], "same": [("k1",)]},
)
def a_slowly_changing_dimension_sends_a_row_wherever_it_changed(p: Package) -> None:
    """Slowly Changing Dimension: k3 changed an attribute of either kind and goes to both outputs."""
    flow = p.read("stage", "K:wstr(5) NAME:wstr(9) CITY:wstr(9)")
    uses = [
        Use("K", {"ColumnType": "1"}, "BK"),
        Use("NAME", {"ColumnType": "2"}, "NAME"),
        Use("CITY", {"ColumnType": "3"}, "CITY"),
    ]
    names = ("Unchanged Output", "New Output", "Fixed Attribute Output", "Changing Attribute Updates Output")
    names += ("Historical Attribute Inserts Output", "Inferred Member Updates Output")
    properties = {"SqlCommand": "SELECT BK, NAME, CITY FROM dbo.dim", "CurrentRowWhere": "[EndDate] IS NULL"}
    outs = [Out(name, sync=True) for name in names]
    same, fresh, _, renamed, moved, _ = p.component("scd", "SCD", properties, [(flow, uses)], outs)
    for flow, name in ((same, "same"), (fresh, "fresh"), (renamed, "renamed"), (moved, "moved")):
        p.write(flow, name, "K")


@case(
    {"sales": [("Kate", "Ham", 2), ("Kate", "Soda", 6), ("Fred", "Milk", 3)]},
    {"target": [("Kate", 2, 6), ("Fred", None, None)]},
)
def pivot_makes_columns_of_the_values_named(p: Package) -> None:
    flow = p.read("sales", "CUST:wstr(9) PRODUCT:wstr(9) QTY:i4")
    uses = [Use("CUST", {"PivotUsage": "1"}), Use("PRODUCT", {"PivotUsage": "2"}), Use("QTY", {"PivotUsage": "3"})]
    made = [
        Made("CUST", "wstr(9)", {"SourceColumn": "{CUST}", "PivotKeyValue": ""}),
        Made("HAM", "i4", {"SourceColumn": "{QTY}", "PivotKeyValue": "Ham"}),
        Made("SODA", "i4", {"SourceColumn": "{QTY}", "PivotKeyValue": "Soda"}),
    ]
    (flow,) = p.component("pv", "Pivot", {}, [(flow, uses)], [Out("out", made)])
    p.write(flow, "target")


@case(
    {"sheet": [("Kate", 2, 6), ("Fred", None, 4)]},
    {"target": [("Kate", "Ham", 2), ("Kate", "Soda", 6), ("Fred", "Soda", 4)]},
    layouts=(8,),
)
def unpivot_gives_a_row_for_each_value_that_is_there(p: Package) -> None:
    flow = p.read("sheet", "CUST:wstr(9) HAM:i4 SODA:i4")
    base = "#{Package\\Load\\up.Outputs[out].Columns"
    uses = [
        Use("CUST", {"DestinationColumn": f"{base}[CUST]}}", "PivotKeyValue": ""}),
        Use("HAM", {"DestinationColumn": f"{base}[QTY]}}", "PivotKeyValue": "Ham"}),
        Use("SODA", {"DestinationColumn": f"{base}[QTY]}}", "PivotKeyValue": "Soda"}),
    ]
    made = [Made("CUST", "wstr(9)"), Made("PRODUCT", "wstr(9)", {"PivotKey": "true"}), Made("QTY", "i4")]
    (flow,) = p.component("up", "Unpivot", {}, [(flow, uses)], [Out("out", made)])
    p.write(flow, "target")


@case(
    {"rows": [(1, "new"), (3, "none")]},
    {"cmd": [("new", 1), ("old2", 2)]},
    before={"cmd": [("old", 1), ("old2", 2)]},
)
def an_update_for_each_row_changes_the_rows_of_its_key(p: Package) -> None:
    """OLE DB Command: the parameters stand in the order of the external columns; a missing row is not added."""
    flow = p.read("rows", "ID:i4 NAME:wstr(9)")
    uses = [Use("NAME", {}, "Param_0"), Use("ID", {}, "Param_1")]
    properties = {"SqlCommand": "UPDATE [dbo].[t] SET [NAME] = ? WHERE [ID] = ?"}
    p.component("cmd", "OLEDBCommand", properties, [(flow, uses)], [Out("out", sync=True)])


@case(
    {"rows": [(1, "x"), (2, "y")], "more": [(1, "z")]},
    {"target": [(1, "x", "z"), (2, "y", None)]},
)
def columns_of_one_name_are_kept_apart_by_lineage(p: Package) -> None:
    """Both inputs have a column NAME; the join gives both, and a Derived Column adds a third."""
    left, right = p.read("rows", "ID+1:i4 NAME:wstr(5)"), p.read("more", "ID+1:i4 NAME:wstr(5)")
    (right,) = p.component(
        "dc", "DerivedColumn", {}, [(right, [Use("NAME")])],
        [Out("out", [Made("NAME", "wstr(5)", {"Expression": "{NAME}"})], sync=True)],
    )  # fmt: skip
    inner = right.columns[-1]
    made = [
        Made("ID", "i4", {"InputColumnID": "{input ID}"}),
        Made("NAME", "wstr(5)", {"InputColumnID": "{input NAME}"}),
        Made("NAME2", "wstr(5)", {"InputColumnID": f"#{inner.lineage}" if p.is_old else f"#{{{inner.lineage}}}"}),
    ]
    second = type(right)(right.port, (right.columns[0], inner))
    inputs = [(left, [Use("ID"), Use("NAME")]), (second, [Use("ID"), Use("NAME")])]
    (flow,) = p.component("mj", "MergeJoin", {"JoinType": "1", "NumKeyColumns": "1"}, inputs, [Out("out", made)])
    p.write(flow, "target")
