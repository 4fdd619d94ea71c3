"""Tools that are known and have no rule, each with the reason."""

from __future__ import annotations

from services.migration.rules.registry import NoRule

_CODE = "Rewrite the code as SQL, or run it as a task of its own."
_SPATIAL = NoRule("it works on spatial objects", "Use the spatial functions of the database.")
_MODEL = NoRule("it trains or applies a statistical model", "Run the model outside the pipeline and join its results.")
_WEB = NoRule("it calls a web service", "Fetch the data in a step of its own and read its result.")
_META = NoRule("it makes rows of the fields' names and types", "Write the rows by hand.")
_LIST = NoRule("it lists files of the machine it runs on", "List the files in a step of its own.")
_DYNAMIC = NoRule("what it reads depends on the rows that arrive", "Read each source in a step of its own.")
_PARSE = NoRule("it makes any number of fields or rows of a structured text", "Parse the text in the database at hand.")

NO_RULE: dict[str, NoRule] = {
    "JupyterCode": NoRule("it runs Python", _CODE),
    "Python": NoRule("it runs Python", _CODE),
    "RTool": NoRule("it runs R", _CODE),
    "R": NoRule("it runs R", _CODE),
    "RunCommand": NoRule("it runs a command of the machine", "Make it a task of the orchestration."),
    "Download": _WEB,
    "ConnectJsonBuilder": _WEB,
    "ConnectOutput": _WEB,
    "Directory": _LIST,
    "BlobInput": _LIST,
    "BasicDataProfile": _META,
    "DynamicInput": _DYNAMIC,
    "DynamicReplace": NoRule("it computes by expressions that stand in rows", "Write the expressions out."),
    "XMLParse": _PARSE,
    "JSONParse": _PARSE,
    **dict.fromkeys(
        (
            "SpatialProcess",
            "TradeArea",
            "CreatePoints",
            "PolySplit",
            "PolyBuild",
            "SpatialInfo",
            "SpatialMatch",
            "FindNearest",
            "Buffer",
            "MapInput",
            "Distance",
            "Generalize",
            "MakeGrid",
            "NonOverlapDrivetime",
            "Smooth",
        ),
        _SPATIAL,
    ),
    **dict.fromkeys(
        (
            "Predict",
            "Fit",
            "Regression",
            "Modeling",
            "AutoML",
            "Linear_Regression",
            "Decision_Tree",
            "Forest_Model.yxmc",
            "Boosted_Model.yxmc",
            "Logistic_Regression",
            "Transformation",
            "Optimization",
            "SimSampling",
            "Score",
        ),
        _MODEL,
    ),
    "LockInDynamicOutput": NoRule("it gives the query of the In-DB stream", "Name the connection and table it feeds."),
    "LockInStreamIn": NoRule("it writes rows into a temporary table of a database", "Load the rows with a sink."),
}

MACRO = NoRule(
    "the macro's file is not in the upload", "Convert the macro's own file (.yxmc) and put its steps in this place."
)
BATCH = NoRule(
    "it is a batch or iterative macro, which runs once for each row or until nothing is left",
    "Write it as a loop of an orchestration.",
)
ADD_ON = NoRule("it is an add-on tool, which the workflow does not define", "Write what the add-on does by hand.")
MODEL_KINDS = frozenset({"JupyterCode", "Python", "RTool", "R"})
