"""Parameter files beside an export: which values a session gets, and where they end up."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.migration.ast import Origin
from services.migration.parsers.companions import Companions
from services.migration.parsers.log import Log
from services.migration.parsers.powercenter.model import Folder, Session
from services.migration.parsers.powercenter.parameter_files import ParameterFiles
from services.migration.pipeline import Migration, migrate
from services.pipelines.dsl.document import load
from tests.migration.parsers.samples import (
    QUALIFIER,
    SOURCE,
    TARGET,
    connector,
    export,
    folder,
    instance,
    mapping,
)

VARIABLES = (
    '<MAPPINGVARIABLE NAME ="$$Country" DATATYPE ="string" PRECISION ="2" ISPARAM ="YES" DEFAULTVALUE ="XX"/>'
    '<MAPPINGVARIABLE NAME ="$$SINCE" DATATYPE ="date/time" PRECISION ="29" SCALE ="9" ISPARAM ="YES"/>'
)
FILTER = "S.A = &apos;$$Country&apos;"


def _mapping(condition: str = FILTER, attribute: str = "Source Filter") -> str:
    qualifier = QUALIFIER.replace("B &gt; 0", condition).replace("Source Filter", attribute)
    ends = (instance("S", "Source Definition"), instance("SQ", "Source Qualifier"), instance("T", "Target Definition"))
    links = (connector("S.A", "SQ.A"), connector("S.B", "SQ.B"), connector("SQ.A", "T.A"))
    return mapping(qualifier, *ends, *links, VARIABLES)


def _session(name: str, file: str = "") -> str:
    named = f'<ATTRIBUTE NAME ="Parameter Filename" VALUE ="{file}"/>' if file else ""
    return (
        f'<SESSION NAME ="{name}" MAPPINGNAME ="m">{named}'
        '<SESSIONEXTENSION SINSTANCENAME ="SQ"><CONNECTIONREFERENCE VARIABLE ="$DBConnection_Src"/></SESSIONEXTENSION>'
        '<SESSIONEXTENSION SINSTANCENAME ="S" DSQINSTNAME ="SQ"/></SESSION>'
    )


def _flow(*sessions: str, tag: str = "WORKFLOW", name: str = "wf", file: str = "", inner: str = "") -> str:
    names = [part.split('"')[1] for part in sessions]
    uses = "".join(f'<TASKINSTANCE NAME ="{n}" TASKNAME ="{n}" TASKTYPE ="Session"/>' for n in names)
    named = f'<ATTRIBUTE NAME ="Parameter Filename" VALUE ="{file}"/>' if file else ""
    return f'<{tag} NAME ="{name}">{"".join(sessions)}{uses}{inner}{named}</{tag}>'


def _migrated(files: dict[str, str], *flows: str, flow: str = "", source: str = SOURCE) -> Migration:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("exp/m.xml", export(folder(source, TARGET, flow or _mapping(), *flows)))
        for path, text in files.items():
            archive.writestr(path, text)
    return migrate(packed.getvalue(), "up.zip")


def _documents(done: Migration) -> dict[str, Any]:
    return {each.name: load(each.yaml).data for each in done.documents}


def _defaults(document: dict[str, Any]) -> dict[str, Any]:
    return {each["name"]: each.get("default") for each in document["parameters"]}


def _codes(done: Migration) -> list[str]:
    return [issue.code for issue in done.result.issues]


SCOPES = """; for the nightly load
[Global]
$DBConnection_Src=CRM
$$Country=AA
[F.WF:wf]
$$COUNTRY=PL
[F.WF:wf.ST:other]
$$Country=ZZ
"""


@pytest.mark.parametrize(
    ("text", "country"),
    [
        (SCOPES, "PL"),
        (f"{SCOPES}[s]\n$$Country=S1\n", "S1"),
        (f"{SCOPES}[s]\n$$Country=S1\n[F.s]\n$$Country=S2\n", "S2"),
        (f"{SCOPES}[F.WF:wf.ST:s]\n$$Country=S3\n$$Country=S4\n[F.s]\n$$Country=S2\n", "S3"),
        (f"{SCOPES}[F.WF:wf.ST:s]\r\n$$Country=a=b\r\n", "a=b"),
        ("[G.WF:wf]\n$$Country=PL\n", "XX"),
        ("[Service:IS1]\n$$Country=I1\n", "I1"),
        ("[Service:IS1]\n$$Country=I1\n[Service:IS2]\n$$Country=I2\n", "XX"),
        (f"{SCOPES}[F.s]\n$$Country=<null>\n", "PL"),
    ],
)
def test_the_narrowest_section_decides(text: str, country: str) -> None:
    done = _migrated({"par/load.par": text}, _flow(_session("s")))
    assert _defaults(_documents(done)["m"])["Country"] == country


def test_connections_are_the_files() -> None:
    done = _migrated({"par/load.par": SCOPES}, _flow(_session("s")))
    document = _documents(done)["m"]
    assert document["nodes"][0]["config"]["connection"] == "CRM"
    assert "PARAMETER_FILE" in _codes(done)
    assert "OTHER_FILES" not in _codes(done)


def test_files_of_a_session_are_parameters_with_the_files_names() -> None:
    named = '<TABLEATTRIBUTE NAME ="Source filename" VALUE ="$InputFile_S"/>'
    flow = _mapping().replace(instance("S", "Source Definition"), instance("S", "Source Definition", inner=named))
    text = "[F.s]\n$InputFile_S=/in/s.csv\n$$Country=PL\n"
    source = SOURCE.replace('DATABASETYPE ="Oracle"', 'DATABASETYPE ="Flat File"')
    done = _migrated({"a.par": text}, _flow(_session("s")), flow=flow, source=source)
    document = _documents(done)["m"]
    assert document["nodes"][0]["config"]["path"] == "${InputFile_S}"
    found = {each["name"]: each for each in document["parameters"]}
    assert found["InputFile_S"]["default"] == "/in/s.csv"
    said = "The default is what the parameter file says."
    assert found["InputFile_S"]["description"] == f"Name or path of a source file. {said}"
    assert found["Country"]["description"] == f"PowerCenter mapping parameter. {said}"


def test_sessions_that_differ_give_their_values_as_they_start_the_pipeline() -> None:
    text = f"{SCOPES}[F.WF:wf.ST:s1]\n$$Country=DE\n$$SINCE=04/01/98\n[F.WF:wf.ST:s2]\n$$Since=12/31/2024 10:00:00\n"
    documents = _documents(_migrated({"load.prm": text}, _flow(_session("s1"), _session("s2"))))
    assert _defaults(documents["m"]) == {"Country": "XX", "SINCE": None}
    tasks = documents["wf"]["orchestration"]["tasks"]
    assert [task["parameters"] for task in tasks] == [
        {"Country": "DE", "SINCE": "04/01/98"},
        {"Country": "PL", "SINCE": "12/31/2024 10:00:00"},
    ]


@pytest.mark.parametrize(
    ("written", "iso"), [("04/01/98", "1998-04-01 00:00:00"), ("12/31/24 10:00:00", "2024-12-31 10:00:00")]
)
def test_dates_are_read_in_the_formats_of_the_tool(written: str, iso: str) -> None:
    done = _migrated({"a.par": f"[F.s]\n$$SINCE={written}\n"}, _flow(_session("s")))
    assert _defaults(_documents(done)["m"])["SINCE"] == iso


def test_a_session_reads_the_file_that_it_or_its_workflow_names() -> None:
    files = {"a.par": "[F.s]\n$$Country=AA\n", "dir/b.txt": "[F.s]\n$$Country=BB\n", "c.txt": "[F.s]\n$$Country=CC\n"}
    named = _migrated(files, _flow(_session("s", "$PMRootDir/dir/b.txt"), file="c.txt"))
    assert _defaults(_documents(named)["m"])["Country"] == "BB"
    by_workflow = _migrated(files, _flow(_session("s"), file="/infa/c.txt"))
    assert _defaults(_documents(by_workflow)["m"])["Country"] == "CC"
    assert "PARAMETER_FILES_DISAGREE" not in _codes(by_workflow)


def test_files_that_disagree_are_left_out_and_told() -> None:
    files = {"a.par": "[F.s]\n$$Country=AA\n$$SINCE=01/02/2024\n", "b.par": "[F.s]\n$$Country=BB\n"}
    done = _migrated(files, _flow(_session("s")))
    assert _defaults(_documents(done)["m"]) == {"Country": "XX", "SINCE": "2024-01-02 00:00:00"}
    assert "PARAMETER_FILES_DISAGREE" in _codes(done)


def test_a_file_of_other_sessions_gives_nothing() -> None:
    files = {"a.par": "[Global]\n$$Country=AA\n[F.s]\n$$SINCE=01/02/2024\n", "b.par": "[Global]\n$$Country=BB\n[G.x]\n"}
    done = _migrated(files, _flow(_session("s")))
    assert _defaults(_documents(done)["m"]) == {"Country": "AA", "SINCE": "2024-01-02 00:00:00"}
    assert "PARAMETER_FILES_DISAGREE" not in _codes(done)


def test_a_session_in_a_worklet_has_the_values_of_the_way_to_it() -> None:
    worklet = _flow(_session("s"), tag="WORKLET", name="wl")
    call = '<TASKINSTANCE NAME ="wl" TASKNAME ="wl" TASKTYPE ="Worklet"/>'
    text = "[F.WF:wf.WT:wl.ST:s]\n$$Country=IN\n[F.WF:wf.WT:wl]\n$$Country=WL\n$$SINCE=01/02/2024\n"
    done = _migrated({"a.par": text}, worklet, _flow(inner=call))
    assert _defaults(_documents(done)["m"]) == {"Country": "IN", "SINCE": "2024-01-02 00:00:00"}


def test_worklets_that_multiply_are_told_and_take_no_values() -> None:
    """Each of thirty levels uses the one below it twice: a billion ways."""
    session = _session("s")
    flows = [_flow(session, tag="WORKLET", name="l0_0"), _flow(session, tag="WORKLET", name="l0_1")]
    for level in range(1, 30):
        uses = "".join(f'<TASKINSTANCE NAME ="w{n}" TASKNAME ="l{level - 1}_{n}" TASKTYPE ="Worklet"/>' for n in (0, 1))
        flows += [_flow(tag="WORKLET", name=f"l{level}_{n}", inner=uses) for n in (0, 1)]
    top = '<TASKINSTANCE NAME ="w" TASKNAME ="l29_0" TASKTYPE ="Worklet"/>'
    done = _migrated({"x.par": "[Global]\n$$Country=PL\n"}, *flows, _flow(name="wf", inner=top))
    assert "TOO_MANY_WAYS" in _codes(done)
    assert "PL" not in done.text


def test_variables_of_a_workflow_begin_with_the_files_values() -> None:
    variable = (
        '<WORKFLOWVARIABLE NAME ="$$Run" DATATYPE ="string" DEFAULTVALUE ="x" USERDEFINED ="YES"/>'
        '<WORKFLOWVARIABLE NAME ="$$Kept" DATATYPE ="string" DEFAULTVALUE ="y" USERDEFINED ="YES"/>'
    )
    text = "[Global]\n$$RUN=global\n[F.WF:wf]\n$$run=own\n[F.WF:wf.ST:s]\n$$Kept=only of the session\n"
    documents = _documents(_migrated({"a.par": text}, _flow(_session("s"), inner=variable)))
    found = {each["name"]: each["default"] for each in documents["wf"]["orchestration"]["variables"]}
    assert found == {"Run": "own", "Kept": "y"}


@pytest.mark.parametrize(
    ("attribute", "written", "value", "expected"),
    [
        ("Source Filter", "$$Country", "S.B &gt; 3", "s.B > 3"),
        ("Source Filter", "S.A IN ($$Country)", "'PL','DE'", "s.A IN ('PL', 'DE')"),
        ("Source Filter", "S.A = &apos;$$Country&apos;", "PL", "s.A = :Country"),
        ("Source Filter", "S.B = $$Country", "12", "s.B = :Country"),
        ("Sql Query", "SELECT S.A FROM $$Country.S", "CRM", "SELECT S.A FROM CRM.S"),
        ("Sql Query", "$ParamQuery", "SELECT S.A FROM S", "SELECT S.A FROM S"),
    ],
)
def test_texts_become_part_of_sql_and_values_stay_parameters(
    attribute: str, written: str, value: str, expected: str
) -> None:
    name = "$ParamQuery" if "$ParamQuery" in written else "$$Country"
    text = f"[F.s]\n{name}={value.replace('&gt;', '>')}\n"
    done = _migrated({"a.par": text}, _flow(_session("s")), flow=_mapping(written, attribute))
    config = next(node for node in _documents(done)["m"]["nodes"] if node["id"] == "sq")["config"]
    assert config["filter" if attribute == "Source Filter" else "query"] == expected


def test_an_initial_value_with_quotes_is_text_where_it_stands_without() -> None:
    flow = _mapping("S.A IN ($$Country) OR S.A = &apos;$$Country&apos;")
    flow = flow.replace('DEFAULTVALUE ="XX"', 'DEFAULTVALUE ="&apos;PL&apos;,&apos;DE&apos;"')
    config = next(node for node in _documents(_migrated({}, flow=flow))["m"]["nodes"] if node["id"] == "sq")["config"]
    assert config["filter"] == "s.A IN ('PL', 'DE') OR s.A = :Country"


def test_a_list_that_is_not_known_is_told() -> None:
    done = _migrated({}, _flow(_session("s")), flow=_mapping("S.A IN ($$Country)"))
    qualifier = next(node for node in _documents(done)["m"]["nodes"] if node["id"] == "sq")
    assert qualifier["confidence"] == 0.79
    assert qualifier["warnings"][0].startswith("$$Country is the whole list of an IN")


def test_lines_that_say_nothing_are_told_and_secrets_left_out() -> None:
    text = "[F.s]\nCountry PL\n$ParamPassword=geheim\n$$Country=PL\n"
    done = _migrated({"a.par": text}, _flow(_session("s")), flow=_mapping("S.A = &apos;$ParamPassword&apos;"))
    (told,) = [issue for issue in done.result.issues if issue.code == "NOT_A_PARAMETER"]
    assert told.message.startswith("Line 2 of a.par ")
    assert "geheim" not in done.text


def test_a_value_that_is_masked_becomes_no_part_of_sql() -> None:
    text = "[F.s]\n$$Country=S.A LIKE '%@firma.pl'\n"
    done = _migrated({"a.par": text}, _flow(_session("s")), flow=_mapping("$$Country"))
    assert "***" not in done.text
    (told,) = [issue for issue in done.result.issues if issue.code == "SECRET_PARAMETER"]
    assert told.message.startswith("The value of $$Country in line 2 of a.par ")


LINES = st.sampled_from(
    ["[Global]", "[F.s]", "[F.WF:wf.ST:s]", "[", "]", "$$Country=PL", "$$Country", "=", "$=x", ";", "\0", "é"]
)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.one_of(st.binary(max_size=60), st.lists(LINES, max_size=8).map(lambda lines: "\n".join(lines).encode())))
def test_any_file_gives_values_or_is_told(data: bytes) -> None:
    log = Log("m.xml")
    session = Session("s", "m", "F", Origin("m.xml", 1, "s"))
    values = ParameterFiles(Companions(["a.par"], lambda _path: data), "m.xml", log).of_session(Folder("F"), session)
    assert all(name.startswith("$") and value.strip() for name, value in values.items())
    assert {problem.code for problem in log.problems()} <= {"NOT_A_PARAMETER", "PARAMETER_FILE"}
