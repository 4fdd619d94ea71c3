"""The rule tables of the step-by-step tools: one package each, with the kinds it converts and those it knows not to.

A tool's package imports `StepRule` and `RuleTable` from `steps.rule`, never from here, which imports the packages.
"""

from __future__ import annotations

from services.migration.ast import Tool
from services.migration.rules import alteryx, datastage
from services.migration.rules.ssis.table import TABLE as SSIS
from services.migration.rules.steps.rule import RuleTable, StepRule

__all__ = ["TABLES", "RuleTable", "StepRule"]

TABLES: dict[Tool, RuleTable] = {Tool.ALTERYX: alteryx.TABLE, Tool.SSIS: SSIS, Tool.DATASTAGE: datastage.TABLE}
"""Tool → its table."""
