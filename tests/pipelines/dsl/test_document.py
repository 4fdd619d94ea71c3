from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from services.pipelines.dsl.document import dump, dump_all, dump_json, load, load_all, load_json
from services.pipelines.dsl.errors import DocumentError, DocumentSyntaxError, DocumentTooLargeError
from services.pipelines.dsl.reader import Limits
from tests.pipelines.dsl.samples import node, pipeline


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("Off", "Off"),
        ("y", "y"),
        ("12:30:45", "12:30:45"),
        ("010", "010"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("2024-01-01", "2024-01-01"),
        ("2024-01-01T10:00:00Z", "2024-01-01T10:00:00Z"),
        (".inf", ".inf"),
        ("<<", "<<"),
        ("1.20", 1.2),
        ("'1.20'", "1.20"),
        ("1e3", 1000.0),
        ("-7", -7),
        ("true", True),
        ("~", None),
        ("", None),
        ("!!str 5", "5"),
        ("|\n  a\n  b\n", "a\nb\n"),
    ],
)
def test_scalars_are_read_as_json_would(text: str, value: object) -> None:
    found = load(f"name: {text}").data["name"]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("name: a\nname: b", 2, 1, "'name' stands here twice"),
        ("name: [a", 2, 1, "not well-formed YAML"),
        ("name: a\n\tb: c", 2, 1, "not well-formed YAML"),
        ("- a\n- b", 1, 1, "a document is a mapping"),
        ("just text", 1, 1, "a single value"),
        ("", 0, 0, "no document"),
        ("name: a\n---\nname: b", 3, 1, "2 documents where one is expected"),
        ("name: !!python/object/apply:os.system [ls]", 1, 7, "tag"),
        ("a: *b", 1, 4, "alias *b"),
        ("a: &x [1, *x]", 1, 11, "alias *x"),
        ("? [a, b]\n: c", 1, 3, "key must be a plain name"),
        ("a: 0.1234567890123456789", 1, 4, "can't be held exactly"),
        ("a: 1e400", 1, 4, "can't be held exactly"),
        ("a: \x07", 0, 0, "not well-formed YAML"),
    ],
)
def test_errors_have_a_place(text: str, line: int, column: int, said: str) -> None:
    with pytest.raises(DocumentSyntaxError) as error:
        load(text)
    assert said in error.value.message
    assert (error.value.line, error.value.column) == (line, column)


LAUGHS = "a: &a [1,1,1,1,1,1,1,1,1]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(9)
)


@pytest.mark.parametrize(
    ("text", "limits", "said"),
    [
        ("a: " + "[" * 100 + "]" * 100, Limits(), "nested deeper than 64"),
        ("a: " + "{b: " * 5000 + "}" * 5000, Limits(), "nested deeper than 64"),
        (LAUGHS, Limits(), "more than 2000000 values"),
        ("a: &a 1\nb: [" + "*a, " * 300 + "]", Limits(), "more than 256 aliases"),
        ("a: [1, 2, 3, 4]", Limits(values=4), "more than 4 values"),
        ("name: long", Limits(size=5), "larger than 5 bytes"),
        ("a: &a [[[1]]]\nb: [[*a]]", Limits(depth=5), "nested deeper than 5"),
    ],
)
def test_limits_stop_a_hostile_text(text: str, limits: Limits, said: str) -> None:
    with pytest.raises(DocumentTooLargeError, match=said):
        load(text, limits)


def test_an_alias_is_a_copy() -> None:
    data = load("a: &x {k: [1]}\nb: *x").data
    data["a"]["k"].append(2)
    assert data["b"] == {"k": [1]}
    assert "&" not in dump(data)


@pytest.mark.parametrize("raw", [b"name: \xff\xfe", "name: a".encode("utf-16")])
def test_only_utf8(raw: bytes) -> None:
    with pytest.raises(DocumentSyntaxError, match="UTF-8"):
        load(raw)


def test_byte_order_mark_is_taken() -> None:
    assert load("\ufeffname: ż".encode()).data == {"name": "ż"}


def test_positions_point_at_values() -> None:
    document = load("name: p\nnodes:\n  - id: a\n    config: {x: 1}\n")
    assert document.place(("nodes", 0, "config", "x")) == (4, 17)
    assert document.place(("nodes", 0, "config", "missing")) == (4, 13)


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=200), inner, max_size=4)
    ),
    max_leaves=20,
)


@settings(max_examples=400, deadline=None)
@given(data=st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), PLAIN, min_size=1))
def test_any_plain_data_survives_the_round_trip(data: dict[str, object]) -> None:
    text = dump(data)
    assert json.dumps(load(text).data, sort_keys=True) == json.dumps(data, sort_keys=True)
    assert dump(load(text).data) == text


TRAPS = ["yes", "No", "on", "y", "N", "12:30:45", "010", "089", "1.20", "1e3", "0x1F", "0o17", "2024-01-01", "~", "",
         "null", "=", "<<", " a", "a ", "a: b", "# c", "- d", "@x", "`y`", "%z", "{a}", "[b]", "'q'", '"r"', "&s",
         "*t", "!u", "|", ">", "?", "a\tb", "a\r\nb", "\u2028", "ż\U0001f600", "true", "-", "--- a"]  # fmt: skip


@pytest.mark.parametrize("loader", [yaml.SafeLoader, yaml.CSafeLoader])
def test_other_readers_see_the_same_strings(loader: type) -> None:
    text = dump({"name": "p", "traps": TRAPS, **{trap: trap for trap in TRAPS}})
    other = yaml.load(text, Loader=loader)
    assert other["traps"] == TRAPS
    assert load(text).data == other


def test_dump_is_readable() -> None:
    data = pipeline(node("sql_where", {"condition": "status = 'A'\n  AND cust_id > 5"}))
    text = dump({"nodes": data["nodes"], "edges": data["edges"], "name": "p"}, schema_url="pipeline.schema.json")
    assert text.startswith("# yaml-language-server: $schema=pipeline.schema.json\nname: p\nnodes:\n")
    assert "    condition: |-\n      status = 'A'\n        AND cust_id > 5\n" in text
    assert "  - {name: status, type: varchar(1)}\n" in text
    assert "- {from: customers, to: step}\n" in text


def test_stream_and_json_hold_the_same_documents() -> None:
    documents = [pipeline(), {**pipeline(), "name": "q"}]
    assert [document.data for document in load_all(dump_all(documents))] == documents
    assert [document.data for document in load_json(dump_json(documents))] == documents


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"name": 1, "name": 2}', "'name' stands twice"),
        ("{", "line 1, column 2: not well-formed JSON"),
        ('{"a": NaN}', "NaN"),
        ("[]", "no document"),
        ("[1]", "a document is a mapping"),
        ("[" * 100 + "]" * 100, "nested deeper"),
        ("[" * 100_000, "nested"),
    ],
)
def test_bad_json_is_refused(text: str, said: str) -> None:
    with pytest.raises(DocumentError, match=said):
        load_json(text)


@pytest.mark.parametrize("value", [{1, 2}, object(), float("nan"), float("inf"), "\ud800", {1: 2}])
def test_only_plain_data_is_written(value: object) -> None:
    with pytest.raises(DocumentError):
        dump({"name": value})
