"""The settings of common tools that are known here: of another one that says something a person is told.

Newer versions of the tool add choices to tools that exist. Source: configurations of real workflows, Designer Help.
"""

from __future__ import annotations

from services.migration.ast import Setting
from services.migration.rules.alteryx import frame
from services.migration.rules.steps.context import StepContext

_CREATED = "UpdateField UpdateField_Name CreateField_Name CreateField_Type CreateField_Size"
KNOWN: dict[str, frozenset[str]] = {
    kind: frozenset(names.split())
    for kind, names in {
        "AlteryxSelect": "OrderChanged CommaDecimal SelectFields",
        "AppendFields": "CartesianMode SelectConfiguration",
        "AutoField": "Fields",
        "CrossTab": "GroupFields HeaderField DataField Methods",
        "DateTime": "IsFrom InputFieldName Language Format FormatString CustomFormat OutputFieldName",
        "DynamicRename": "RenameMode Fields Expression NamesFromRows AddPrefixSuffix RemovePrefixSuffix Text Type "
        "Prefix Suffix",
        "DynamicSelect": "Mode Expression FieldTypes",
        "Filter": "Mode Simple Expression",
        "FindReplace": "FieldFind FieldSearch ReplaceFoundField FindMode NoCase MatchWholeWord ReplaceMode "
        "ReplaceMultipleFound ReplaceAppendFields",
        "Formula": "FormulaFields",
        "GenerateRows": f"{_CREATED} Expression_Init Expression_Cond Expression_Loop RecordCount",
        "Join": "JoinInfo SelectConfiguration",
        "JoinMultiple": "JoinByRecPos OutputJoinOnly JoinInfo JoinFields CartesianMode SelectConfiguration",
        "MakeColumns": "NumColumns IsHorizontal GroupFields",
        "MultiFieldFormula": "FieldType Fields CopyOutput NewFieldAddOn NewFieldAddOnPos Expression ChangeFieldType "
        "OutputFieldType",
        "MultiRowFormula": f"{_CREATED} OtherRows NumRows Expression GroupByFields",
        "RecordID": "FieldName StartValue FieldType FieldSize Position GroupFields",
        "RegEx": "Field RegExExpression CaseInsensitve Method Replace ParseSimple ParseComplex Match",
        "RunningTotal": "GroupByFields RunningTotalFields",
        "Sample": "Mode N GroupFields",
        "Sort": "SortInfo",
        "Summarize": "SummarizeFields",
        "TextToColumns": "Field ErrorHandling RootName Delimeters NumFields Flags",
        "Tile": "GroupFields Method EqualRecords EqualSum SmartTile UniqueValue Manual",
        "Transpose": "ErrorWarn KeyFields DataFields",
        "Union": "ByName_ErrorMode ByName_OutputMode Mode SetOutputOrder OutputOrder AutoResetMode MultiMetaInfo",
        "Unique": "UniqueFields",
        "XMLParse": "XMLField XMLElement ChildValues OuterXML ParseRoot IgnoreErrors IncludeInOutput",
    }.items()
}
"""Kind of tool → the names of its settings."""
NOTHING = frozenset({"", "false", "0", "none"})


def tell_of_others(context: StepContext) -> None:
    """A warning for each setting of a known tool that is not known and says something."""
    known = KNOWN.get(context.step.type)
    if known is None:
        return
    for each in context.settings.children:
        if each.name not in known and says(each):
            context.warn(
                f"Its setting {each.name} is not known here; what it changes is left out.", confidence=frame.UNSURE
            )


def says(setting: Setting) -> bool:
    """Whether a setting is more than a choice that is off."""
    texts = (setting.value, *setting.attributes.values())
    return any(text.strip().lower() not in NOTHING for text in texts) or any(map(says, setting.children))
