"""A macro's actions carried out for one caller: its answers put into the tools' configurations.

Source: Designer Help, "Action Tool", "Condition Tool"; the forms from real macros. What an action does that is not
known here is a reason not to inline the macro.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from services.migration.parsers.alteryx.destination import Destination, resolve, tool_of
from services.migration.parsers.alteryx.evaluate import NotEvaluated, evaluate, is_true
from services.migration.parsers.alteryx.macros import Macro, configuration, nodes
from services.migration.parsers.alteryx.questions import Answers, NotApplied, asked_by
from services.migration.parsers.alteryx.raw import child
from services.migration.parsers.elements import Element, stream
from services.migration.parsers.encoding import XmlText
from services.migration.parsers.errors import ExportError

CHECKS = frozenset({"Error", "Message"})
"""Actions that only tell the user something."""
_CONSTANT = re.compile(
    r"\[\s{0,9}(Question|User)\.([^\]\r\n]{1,200})\]|%(Question|User)\.([^%\r\n]{1,200})%", re.IGNORECASE
)
_WIRE = re.compile(r"\[\s{0,9}(#\d{1,6})\s{0,9}\]")
_INPUT = "{{INPUT}}"


@dataclass(frozen=True, slots=True)
class _Change:
    action: Element
    place: Destination
    names: Mapping[str, str]


def apply(macro: Macro, answers: Answers) -> None:
    """Changes the macro's document. Raises NotApplied where an action or an answer cannot be put in.

    All destinations are found before the first of them changes. An action of a tool that is gone does nothing.
    """
    by_id = {node.get("ToolID"): node for node in nodes(macro.document)}
    actions = child(macro.runtime, "Actions")
    chosen = [each for each in _chosen(actions, macro, answers) if tool_of(_text(each, "Destination")) in by_id]
    for change in [_change(each, macro, answers, by_id) for each in chosen]:
        _DO[_text(change.action, "Type")](change, answers)
    for node in by_id.values():
        _fill(node, macro, answers)


def _chosen(branch: Element | None, macro: Macro, answers: Answers) -> Iterator[Element]:
    """The actions that run, by the conditions they stand under."""
    for each in branch.children if branch else ():
        if each.tag == "Action":
            if _text(each, "Type") not in CHECKS:
                yield each
        elif each.tag in ("Condition", "NoCondition"):
            holds = each.tag == "NoCondition" or _holds(each, macro, answers)
            yield from _chosen(child(each, "True" if holds else "False"), macro, answers)


def _holds(condition: Element, macro: Macro, answers: Answers) -> bool:
    text = _text(condition, "Expression")
    names = {**answers.named, **asked_by(macro, _tool(condition), answers)}
    try:
        return is_true(_filled(text, answers), names)
    except NotEvaluated as reason:
        raise NotApplied(f"its condition {text[:100]!r} is not evaluated here ({reason})") from reason


def _change(action: Element, macro: Macro, answers: Answers, by_id: Mapping[str, Element]) -> _Change:
    kind, path = _text(action, "Type"), _text(action, "Destination")
    if kind not in _DO:
        raise NotApplied(f"it has an action of the kind {kind or '(none)'}, which is not carried out here")
    place = resolve(path, by_id[tool_of(path)])
    if place is None:
        raise NotApplied(f"an action changes {path[:100]!r}, which its tools do not have")
    wired = asked_by(macro, _tool(action), answers)
    first = next(iter(wired.values()), None)
    names = {**answers.named, **wired, **({"#1": first} if first is not None and "#1" not in wired else {})}
    return _Change(action, place, names)


def _update(change: _Change, answers: Answers) -> None:
    """Update Value: the answer itself, or an expression; in place of all of the old value or of a part of it."""
    action = change.action
    if _text(action, "Mode") == "Expression":
        _formula(change, answers)
        return
    variable = _text(action, "Variable").lower() or "#1"
    if variable not in change.names:
        raise NotApplied(f"an action takes the answer {variable!r}, which no question gives")
    value = change.names[variable]
    replaces = child(action, "Replace")
    if replaces and replaces.get("value").lower() == "true":
        old = child(action, "ReplaceText")
        if old and old.text:
            held = change.place.value
            answers.take(held.count(old.text) * len(value))
            value = held.replace(old.text, value)
    answers.take(len(value))
    change.place.put(value)


def _formula(change: _Change, answers: Answers) -> None:
    text = _evaluated(change, answers)
    answers.take(len(text))
    change.place.put(text)


def _xml(change: _Change, answers: Answers) -> None:
    """Update Raw XML: the place's content, or the place itself, becomes what the expression writes."""
    text = _evaluated(change, answers)
    answers.take(len(text))
    outer = child(change.action, "OuterXml")
    found: list[Element] = []
    try:
        stream(
            XmlText(f"<xml>{text}</xml>".encode(), "UTF-8"), "", (), lambda _, each: found.append(each), with_text=True
        )
    except ExportError as error:
        raise NotApplied(f"an action writes what is no XML: {text[:100]!r}") from error
    made = list(found[0].children)
    for each in _below(made):
        each.line = change.place.element.line
    change.place.replace(made, outer=bool(outer and outer.get("value").lower() == "true"))
    if not made and not outer:
        change.place.element.text = found[0].text


_DO: Mapping[str, Callable[[_Change, Answers], None]] = {
    "UpdateValue": _update,
    "UpdateValueFormula": _formula,
    "Dynamic": _formula,
    "UpdateRawXml": _xml,
}


def _evaluated(change: _Change, answers: Answers) -> str:
    text = _text(change.action, "Expression")
    if text == _INPUT and "#1" in change.names:
        return change.names["#1"]
    try:
        names = {**change.names, "destination": change.place.value}
        return evaluate(_filled(text.replace(_INPUT, "[#1]"), answers), names)
    except NotEvaluated as reason:
        raise NotApplied(f"its action {text[:100]!r} is not evaluated here ({reason})") from reason


def _fill(node: Element, macro: Macro, answers: Answers) -> None:
    """Answers that a tool's own texts ask for: constants, and the questions wired to it."""
    asked = asked_by(macro, node.get("ToolID"), answers)
    held = configuration(node)
    for element in _below([held] if held else []):
        element.text = _filled(element.text, answers, asked)
        if any("[" in value or "%" in value for value in element.attributes.values()):
            element.attributes = {key: _filled(value, answers, asked) for key, value in element.attributes.items()}


def _filled(text: str, answers: Answers, asked: Mapping[str, str] | None = None) -> str:
    if "[" not in text and "%" not in text:
        return text

    def constant(match: re.Match[str]) -> str:
        known = answers.constants.get(((match[1] or match[3]).lower(), (match[2] or match[4]).strip().lower()))
        if known is None:
            return match[0]
        value, is_number = known
        answers.take(len(value))
        return value if match[3] or (is_number and value.strip()) else literal(value)

    def wired(match: re.Match[str]) -> str:
        if not asked or match[1] not in asked:
            return match[0]
        answers.take(len(asked[match[1]]))
        return literal(asked[match[1]])

    return _WIRE.sub(wired, _CONSTANT.sub(constant, text))


def literal(value: str) -> str:
    """A text as an expression writes it. Raises NotApplied where it holds both kinds of quotes."""
    for quote in ("'", '"'):
        if quote not in value:
            return f"{quote}{value}{quote}"
    raise NotApplied(f"the answer {value[:60]!r} holds both kinds of quotation marks")


def _below(elements: list[Element]) -> Iterator[Element]:
    waiting = list(elements)
    while waiting:
        element = waiting.pop()
        yield element
        waiting.extend(element.children)


def _text(element: Element, tag: str) -> str:
    found = child(element, tag)
    return found.text.strip() if found else ""


def _tool(element: Element) -> str:
    found = child(element, "ToolId")
    return found.get("value") if found else ""
