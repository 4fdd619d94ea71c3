"""The report of an estate written in its forms, and where its parts come from."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from services.cli.output import CliError, write
from services.migration.report import MigrationReport
from services.migration.report.entry import Entry
from services.migration.report.estate import EstateReport, Team, build_estate
from services.migration.report.estate_render import estate_csv, estate_html, estate_json
from services.migration.report.stored import build

REPORT = "report.json"
PAGE = "report.html"
SHOWN = 5  # folders that a sentence names


def now() -> str:
    """RFC 3339 in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def estate(entries: Iterable[Entry], title: str, team: Team | None = None) -> EstateReport:
    """The report of these files, made now."""
    return build_estate(entries, title=title, generated_at=now(), team=team)


def job_report(folder: Path) -> MigrationReport | None:
    """The report that a conversion left in a folder; None where there is none. Raises CliError."""
    path = folder / REPORT
    try:
        return build(MigrationReport, json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CliError(f"{path}: cannot be read ({error.strerror}).") from error
    except (ValueError, TypeError) as error:
        raise CliError(f"{path} is no report of a conversion: convert again.") from error


def stored_report(folder: Path) -> MigrationReport:
    """The report in the folder of one result. Raises CliError where there is none."""
    found = job_report(folder)
    if found is None:
        raise CliError(f"{folder} holds no {REPORT}: give a folder that `dataflow-ai convert` wrote, or an export.")
    return found


def result_folders(folder: Path) -> list[Path]:
    """The folder itself where a conversion's result stands in it, else those below it, which single files leave."""
    return [folder] if (folder / REPORT).is_file() else sorted(path.parent for path in folder.glob(f"*/{REPORT}"))


def result_folder(folder: Path) -> Path:
    """The only result that a folder holds; itself where it holds none. Raises CliError where it holds several."""
    results = result_folders(folder)
    if len(results) > 1:
        listed = ", ".join(map(str, results[:SHOWN])) + (" …" if len(results) > SHOWN else "")
        raise CliError(f"{folder} holds the results of {len(results)} exports: give one of them: {listed}.")
    return results[0] if results else folder


def write_html(report: EstateReport, path: Path, results: Path) -> None:
    """The page with every object of every file, whose reports stand below `results`; piece by piece."""

    def detail(entry: Entry) -> MigrationReport | None:
        return job_report(results / entry.folder) if entry.is_read else None

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8") as file:
            file.writelines(estate_html(report, detail))
    except OSError as error:
        raise CliError(f"{path}: cannot be written ({error.strerror}).") from error


def write_all(report: EstateReport, out: Path) -> None:
    """`report.json`, `report.csv` and `report.html` of all files together, beside their folders."""
    write(out / "report.json", estate_json(report).encode())
    write(out / "report.csv", estate_csv(report).encode())
    write_html(report, out / "report.html", out)
