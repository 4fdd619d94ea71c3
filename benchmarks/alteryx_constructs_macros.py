"""Constructs of standard macros, of the CReW collection, and of tools with choices of their own.

Each row: name, kind of tool, configuration, and words of the reason where it is refused; for `alteryx_constructs`.
"""

from __future__ import annotations


def answers(told: dict[str, object]) -> str:
    """A macro's answers to its questions."""
    return "".join(f'<Value name="{name}">{value}</Value>' for name, value in told.items())


def _imputation(statistic: str) -> str:
    choices = ("Mean", "Median", "Mode", "User Specified Replace With Value")
    return answers(
        {
            "listbox Select Incoming Fields": '"n"',
            "radio Null Value": True,
            "radio User Specified Replace From Value": False,
            "updown User Replace Value": "0.00000",
            **{f"radio {name}": name == statistic for name in choices},
            "updown User Replace With Value": "0.00000",
            "checkbox Impute Indicator": True,
            "checkbox Imputed Values Separate Field": False,
        }
    )


def _bins(by_records: bool) -> str:
    return answers(
        {
            "List Box (297)": "n=True,t=False",
            "Radio Button (299)": by_records,
            "Numeric Up Down (298)": 2,
            "Radio Button (301)": not by_records,
            "Numeric Up Down (300)": 2,
        }
    )


def _random(by_number: bool) -> str:
    told = {"Number": by_number, "NNumber": 2, "Percent": not by_number, "NPercent": 50}
    return answers({**told, "Deterministic": False, "Seed": 1})


_ENSURED = answers({"Fields": "n\nextra", "FieldType": "V_String"})
_SPLIT = {"estimation pct": 50, "validation pct": 30, "rand seed": 1}

_SUMS = '<SumField>n</SumField><SortField>t</SortField><NumTiles value="2" />'
_MARKS = (
    '<Field>t</Field><ErrorHandling>Last</ErrorHandling><RootName>t</RootName><Delimeters value="\\s," />'
    '<NumFields value="{}" /><Flags value="31" />'
)
ROWS: tuple[tuple[str, str, str, str], ...] = (
    ("imputation by the mean", "Imputation_v3.yxmc", _imputation("Mean"), ""),
    ("imputation by the median", "Imputation_v2.yxmc", _imputation("Median"), ""),
    ("imputation by the mode", "Imputation.yxmc", _imputation("Mode"), ""),
    ("imputation by a value", "Imputation_v3.yxmc", _imputation("User Specified Replace With Value"), ""),
    ("imputation of unknown choices", "Imputation_v9.yxmc", "", "the macro's file is not in the upload"),
    ("imputation without choices", "Imputation_v3.yxmc", "", "its choices are not those"),
    ("bins of as many rows", "MultiFieldBinning_v2.yxmc", _bins(True), ""),
    ("bins of as wide a range", "MultiFieldBinning.yxmc", _bins(False), ""),
    ("so many random rows", "RandomRecords.yxmc", _random(True), ""),
    ("a random share of rows", "RandomRecords.yxmc", _random(False), ""),
    ("random samples", r"Predictive Tools\Create_Samples.yxmc", answers(_SPLIT), ""),
    (
        "random samples of more than all",
        "Create_Samples.yxmc",
        answers({**_SPLIT, "validation pct": 60}),
        "50 % and 60 %",
    ),
    (
        "an oversampled value",
        r"Predictive Tools\Oversample_Field.yxmc",
        answers({"Selected_Field": "t", "Oversample_Value": "Alpha", "Desired_Pct": 50}),
        "",
    ),
    ("fields that are ensured", "CReW_EnsureFields.yxmc", _ENSURED, ""),
    ("a blocking test", "CReW_BlockingTest.yxmc", answers({"Text Box (4)": "[n] != 99"}), ""),
    ("the last rows skipped", "CReW_SkipLastN.yxmc", answers({"Numeric Up Down (11)": 1}), ""),
    ("labelled block until done", "CReW_LabelledBlockUntilDone.yxmc", "", ""),
    ("a wait", "CReW_WaitASecond.yxmc", "", ""),
    ("a workflow that is run", "CReW_Runner.yxmc", "", "it runs another workflow"),
    ("workflows that are run", "CReW_ListRunner.yxmc", "", "it runs another workflow"),
    ("a log that is read", "CReW_LogParser.yxmc", "", "log of a run"),
    ("throttle", "Throttle", "<RecordsPerMinute value='60' />", ""),
    (
        "data cleanse pro",
        "DataCleansePro",
        "<Fields><Field value='*Unknown' selected='True' /></Fields><RemoveAllWhitespaces value='True' />",
        "",
    ),
    (
        "data cleanse pro of tags",
        "DataCleansePro",
        "<RemoveNumbers value='True' /><RemoveHTMLTags value='True' />",
        "Tags",
    ),
    ("a smart tile", "Tile", "<Method>SmartTile</Method><SmartTile><Field>n</Field></SmartTile>", ""),
    ("tiles by limits", "Tile", "<Method>Manual</Method><Manual><Field>n</Field><Cutoffs>1\n2</Cutoffs></Manual>", ""),
    ("tiles of an equal sum", "Tile", f"<Method>EqualSum</Method><EqualSum>{_SUMS}</EqualSum>", ""),
    ("tiles of no known method", "Tile", "<Method>Other</Method>", "have no rule"),
    ("parts that hold delimiters in marks", "TextToColumns", _MARKS.format(3), ""),
    ("rows of parts that hold delimiters in marks", "TextToColumns", _MARKS.format(0), ""),
    ("fuzzy match", "FuzzyMatch", "", "rows that are alike"),
    ("make group", "MakeGroup", "", "pairs of keys"),
    (
        "rank",
        "Rank",
        "<RankingModes><Mode value='Dense' /></RankingModes><SortInfo><Field field='n' order='Asc' /></SortInfo>",
        "",
    ),
    ("rank of no way", "Rank", "<SortInfo><Field field='n' order='Asc' /></SortInfo>", "way of ranking"),
    (
        "ranks in every way within groups",
        "Rank",
        "<RankingModes><Mode value='Ordinal' /><Mode value='Standard' /><Mode value='Competition' />"
        "<Mode value='Fractional' /></RankingModes><SortInfo><Field field='n' order='Descending' /></SortInfo>"
        "<GroupFields><Field name='t' /></GroupFields>",
        "",
    ),
    ("rows by their numbers", "SelectRecords", "<Value name='Ranges'>1-2, 4+</Value>", ""),
    ("rows by no numbers", "SelectRecords.yxmc", "<Value name='Ranges' />", "names no rows"),
    (
        "data cleanse pro of own letters",
        "DataCleansePro",
        "<RemoveLetters value='True' /><Letters value='abc' />",
        "Letters",
    ),
    ("date filter", "Date_Filter.yxmc", "", "not public"),
    ("a model of R", "Count_Regression.yxmc", "", "statistical model"),
    ("text in a picture", "ImageToText", "", "pictures or texts"),
    ("a prompt", "Prompt", "", "asks a language model"),
    ("a heat map", "HeatMap.yxmc", "", "spatial objects"),
    ("a histogram", "Histogram.yxmc", "", "makes a report"),
    ("a correlation", "PearsonCorrelation", "", "not public"),
    ("gaps of a series", "TimeSeriesFiller.yxmc", "", "not public"),
)
