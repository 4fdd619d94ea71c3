"""What the HTML reports share: a page that stands alone, figures, tables. No script, nothing loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from importlib import resources
from string import Template

OUTCOME_CLASSES = {"auto_converted": "good", "needs_review": "fair", "manual_required": "poor"}
STATUS_CLASSES = {"completed": "good", "completed_with_warnings": "fair", "failed": "poor"}


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


def figures(named: Iterable[tuple[str, str]]) -> str:
    """Numbers with their names, as large text."""
    cells = "\n".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in named)
    return f"<dl>\n{cells}\n</dl>"


def table(heads: Sequence[str], rows: Iterable[Sequence[object]], empty: str) -> str:
    """A table that scrolls within itself where it is wider than the page."""
    lines = ["".join(f"<td>{escape(str(cell))}</td>" for cell in row) for row in rows]
    if not lines:
        return f"<p>{escape(empty)}</p>"
    head = "".join(f"<th>{escape(name)}</th>" for name in heads)
    body = "\n".join(f"<tr>{line}</tr>" for line in lines)
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>'


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
