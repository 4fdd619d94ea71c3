"""The migration report: data, and how it is shown."""

from services.migration.report.build import build_report
from services.migration.report.model import MigrationReport
from services.migration.report.render import RENDERERS, to_csv, to_html, to_json

__all__ = ["RENDERERS", "MigrationReport", "build_report", "to_csv", "to_html", "to_json"]
