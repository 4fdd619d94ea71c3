"""Pivots, character maps and computed columns of what packages do more rarely, with the rows that they give."""

from __future__ import annotations

from decimal import Decimal

from benchmarks.ssis_package import Made, Out, Package, Use
from tests.migration.flows.ssis.corners import CODES, IGNORED, REDIRECTED
from tests.migration.flows.ssis.sheet import case

REPLACED = {"usageType": "readWrite"}


@case(
    {"src": [(1, Decimal("10.50"), "2.345"), (2, None, "x")]},
    {"target": [(1, Decimal("21.00"), Decimal("2.35"))], "bad": [(2,)]},
    layouts=(2, 3, 6, 8),
)
def numbers_with_decimals_are_computed_and_converted(p: Package) -> None:
    flow = p.read("src", "ID:i4 M:numeric(18,2) T:wstr(9)")
    made = [Made("X", "numeric(18,2)", {"Expression": "{M} * 2"}, {"truncationRowDisposition": "IgnoreFailure"})]
    (flow,) = p.component("dc", "DerivedColumn", {}, [(flow, [Use("M")])], [Out("out", made, sync=True)])
    made = [Made("N", "numeric(9,2)", {"SourceInputColumnLineageID": "{T}"}, REDIRECTED)]
    outs = [Out("out", made, sync=True), Out("e", CODES, sync=True, error=True)]
    good, bad = p.component("cv", "DataConvert", {}, [(flow, [Use("T")])], outs)
    p.write(good, "target", "ID X N")
    p.write(bad, "bad", "ID")


@case({"src": [("12", "ab")]}, {"target": [(12, "ab")]})
def properties_may_be_spelled_as_the_documentation_spells_them(p: Package) -> None:
    """Transformation Custom Properties: SourceInputColumnLineageId, copyColumnId, SortColumnID."""
    flow = p.read("src", "A:wstr(9) B:wstr(9)")
    made = [Made("N", "i4", {"SourceInputColumnLineageId": "{A}"})]
    (flow,) = p.component("cv", "DataConvert", {}, [(flow, [Use("A")])], [Out("out", made, sync=True)])
    made = [Made("C", "wstr(9)", {"copyColumnId": "{B}"})]
    (flow,) = p.component("cc", "CopyColumn", {}, [(flow, [Use("B")])], [Out("out", made, sync=True)])
    uses = [Use("N", {"NewSortKeyPosition": "1"}), Use("C", {"NewSortKeyPosition": "0"})]
    made = [Made(name, kind, {"SortColumnID": f"{{{name}}}"}) for name, kind in (("N", "i4"), ("C", "wstr(9)"))]
    (flow,) = p.component("s", "Sort", {}, [(flow, uses)], [Out("out", made)])
    p.write(flow, "target")


@case({"src": [("aB", "cD", "eF")]}, {"target": [("aB", "cd", "eF", "AB", "ab")]})
def characters_are_mapped_by_number_or_by_flag(p: Package) -> None:
    """Character Map: 0 and 1 are lower and upper case; a column that is only read stays as it is."""
    flow = p.read("src", "A:wstr(3) B:wstr(3) C:wstr(3)")
    uses = [Use("A"), Use("B", {"MapFlags": "0"}, attributes=REPLACED), Use("C", {"MapFlags": "0"})]
    made = [
        Made("U", "wstr(3)", {"InputColumnLineageId": "{A}", "MapFlags": "1"}),
        Made("L", "wstr(3)", {"InputColumnLineageID": "{A}", "MapFlags": "256"}),
    ]
    (flow,) = p.component("cm", "CharacterMap", {}, [(flow, uses)], [Out("out", made, sync=True)])
    p.write(flow, "target")


def pivoted(p: Package, columns: str, usage: dict[str, str], made: list[Made], layout: str = "") -> None:
    flow = p.read("src", columns)
    uses = [Use(name, {"PivotUsage": use}) for name, use in usage.items()]
    (flow,) = p.component("pv", "Pivot", {}, [(flow, uses)], [Out("out", made)])
    p.write(flow, "target", layout)


@case(
    {"src": [(1, "2023-01-01", 5), (1, "2024-01-31", 6), (2, "2024-01-31", 7)]}, {"target": [(1, 5, 6), (2, None, 7)]}
)
def a_pivot_by_dates_reads_them_as_the_designer_writes_them(p: Package) -> None:
    made = [
        Made("K", "i4", {"SourceColumn": "{K}"}),
        Made("OLD", "i4", {"SourceColumn": "{V}", "PivotKeyValue": "2023-01-01 00:00:00"}),
        Made("NEW", "i4", {"SourceColumn": "{V}", "PivotKeyValue": "1/31/2024"}),
        Made("NONE", "i4", {"SourceColumn": "-1"}),
    ]
    pivoted(p, "K:i4 DAY:dbTimeStamp V:i4", {"K": "1", "DAY": "2", "V": "3"}, made, "K OLD NEW")


@case(
    {"src": [(1, "a", "n1", "x", 5), (1, "a", "n1", "y", 6), (2, "b", "n2", "x", 7), (None, "b", "n3", "y", 8)]},
    {"target": [("n1", 5, 6), ("n2", 7, None), ("n3", None, 8)]},
)
def a_pivot_groups_by_keys_that_it_does_not_give(p: Package) -> None:
    """Pivot: rows of one set key are one row, whether or not the key is output; K is the name of another column."""
    made = [
        Made("NAME", "wstr(3)", {"SourceColumn": "{N}"}),
        Made("K", "i4", {"SourceColumn": "{V}", "PivotKeyValue": "x"}),
        Made("Y", "i4", {"SourceColumn": "{V}", "PivotKeyValue": "y"}),
    ]
    pivoted(p, "K:i4 L:wstr(3) N:wstr(3) P:wstr(3) V:i4", {"K": "1", "L": "1", "N": "0", "P": "2", "V": "3"}, made)


@case({"src": [(1, True, 5), (1, False, 6)]}, {"target": [(1, 5, 6)]})
def a_pivot_by_a_truth_value(p: Package) -> None:
    made = [
        Made("K", "i4", {"SourceColumn": "{K}"}),
        Made("YES", "i4", {"SourceColumn": "{V}", "PivotKeyValue": "True"}),
        Made("NO", "i4", {"SourceColumn": "{V}", "PivotKeyValue": "False"}),
    ]
    pivoted(p, "K:i4 B:bool V:i4", {"K": "1", "B": "2", "V": "3"}, made)


@case({"src": [(1, "a"), (2, "z")], "lk_reference": [("a", "new")]}, {"target": [(1, "new"), (2, None)]})
def a_lookup_may_replace_a_column_with_what_it_finds(p: Package) -> None:
    """Lookup: where nothing is found and that is ignored, the column that is replaced is null."""
    flow = p.read("src", "ID:i4 C:wstr(5)")
    uses = [Use("C", {"JoinToReferenceColumn": "C", "CopyFromReferenceColumn": "T"}, attributes=REPLACED)]
    outs = [Out("match", (), {}, True, attributes=IGNORED)]
    (flow,) = p.component("lk", "Lookup", {"SqlCommand": "SELECT C, T FROM d"}, [(flow, uses)], outs)
    p.write(flow, "target")


@case(
    {"doc_order": [(1, "Ann"), (2, "Bob")], "doc_line": [("a", 1), ("b", 2)]},
    {"orders": [(1, "Ann"), (2, "Bob")], "lines": [("a",), ("b",)]},
)
def a_document_gives_an_output_for_each_repeated_element(p: Package) -> None:
    """XML Source: each output holds the rows of one element, named by its RowsetID."""
    outs = [
        Out("order", [Made("id", "i4"), Made("name", "wstr(9)")], {"RowsetID": "order"}),
        Out("line", [Made("sku", "wstr(9)"), Made("order_Id", "ui8")], {"RowsetID": "line"}),
    ]
    orders, lines = p.component("doc", "XmlSource", {"XMLData": "C:\\in.xml"}, outputs=outs)
    p.write(orders, "orders")
    p.write(lines, "lines", "sku")


def computed(p: Package, kind: str, text: str, disposition: str, *, replaces: bool = False) -> None:
    """A Derived Column over A and B, whose failures are ignored or redirected; `bad` takes its error output."""
    flow = p.read("src", "A:wstr(9) B:i4")
    stated = {"errorRowDisposition": disposition, "truncationRowDisposition": disposition}
    uses = [Use("A"), Use("B")]
    made = [Made("X", kind, {"Expression": text}, stated)]
    if replaces:
        uses, made = [Use("A", {"Expression": text}, attributes={**REPLACED, **stated}), Use("B")], []
    outs = [Out("out", made, sync=True), Out("e", CODES, sync=True, error=True)]
    good, bad = p.component("dc", "DerivedColumn", {}, [(flow, uses)], outs)
    p.write(good, "good", "A" if replaces else "X")
    p.write(bad, "bad", "A B")


@case(
    {"src": [("12", 1), ("x", 2), (None, 3), ("7", None)]},
    {"good": [(12,), (None,), (7,)], "bad": [("x", 2)]},
    layouts=(2, 8),
)
def a_computed_column_sends_what_fails_to_the_error_output(p: Package) -> None:
    """Error Handling in Data: a null is no error of a cast."""
    computed(p, "i4", "(DT_I4){A}", "RedirectRow")


@case(
    {"src": [("12", 1), ("x", 2), (None, 3), ("7", None), ("1", 0)]},
    {"good": [(12,), (None,), (None,)], "bad": [("x", 2), ("1", 0)]},
)
def a_calculation_that_fails_leaves_by_the_error_output(p: Package) -> None:
    computed(p, "i4", "(DT_I4){A} / {B}", "RedirectRow")


@case({"src": [("12", 1), ("x", 2), ("1", 0)]}, {"good": [(12,), (None,), (None,)], "bad": []})
def a_calculation_that_ignores_failures_is_null(p: Package) -> None:
    computed(p, "i4", "(DT_I4){A} / {B}", "IgnoreFailure")


@case({"src": [("ab", 1), ("abcdefgh", 2), (None, 3)]}, {"good": [("ab!!",), (None,)], "bad": [("abcdefgh", 2)]})
def a_text_that_becomes_too_long_leaves_by_the_error_output(p: Package) -> None:
    computed(p, "wstr(9)", '{A} + "!!"', "RedirectRow", replaces=True)


@case(
    {"src": [("2000000000", 4), ("5", 4), (None, 1), ("x", 1)]},
    {"good": [(20,), (None,)], "bad": [("2000000000", 4), ("x", 1)]},
)
def a_product_that_is_too_large_leaves_by_the_error_output(p: Package) -> None:
    """Integration Services Data Types in Expressions: a result too large for its type is an error."""
    computed(p, "i4", "(DT_I4){A} * {B}", "RedirectRow")


@case({"src": [("2147483647", 1), ("5", 4)]}, {"good": [(None,), (9,)], "bad": []})
def a_sum_that_is_too_large_is_null_where_failures_are_ignored(p: Package) -> None:
    computed(p, "i4", "(DT_I4){A} + {B}", "IgnoreFailure")
