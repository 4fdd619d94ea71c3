"""Which tools carry rows, which only show them, and which are the surface of an app."""

from __future__ import annotations

from services.migration.parsers.alteryx.raw import Tool

SURFACE = "AlteryxGuiToolkit."
"""Text boxes, containers, and the questions, actions and conditions of apps and macros."""
REPORTS = ("PortfolioPluginsGui.", "AlteryxReportChartGui.", "PlotlyCharting", "ReportHeader", "Insights")
IMAGES = frozenset(
    {
        "NewImage", "OpenImage", "CropImage", "ScaleImage", "OverlayImage", "DrawPixels", "DrawPrimitives", "DrawText",
        "ExportImage", "PreviewImage",
    }
)  # fmt: skip  # a list of names
"""Tools that draw pictures of rows, and hand on pictures alone. Source: the pages of the Render Image tools."""
SHOWS = IMAGES | {"BrowseV2", "Browse", "LockInBrowse", "Message", "ReportMap"}
"""Tools that show rows, log them or draw them, and change none. Source: Designer Help, "Browse", "Message"."""
STANDARD = frozenset(
    {
        "Cleanse.yxmc", "CountRecords.yxmc", "SelectRecords.yxmc", "WeightedAvg.yxmc", "CReW_OnlyUnique.yxmc",
        "ResultCompare.yxmc",
        "CReW_ExpectEqual.yxmc", "CReW_ExpectZeroRecords.yxmc", "CReW_ExpectError.yxmc",
        "RandomRecords.yxmc", "Create_Samples.yxmc", "Oversample_Field.yxmc",
        "Imputation.yxmc", "Imputation_v2.yxmc", "Imputation_v3.yxmc",
        "MultiFieldBinning.yxmc", "MultiFieldBinning_v2.yxmc",
        "CReW_EnsureFields.yxmc", "CReW_BlockingTest.yxmc", "CReW_SkipLastN.yxmc", "CReW_WaitASecond.yxmc",
        "CReW_LabelledBlockUntilDone.yxmc", "CReW_ParallelBlockUntilDone.yxmc", "CReW_Version.yxmc",
        "CReW_Runner.yxmc", "CReW_ListRunner.yxmc", "CReW_ConditionalRunner.yxmc",
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
    "CReW_Version.yxmc": "looks for a newer version of a macro",
    "CReW_ExpectError.yxmc": "tells a test's runner which error to expect",
}
ALONE = frozenset({"CReW_Version.yxmc", "CReW_ExpectError.yxmc"})
"""Macros that have neither an input nor an output."""


def is_surface(tool: Tool) -> bool:
    """True for what has no part in the rows."""
    return tool.plugin.startswith(SURFACE) or tool.kind in ALONE or not (tool.plugin or tool.macro)


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
