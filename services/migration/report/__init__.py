"""The migration report: data, and how it is shown."""

from services.migration.report.build import build_report
from services.migration.report.job_page import to_html
from services.migration.report.model import MigrationReport
from services.migration.report.render import RENDERERS, to_csv, to_json
from services.migration.report.sides import Sides, sides_of, sides_of_documents

__all__ = [
    "RENDERERS",
    "MigrationReport",
    "Sides",
    "build_report",
    "sides_of",
    "sides_of_documents",
    "to_csv",
    "to_html",
    "to_json",
]
