"""The rules of Alteryx: kind of tool → how it becomes nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from services.migration.expressions.sql.dialects import DIALECTS
from services.migration.parsers.alteryx import systems
from services.migration.parsers.alteryx.kinds import IMAGES
from services.migration.rules.alteryx import (
    addins,
    addins_random,
    cleanse,
    connectors,
    crew,
    date_time,
    download,
    dynamic_input,
    dynamic_replace,
    filter,
    find_replace,
    folders,
    formula,
    frame,
    generate,
    imputation,
    inputs,
    join,
    join_multiple,
    known_settings,
    layout,
    multi_row,
    ordering,
    outline,
    outputs,
    passing,
    profile,
    rank,
    renaming,
    reshape,
    samples,
    select,
    streams,
    structured,
    summarize,
    text,
    tile,
    union,
)
from services.migration.rules.alteryx.no_rule import ADD_ON, BATCH, MACRO, MODEL_KINDS, NO_RULE
from services.migration.rules.context import NOT_EXECUTED, Node, Outcome
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
        known_settings.tell_of_others(context)
        if not DIALECTS[context.dialect].is_executed:
            context.confidence = min(context.confidence, NOT_EXECUTED)
        return _described(context, convert(context))

    return wrapped


def _described(context: StepContext, outcome: Outcome) -> Outcome:
    """What a person wrote beside the tool stands at the last of its nodes."""
    text = " ".join(context.step.description.split())
    if not text or not outcome.nodes:
        return outcome
    *rest, last = outcome.nodes
    node: Node = {key: last[key] for key in ("id", "type", "transform", "connector") if key in last}
    return replace(outcome, nodes=(*rest, {**node, "description": text, **last}))


def _rule(confidence: float, convert: Convert, *, carries: bool = True) -> StepRule:
    return StepRule(confidence, _told(convert), carries)


RULES: dict[str, StepRule] = {
    "TextInput": _rule(0.98, inputs.text_input),
    "MacroInput": _rule(0.85, inputs.macro_input),
    "DbFileInput": _rule(0.9, inputs.file_input),
    "LockInInput": _rule(0.85, inputs.in_db_input),
    "MongoInput": _rule(0.8, inputs.mongo_input),
    "Download": _rule(0.79, download.convert),
    "DynamicInput": _rule(0.79, dynamic_input.convert),
    "LockInDynamicInput": _rule(0.6, dynamic_input.in_db),
    "Directory": _rule(0.79, folders.directory),
    "BlobInput": _rule(0.79, folders.blob_input),
    "BlobOutput": _rule(0.79, folders.blob_output),
    "LockInMacroInput": _rule(0.79, streams.macro_input),
    "LockInStreamIn": _rule(0.85, streams.stream_in),
    "LockInStreamOut": _rule(0.9, streams.stream_out),
    "LockInSample": _rule(0.79, streams.sample),
    "FieldInfo": _rule(0.7, inputs.field_info),
    "BasicDataProfile": _rule(0.6, profile.convert),
    "DbFileOutput": _rule(0.9, outputs.file_output),
    "MacroOutput": _rule(0.95, outputs.shown),
    "LockInWrite": _rule(0.85, outputs.in_db_write),
    "LockInOutput": _rule(0.85, outputs.in_db_write),
    "LockInMacroOutput": _rule(0.95, outputs.shown),
    "BrowseV2": _rule(0.98, outputs.shown_or_passed, carries=False),
    "Browse": _rule(0.98, outputs.shown_or_passed, carries=False),
    "LockInBrowse": _rule(0.95, outputs.shown_or_passed, carries=False),
    "Result": _rule(0.98, outputs.shown, carries=False),
    "Message": _rule(0.95, outputs.shown_or_passed, carries=False),
    "Test": _rule(0.9, outputs.tested, carries=False),
    "CReW_ExpectEqual.yxmc": _rule(0.95, outputs.expect_equal, carries=False),
    "ExpectEqual": _rule(0.9, outputs.expect_equal, carries=False),
    "APIOutput": _rule(0.79, outputs.called_for, carries=False),
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
    "SelectRecords": _rule(0.79, ordering.select_records),
    "Rank": _rule(0.75, rank.convert),
    "DateTimeNow": _rule(0.85, date_time.now),
    "Unique": _rule(0.93, ordering.unique_rows),
    "CReW_OnlyUnique.yxmc": _rule(0.9, ordering.only_unique),
    "CReW_SkipLastN.yxmc": _rule(0.9, crew.skip_last),
    "Tile": _rule(0.85, tile.tile),
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
    "JSONParse": _rule(0.85, structured.json_parse),
    "XMLParse": _rule(0.85, structured.xml_parse),
    "FindReplace": _rule(0.88, find_replace.convert),
    "DateTime": _rule(0.85, date_time.convert),
    "GenerateRows": _rule(0.9, generate.convert),
    "MakeColumns": _rule(0.85, layout.make_columns),
    "Arrange": _rule(0.85, layout.arrange),
    "DynamicRename": _rule(0.85, renaming.dynamic_rename),
    "DynamicSelect": _rule(0.85, renaming.dynamic_select),
    "AutoField": _rule(0.9, renaming.auto_field),
    "Cleanse.yxmc": _rule(0.85, cleanse.convert),
    "DataCleansePro": _rule(0.8, cleanse.pro),
    "DynamicReplace": _rule(0.8, dynamic_replace.convert),
    "RandomRecords.yxmc": _rule(0.79, samples.random_records),
    "Create_Samples.yxmc": _rule(0.79, samples.create_samples),
    "Oversample_Field.yxmc": _rule(0.79, samples.oversample),
    "CReW_EnsureFields.yxmc": _rule(0.9, crew.ensure_fields),
    "CReW_BlockingTest.yxmc": _rule(0.79, crew.blocking_test),
    "CReW_LabelledBlockUntilDone.yxmc": _rule(0.95, passing.convert),
    "CReW_ParallelBlockUntilDone.yxmc": _rule(0.95, crew.parallel),
    "CReW_WaitASecond.yxmc": _rule(0.95, passing.convert),
    "BlockUntilDone": _rule(0.97, passing.convert),
    "Throttle": _rule(0.97, passing.convert),
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
        "Insights", "Email", *sorted(IMAGES),
    )
}  # fmt: skip  # a list of names
RULES |= {
    f"{name}.yxmc": _rule(confidence, convert)
    for convert, confidence, names in (
        (imputation.convert, 0.85, ("Imputation", "Imputation_v2", "Imputation_v3")),
        (tile.bins, 0.79, ("MultiFieldBinning", "MultiFieldBinning_v2")),
    )
    for name in names
}
RULES |= {
    kind: _rule(confidence, convert) for tools in (addins.TOOLS, addins_random.TOOLS)
    for kind, (confidence, convert) in tools.items()
}  # fmt: skip  # a table


CONNECTORS = {systems.READS: _rule(0.79, connectors.read), systems.WRITES: _rule(0.79, connectors.write)}


class _Rules(Mapping[str, StepRule]):
    """The rules, and that of a connector for every name of one."""

    def __getitem__(self, kind: str) -> StepRule:
        known = RULES.get(kind)
        if known is not None:
            return known
        system = None if kind in NO_RULE else systems.of(kind)
        if system is None:
            raise KeyError(kind)
        return CONNECTORS[system.does]

    def __iter__(self) -> Iterator[str]:
        return iter(RULES)

    def __len__(self) -> int:
        return len(RULES)


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


TABLE = RuleTable(_Rules(), _NoRules(), MODEL_KINDS, outline=outline.of)
