"""The rules of Alteryx: kind of tool → how it becomes nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from services.migration.expressions.sql.dialects import DIALECTS
from services.migration.rules.alteryx import (
    cleanse,
    date_time,
    filter,
    formula,
    frame,
    generate,
    inputs,
    join,
    join_multiple,
    layout,
    multi_row,
    ordering,
    outline,
    outputs,
    passing,
    renaming,
    reshape,
    select,
    summarize,
    text,
    union,
)
from services.migration.rules.alteryx.no_rule import ADD_ON, BATCH, MACRO, MODEL_KINDS, NO_RULE
from services.migration.rules.context import NOT_EXECUTED, Outcome
from services.migration.rules.registry import NoRule
from services.migration.rules.steps.context import StepContext
from services.migration.rules.steps.rule import RuleTable, StepRule

Convert = Callable[[StepContext], Outcome]


def _told(convert: Convert) -> Convert:
    """A rule, with a warning where an app's question changes the tool's configuration before it runs."""

    def wrapped(context: StepContext) -> Outcome:
        tools = context.attribute("set_by")
        if tools:
            context.warn(
                f"An answer of the app's user changes its configuration (tools {tools}); here it is as saved.",
                confidence=frame.UNSURE,
            )
        if not DIALECTS[context.dialect].is_executed:
            context.confidence = min(context.confidence, NOT_EXECUTED)
        return convert(context)

    return wrapped


def _rule(confidence: float, convert: Convert, *, carries: bool = True) -> StepRule:
    return StepRule(confidence, _told(convert), carries)


RULES: dict[str, StepRule] = {
    "TextInput": _rule(0.98, inputs.text_input),
    "MacroInput": _rule(0.85, inputs.macro_input),
    "DbFileInput": _rule(0.9, inputs.file_input),
    "LockInInput": _rule(0.85, inputs.in_db_input),
    "MongoInput": _rule(0.8, inputs.mongo_input),
    "FieldInfo": _rule(0.7, inputs.field_info),
    "DbFileOutput": _rule(0.9, outputs.file_output),
    "MacroOutput": _rule(0.95, outputs.shown),
    "LockInWrite": _rule(0.85, outputs.in_db_write),
    "BrowseV2": _rule(0.98, outputs.shown_or_passed, carries=False),
    "Browse": _rule(0.98, outputs.shown_or_passed, carries=False),
    "LockInBrowse": _rule(0.95, outputs.shown_or_passed, carries=False),
    "Result": _rule(0.98, outputs.shown, carries=False),
    "Message": _rule(0.95, outputs.shown_or_passed, carries=False),
    "Test": _rule(0.9, outputs.tested, carries=False),
    "CReW_ExpectEqual.yxmc": _rule(0.95, outputs.expect_equal, carries=False),
    "ResultCompare.yxmc": _rule(0.9, outputs.expect_equal, carries=False),
    "CReW_ExpectZeroRecords.yxmc": _rule(0.95, outputs.expect_none, carries=False),
    "AlteryxSelect": _rule(0.95, select.convert),
    "LockInSelect": _rule(0.9, select.convert),
    "Filter": _rule(0.95, filter.convert),
    "Formula": _rule(0.95, formula.convert),
    "MultiFieldFormula": _rule(0.9, formula.multi_field),
    "MultiRowFormula": _rule(0.88, multi_row.formula),
    "RunningTotal": _rule(0.9, multi_row.running_total),
    "Sort": _rule(0.95, ordering.sort),
    "RecordID": _rule(0.95, ordering.record_id),
    "Sample": _rule(0.92, ordering.sample),
    "SelectRecords.yxmc": _rule(0.88, ordering.select_records),
    "Unique": _rule(0.93, ordering.unique_rows),
    "CReW_OnlyUnique.yxmc": _rule(0.9, ordering.only_unique),
    "Tile": _rule(0.7, ordering.tile),
    "Join": _rule(0.93, join.convert),
    "LockInJoin": _rule(0.85, join.in_db),
    "AppendFields": _rule(0.93, join.append),
    "JoinMultiple": _rule(0.85, join_multiple.convert),
    "Union": _rule(0.93, union.convert),
    "LockInUnion": _rule(0.9, union.convert),
    "Summarize": _rule(0.9, summarize.convert),
    "LockInSummarize": _rule(0.88, summarize.convert),
    "CountRecords.yxmc": _rule(0.97, summarize.count_records),
    "WeightedAvg.yxmc": _rule(0.79, summarize.weighted_average),
    "CrossTab": _rule(0.8, reshape.cross_tab),
    "Transpose": _rule(0.9, reshape.transpose),
    "TextToColumns": _rule(0.9, text.text_to_columns),
    "RegEx": _rule(0.85, text.regex),
    "FindReplace": _rule(0.88, text.find_replace),
    "DateTime": _rule(0.85, date_time.convert),
    "GenerateRows": _rule(0.9, generate.convert),
    "MakeColumns": _rule(0.85, layout.make_columns),
    "Arrange": _rule(0.85, layout.arrange),
    "DynamicRename": _rule(0.85, renaming.dynamic_rename),
    "DynamicSelect": _rule(0.85, renaming.dynamic_select),
    "AutoField": _rule(0.9, renaming.auto_field),
    "Cleanse.yxmc": _rule(0.85, cleanse.convert),
    "BlockUntilDone": _rule(0.97, passing.convert),
    "Detour": _rule(0.85, passing.detour),
    "DetourEnd": _rule(0.85, passing.detour_end),
    "LockInFilter": _rule(0.85, filter.by_database),
    "LockInFormula": _rule(0.8, formula.by_database),
}
RULES |= {
    kind: _rule(0.79, outputs.reported, carries=False)
    for kind in (
        "PortfolioComposerText", "PortfolioComposerTable", "PortfolioComposerLayout", "PortfolioComposerRender",
        "PortfolioComposerImage", "Overlay", "ReportMap", "AlteryxReportChartGui", "PlotlyCharting", "ReportHeader",
        "Insights", "Email", "PreviewImage",
    )
}  # fmt: skip  # a list of names


class _NoRules(Mapping[str, NoRule]):
    """Known kinds, and for all others what their name tells: a macro, or an add-on."""

    def __getitem__(self, kind: str) -> NoRule:
        known = NO_RULE.get(kind)
        if known is not None:
            return known
        lowered = kind.lower()
        if ".yxmcbatch" in lowered or "batch" in lowered or "iterative" in lowered:
            return BATCH
        if ".yxmc" in lowered:
            return NoRule(f"it is the macro {kind}; {MACRO.reason}", MACRO.todo)
        return ADD_ON

    def __iter__(self) -> Iterator[str]:
        return iter(NO_RULE)

    def __len__(self) -> int:
        return len(NO_RULE)


TABLE = RuleTable(RULES, _NoRules(), MODEL_KINDS, outline=outline.of)
