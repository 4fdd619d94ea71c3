"""Every code of an issue or a failed file: category, meaning, remedy. `docs/issues.md` is made of this table."""

from __future__ import annotations

from dataclasses import dataclass

WORK, DIFFERENCE, PERFORMANCE, SCOPE = "needs_work", "functional_difference", "performance", "out_of_scope"


@dataclass(frozen=True, slots=True)
class Code:
    """`category` is "" where it follows from the severity: error, warning, info."""

    meaning: str
    remedy: str
    category: str = ""


BY_SEVERITY = {"error": WORK, "warning": DIFFERENCE, "info": SCOPE}

RELEASE = {
    "LOW_OVERALL_CONFIDENCE": Code(
        "The mean confidence of the objects is below 0.85.", "Review the objects of the lowest confidence first."
    ),
    "LOW_CONFIDENCE": Code(
        "One object has a confidence below 0.80.", "Compare the node with the original; accept or correct it."
    ),
    "MANUAL_CONVERSION": Code(
        "No rule converts the object; the node carries its original definition and does not run.",
        "Write the node by hand from the original it carries.",
    ),
    "MODEL_UNAVAILABLE": Code(
        "The object needs a language model, and none was asked or none answered.",
        "Convert again with --provider, or write the node by hand.",
    ),
    "MANUAL_REVIEW": Code(
        "The object is converted, but a person has to agree.", "Read its warnings; accept or correct it."
    ),
    "VALIDATION": Code(
        "A delivered document breaks a rule of the language, or does not run.",
        "Correct the node at the place named, or convert again.",
    ),
    "VALIDATION_WARNING": Code(
        "A check of a delivered document asks for a look, such as the original's own SQL that empties a table.",
        "Look at the place named; nothing, where it is meant.",
    ),
}
CONVERSION = {
    "CONVERSION_WARNING": Code(
        "A named corner in which the pipeline may give other rows than the tool.",
        "Decide whether the corner occurs in your data; run `dataflow-ai compare` on real rows.",
    ),
    "MANUAL_TASK": Code(
        "A task of a workflow, package or sequence has no counterpart; its document carries its original.",
        "Write the task for the scheduler that runs the pipelines.",
        WORK,
    ),
    "CYCLE": Code("Objects feed each other in a circle, so no order of them exists.", "Break the circle in the tool."),
    "MIXED_ROW_SOURCES": Code(
        "An object takes columns from streams that are not joined: nobody knows which rows meet.",
        "Join the streams in the tool, or write the node by hand.",
    ),
    "UNCONNECTED_OBJECT": Code(
        "Nothing feeds the object; it was left out.", "Connect or remove it in the tool.", SCOPE
    ),
    "DEAD_BRANCH": Code(
        "What the object computes reaches no target: rows are worked on for nothing.", "Remove it.", PERFORMANCE
    ),
    "ATTRIBUTE_NOT_HONOURED": Code(
        "A setting of the object or session has no counterpart in the pipeline.", "Check what the rows should be."
    ),
    "UNKNOWN_ATTRIBUTE": Code(
        "The object has a setting of which nothing is known here.", "Look it up in the tool's guide."
    ),
    "CROSSED_COLUMNS": Code(
        "Columns are filled from columns that bear each other's names.", "Check whether connectors were crossed."
    ),
    "UNCONNECTED_TARGET_COLUMNS": Code(
        "Columns of a target are not connected and are left to its defaults.", "Check that the target accepts that."
    ),
    "VARIABLE_READ_AFTER_ASSIGNMENT": Code(
        "A variable is compared with one assigned above it, which already holds this row's value.",
        "If the row before was meant, move the assignment.",
    ),
    "UNKNOWN_COLUMNS": Code(
        "The export does not hold an input's columns; those that later steps name were taken.", "Declare the columns."
    ),
    "UNKNOWN_OUTPUT": Code("A link leaves an output that the step does not have.", "Check the output's name."),
    "ROWS_NEEDED": Code(
        "A tool asks a web service, or reads files that rows name, which the pipeline does not do.",
        "Give the source the rows that the remedy describes.",
    ),
    "EXPECTATION": Code("The workflow is a test of its own rows.", "Compare the two sinks after a run."),
}
EXPORT = {
    "AMBIGUOUS_CONNECTOR": Code("Several connectors lead into one port.", "Remove all but one."),
    "DANGLING_CONNECTOR": Code("A connector names something that is not there.", "Correct it, or export again."),
    "DANGLING_CONSTRAINT": Code("A precedence constraint names a task that is not there.", "Export again."),
    "DANGLING_LINK": Code("A workflow link names a task that is not there.", "Export the workflow again."),
    "PORT_FED_TWICE": Code("Two connectors lead into one port.", "Remove all but one in the tool."),
    "DUPLICATE_NAME": Code("Two things have one name; the first is used.", "Rename one of them."),
    "BYTE_ORDER_MARK_IN_NAME": Code("A name begins with an invisible mark.", "Use the name without it."),
    "IMPLIED_INSTANCES": Code("Definitions without an instance are taken as used once.", "Nothing, if so."),
    "INVALID_MAPPING": Code("The tool itself marks the mapping as invalid.", "Validate it in the tool first."),
    "MAPPING_NOT_IN_FILE": Code("A session runs a mapping that the file does not hold.", "Export with dependencies."),
    "MISSING_ATTRIBUTE": Code("Something has no type.", "Export again."),
    "NOT_A_NUMBER": Code("A number cannot be read; 0 is used.", "Correct the export."),
    "NO_CONNECTORS": Code("Nothing is connected in the mapping.", "Export the whole mapping."),
    "NO_MAPPING": Code("The export holds no mapping.", "Nothing; its inventory is in the report.", SCOPE),
    "NO_JOBS": Code("The export holds no job.", "Export the jobs, not only their definitions.", SCOPE),
    "EMPTY_JOB": Code("The job has no links.", "Nothing to convert.", SCOPE),
    "EMPTY_DATA_FLOW": Code("The data flow holds no component.", "Nothing to convert.", SCOPE),
    "ENCRYPTED_DATA_FLOW": Code("The data flow is encrypted.", "Save it with DontSaveSensitive.", WORK),
    "ENCRYPTED_PART": Code("A part of the project is encrypted.", "Save it with DontSaveSensitive."),
    "ENCODING": Code("The encoding is not declared, or another than declared.", "Check names with accents."),
    "ENCODING_ASSUMED": Code("The encoding was guessed.", "Check names and texts with accents."),
    "MAINFRAME_JOB": Code("A mainframe job: its stages have no rule.", "Write it by hand.", WORK),
    "MISSING_CONTAINER": Code("A shared container is not in the export.", "Export with dependent items."),
    "MISSING_PACKAGE": Code("A package that is executed is not there.", "Add it and convert again."),
    "MISSING_CONNECTION": Code("A connection that is named is not there.", "Add the project's connections."),
    "OVERRIDE_WITHOUT_INSTANCE": Code("A session overrides what its mapping does not hold.", "Refresh the session."),
    "PARAMETER_FILE": Code(
        "A session takes values of parameters from a file beside the export.", "See that it is the file of your system."
    ),
    "TOO_MANY_WAYS": Code(
        "Worklets in worklets lead to a session in more than 1,000 ways; it takes no values from parameter files.",
        "Give the values where the pipeline runs.",
    ),
    "PARAMETER_FILES_DISAGREE": Code(
        "Several parameter files give other values for one session; those were left out.",
        "Put only the file beside the export that the session uses.",
    ),
    "NOT_A_PARAMETER": Code(
        "A line of a parameter file is no `$NAME=value` and was passed over.", "Correct the file, or leave it."
    ),
    "SECRET_PARAMETER": Code(
        "A value of a parameter file may be a secret or an address and was left out.",
        "Give it to the pipeline where it runs.",
    ),
    "PARTITION_OVERRIDES": Code("Partitions differ; the first one's settings are used.", "Merge them by hand."),
    "REPEATED_TOOL": Code("Two tools have one number; links go to the first.", "Save the workflow again."),
    "RUN_ORDER": Code(
        "A container's tools run after others, which the pipeline does not say.",
        "Where they read what the others write, make them a pipeline of their own that runs after.",
    ),
    "SECRET_LEFT_OUT": Code(
        "A command, an expression or SQL holds a credential, masked here.",
        "Change the credential, and give the pipeline the new one where it runs.",
    ),
    "SENSITIVE_LEFT_OUT": Code("A sensitive value was left out.", "Set it where the pipeline runs."),
    "VARIABLE_AT_RUN_TIME": Code(
        "A variable of the flow has its value only as the package runs.", "Give the pipeline its value as a parameter."
    ),
    "COMPUTED_CONNECTION": Code("A connection is computed as the package runs.", "Set it where the pipeline runs."),
    "TRAILING_TEXT": Code("Text after the end of the document was left out.", "Nothing."),
    "TRIGGER_NUMBERS": Code("Triggers were read by their numbers.", "Compare the outcomes with the Designer."),
    "UNKNOWN_PORT_TYPE": Code("A port's type is not known; it is read as both ways.", "Check it in the Designer."),
    "UNREADABLE_COMPANION": Code("A file that the export needs cannot be read.", "Correct it and convert again."),
    "UNREADABLE_LINE": Code("A line of the export makes no sense.", "Export again."),
    "UNRESOLVED_DEFINITION": Code("A definition is not in the file.", "Export with dependencies."),
    "UNRESOLVED_SHORTCUT": Code("A shortcut leads to something the file does not hold.", "Export with dependencies."),
    "UNRESOLVED_MAPPLET_PORT": Code("A mapplet's port is not found inside it.", "Export again."),
    "CYCLIC_MAPPLET": Code("Mapplets hold each other in a circle.", "Break the circle in the tool."),
    "MAPPLET_TOO_LARGE": Code("Mapplets are nested or repeated beyond bounds.", "Flatten them."),
    "ARCHIVE_NOT_OPENED": Code("An archive inside the archive was not opened.", "Convert it by itself."),
    "BUILD_OUTPUT": Code("Output of a build was left out.", "Nothing."),
    "COMPANION_FILE": Code("A data file that a step names.", "Put it where the pipeline runs."),
    "OTHER_FILES": Code("Files that no export reads were left out.", "Nothing."),
    "OTHER_TOOL": Code("An export of another tool was left out.", "Convert it by itself."),
    "MISSING_CONFIGURATION": Code("A file of configured values is not there.", "Add it and convert again."),
    "CONFIGURED_ELSEWHERE": Code(
        "Values that the package takes from elsewhere are not known here.", "Set them where the pipelines run."
    ),
    "CONFIGURATION_NOT_USED": Code("A configured value is of what the package does not have.", "Nothing."),
    "TRANSACTION": Code("Tasks of a package are one transaction.", "Decide what may be committed by itself."),
    "CHECKPOINTS": Code("A package begins again where it failed.", "Let the scheduler do so."),
    "PACKAGE_PART": Code("A part that packages share was not put into them.", "Convert the built .ispac."),
}
FILES = {
    "EMPTY_FILE": Code("Nothing is in the file.", "Give the export itself."),
    "TRUNCATED": Code("The file, which is no XML, ends in the middle.", "Export or copy it again."),
    "TRUNCATED_XML": Code("The file ends in the middle.", "Export or copy it again."),
    "MALFORMED_XML": Code("The XML is not well-formed.", "Correct the place named, or export again."),
    "NOT_AN_EXPORT": Code("The file is something else.", "Leave it out."),
    "UNKNOWN_TOOL": Code("The file is of no format known here.", "Export it from one of the four tools."),
    "ENCODING_MISMATCH": Code("The bytes are not in the encoding declared.", "Export again, or correct the header."),
    "ENTITY_BOMB": Code("The file declares entities, which no tool does.", "Do not trust the file."),
    "EXTERNAL_ENTITY": Code("The file points outside itself.", "Do not trust the file."),
    "TOO_DEEP": Code("Nested beyond what any tool writes.", "Do not trust the file."),
    "UNSUPPORTED_ARCHIVE": Code("A compressed file of another kind, or one without an export.", "Unpack it."),
    "ARCHIVE_TOO_LARGE": Code("The archive unpacks to more than is read.", "Split it."),
    "UNSAFE_ARCHIVE": Code("Names lead out of the archive, or entries lie.", "Pack it again."),
    "ENCRYPTED_ARCHIVE": Code("An entry needs a password.", "Pack it without one."),
    "ISX_NOT_SUPPORTED": Code("DataStage's ISX archive.", "Export the jobs as .dsx."),
    "ENCRYPTED_PACKAGE": Code("The package is encrypted as a whole.", "Save it with DontSaveSensitive."),
    "TOOL_MISMATCH": Code("Another tool's export than asked for, or several tools'.", "Leave --tool out, or choose."),
    "UNREADABLE": Code("The file cannot be opened.", "Check its permissions."),
    "UNWRITABLE": Code("The result cannot be written.", "Check the folder's permissions and space."),
    "WORKER_DIED": Code("The process died converting the file, twice.", "Give it more memory, or fewer --workers."),
    "TIMEOUT": Code("The file took longer than --timeout, twice.", "Raise --timeout."),
    "INTERNAL": Code("A defect of the converter.", "Report it with the message."),
    "SERVER": Code("The server refused the file or broke off.", "Read its sentence."),
    "RELEASE_BLOCKED": Code("Converted, but issues of severity error are left.", "Finish what the report names."),
}
SECTIONS = {
    "Release": RELEASE,
    "Conversion": CONVERSION,
    "The export": EXPORT,
    "Files": FILES,
}
CODES = {code: row for section in SECTIONS.values() for code, row in section.items()}


def category(code: str, severity: str) -> str:
    """The category of an issue: its code's own, else what its severity says."""
    row = CODES.get(code)
    return row.category if row and row.category else BY_SEVERITY[severity]


def issues_page() -> str:
    """`docs/issues.md`."""
    parts = [INTRO]
    for title, codes in SECTIONS.items():
        rows = [
            f"| `{code}` | {(row.category or 'by severity').replace('_', ' ')} | {row.meaning} | {row.remedy} |"
            for code, row in codes.items()
        ]
        parts.append("\n".join([f"## {title}\n", "| Code | Category | What it means | What to do |", HEAD, *rows, ""]))
    return "\n".join(parts)


HEAD = "|---|---|---|---|"
INTRO = """\
# Issues

Generated from `services/migration/report/codes.py`. Every line of a report has one of these codes; every file that was
not converted has one of the last section as its reason.

Severity says how much is left to do: an `error` blocks release, a `warning` is a look, an `info` costs nothing. The
hours of an issue are its share of its object's review (2 hours, 4 for a rewrite), divided among the object's issues of
the worst severity; an issue of no object is settled with the objects behind it. So the hours of all issues are those of
the estimate's reviews, less objects to review that no issue names. Category says what kind of matter it is: *needs
work*, *functional difference*, *performance*, *out of scope*; where the table says "by severity", an error needs work,
a warning is a functional difference, an info is out of scope.
"""
