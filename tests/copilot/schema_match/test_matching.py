"""The matcher without a server: candidates, classes, assignment, decisions."""

from __future__ import annotations

import itertools
import random
import time
from datetime import UTC, datetime

import numpy as np
import pytest

from dataflow.copilot.v1 import schema_match_pb2
from services.copilot.schema_match.assignment import OPTIMAL_UP_TO, assigned
from services.copilot.schema_match.bands import bands
from services.copilot.schema_match.column import Column, Table
from services.copilot.schema_match.decisions import Decision
from services.copilot.schema_match.matching import match
from services.copilot.schema_match.messages import asked_of
from services.copilot.schema_match.vocabulary import told, vocabulary
from tests.copilot.schema_match.tables import CUSTOMER, KLIENT

TIERS = ("EXACT", "SEMANTIC", "TYPE_COERCE", "TRANSFORM_NEEDED")


@pytest.fixture(scope="module")
def asked():
    return asked_of(schema_match_pb2.MatchSchemasRequest(source=KLIENT, target=CUSTOMER))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("KLIENT_NR_TEL", "customer phone number"),
        ("custNm", "customer name"),
        ("custname", "customer name"),
        ("DATA_URODZENIA", "date birth"),
        ("kod_pocztowy", "post code"),
        ("nazwisko", "last name"),
        ("kwota_brutto", "amount gross"),
        ("usage_date", "usage date"),
        ("", ""),
    ],
)
def test_names_are_read_in_two_languages(name, words):
    assert told(name) == tuple(words.split())


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        ("KUNNR", "customer number"),
        ("ERDAT", "create date"),
        ("PSTLZ", "post code"),
        ("LAND1", "country"),
        ("stanowisko", "job"),
        ("HIREDATE", "hire date"),
        ("opoznienie", "delay"),
        ("gpa", "grade point average"),
    ],
)
def test_words_of_other_trades_and_of_sap_are_known(name, meaning):
    assert " ".join(vocabulary().meaning(name)) == meaning


def test_a_name_that_says_nothing_is_read_by_its_description():
    source = Table(
        "ZTAB1",
        (
            Column("ZFLD1", "NVARCHAR(10)", "Customer number"),
            Column("NAME1", "NVARCHAR(35)"),
            Column("ZFLD3", "NVARCHAR(35)", "City"),
        ),
    )
    target = Table(
        "dim_customer",
        (
            Column("customer_number", "varchar(10)"),
            Column("city", "varchar(40)"),
            Column("customer_name", "varchar(50)"),
            Column("F7", "varchar(40)", "Name of the street"),
        ),
    )
    found = {each.source: each for each in match(source, target).proposals}
    assert {name: each.target for name, each in found.items()} == {
        "ZFLD1": "customer_number",
        "NAME1": "customer_name",
        "ZFLD3": "city",
    }
    assert found["ZFLD3"].confidence > 0.6
    assert found["ZFLD3"].reasoning.startswith("The description of ZFLD3 says city")


def test_polish_billing_becomes_the_warehouse(asked):
    found = {each.source: each for each in match(asked.source, asked.target).proposals}
    assert {name: each.target for name, each in found.items()} == {
        "KLIENT_ID": "customer_id",
        "IMIE": "full_name",
        "NAZWISKO": "full_name",
        "PLEC": "gender",
        "DATA_URODZENIA": "birth_date",
        "NR_TEL": "msisdn",
        "KOD_POCZTOWY": "postal_code",
        "CZY_AKTYWNY": "is_active",
        "SALDO": "balance",
        "DT_ZMIANY": "updated_at",
    }
    assert found["IMIE"].expression == "TRIM(CONCAT_WS(' ', IMIE, NAZWISKO))"
    for each in found.values():
        band = bands()[each.match_type]
        assert band.low <= each.confidence <= band.high
        assert each.reasoning


def test_tiers_are_the_references_and_their_bands_order():
    assert tuple(bands()) == TIERS
    assert all(0 <= band.low < band.high <= 1 for band in bands().values())
    assert [band.high for band in bands().values()] == sorted((b.high for b in bands().values()), reverse=True)


def test_one_to_one_uses_no_target_twice(asked):
    targets = [each.target for each in match(asked.source, asked.target, one_to_one=True).proposals]
    assert len(targets) == len(set(targets)) >= 9


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (3, 5), (5, 3), (6, 6)])
def test_the_assignment_has_the_best_total(rows, columns):
    draw = random.Random(rows * 10 + columns)
    for _ in range(20):
        total = np.array([[draw.random() for _ in range(columns)] for _ in range(rows)], dtype=np.float32)
        found, _ = assigned(total, 0.0, True)
        size = min(rows, columns)
        best = max(
            sum(float(total[row, column]) for row, column in zip(some, others, strict=True))
            for some in itertools.combinations(range(rows), size)
            for others in itertools.permutations(range(columns), size)
        )
        assert sum(float(total[row, column]) for row, column in found.items()) == pytest.approx(best, abs=1e-4)
        assert len(set(found.values())) == len(found)


def test_beyond_the_optimum_the_best_pairs_come_first():
    size = OPTIMAL_UP_TO + 1
    total = np.zeros((size, size), dtype=np.float32)
    total[0, 0], total[0, 1], total[1, 0] = 0.9, 0.8, 0.8
    assert assigned(total, 0.5, True) == ({0: 0}, "best pairs first")


def test_nothing_alike_is_not_proposed():
    source = Table("a", (Column("zorblax", "blob"),))
    target = Table("b", (Column("quantity", "integer"), Column("created_at", "timestamp")))
    assert list(match(source, target).proposals) == []


def test_vectors_take_part():
    source, target = Table("a", (Column("zorblax"),)), Table("b", (Column("frobnitz"), Column("quux")))
    vectors = [np.array([[1.0, 0.0]], dtype=np.float32), np.array([[0.0, 1.0], [1.0, 0.0]], dtype=np.float32)]
    (one,) = match(source, target, vectors).proposals
    assert (one.target, one.match_type) == ("quux", "SEMANTIC")


def test_decisions_of_before_are_taken_up(asked):
    at = datetime(2026, 1, 2, tzinfo=UTC)
    remembered = [
        Decision("UWAGI", "modify", "loyalty_tier", "LEFT(UWAGI, 10)", "by hand", "anna", at),
        Decision("DT_ZMIANY", "reject", "updated_at", "", "", "anna", at),
        Decision("gone", "accept", "gender", "", "", "anna", at),
        Decision("PLEC", "modify", "gender", "no_such_column", "", "anna", at),
    ]
    found = match(asked.source, asked.target, remembered=remembered)
    by_source = {each.source: each for each in found.proposals}
    assert found.reused == 1
    assert by_source["UWAGI"].expression == "LEFT(UWAGI, 10)"
    assert (by_source["UWAGI"].status, by_source["UWAGI"].comment) == ("modified", "by hand")
    assert "anna on 2026-01-02" in by_source["UWAGI"].reasoning
    assert by_source.get("DT_ZMIANY") is None or by_source["DT_ZMIANY"].target != "updated_at"
    assert by_source["PLEC"].status == "proposed"


def test_a_pair_of_types_that_nothing_converts_is_no_match():
    source, target = Table("a", (Column("payload", "bytea"),)), Table("b", (Column("payload", "date"),))
    assert list(match(source, target).proposals) == []


@pytest.mark.slow
def test_a_thousand_columns_on_each_side_are_bounded():
    words = ["amt", "klient", "data", "x", "qty"]
    sides = [
        Table(name, tuple(Column(f"{name}_{n}_{words[n % 5]}", "varchar(20)", "word " * 60) for n in range(1_000)))
        for name in ("a", "b")
    ]
    vectors = [np.eye(1_000, 384, dtype=np.float32)] * 2
    started = time.monotonic()
    for one_to_one in (False, True):
        match(*sides, vectors, one_to_one)
    assert time.monotonic() - started < 60  # a guard against what grows with the cube, not a measurement
