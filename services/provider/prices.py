"""What tokens cost: a table of list prices, read from a file that names its date and source."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

_PACKAGED = "prices.yaml"
_ROW = {"provider", "model", "prompt", "completion"}


class PriceFileError(ValueError):
    """The file cannot be used; the text names it and what to repair."""


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars per million tokens. `provider` and `model` are patterns with * and ?."""

    provider: str
    model: str
    prompt: float
    completion: float


@dataclass(frozen=True)
class Prices:
    """The first row that matches counts. `date` and `source` say where the figures come from."""

    date: str
    source: str
    rows: tuple[Price, ...]

    def cost(self, provider: str, model: str, prompt_tokens: int, completion_tokens: int) -> float | None:
        """US dollars, None where the table has no row for the model."""
        price = _match(self.rows, provider, model)
        if price is None:
            return None
        return (prompt_tokens * price.prompt + completion_tokens * price.completion) / 1_000_000


@lru_cache(maxsize=1024)
def _match(rows: tuple[Price, ...], provider: str, model: str) -> Price | None:
    return next((row for row in rows if fnmatchcase(provider, row.provider) and fnmatchcase(model, row.model)), None)


def load_prices(path: Path | None = None) -> Prices:
    """The table in `path`, or the packaged one. Raises PriceFileError."""
    name = str(path) if path else _PACKAGED
    try:
        text = path.read_text("utf-8") if path else files(__package__).joinpath(_PACKAGED).read_text("utf-8")
        content = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError) as error:
        raise PriceFileError(f"{name}: cannot be read ({type(error).__name__})") from error
    except yaml.YAMLError as error:
        raise PriceFileError(f"{name}: is not YAML: {error}") from error
    if not isinstance(content, dict) or not {"date", "source", "prices"} <= content.keys():
        raise PriceFileError(f"{name}: must have date, source and prices")
    if not isinstance(content["prices"], list):
        raise PriceFileError(f"{name}: prices must be a list")
    rows = tuple(_row(name, number, row) for number, row in enumerate(content["prices"], start=1))
    return Prices(str(content["date"]), str(content["source"]), rows)


def _row(name: str, number: int, row: Any) -> Price:
    if not isinstance(row, dict) or row.keys() != _ROW:
        raise PriceFileError(f"{name}: price {number} must have exactly {', '.join(sorted(_ROW))}")
    for field in ("prompt", "completion"):
        value = row[field]
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
            raise PriceFileError(f"{name}: price {number}: {field} must be US dollars per million tokens, 0 or more")
    return Price(str(row["provider"]), str(row["model"]), float(row["prompt"]), float(row["completion"]))
