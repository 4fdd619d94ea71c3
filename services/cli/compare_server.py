"""`dataflow-ai compare --server`: the same comparison by a Migration Engine, over REST."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.cli.compare_sources import CSV
from services.cli.output import CliError
from services.cli.rest import Engine, TooLargeError
from services.parity import Comparison, ParityError, Rules
from services.parity.compare import Tell
from services.parity.csv_text import examined
from services.parity.result import ColumnFigures, Sample
from services.parity.schema import SchemaDiff

HERE = "Leave --server out to compare here."
NOTE = "Compared by a server, which names no reasons by column; the differences that are shown have theirs."


def data_set(text: str, query: str, encoding: str) -> dict[str, str]:
    """A side as the request has it: a connection of the server's, or the text of a CSV file of this machine.

    Raises CliError or ParityError where it is neither.
    """
    if text.startswith("@"):
        name, _, table = text[1:].partition(":")
        if bool(query) == bool(table):
            raise CliError(f"@{name}: name a table (@{name}:schema.table) or give a query, one of them.")
        return {"connection": name, "query": query or f"SELECT * FROM {_quoted(table)}"}  # noqa: S608 - names are quoted
    path = Path(text)
    if path.suffix.lower() not in CSV:
        raise CliError(f"{text}: a server compares {', '.join(CSV)} files and its own @CONNECTION. {HERE}")
    if query:
        raise CliError(f"{text}: a query needs a connection; files are compared whole.")
    with tempfile.TemporaryDirectory() as folder:
        found = examined(path, text, "", encoding, Path(folder, "copy.csv"))
        with found.path.open(encoding="utf-8", newline="") as file:
            return {"csv": file.read()}


def _quoted(table: str) -> str:
    return ".".join('"' + part.replace('"', '""') + '"' for part in table.split("."))


def require_known(options: Mapping[str, object]) -> None:
    """Raises CliError for an option that is given and that the service does not have."""
    given = [name for name, value in options.items() if value]
    if given:
        raise CliError(f"{', '.join(given)}: a server's comparison has no such option. {HERE}")


@dataclass(frozen=True, slots=True)
class Asking:
    """A comparison to ask for: how its sides are called here, and what they are in the request."""

    names: tuple[str, str]
    sides: tuple[dict[str, str], dict[str, str]]
    keys: tuple[str, ...]
    rules: Rules
    ignored: tuple[str, ...]
    samples: int

    def answer(self, engine: Engine, tell: Tell) -> dict[str, Any]:
        """CompareDataResponse as JSON. Raises CliError in the server's words."""
        tell("comparing on the server", 0, 1)
        request = {
            "left": self.sides[0],
            "right": self.sides[1],
            "keys": list(self.keys),
            "tolerance": self.rules.tolerance,
            "ignore_trailing_blanks": self.rules.trim,
            "null_equals_empty": self.rules.nulls_as_empty,
            "ignore_columns": list(self.ignored),
            "max_samples": max(self.samples, 1),  # 0 stands for the server's own number
        }
        try:
            with engine:
                return engine.compare(request)
        except TooLargeError as error:
            raise CliError(f"{error} {HERE}") from error

    def as_dict(self, answer: dict[str, Any]) -> dict[str, Any]:
        """What --json prints: the answer, and what was compared."""
        named = {"left": self.names[0], "right": self.names[1], "keys": list(self.keys)}
        return named | answer | {"samples": answer["samples"][: self.samples], "warnings": [NOTE]}

    def comparison(self, answer: dict[str, Any]) -> Comparison:
        """What the server found. Raises ParityError where it is no answer of the contract."""
        try:
            diff = answer["schema_diff"]
            return Comparison(
                equal=bool(answer["equal"]),
                left=self.names[0],
                right=self.names[1],
                keys=self.keys,
                row_count_left=int(answer["row_count_left"]),
                row_count_right=int(answer["row_count_right"]),
                schema_diff=SchemaDiff(
                    only_left=list(diff["only_left"]),
                    only_right=list(diff["only_right"]),
                    types=[(each["column"], each["left_type"], each["right_type"]) for each in diff["types"]],
                ),
                only_left=int(answer["only_left"]),
                only_right=int(answer["only_right"]),
                differing=int(answer["differing"]),
                duplicate_rows=int(answer["duplicate_keys"]),
                duplicated_keys=0,
                samples=tuple(_sample(each) for each in answer["samples"][: self.samples]),
                columns=tuple(_column(each, self.keys) for each in answer["column_stats"]),
                warnings=(NOTE,),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ParityError("The server's answer is no comparison: check --server.") from error


def _sample(each: dict[str, Any]) -> Sample:
    times = [each[name] for name in ("times_left", "times_right", "times") if name in each]
    sides = {name: each.get(name, {}) for name in ("left", "right", "why")}
    return Sample(each["kind"], each["key"], **sides, times=tuple(int(value) for value in times))


def _column(each: dict[str, Any], keys: tuple[str, ...]) -> ColumnFigures:
    return ColumnFigures(
        column=each["column"],
        compared_as="",
        key=each["column"].casefold() in {key.casefold() for key in keys},
        differing=int(each["differing"]),
        reasons={},
        written_otherwise=0,
        tolerated=0,
        nulls=(int(each["nulls_left"]), int(each["nulls_right"])),
        distinct=(int(each["distinct_left"]), int(each["distinct_right"])),
        smallest=(each.get("min_left"), each.get("min_right")),
        largest=(each.get("max_left"), each.get("max_right")),
        sums=(_number(each.get("sum_left")), _number(each.get("sum_right"))),
        means=(None, None),
    )


def _number(value: Any) -> float | None:
    """JSON has no NaN and no infinity: the server writes them as text."""
    return None if value is None else float(value)
