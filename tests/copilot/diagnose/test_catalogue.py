"""Errors of the other systems as their clients print them: rule, category and object, each without a model."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.copilot.chat.intent import route
from services.copilot.diagnose.catalogue import CATEGORIES, catalogue
from services.copilot.diagnose.diagnosis import Question, diagnose

HERE = Path(__file__).parent


def rows(name: str) -> list[list[str]]:
    """The columns of each line; `\\n` in the last stands for a line break."""
    lines = [line.split("\t") for line in (HERE / name).read_text("utf-8").splitlines()]
    return [[*line[:-1], line[-1].replace("\\n", "\n")] for line in lines]


KNOWN = rows("known.tsv")
"""Rule, object, error."""
WORDINGS = rows("wordings.tsv")
"""System, category, object, error: as users report them, gathered without a look at the catalogue."""


@pytest.mark.parametrize(
    ("rule", "concerned", "line"), KNOWN, ids=[f"{row[0]}-{number}" for number, row in enumerate(KNOWN)]
)
def test_known_errors_are_told(rule, concerned, line):
    made = diagnose(Question(line))
    known = {each.id: each for each in catalogue().rules}[rule]
    assert (made.rule, made.category, made.object) == (rule, known.category, concerned)


def test_the_rows_are_as_many_as_asked_for():
    assert len([rule for rule, _, _ in KNOWN if not rule.startswith("postgresql")]) >= 40
    assert {rule.category for rule in catalogue().rules} == set(CATEGORIES) - {"unknown"}


@pytest.mark.parametrize(
    "system", [key for key in catalogue().systems if key not in ("", "postgresql", "kafka", "spark", "databricks")]
)
def test_every_number_is_found_by_its_system(system):
    wrong = [
        rule.id
        for rule in catalogue().systems[system].rules.values()
        if not rule.consequence and diagnose(Question(rule.code, system=system)).rule != rule.id
    ]
    assert wrong == []


def test_error_lines_are_routed_to_diagnosis():
    lines = [row[-1] for row in (*KNOWN, *WORDINGS)]
    missed = [line for line in lines if route(line).intent != "diagnose"]
    assert len(missed) <= 0.05 * len(lines), missed


@pytest.mark.parametrize(
    ("system", "category", "concerned", "line"),
    WORDINGS,
    ids=[f"{row[0]}-{number}" for number, row in enumerate(WORDINGS)],
)
def test_errors_are_told_as_users_report_them(system, category, concerned, line):
    made = diagnose(Question(line))
    assert made.is_known
    assert (made.category, made.object) == (category, concerned or made.object)


@pytest.mark.parametrize(
    ("code", "category"),
    [
        ("[DELTA_SOMETHING_CONCURRENT_NEW]", "timeout"),
        ("[CANNOT_PARSE_INTERVAL_NEW]", "data_quality"),
        ("[NEW_COLUMN_NOT_FOUND]", "schema"),
        ("[NO_SUCH_PRIVILEGE_NEW]", "authentication"),
    ],
)
def test_an_error_class_that_is_not_listed_is_told_by_its_words(code, category):
    made = diagnose(Question(f"org.apache.spark.SparkException: {code} it went wrong"))
    assert (made.category, made.is_known) == (category, True)
    assert sum(factor.effect for factor in made.factors) < 0.6


@pytest.mark.parametrize(
    ("line", "category"),
    [
        ("[22018] [Microsoft][ODBC Driver 18 for SQL Server] a text of no rule", "data_quality"),
        ("999999 (08003): a text of no rule", "connection"),
        ("999999 (22000): a text of no rule", "unknown"),
        ("[connection_pool_timeout] a thread's name", "unknown"),
    ],
)
def test_an_unknown_error_keeps_the_category_of_its_sqlstate(line, category):
    made = diagnose(Question(line))
    assert (made.category, made.is_known) == (category, False)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("UNKNOWN_TOPIC_OR_PARTITION", "kafka.UnknownTopicOrPartitionException"),
        ("OFFSET_OUT_OF_RANGE", "kafka.OffsetOutOfRangeException"),
        ("ora-12154", "oracle.12154"),
        ("ora-00942: table or view does not exist", "oracle.00942"),
        ("msg 208, level 16, state 1", "mssql.208"),
        ("Error 1205: Transaction was deadlocked on lock resources", "mssql.1205"),
        ("a flora-12154 of no kind", ""),
    ],
)
def test_codes_and_names_are_told_in_any_form(text, rule):
    assert diagnose(Question(text)).rule == rule


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("ORA-12154: TNS:could not resolve", 1, ""),
        ("something went wrong", 1, ""),
        ('ERROR:  relation "dm.foo" does not exist\nLINE 2: FROM dm.foo\n             ^', 2, "line 2 of the statement"),
        ("SQL compilation error: error line 3 at position 7\ninvalid identifier 'FOO'", 3, "line 3 of the statement"),
        ("Msg 208, Level 16, State 1, Line 4\nInvalid object name 'dbo.x'.", 4, "line 4 of the statement"),
        ("loading\nORA-12154: TNS:could not resolve", 2, "Line 2 of the text"),
    ],
)
def test_a_line_is_said_where_it_tells_something(text, line, said):
    made = diagnose(Question(text))
    assert made.line == line
    assert said in made.explanation
    assert bool(said) == ("ine " in made.explanation)


@pytest.mark.parametrize("language", ["en", "pl"])
@pytest.mark.parametrize("rule", ["23505", "53300", "42501", "40P01"])
def test_fixes_do_not_repeat_and_sentences_end(rule, language):
    made = diagnose(Question(rule, system="postgresql", language=language))
    steps = [each.steps for each in made.remedies]
    assert len(set(steps)) == len(steps)
    assert made.explanation.endswith(".")


@pytest.mark.parametrize(
    ("line", "rule", "system"),
    [
        ("paramiko.ssh_exception.AuthenticationException: Authentication failed.", "generic.login", ""),
        ("java.lang.OutOfMemoryError: Java heap space", "generic.memory", ""),
        ('FATAL: password authentication failed for user "etl"', "postgresql.28P01", ""),
        ("TE_7002 : Transformation stopped due to a fatal error in the mapping.", "etl_tools.TE_7002", ""),
        ("ORCHESTRATE step execution terminating; Fatal Error: no resources", "", ""),
        ("hdbcli.dbapi.Error: (10, 'authentication failed')", "sap_hana.10", "SAP HANA"),
        (
            "org.apache.spark.SparkException: java.lang.OutOfMemoryError: Java heap space",
            "spark.OutOfMemoryError",
            "Spark",
        ),
    ],
)
def test_no_system_is_named_that_nothing_in_the_text_tells(line, rule, system):
    made = diagnose(Question(line))
    assert made.rule == rule
    assert [name for name in ("SAP HANA", "Spark", "Oracle") if name in made.explanation] == [system] * bool(system)


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ('column "usage_mb" does not exist', "The column `usage_mb` does not exist."),
        ("ORA-00001: duplicate", "A row with the same key exists already: the rule allows each key once."),
        ("535 Authentication credentials invalid", "The login was not accepted."),
    ],
)
def test_no_sentence_waits_for_a_name_that_is_not_told(line, cause):
    assert diagnose(Question(line)).root_cause == cause


def test_words_that_any_system_may_use_are_not_said_to_be_its_own():
    made = diagnose(Question("the load ended: no data found"))
    assert made.is_known
    assert "reports it under the code" not in made.explanation


@pytest.mark.parametrize(
    ("log", "line", "rule"),
    [
        ("ERROR Task 17 in stage 4.0 went wrong; aborting\nWARN Connection refused by db:5432", 2, "generic.refused"),
        ('WARN Connection refused by db:5432\nERROR: relation "x" does not exist', 2, "postgresql.42P01"),
        ("ERROR the step is over\nINFO Connection refused by db:5432, expected", 1, ""),
    ],
)
def test_a_warning_is_read_where_no_error_line_is_known(log, line, rule):
    made = diagnose(Question(logs=log))
    assert (made.line, made.rule) == (line, rule)
