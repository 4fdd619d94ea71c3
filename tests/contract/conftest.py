"""The contract as its sources tell it, read once for all tests here."""

from __future__ import annotations

import json
from typing import Any

import pytest

from services.contracts.contract import Contract
from services.contracts.layout import GEN, OPENAPI
from services.contracts.protoc import commented_descriptors


@pytest.fixture(scope="session")
def contract() -> Contract:
    return Contract(commented_descriptors())


@pytest.fixture(scope="session")
def openapi() -> dict[str, Any]:
    """The committed document; that it is fresh is tested elsewhere."""
    document: dict[str, Any] = json.loads((GEN / OPENAPI).read_text(encoding="utf-8"))
    return document
