"""A comparison as one HTML page that stands alone: no script, nothing loaded from elsewhere, every text escaped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from importlib import resources
from string import Template

from services.parity.result import ColumnFigures, Comparison, Sample, Text

HEADS = ("Column", "Compared as", "Differing", "Why", "Nulls", "Distinct", "Smallest", "Largest", "Sum", "Mean")
SAMPLE_HEADS = ("Kind", "Key", "Column", "Left", "Right", "Why")


def to_html(found: Comparison) -> str:
    """The page. The largest share of differing values has the longest bar."""
    template = Template(resources.files("services.parity").joinpath("report.html").read_text("utf-8"))
    return template.substitute(
        left=escape(found.left),
        right=escape(found.right),
        verdict="equal" if found.equal else "different",
        figures=_figures(found),
        schema=_schema(found),
        columns=_table(HEADS, [_column(each, found) for each in found.columns], "No column."),
        samples=_table(SAMPLE_HEADS, [row for each in found.samples for row in _sample(each)], "No difference."),
        warnings=_list(found.warnings) or "<p>None.</p>",
        keys=escape(", ".join(found.keys)) or "none; rows are compared as a multiset",
    )


def _figures(found: Comparison) -> str:
    figures = (
        ("Rows left", found.row_count_left),
        ("Rows right", found.row_count_right),
        ("Only left", found.only_left),
        ("Only right", found.only_right),
        ("Differing", found.differing),
        ("Rows of duplicate keys", found.duplicate_rows),
    )
    return "".join(f"<div><dt>{name}</dt><dd>{count:,}</dd></div>" for name, count in figures)


def _schema(found: Comparison) -> str:
    diff = found.schema_diff
    lines = [f"On the left alone: {name}" for name in diff.only_left]
    lines += [f"On the right alone: {name}" for name in diff.only_right]
    lines += [f"{name}: {left} on the left, {right} on the right" for name, left, right in diff.types]
    lines += [f"{left} on the left is {right} on the right" for left, right in diff.case]
    lines += ["The columns are in another order."] if diff.order_differs else []
    return _list(lines) or "<p>The same columns.</p>"


def _list(lines: Iterable[str]) -> str:
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<ul>{items}</ul>" if items else ""


def _column(each: ColumnFigures, found: Comparison) -> tuple[str, ...]:
    most = max((one.differing for one in found.columns), default=0)
    bar = f'<meter min="0" max="{most}" value="{each.differing}"></meter> ' if each.differing else ""
    why = ", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in each.reasons.items())
    return (
        escape(each.column) + (" <small>key</small>" if each.key else ""),
        escape(each.compared_as),
        f"{bar}{each.differing:,}",
        escape(why),
        _both(f"{each.nulls[0]:,}", f"{each.nulls[1]:,}"),
        _both(f"{each.distinct[0]:,}", f"{each.distinct[1]:,}"),
        _both(_value(each.smallest[0]), _value(each.smallest[1])),
        _both(_value(each.largest[0]), _value(each.largest[1])),
        _both(_number(each.sums[0]), _number(each.sums[1])),
        _both(_number(each.means[0]), _number(each.means[1])),
    )


def _both(left: str, right: str) -> str:
    return left if left == right else f"<mark>{left}<br>{right}</mark>"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.15g}"


def _value(value: Text) -> str:
    """Blanks stay visible: values are in boxes of their own."""
    return "<i>null</i>" if value is None else f"<code>{escape(value)}</code>"


def _sample(sample: Sample) -> Iterator[tuple[str, ...]]:
    kind = escape(sample.kind.replace("_", " "))
    key = ", ".join(f"{escape(name)} = {_value(value)}" for name, value in sample.key.items())
    if sample.kind == "duplicate_key":
        yield kind, key, "", f"{sample.times[0]} times", f"{sample.times[1]} times", ""
    for name in sample.left or sample.right:
        cells = [_value(side[name]) if name in side else "" for side in (sample.left, sample.right)]
        yield kind, key, escape(name), *cells, escape(sample.why.get(name, "").replace("_", " "))


def _table(heads: tuple[str, ...], rows: list[tuple[str, ...]], nothing: str) -> str:
    """Cells are HTML already. Each names its head, which narrow screens show beside it."""
    if not rows:
        return f"<p>{nothing}</p>"
    head = "".join(f"<th>{name}</th>" for name in heads)
    body = "".join(
        "<tr>" + "".join(f'<td data-head="{name}">{cell}</td>' for name, cell in zip(heads, row, strict=True)) + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
