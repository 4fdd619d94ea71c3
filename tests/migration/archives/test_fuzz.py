"""Mutated archives: an export, an issue, or a refusal with its reason; never another error."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.migration.parsers import ExportError, parse
from services.migration.parsers.alteryx.evaluate import NotEvaluated, evaluate
from tests.migration.archives.macros import asking, caller
from tests.migration.archives.packed import macro, macro_input, macro_output, packed
from tests.migration.archives.test_macro_answers import ANSWERS
from tests.migration.archives.test_project import PROJECT

MACROS = {"flow.yxmd": caller("m.yxmc", {"Limit": "4"}), "m.yxmc": asking(ANSWERS["raw-xml"][0])}
SEEDS = (
    packed(MACROS),
    packed(PROJECT),
    packed({"in.ispac": packed(PROJECT), "x.yxzp": packed(MACROS)}),
    packed({"a.yxmc": macro([macro_input(1, "In", "a"), macro_output(3, "Out")], ["1>3"])}, 0),
)
FEW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read(data: bytes) -> None:
    with suppress(ExportError):
        parse(data, "upload.zip")


@FEW
@given(
    seed=st.sampled_from(SEEDS),
    edits=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=6), st.integers(0, 6)), min_size=1, max_size=5),
)
def test_mutated_bytes(seed: bytes, edits: list[tuple[float, bytes, int]]) -> None:
    data = bytearray(seed)
    for place, put, cut in edits:
        at = int(place * len(data))
        data[at : at + cut] = put
    read(bytes(data))


@FEW
@given(
    seed=st.sampled_from(SEEDS),
    field=st.integers(4, 45),
    value=st.sampled_from((0, 1, 0x7F, 0xFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF)),
    which=st.integers(0, 8),
)
def test_mutated_directory_records(seed: bytes, field: int, value: int, which: int) -> None:
    data, at = bytearray(seed), -1
    for _ in range(which + 1):
        following = seed.find(b"PK\x01\x02", at + 1)
        at = following if following >= 0 else at
    data[at + field : at + field + 4] = value.to_bytes(4, "little")
    read(bytes(data))


@FEW
@given(
    files=st.sampled_from((MACROS, PROJECT)),
    which=st.integers(0, 9),
    place=st.floats(0, 1),
    put=st.sampled_from((b"", b"<", b'"', b"[#1]", b"%Question.x%", b"\xff", b"</True>", b"99/x[", b"../", b"\0")),
    cut=st.integers(0, 12),
)
def test_mutated_entries_in_a_sound_archive(
    files: dict[str, bytes], which: int, place: float, put: bytes, cut: int
) -> None:
    name = list(files)[which % len(files)]
    data = files[name]
    at = int(place * len(data))
    read(packed({**files, name: data[:at] + put + data[at + cut :]}))


TOKENS = (
    *(
        "IIF(",
        "IF ",
        " THEN ",
        " ELSE ",
        " ENDIF",
        "(",
        ")",
        ",",
        "+",
        "-",
        "*",
        "/",
        "=",
        "<",
        " AND ",
        " IN (",
        "NOT ",
    ),
    *("[#1]", "[Limit]", "[x]", "'a'", '"', "1", "0.5", "1e300", "Null()", "ToString(", "ToNumber(", "Left(", "Round("),
    *("Replace(", "Max(", "Length(", "[Destination]", "%Question.Limit%", "[User.x]", "True"),
)
EVALUATED = settings(FEW, max_examples=600)


@EVALUATED
@given(tokens=st.lists(st.sampled_from(TOKENS), max_size=12), answer=st.sampled_from(("", "4", "x", "True", "'\"")))
def test_expressions_of_actions_have_a_value_or_a_reason(tokens: list[str], answer: str) -> None:
    with suppress(NotEvaluated):
        assert isinstance(evaluate("".join(tokens), {"#1": answer, "limit": answer, "destination": "d"}), str)
