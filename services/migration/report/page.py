"""What the HTML reports share: a page that stands alone, figures, tables. No script, nothing loaded from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from importlib import resources
from string import Template
from zlib import crc32

from services.migration.report.model import EffortEstimate

OUTCOMES = {"auto_converted": "converted", "needs_review": "to review", "manual_required": "by hand"}
"""What is left to do with an object → how charts call it."""
OUTCOME_CLASSES = {"converted": "good", "to review": "fair", "by hand": "poor"}
STATUS_CLASSES = {"completed": "good", "with warnings": "fair", "to finish by hand": "poor", "not read": "none"}
EFFORT = {"base": "base", "review": "review", "llm": "model", "testing": "testing", "integration": "integration"}
"""Part of the effort → how reports call it."""
MARKED = {
    **dict.fromkeys(("error", "to finish by hand", "not read", "wrong"), "poor"),
    **dict.fromkeys(("warning", "with warnings"), "fair"),
    **dict.fromkeys(("completed", "accepted", "edited"), "good"),
    "info": "c0",
}
"""Cells that have a colour beside their word."""
LONG = re.compile(r"\S{16,}")  # a word that may be broken, behind these signs
BREAKS = re.compile(r"(?<=[_/.:\\])(?=\w)")
ROWS_SHOWN = 30


def page(title: str, subtitle: str, sections: Iterable[tuple[str, str]]) -> str:
    """The whole document; `sections` are headings, which are escaped here, and HTML."""
    return "".join(page_parts(title, subtitle, sections))


def page_parts(title: str, subtitle: str, sections: Iterable[tuple[str, str]]) -> Iterator[str]:
    """The document piece by piece, for pages too large to hold."""
    folder = resources.files("services.migration.report")
    template = Template(folder.joinpath("report.html").read_text("utf-8"))
    style = folder.joinpath("report.css").read_text("utf-8")
    whole = template.substitute(title=escape(title), subtitle=escape(subtitle), style=style, sections="\0")
    before, after = whole.split("\0")
    yield before
    for heading, body in sections:
        yield f"<section>\n<h2>{escape(heading)}</h2>\n{body}\n</section>\n" if heading else body
    yield after


def moment(at: str) -> str:
    """RFC 3339 in UTC as people read it, to the minute: `2026-01-31 12:00 UTC`."""
    return f"{at[:10]} {at[11:16]} UTC" if at.endswith("Z") and len(at) > 16 else at


def figures(named: Iterable[tuple[str, str]]) -> str:
    """Numbers with their names, as large text."""
    cells = "\n".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in named)
    return f"<dl>\n{cells}\n</dl>"


def effort_parts(effort: EffortEstimate) -> dict[str, float]:
    """Hours by the name that a reader knows them by."""
    return {shown: getattr(effort, f"{name}_hours") for name, shown in EFFORT.items()}


def table(heads: Sequence[str], rows: Iterable[Sequence[object]], empty: str) -> str:
    """A table; on a narrow screen, a card for each row. What is beyond ROWS_SHOWN rows is folded."""
    cells = [[str(cell).replace("\0", " ") for cell in row] for row in rows]
    if not cells:
        return f"<p>{escape(empty)}</p>"
    said = [at for at in range(len(heads)) if any(row[at] for row in cells)]  # a column of nothing takes room
    heads, cells = [heads[at] for at in said], [[row[at] for at in said] for row in cells]
    numeric = [all(_is_number(row[at]) for row in cells) for at in range(len(heads))]
    shown = _table(heads, cells[:ROWS_SHOWN], numeric)
    rest = len(cells) - ROWS_SHOWN
    return shown + (folded(f"{rest:,} more", _table(heads, cells[ROWS_SHOWN:], numeric)) if rest > 0 else "")


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[bool]) -> str:
    head = "".join(f"<th{_class(name, number)}>{escape(name)}" for name, number in zip(heads, numeric, strict=True))
    lines = [
        "".join(f"<td{_class(cell, number)}>{_text(cell)}" for cell, number in zip(row, numeric, strict=True))
        for row in rows
    ]
    body = "\n".join(f"<tr>{line}" for line in lines)
    name = f"t{crc32(chr(0).join(heads).encode()):08x}"
    return (
        f'<div class="scroll"><style>{_labels(name, heads)}</style><table class="{name}"><thead><tr>{head}</thead>\n'
        f"<tbody>\n{body}\n</tbody></table></div>"
    )


def _labels(name: str, heads: Sequence[str]) -> str:
    """Rules that put each head before its cells where rows are cards; written once a table, not once a cell."""
    rules = (
        f'.{name} td:nth-child({number})::before{{content:"{head}"}}' for number, head in enumerate(heads, 1) if head
    )
    return f"@media screen and (max-width: 45rem) {{ {' '.join(rules)} }}"


def _class(cell: str, is_number: bool) -> str:
    if is_number:
        return " class=n"
    return f" class={MARKED[cell]}" if cell in MARKED else ""


def _text(cell: str) -> str:
    """The cell escaped; a long name may be broken behind `_`, `/`, `.` and `:`."""
    parts = LONG.sub(lambda word: BREAKS.sub("\0", word[0]), cell)
    return escape(parts).replace("\0", "<wbr>")


def _is_number(cell: str) -> bool:
    return not cell or cell.replace(".", "", 1).replace(",", "").isdigit()


def drawing(svg: str, caption: str = "") -> str:
    """An SVG with what it shows under it."""
    under = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
    return f'<figure><div class="scroll">{svg}</div>{under}</figure>'


def folded(summary: str, body: str) -> str:
    """What is shown only when asked for; printed whole."""
    return f"<details><summary>{escape(summary)}</summary>\n{body}\n</details>\n"


def beside(left: str, right: str) -> str:
    """Two texts beside each other; one above the other on a narrow screen."""
    return f'<div class="beside"><pre>{escape(left)}</pre><pre>{escape(right)}</pre></div>'
