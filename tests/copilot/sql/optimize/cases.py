"""The cases of `cases.yaml`, one tuple each."""

from __future__ import annotations

from pathlib import Path

import yaml

_LISTED = yaml.safe_load(Path(__file__).with_name("cases.yaml").read_text("utf-8"))
IMPROVED = [(row["dialect"], row["rule"], row["sql"], row["part"]) for row in _LISTED["improved"]]
TRAPS = [(row["dialect"], row["rule"], row["sql"]) for row in _LISTED["traps"]]
