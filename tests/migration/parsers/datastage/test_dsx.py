"""DSX text: block grammar, escapes, packed values, connectors, topology, noise, encodings, damage."""

from __future__ import annotations

import random

import pytest

from benchmarks.datastage_constructs import CONSTRUCTS
from benchmarks.datastage_dsx import Job, columns, compiled, export, packed
from services.migration import parsers
from services.migration.ast import MappingAST, Tool, WorkflowAST
from services.migration.parsers.datastage import connector, dsx
from services.migration.parsers.datastage import packed as unpacking
from services.migration.parsers.encoding import XmlText
from services.migration.parsers.errors import EncodingMismatchError, ExportError, TruncatedError
from services.migration.pipeline import draft

MINIMAL = CONSTRUCTS["copy"]()


def parsed(text: str, encoding: str = "cp1252") -> WorkflowAST:
    return parsers.parse(text.encode(encoding), "job.dsx")


def flow(text: str) -> MappingAST:
    (found,) = parsed(text).mappings
    return found


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"plain", "plain"),
        (r"a\"b", 'a"b'),
        (r"C:\\data\\x", r"C:\data\x"),
        (r"\(2)", "\x02"),
        (r"\(A)\(1B)", "\n\x1b"),
        (r"\\(2)", r"\(2)"),  # an escaped backslash before a parenthesis: chained replaces would make it a control
        (r"asc\\desc\(2)x", "asc\\desc\x02x"),
        (r"\(110000)", r"\(110000)"),  # beyond the last code point
    ],
)
def test_values_are_unescaped_in_one_pass(written: str, meant: str) -> None:
    assert dsx.unescape(written) == meant


def test_packed_values_become_entries_with_their_options() -> None:
    value = packed(("key", "ID", {"asc\\desc": "desc", "nulls": "last"}), ("key", "AREA"))
    first, second = unpacking.settings("key", value)
    assert (first.name, first.value, second.value) == ("key", "ID", "AREA")
    assert [(one.name, one.value) for one in first.children] == [("asc\\desc", "desc"), ("nulls", "last")]
    assert [one.value for one in unpacking.settings("plain", "x")] == ["x"]


def test_sub_records_belong_to_the_property_before_them() -> None:
    text = """BEGIN DSJOB
   Identifier "j"
   BEGIN DSRECORD
      Identifier "V0S0"
      OLEType "CTransformerStage"
      Columns "COutputColumn"
      BEGIN DSSUBRECORD
         Name "a"
      END DSSUBRECORD
      StageVars "CStageVar"
      BEGIN DSSUBRECORD
         Name "v"
         Expression =+=+=+=
If "x" Then
  BEGIN DSRECORD
Else "\\(2)"
=+=+=+=
      END DSSUBRECORD
   END DSRECORD
END DSJOB
"""
    export_ = dsx.read(XmlText(text.encode(), "UTF-8"), "job.dsx")
    (record,) = export_.sections[0].records
    assert [one["Name"] for one in record.each("Columns")] == ["a"]
    (variable,) = record.each("StageVars")
    assert variable["Expression"] == 'If "x" Then\n  BEGIN DSRECORD\nElse "\\(2)"'  # a raw block is copied verbatim
    assert (record.kind, record.line, export_.broken) == ("TransformerStage", 3, [])


def test_links_are_pin_pairs_with_their_columns_and_true_lines() -> None:
    found = flow(MINIMAL)
    assert [(one.from_step, one.name, one.to_step) for one in found.links] == [
        ("orders", "in1", "step"),
        ("step", "out1", "target"),
    ]
    assert [column.name for column in found.links[1].columns] == ["ID", "AREA"]
    step = next(one for one in found.transformations if one.name == "step")
    assert MINIMAL.splitlines()[step.origin.line - 1].strip() == "BEGIN DSRECORD"
    assert MINIMAL.splitlines()[step.origin.line].strip() == 'Identifier "V0S1"'
    assert (found.folder, found.origin.element) == ("Jobs/Demo", "DSJOB copy")


def test_a_stage_and_a_link_may_share_a_name_and_two_stages_too() -> None:
    job = Job("same")
    job.read("x", "x", "A:i")
    job.stage("x", "PxCopy", ["x"], {"y": columns("A:i")})
    job.write("x", "y")
    found = flow(export(job.text()))
    assert [one.name for one in found.transformations] == ["x", "x_2", "x_3"]
    assert [(one.from_step, one.to_step) for one in found.links] == [("x", "x_2"), ("x_2", "x_3")]


def test_noise_is_passed_over_and_sections_come_in_any_order() -> None:
    noisy = CONSTRUCTS["two_jobs_and_noise"]()
    found = parsed(noisy + compiled(64) + "\n")
    assert [one.name for one in found.mappings] == ["first_job", "second_job"]
    assert found.problems == ()  # neither the COMMENT line nor compiled code is a problem
    assert {item.kind for item in found.inventory} == {"annotation"}


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_do_not_matter(end: str) -> None:
    unix, other = parsed(MINIMAL), parsed(MINIMAL.replace("\n", end))
    assert [one.name for one in unix.mappings[0].transformations] == [
        one.name for one in other.mappings[0].transformations
    ]
    assert other.problems == ()


def test_a_job_that_stands_twice_gives_two_pipelines_and_a_warning() -> None:
    made = draft((MINIMAL + "\n" + MINIMAL[MINIMAL.index("BEGIN DSJOB") :]).encode(), "job.dsx").result
    first, second = (each.mapping for each in made.mappings)
    assert second == f"{first} 2"
    assert [each.pipeline["name"] for each in made.mappings] == [first, second]
    (issue,) = made.issues
    assert (issue.code, issue.severity) == ("DUPLICATE_NAME", "warning")


def test_connector_xml_lies_about_utf_16_and_its_password_is_left_behind() -> None:
    tree = connector.settings(
        "<?xml version='1.0' encoding='UTF-16'?><Properties version='1.1'><Connection><Password modified='1'>"
        "<![CDATA[tiger-7731]]></Password></Connection><Usage><TableName type='string'><![CDATA[A & B]]></TableName>"
        "</Usage></Properties >"
    )
    assert tree.text("Usage", "TableName") == "A & B"
    assert tree.text("Connection", "Password") == "***"


@pytest.mark.parametrize(
    "broken",
    ["", "no xml", "<a>", "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "<a>" * 40 + "</a>" * 40],
)
def test_a_broken_connector_is_said_to_be_one(broken: str) -> None:
    assert connector.settings(broken).get("broken") == "yes"


def test_no_password_leaves_the_parser() -> None:
    job = Job(
        "secrets",
        parameters=[
            {"Name": "pSecret", "ParamType": "1", "Default": "LK8@7:tiger-7731"},
            {"Name": "dbPassword", "ParamType": "0", "Default": "tiger-7731"},
            {"Name": "ORA_PWD", "ParamType": "0", "Default": "tiger-7731"},
            {"Name": "pUrl", "ParamType": "0", "Default": "jdbc:x;password=tiger-7731"},
        ],
    )
    xml = "<?xml version='1.0' encoding='UTF-16'?><Properties><Password><![CDATA[tiger-7731]]></Password></Properties>"
    xml = xml.replace("</Properties>", "<ApiKey><![CDATA[tiger-7731]]></ApiKey></Properties>")
    properties = {"Password": "tiger-7731", "AuthToken": "tiger-7731", "XMLProperties": xml}
    job.stage(
        "db",
        "OracleConnectorPX",
        outputs={"a": columns("A:i")},
        pin_properties={"a": properties},
        more={"Password": "tiger-7731"},
    )
    job.write("out", "a")
    found = parsed(export(job.text()))
    assert "tiger-7731" not in repr(found)
    assert [one.default for one in found.mappings[0].parameters] == [None, None, None, "jdbc:x;password=***"]


@pytest.mark.parametrize("name", ["filter", "command", "source"])
def test_no_password_of_a_command_line_leaves_the_parser(name: str) -> None:
    job = Job("secrets")
    job.read("in", "a", "ID:i", **{name: packed((name, "curl -u joe:tiger-7731 https://h/x | gzip -d"))})
    job.write("out", "a")
    text = export(job.text())
    (step, *_) = flow(text).transformations
    assert step.settings is not None
    assert "tiger-7731" not in repr(step.settings)
    assert "curl -u *** https://h/x | gzip -d" in repr(step.settings)


def test_parameter_sets_are_spread_and_environment_names_are_plain() -> None:
    job = Job(
        "params",
        parameters=[
            {"Name": "psDb", "ParamType": "13", "Default": "(As pre-defined)"},
            {"Name": "$APT_DIR", "ParamType": "4", "Default": "/tmp"},
        ],
    )
    job.read("src", "a", "A:i")
    job.write("out", "a")
    sets = """BEGIN DSPARAMETERSETS
   BEGIN DSRECORD
      Identifier "psDb"
      OLEType "CParameterSet"
      Parameters "CParameters"
      BEGIN DSSUBRECORD
         Name "Schema"
         Default "DWH"
         ParamType "0"
      END DSSUBRECORD
   END DSRECORD
END DSPARAMETERSETS"""
    (mapping,) = parsed(export(sets, job.text())).mappings
    assert [(one.name, one.default) for one in mapping.parameters] == [("psDb_Schema", "DWH"), ("APT_DIR", "/tmp")]


@pytest.mark.parametrize(
    ("charset", "encoding", "noted"),
    [
        ("CP1252", "cp1252", False),
        ("CP1251", "cp1251", False),
        ("ENGLISH", "utf-8", True),
        ("ENGLISH", "cp1252", True),
        ("CP1252", "utf-8-sig", False),
    ],
)
def test_the_header_says_the_encoding(charset: str, encoding: str, noted: bool) -> None:
    letter = "ж" if charset == "CP1251" else "é"
    job = Job(f"job_{letter}")
    job.read("src", "a", "A:i")
    job.write("out", "a")
    found = parsed(export(job.text(), charset=charset), encoding)
    assert found.mappings[0].name == f"job_{letter}"
    assert [one.code for one in found.problems] == (["ENCODING"] if noted else [])


def test_utf_16_is_told_by_its_mark() -> None:
    assert parsed(MINIMAL, "utf-16").mappings[0].name == "copy"


def test_bytes_that_are_in_no_encoding_are_refused_with_their_place() -> None:
    data = MINIMAL.encode().replace(b"orders", b"ord\x81rs", 1)  # 0x81 is nothing in CP1252, nor UTF-8
    with pytest.raises(EncodingMismatchError) as caught:
        parsers.parse(data, "job.dsx")
    assert caught.value.line == data[: data.index(b"\x81")].count(b"\n") + 1


def test_a_cut_off_export_is_refused_with_the_block_that_is_open() -> None:
    with pytest.raises(TruncatedError, match="ends within DS"):
        parsed(MINIMAL[: len(MINIMAL) // 2])


def outcome(text: str) -> str:
    """The error's reason, or what was found."""
    try:
        found = parsed(text)
    except ExportError as error:
        return error.reason if error.file == "job.dsx" else "no place"
    return "told" if found.problems or found.mappings else "silent"


@pytest.mark.parametrize("step", range(0, len(MINIMAL), 797))
def test_every_cut_is_an_error_or_a_result(step: int) -> None:
    assert outcome(MINIMAL[:step]) in ("told", "EMPTY_FILE", "TRUNCATED")


@pytest.mark.parametrize("line", range(3, 60, 4))
def test_a_damaged_line_is_named_and_the_rest_is_read(line: int) -> None:
    lines = MINIMAL.split("\n")
    if not lines[line].strip().startswith(("BEGIN", "END")):
        lines[line] = '      Damaged "no end'
        found = parsed("\n".join(lines))
        assert any(one.origin.line == line + 1 for one in found.problems)


def test_an_export_without_jobs_says_so() -> None:
    found = parsed(export())
    assert [one.code for one in found.problems] == ["NO_JOBS"]


def test_a_job_whose_links_lead_nowhere_is_said_to_be_empty() -> None:
    codes = [one.code for one in parsed(MINIMAL.replace("Partner ", "Part ")).problems]
    assert codes.count("EMPTY_JOB") == 1
    assert "NO_JOBS" not in codes


def test_a_link_without_partner_is_reported() -> None:
    job = Job("open")
    job.read("src", "a", "A:i")
    job.stage("step", "PxCopy", ["a"], {"nowhere": columns("A:i")})
    found = parsed(export(job.text()))
    assert [one.code for one in found.problems] == ["DANGLING_CONNECTOR"]


def test_containers_in_containers_end() -> None:
    """A shared container that uses itself is left out, and named."""
    itself = {"SharedContainer": "scSelf"}
    inner = Job("scSelf", job_type="")
    inner.stage(
        "again",
        "CContainerStage",
        ["cin"],
        {"cout": columns("A:i")},
        ole="CContainerStage",
        more=itself,
    )
    job = Job("uses")
    job.read("src", "a", "A:i")
    job.stage(
        "use",
        "CContainerStage",
        ["a"],
        {"b": columns("A:i")},
        ole="CContainerStage",
        more=itself,
    )
    job.write("out", "b")
    found = parsed(export(job.text(), inner.text("DSSHAREDCONTAINER")))
    assert "MISSING_CONTAINER" in {one.code for one in found.problems}


@pytest.mark.parametrize(
    ("stated", "where", "derived"),
    [
        ("pLimit", "AMOUNT > #pLimit#", "in1.AMOUNT * pLimit"),
        ("#pLimit#", "AMOUNT > #pLimit#", "in1.AMOUNT * pLimit"),
        ("7", "AMOUNT > 7", "in1.AMOUNT * 7"),
        ("'seven'", "AMOUNT > seven", "in1.AMOUNT * 'seven'"),
        ("seven", "AMOUNT > seven", 'in1.AMOUNT * "seven"'),
        ("", "AMOUNT > 5", "in1.AMOUNT * 5"),
    ],
)
def test_values_of_a_container_take_the_place_of_its_parameters(stated: str, where: str, derived: str) -> None:
    inner = Job("scFilter", job_type="", parameters=[{"Name": "pMin", "ParamType": "2", "Default": "5"}])
    out = columns("X:n T:s", X="in1.AMOUNT * pMin", T='"pMin"')
    inner.stage("flt", "PxFilter", ["cin"], {"in1": columns("AMOUNT:n")}, {"where": "AMOUNT > #pMin#"})
    inner.stage("trx", "CTransformerStage", ["in1"], {"cout": out}, ole="CTransformerStage")
    job = Job("uses", parameters=[{"Name": "pLimit", "ParamType": "2", "Default": "100"}])
    job.read("src", "cin", "AMOUNT:n")
    given = {"Parameters": ("CParamValue", [{"Name": "pMin", "DisplayValue": stated}])}
    more = {"SharedContainer": "scFilter"}
    job.stage(
        "use", "CContainerStage", ["cin"], {"cout": columns("X:n")}, ole="CContainerStage", more=more, lists=given
    )
    job.write("out", "cout")
    (mapping,) = parsed(export(job.text(), inner.text("DSSHAREDCONTAINER"))).mappings
    steps = {one.name: one for one in mapping.transformations}
    (stated_where,) = steps["use.flt"].settings.one("properties").all("where")
    assert stated_where.value == where
    assert [one.expression for one in steps["use.trx"].fields] == [derived, '"pMin"']


def test_the_tool_is_told_without_an_extension() -> None:
    assert parsers.parse(MINIMAL.encode(), "upload").tool is Tool.DATASTAGE


def damaged(seed: int) -> str:
    """A construct with lines deleted, doubled, cut, or with another line's value."""
    chance = random.Random(seed)
    lines = chance.choice(list(CONSTRUCTS.values()))().split("\n")
    for _ in range(chance.randint(1, 4)):
        place, other = chance.randrange(len(lines)), chance.choice(lines)
        cut = lines[place][: chance.randrange(len(lines[place]) + 1)]
        value = lines[place].partition('"')[0] + '"' + other.partition('"')[2]
        lines[place : place + 1] = chance.choice([[], [lines[place], other], [cut], [value], [value]])
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(40))
def test_damaged_exports_are_read_or_refused(seed: int) -> None:
    """Ten damaged exports a seed: an error of the tree, or a conversion; nothing else is raised."""
    for number in range(10):
        text = damaged(seed * 100 + number)
        try:
            done = draft(text.encode(), "job.dsx", generated_at="2026-01-01T00:00:00Z")
        except ExportError:
            continue
        assert done.ast.tool is Tool.DATASTAGE
