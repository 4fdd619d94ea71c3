"""Charts and lineage as inline SVG: no script, every text escaped, colours that hold in light and dark."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from services.migration.wording import counted

ROW = 22  # pixels
LABEL = 34  # characters of a name that are shown; the whole name is in its title
BOX = 290
GAP = 180


def bars(rows: Mapping[str, float], unit: str = "", classes: Mapping[str, str] | None = None) -> str:
    """A bar for each row, the longest as wide as the chart."""
    most = max(rows.values(), default=0) or 1
    lines = []
    for number, (name, value) in enumerate(rows.items()):
        top = number * ROW
        width = round(300 * value / most, 1)
        style = escape((classes or {}).get(name, "c0"))
        shown = f"{value:,g}{unit}"
        lines.append(
            f'<text x="150" y="{top + 15}" text-anchor="end">{_short(name.replace("_", " "), 24)}</text>'
            f'<rect class="{style}" x="158" y="{top + 3}" width="{width}" height="15" rx="2"/>'
            f'<text x="{164 + width}" y="{top + 15}">{escape(shown)}</text>'
        )
    return _svg(
        540, len(rows) * ROW + 4, "".join(lines), ", ".join(f"{name} {value:g}" for name, value in rows.items())
    )


def stack(parts: Mapping[str, float], classes: Mapping[str, str]) -> str:
    """One bar of all parts, with a legend."""
    whole = sum(parts.values()) or 1
    left, lines = 0.0, []
    for name, value in parts.items():
        width = 520 * value / whole
        lines.append(f'<rect class="{escape(classes[name])}" x="{left:.1f}" y="2" width="{width:.1f}" height="20"/>')
        left += width
    for number, (name, value) in enumerate(parts.items()):
        top = 30 + number * 17
        share = f"{name.replace('_', ' ')} {value:g} ({100 * value / whole:.0f} %)"
        lines.append(
            f'<rect class="{escape(classes[name])}" x="0" y="{top}" width="10" height="10"/>'
            f'<text x="16" y="{top + 9}">{escape(share)}</text>'
        )
    return _svg(
        540, 32 + len(parts) * 17, "".join(lines), ", ".join(f"{name} {value:g}" for name, value in parts.items())
    )


def links(pairs: Iterable[tuple[str, str, str]]) -> str:
    """Names on the left that feed names on the right, as curves; the third of each is the curve's class."""
    listed = list(pairs)
    left = {name: number for number, name in enumerate(dict.fromkeys(one for one, _, _ in listed))}
    right = {name: number for number, name in enumerate(dict.fromkeys(two for _, two, _ in listed))}
    height = max(len(left), len(right)) * ROW + 6
    offsets = [(height - 6 - len(side) * ROW) / 2 for side in (left, right)]
    lines = []
    for one, two, style in listed:
        y1 = offsets[0] + left[one] * ROW + 11
        y2 = offsets[1] + right[two] * ROW + 11
        x1, x2, mid = BOX, BOX + GAP, BOX + GAP / 2
        lines.append(f'<path class="{escape(style)}" d="M{x1} {y1:g} C{mid} {y1:g} {mid} {y2:g} {x2} {y2:g}"/>')
    for side, x, offset in ((left, 0, offsets[0]), (right, BOX + GAP, offsets[1])):
        lines += [_box(name, x, offset + number * ROW) for name, number in side.items()]
    return _svg(2 * BOX + GAP + 2, height, "".join(lines), f"{len(left)} on the left feed {len(right)} on the right")


def columns(waves: Sequence[Sequence[str]], edges: Iterable[tuple[str, str]]) -> str:
    """Waves from left to right, with an arrow from each pipeline to those that wait for it."""
    place = {
        name: (number * (BOX + GAP // 2), row * (ROW + 4))
        for number, wave in enumerate(waves)
        for row, name in enumerate(wave)
    }
    height = max((len(wave) for wave in waves), default=0) * (ROW + 4) + 24
    lines = []
    for one, two in edges:
        (x1, y1), (x2, y2) = place[one], place[two]
        x1, y1, y2 = x1 + BOX, y1 + 31, y2 + 31
        mid = (x1 + x2) / 2
        lines.append(f'<path class="copied" d="M{x1} {y1} C{mid:g} {y1} {mid:g} {y2} {x2} {y2}"/>')
    lines += [
        f'<text x="{number * (BOX + GAP // 2)}" y="13" class="head">wave {number + 1}</text>'
        for number in range(len(waves))
    ]
    lines += [_box(name, x, y + 20) for name, (x, y) in place.items()]
    width = max(1, len(waves)) * (BOX + GAP // 2) - GAP // 2 + 2
    return _svg(width, height, "".join(lines), f"{counted(len(place), 'pipeline')} in {counted(len(waves), 'wave')}")


def _box(name: str, x: float, y: float) -> str:
    return (
        f'<g><title>{escape(name)}</title><rect class="box" x="{x}" y="{y + 1:g}" width="{BOX}" height="19" rx="3"/>'
        f'<text x="{x + 7}" y="{y + 15:g}">{_short(name, LABEL)}</text></g>'
    )


def _short(text: str, most: int) -> str:
    return escape(text if len(text) <= most else f"{text[: most // 2 - 1]}…{text[-(most // 2) :]}")


def _svg(width: float, height: float, inner: str, described: str) -> str:
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" role="img" '
        f'aria-label="{escape(described)}">{inner}</svg>'
    )
