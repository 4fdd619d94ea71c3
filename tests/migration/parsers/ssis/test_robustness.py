"""Bad input: whatever a package looks like, it is read or refused with a named error, and soon."""

from __future__ import annotations

import random
import time

import pytest

from benchmarks.ssis_constructs import CONSTRUCTS, drawn
from services.migration.parsers import parse
from services.migration.parsers.errors import ExportError, TooDeepError
from services.migration.pipeline import migrate
from tests.migration.parsers.ssis.texts import ROOT, executables, package, task


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
def test_a_package_that_is_cut_off_is_refused(share: float) -> None:
    data = drawn("computed_columns")
    with pytest.raises(ExportError):
        parse(data[: int(len(data) * share)], "pkg.dtsx")


def test_mutilated_packages_are_read_or_refused() -> None:
    chance = random.Random(7)
    names = list(CONSTRUCTS)
    refused: list[str] = []
    for _ in range(150):
        data = bytearray(drawn(chance.choice(names), chance.choice((2, 8))))
        for _ in range(chance.randint(1, 8)):
            place = chance.randrange(len(data))
            if chance.random() < 0.5:
                del data[place : place + chance.randint(1, 60)]
            else:
                data[place] = chance.choice(b'<>&"#{}[]x0 ')
        try:
            migrate(bytes(data), "pkg.dtsx", dialect="duckdb")
        except ExportError as error:
            refused.append(str(error))
    assert refused
    assert all(refused)


def test_mutilated_words_do_not_break_the_rules() -> None:
    """Well-formed packages whose values are not what they should be."""
    chance = random.Random(11)
    swaps = [(b"#{", b"#"), (b'AccessMode">0', b'AccessMode">x'), (b"lineageId=", b"lineage="), (b"Inputs", b"In")]
    swaps += [(b'name="', b'nome="'), (b"Columns[", b"Columns[x"), (b"i4", b"zz")]
    for name in CONSTRUCTS:
        data = drawn(name)
        old, new = chance.choice([swap for swap in swaps if swap[0] in data])
        migration = migrate(data.replace(old, new), "pkg.dtsx", dialect="duckdb")
        assert migration.documents, name


def test_deep_containers_are_read_and_deeper_ones_refused() -> None:
    def nested(depth: int) -> bytes:
        inner = ""
        for level in range(depth):
            inner = task(f"t{level}", "STOCK:SEQUENCE", inner=executables(inner))
        return package(executables(inner))

    assert len(parse(nested(40), "pkg.dtsx").orchestrations[0].tasks) == 40
    assert migrate(nested(40), "pkg.dtsx").result.orchestrations
    with pytest.raises(TooDeepError):
        parse(nested(400), "pkg.dtsx")


def test_many_references_take_linear_time() -> None:
    started = time.process_time()
    text = "#{" * 20_000
    column = (
        '<outputColumn refId="k" lineageId="k" name="k" dataType="i4"><properties>'
        f'<property name="Expression">{text}</property></properties></outputColumn>'
    )
    body = (
        '<pipeline><components><component refId="c" name="c" componentClassID="Microsoft.DerivedColumn"><outputs>'
        f'<output refId="o" name="o"><outputColumns>{column}</outputColumns></output></outputs></component>'
        "</components></pipeline>"
    )
    migrate(ROOT.format(executables(task("d", "Microsoft.Pipeline", body))).encode(), "pkg.dtsx")
    assert time.process_time() - started < 20
