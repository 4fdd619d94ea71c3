"""Damaged, hostile and very large exports: an ExportError or a tree with problems, never anything else."""

from __future__ import annotations

import pickle
import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.generate_powercenter import constructs, generate
from services.migration.ast import WorkflowAST
from services.migration.parsers import ExportError, parse
from tests.migration.parsers.samples import (
    QUALIFIER,
    SIMPLE,
    SOURCE,
    TARGET,
    codes,
    connector,
    edges,
    export,
    folder,
    instance,
    mapping,
    only_mapping,
    read,
    transformation,
)

SEEDS = [constructs()[name] for name in ("mapplet", "shortcuts", "session_overrides", "router", "user_function")]
PIECES = [
    b"<",
    b">",
    b'"',
    b"&",
    b"\0",
    b"\xff",
    b"</MAPPING>",
    b'NAME =""',
    b"<!ENTITY x 'y'>",
    b"<![CDATA[",
    b"-->",
    b"&#0;",
    b"<FOLDER>",
    b"\r\r\n",
    b'PRECISION ="-1"',
]


@st.composite
def _damaged(draw: st.DrawFn) -> bytes:
    """A small export with pieces cut out, doubled, replaced or moved."""
    data = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 400)))
        piece = draw(st.one_of(st.sampled_from(PIECES), st.just(data[start:end]), st.binary(max_size=8)))
        at = draw(st.sampled_from((start, end)))
        cut = draw(st.booleans())
        data = data[:start] + piece + data[end:] if cut else data[:at] + piece + data[at:]
    return data


@st.composite
def _rearranged(draw: st.DrawFn) -> bytes:
    """A well-formed export with elements left out, doubled, swapped, or with attributes changed."""
    lines = draw(st.sampled_from(SEEDS)).split(b"\n")
    for _ in range(draw(st.integers(1, 6))):
        single = [n for n, line in enumerate(lines) if line.rstrip().endswith(b"/>")]
        if not single:
            break
        here, there = draw(st.sampled_from(single)), draw(st.sampled_from(single))
        action = draw(st.sampled_from(("drop", "double", "swap", "rename", "empty")))
        if action == "drop":
            lines.pop(here)
        elif action == "double":
            lines.insert(there, lines[here])
        elif action == "swap":
            lines[here], lines[there] = lines[there], lines[here]
        elif action == "rename":
            lines[here] = lines[here].replace(b"NAME =", b"NOME =", 1)
        else:
            lines[here] = lines[here].split(b'"')[0] + b'"' + b'"'.join(lines[here].split(b'"')[2:])
    return b"\n".join(lines)


def _parsed(data: bytes) -> WorkflowAST | ExportError:
    try:
        return parse(data, "x.xml")
    except ExportError as error:
        return error


def _survives(data: bytes) -> WorkflowAST | None:
    tree = _parsed(data)
    if isinstance(tree, ExportError):
        assert tree.reason
        assert tree.message
        assert pickle.loads(pickle.dumps(tree)).reason == tree.reason
        return None
    for problem in tree.problems:
        assert problem.code
        assert problem.message
        assert problem.severity in ("error", "warning", "info")
    return tree


@settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(_damaged())
def test_damaged_bytes_give_a_refusal_or_a_tree(data: bytes) -> None:
    _survives(data)


@settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(_rearranged())
def test_rearranged_elements_give_a_tree_without_loose_ends(data: bytes) -> None:
    tree = _survives(data)
    if tree is None:
        return
    for found in tree.mappings:
        names = {n.name for n in (*found.sources, *found.targets, *found.transformations)}
        assert len(names) == len(found.sources) + len(found.targets) + len(found.transformations)
        for link in found.connectors:
            assert link.from_instance in names
            assert link.to_instance in names


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.binary(max_size=300))
def test_any_bytes_are_refused_or_read(data: bytes) -> None:
    _survives(data)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("../../etc/passwd", id="path"),
        pytest.param("'; DROP TABLE jobs; --", id="sql"),
        pytest.param("x" * 100_000, id="very-long"),
        pytest.param("a&#xA;b&#x9;c", id="line-breaks"),
        pytest.param("&#x202E;abc&#x200B;", id="direction-marks"),
        pytest.param("{{ 7*7 }} %s ${x}", id="templates"),
        pytest.param("__class__", id="python"),
        pytest.param("&lt;script&gt;", id="markup"),
        pytest.param("日本語 ñ 😀", id="unicode"),
    ],
)
def test_hostile_names_are_kept_and_shown_short(name: str) -> None:
    inside = SIMPLE.replace('"m"', f'"{name}"').replace('"SQ"', f'"{name}"').replace('ISVALID ="YES"', 'ISVALID ="NO"')
    tree = read(export(folder(SOURCE, TARGET, inside, name=name)))
    assert codes(tree) == ["INVALID_MAPPING"]
    (found,) = tree.mappings
    assert found.name == found.folder == found.transformations[0].name
    assert len(found.name) >= len(name) - 12 * name.count("&")
    message, element = tree.problems[0].message, tree.problems[0].origin.element
    assert len(message) < 400
    assert len(element) < 200
    assert message.isprintable()
    assert element.isprintable()


def test_a_hundred_thousand_fields() -> None:
    ports = [(f"P{n}", "INPUT/OUTPUT") for n in range(100_000)]
    part = transformation("BIG", "Expression", *ports)
    data = export(folder(SOURCE, TARGET, SIMPLE.replace(QUALIFIER, QUALIFIER + part)))
    assert len(only_mapping(data).transformations[1].fields) == 100_000


def test_an_attribute_of_ten_megabytes() -> None:
    data = export(folder(SOURCE, TARGET, SIMPLE.replace('"B &gt; 0"', f'"{"x" * 10_000_000}"')))
    assert len(only_mapping(data).transformations[0].attributes["Source Filter"]) == 10_000_000


def test_problems_are_bounded() -> None:
    row = '<CONNECTOR FROMINSTANCE ="X{}" FROMFIELD ="A" TOINSTANCE ="T" TOFIELD ="A"/>'
    many = "\n".join(row.format(n) for n in range(5000))
    tree = read(export(folder(SOURCE, TARGET, SIMPLE.replace("</MAPPING>", many + "</MAPPING>"))))
    assert len(tree.problems) == 501
    assert tree.problems[-1].message == "4500 more of these are not listed."


def test_many_instances_of_one_source_without_a_database_name() -> None:
    sources = "\n".join(SOURCE.replace('NAME ="S"', f'NAME ="S{n}"') for n in range(2000))
    uses = [instance(f"S{n}", "Source Definition") for n in range(2000)]
    tree = read(export(folder(sources, mapping(*uses))))
    assert len(tree.mappings[0].sources) == 2000


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("a." * 300_000 + "@" + "a-" * 300_000, id="address-without-end"),
        pytest.param("password=" * 50_000, id="keys-without-values"),
        pytest.param("token @ a/" * 50_000, id="slashes"),
        pytest.param("NAME = VALUE = @" * 50_000, id="names-and-values"),
    ],
)
def test_cleaning_takes_linear_time(value: str) -> None:
    """With a quadratic pattern each of these runs for hours."""
    data = export(folder(SOURCE, TARGET, SIMPLE.replace('"B &gt; 0"', f'"{value}"')))
    assert only_mapping(data).transformations[0].attributes["Source Filter"] == value


def test_thousands_of_mapplet_instances_in_a_chain() -> None:
    ports = transformation("IN", "Input Transformation", ("A", "OUTPUT"))
    ports += transformation("OUT", "Output Transformation", ("A", "INPUT"))
    uses = instance("IN", "Input Transformation") + instance("OUT", "Output Transformation")
    door = "".join(
        f'<TRANSFORMFIELD NAME ="{name}" PORTTYPE ="{kind}PUT" MAPPLETGROUP ="{kind}" REF_FIELD ="A"/>'
        for name, kind in (("A", "IN"), ("B", "OUT"))
    )
    mapplet = mapping(
        ports, transformation("MP", "Mapplet", inner=door), uses, connector("IN.A", "OUT.A"), name="MP", tag="MAPPLET"
    )
    count = 5000
    parts = [instance(f"M{n}", "Mapplet", "MP") for n in range(count)]
    parts += [connector(f"M{n}.B", f"M{n + 1}.A") for n in range(count - 1)]
    parts += [connector("SQ.A", "M0.A"), connector(f"M{count - 1}.B", "T.A")]
    inside = SIMPLE.replace(connector("SQ.A", "T.A"), "\n".join(parts))
    tree = read(export(folder(SOURCE, TARGET, mapplet, inside)))
    assert tree.problems == ()
    assert edges(tree.mappings[0]) == {"S.A>SQ.A", "S.B>SQ.B", "SQ.A>T.A"}


def test_tree_can_be_pickled() -> None:
    tree = parse(generate(mappings=2), "x.xml")
    assert pickle.loads(pickle.dumps(tree)) == tree


def test_every_prefix_of_an_export_is_truncated_or_empty() -> None:
    data = export(folder(SOURCE, TARGET, SIMPLE))
    reasons = set()
    for end in range(0, len(data.rstrip()), 7):
        with pytest.raises(ExportError) as caught:
            parse(data[:end], "x.xml")
        reasons.add(caught.value.reason)
    assert reasons == {"EMPTY_FILE", "TRUNCATED_XML"}


@pytest.mark.parametrize("character", sorted(set(string.punctuation) - set("<&\"'")))
def test_punctuation_in_expressions_is_kept(character: str) -> None:
    data = export(folder(SOURCE, TARGET, SIMPLE.replace("B &gt; 0", f"A {character} B")))
    assert only_mapping(data).transformations[0].attributes["Source Filter"] == f"A {character} B"
