"""Which tools carry rows, which only show them, and which are the surface of an app."""

from __future__ import annotations

from services.migration.parsers.alteryx.raw import Tool

SURFACE = "AlteryxGuiToolkit."
"""Text boxes, containers, and the questions, actions and conditions of apps and macros."""
REPORTS = ("PortfolioPluginsGui.", "AlteryxReportChartGui.", "PlotlyCharting", "ReportHeader", "Insights")
SHOWS = frozenset({"BrowseV2", "Browse", "LockInBrowse", "Message", "ReportMap", "PreviewImage"})
"""Tools that show rows, log them or draw them, and change none. Source: Designer Help, "Browse", "Message"."""
STANDARD = frozenset(
    {
        "Cleanse.yxmc", "CountRecords.yxmc", "SelectRecords.yxmc", "WeightedAvg.yxmc", "CReW_OnlyUnique.yxmc",
        "ResultCompare.yxmc",
        "CReW_ExpectEqual.yxmc", "CReW_ExpectZeroRecords.yxmc", "CReW_ExpectError.yxmc",
    }
)  # fmt: skip  # a list of names
"""Macros that are known for what they do, as tools are, and whose files are not looked into."""
REASONS = {
    "TextBox": "a comment on the canvas",
    "ToolContainer": "a container; its tools stand in the flow",
    "ControlContainer": "a container; its tools stand in the flow, its order of running does not",
    "HtmlBox": "a comment on the canvas",
    "Action": "changes the configuration of a tool by an answer of the app's user",
    "Condition": "chooses the actions of an app",
    "Error": "checks the answers of the app's user",
    "ExplorerBox": "a comment on the canvas",
}


def is_surface(tool: Tool) -> bool:
    """True for what has no part in the rows."""
    return tool.plugin.startswith(SURFACE) or not (tool.plugin or tool.macro)


def is_display(tool: Tool) -> bool:
    """True for a tool that shows rows, or makes a report of them."""
    return tool.kind in SHOWS or tool.plugin.startswith(REPORTS)


def reason(tool: Tool) -> str:
    """Why a tool stands in the inventory and not in the flow."""
    if tool.disabled:
        return f"switched off with the container {tool.disabled}"
    if ".Questions." in tool.plugin:
        return "a question to the app's user"
    return REASONS.get(tool.kind, "shows rows and changes none" if is_display(tool) else "has no part in the rows")
