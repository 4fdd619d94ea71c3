"""Real packages: each converted, or refused with the true reason; the share that rules convert."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from services.migration.parsers.errors import EncryptedPackageError
from services.migration.pipeline import migrate

CORPUS = Path(__file__).resolve().parents[5] / "shared" / "corpus" / "ssis"
FILES = sorted(CORPUS.glob("*.dtsx"))
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not FILES, reason="the corpus is not here")]


def test_every_real_package_is_converted_or_refused_with_its_reason() -> None:
    steps: Counter[bool] = Counter()
    refused = []
    for file in FILES:
        try:
            migration = migrate(file.read_bytes(), file.name, dialect="duckdb")
        except EncryptedPackageError:
            refused.append(file.name)
            continue
        errors = [finding.message for finding in migration.structure.findings if finding.severity == "error"]
        assert errors == [], file.name
        assert migration.documents, file.name
        assert len(migration.result.orchestrations) == 1
        for mapping in migration.result.mappings:
            by_hand = [item for item in mapping.objects if item.target_type == "manual"]
            assert all(item.warnings for item in by_hand)
            steps.update(item.target_type != "manual" for item in mapping.objects)
        runnable = sum(all(item.target_type != "manual" for item in m.objects) for m in migration.result.mappings)
        assert migration.structure.executed == runnable, file.name
    assert len(refused) <= 1
    assert steps[True] / steps.total() >= 0.9
