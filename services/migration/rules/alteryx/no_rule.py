"""Tools that are known and have no rule, each with the reason."""

from __future__ import annotations

from services.migration.rules.alteryx import with_designer
from services.migration.rules.registry import NoRule

_CODE = "Rewrite the code as SQL, or run it as a task of its own."
_SPATIAL = NoRule("it works on spatial objects", "Use the spatial functions of the database.")
_MODEL = NoRule("it trains or applies a statistical model", "Run the model outside the pipeline and join its results.")
_CALGARY = NoRule("it looks rows up by the indexes of a Calgary file", "Read the Calgary file and join it.")
_DYNAMIC = NoRule("what it reads depends on the rows that arrive", "Read each source in a step of its own.")
_RUNS = NoRule("it runs another workflow", "Make that workflow a task of the orchestration, before or after this one.")
_LOG = NoRule("it reads the log of a run of Designer", "Look at the log of the pipeline's run.")
_FUZZY = NoRule("it finds rows that are alike, by measures of its own", "Match the rows with the database at hand.")
_PICTURES = NoRule("it reads pictures or texts by a program of its own", "Run such a program and read what it makes.")
_ASKS = NoRule("it asks a language model", "Ask the model in a step of its own and read its answers.")
_REPORT = NoRule(
    "it makes a report, which later tools take as rows", "Make the report with the reporting tool at hand."
)
_STATISTICS = NoRule(
    "what the columns of its statistics are called is not public", "Write the statistics as a query, by these names."
)
_STREAM = NoRule("it keeps a stream of rows going until a time is over", "Run the pipeline again and again instead.")
_QUEUE = NoRule(
    "it reads or writes a queue of RabbitMQ, for which there is no connector",
    "Move the messages into a table or a topic of Kafka in a step of its own.",
)

NO_RULE: dict[str, NoRule] = {
    "JupyterCode": NoRule("it runs Python", _CODE),
    "Python": NoRule("it runs Python", _CODE),
    "RTool": NoRule("it runs R", _CODE),
    "R": NoRule("it runs R", _CODE),
    "RunCommand": NoRule("it runs a command of the machine", "Make it a task of the orchestration."),
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
    **dict.fromkeys(with_designer.MODELS, _MODEL),
    **dict.fromkeys(with_designer.PICTURES, _PICTURES),
    **dict.fromkeys(with_designer.ASKING, _ASKS),
    **dict.fromkeys(with_designer.SPATIAL, _SPATIAL),
    **dict.fromkeys(with_designer.REPORTS, _REPORT),
    **dict.fromkeys(with_designer.STATISTICS, _STATISTICS),
    "TimeSeriesFiller.yxmc": NoRule("how it keeps its choices is not public", "Join the rows to a calendar."),
    "LockInTranspose": NoRule("how it keeps its choices is not public", "Write the columns as a union of queries."),
    "PowerAutomate": NoRule("it calls a web service", "Start the flow of the service in a step of its own."),
    **dict.fromkeys(("CReW_Runner.yxmc", "CReW_ListRunner.yxmc", "CReW_ConditionalRunner.yxmc"), _RUNS),
    "CReW_LogParser.yxmc": _LOG,
    "ControlContainer": NoRule("it gives the messages of its tools' run", "Look at the log of the pipeline's run."),
    "CReW_Script.yxmc": NoRule("it runs a command of the machine", "Make it a task of the orchestration."),
    "CReW_DynamicFormula.yxmc": NoRule("it computes by expressions that stand in rows", "Write the expressions out."),
    "CReW_WildcardInput.yxmc": _DYNAMIC,
    "CReW_WildcardXLSXInput.yxmc": _DYNAMIC,
    "FuzzyMatch": _FUZZY,
    "MakeGroup": NoRule("it follows pairs of keys as far as they reach", "Write the groups as a recursive query."),
    "JSONBuild": NoRule("it makes a structured text of rows", "Make the text in the database at hand."),
    "BlobConvert": NoRule("it makes bytes of a text, a picture or a report, or back", "Convert the field by hand."),
    "Date_Filter.yxmc": NoRule("how it keeps its choices is not public", "Write the dates as a filter."),
    "Base64_Encoder.yxmc": NoRule("it encodes a text by code of its own", "Use the encoding function of the database."),
    "CalgaryJoin": _CALGARY,
    "CalgaryCrossCount": _CALGARY,
    "CalgaryCrossCountAppend": _CALGARY,
    "marketo-append": _DYNAMIC,
    "RoslynInput": NoRule("it runs C#", _CODE),
    "GoPlugin": NoRule("it runs code in Go, which the workflow does not hold", _CODE),
    "GlassdoorScrape": NoRule("it calls a web service", "Fetch the data in a step of its own and read its result."),
    "HostName": NoRule("it gives the name of the machine that it runs on", "Write the name as a parameter."),
    "XmlInput": NoRule("it makes a row of every element of an XML file, by its path", "Read the elements by a query."),
    "StreamerController": _STREAM,
    "StreamerInterval": _STREAM,
    "StreamerRabbitMqIn": _QUEUE,
    "StreamerRabbitMqOut": _QUEUE,
    "StreamerEmitFile": NoRule("it gives the lines of a file for every row that arrives", "Join the file's lines."),
    "StreamerScanFromField": NoRule("it computes by expressions that stand in rows", "Write the expressions out."),
    "LockInDynamicOutput": NoRule("it gives the query of the In-DB stream", "Name the connection and table it feeds."),
}

MACRO = NoRule(
    "the macro's file is not in the upload",
    "Upload a zip archive that holds the workflow and the macro's file (.yxmc), or put the macro's steps in this "
    "place.",
)
BATCH = NoRule(
    "it is a batch or iterative macro, which runs once for each row or until nothing is left",
    "Write it as a loop of an orchestration.",
)
ADD_ON = NoRule("it is an add-on tool, which the workflow does not define", "Write what the add-on does by hand.")
MODEL_KINDS = frozenset({"JupyterCode", "Python", "RTool", "R"})
