"""An archive taken apart: which entries are one job together, which stand alone, which are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.migration.ast import Tool
from services.migration.parsers.archives import open_batch, take, units
from services.migration.parsers.archives.limits import Limits
from services.migration.pipeline import migrate
from services.migration.server.batch_contents import SLICE, slices
from tests.migration.server.test_batch import SMALL, zipped

CORPUS = Path(__file__).parents[3] / ".." / "shared" / "corpus"
PACKAGE = '<DTS:Executable xmlns:DTS="www.microsoft.com/SqlServer/Dts"/>'
CONFIGURED = [
    f'<DTS:Executable xmlns:DTS="www.microsoft.com/SqlServer/Dts">{configuration}</DTS:Executable>'
    for configuration in (
        '<DTS:Configuration><DTS:Property DTS:Name="ConfigurationString">D:\\etl\\prod.dtsConfig</DTS:Property>'
        "</DTS:Configuration>",
        '<DTS:Configurations><DTS:Configuration DTS:ConfigurationString="prod.dtsConfig"/></DTS:Configurations>',
    )
]


def workflow(*macros):
    nodes = "".join(
        f'<Node ToolID="{n}"><EngineSettings Macro="{macro}"/></Node>' for n, macro in enumerate(macros, start=1)
    )
    return f'<?xml version="1.0"?><AlteryxDocument yxmdVer="2020.1"><Nodes>{nodes}</Nodes></AlteryxDocument>'


def session(name, file=""):
    named = f'<ATTRIBUTE NAME ="Parameter Filename" VALUE ="{file}"/>' if file else ""
    made = (
        f'<WORKFLOW NAME ="wf"><SESSION NAME ="{name}" MAPPINGNAME ="m_active">{named}</SESSION>'
        f'<TASKINSTANCE NAME ="{name}" TASKNAME ="{name}" TASKTYPE ="Session"/></WORKFLOW></FOLDER>'
    )
    return SMALL.replace(b"</FOLDER>", made.encode())


def grouped(entries):
    found = units(open_batch(zipped(entries), "all.zip"))
    return [(unit.path, unit.tool, unit.members) for unit in found.units], found.skipped


@pytest.mark.parametrize(
    ("entries", "expected", "skipped"),
    [
        pytest.param(
            {"b.xml": SMALL, "a.xml": SMALL, "notes.md": "x", "__MACOSX/a.xml": SMALL},
            [("b.xml", Tool.POWERCENTER, ("b.xml",)), ("a.xml", Tool.POWERCENTER, ("a.xml",))],
            [("notes.md", "NOT_AN_EXPORT")],
            id="each by itself, in the order of the archive",
        ),
        pytest.param(
            {"P/P.dtproj": "<x/>", "P/a.dtsx": PACKAGE, "P/sub/b.dtsx": PACKAGE, "P/bin/a.dtsx": PACKAGE,
             "P/c.conmgr": "<x/>",             "Q/only.dtsx": PACKAGE, "Q/more.dtsx": PACKAGE},
            [("P/P.dtproj", Tool.SSIS, ("P/a.dtsx", "P/sub/b.dtsx", "P/P.dtproj", "P/c.conmgr")),
             ("Q/only.dtsx", Tool.SSIS, ("Q/only.dtsx",)), ("Q/more.dtsx", Tool.SSIS, ("Q/more.dtsx",))],
            [],
            id="a project is one, without its build output; packages of none are each by themselves",
        ),
        pytest.param(
            {"one/Project.params": "<x/>", "one/a.dtsx": PACKAGE, "two/Project.params": "<x/>", "two/a.dtsx": PACKAGE,
             "three/x.conmgr": "<x/>"},
            [("one.zip", Tool.SSIS, ("one/a.dtsx", "one/Project.params")),
             ("two.zip", Tool.SSIS, ("two/a.dtsx", "two/Project.params"))],
            [("three/x.conmgr", "NOT_AN_EXPORT")],
            id="projects keep apart",
        ),
        pytest.param(
            {"w1.yxmd": workflow("m\\Outer.yxmc"), "w2.yxmd": workflow("elsewhere.yxmc"),
             "m/outer.yxmc": workflow("Inner.yxmc"),
             "m/Inner.yxmc": workflow(), "free.yxmc": workflow()},
            [("w1.yxmd", Tool.ALTERYX, ("w1.yxmd", "m/outer.yxmc", "m/Inner.yxmc")),
             ("w2.yxmd", Tool.ALTERYX, ("w2.yxmd",)), ("free.yxmc", Tool.ALTERYX, ("free.yxmc",))],
            [],
            id="a workflow takes its macros along, and theirs",
        ),
        pytest.param(
            {"p/old.dtsx": CONFIGURED[0], "p/new.dtsx": CONFIGURED[1], "p/none.dtsx": PACKAGE,
             "p/Prod.dtsConfig": "<x/>"},
            [("p/old.dtsx", Tool.SSIS, ("p/old.dtsx", "p/Prod.dtsConfig")),
             ("p/new.dtsx", Tool.SSIS, ("p/new.dtsx", "p/Prod.dtsConfig")),
             ("p/none.dtsx", Tool.SSIS, ("p/none.dtsx",))],
            [],
            id="a package of no project takes along the configurations that it names",
        ),
        pytest.param(
            {"a.xml": SMALL, "b.xml": SMALL, "only.PAR": "$$A=1"},
            [("a.xml", Tool.POWERCENTER, ("a.xml", "only.PAR")), ("b.xml", Tool.POWERCENTER, ("b.xml", "only.PAR"))],
            [],
            id="the only parameter file goes with every PowerCenter export",
        ),
        pytest.param(
            {"a.xml": session("s_a", "C:\\params\\a.txt"), "b.xml": session("s_b"),
             "params/a.txt": "[F.s_a]\n$$A=1", "b.prm": "[F.WF:wf.ST:s_b]\n$$A=2", "c.parm": "[F.s_c]\n$$A=3",
             "notes.txt": "x"},
            [("a.xml", Tool.POWERCENTER, ("a.xml", "params/a.txt")), ("b.xml", Tool.POWERCENTER, ("b.xml", "b.prm"))],
            [("c.parm", "NOT_AN_EXPORT"), ("notes.txt", "NOT_AN_EXPORT")],
            id="of several, those that an export names and those with a section for it",
        ),
        pytest.param(
            {"x.yxmc": workflow("y.yxmc"), "y.yxmc": workflow("x.yxmc")},
            [("x.yxmc", Tool.ALTERYX, ("x.yxmc", "y.yxmc")), ("y.yxmc", Tool.ALTERYX, ("y.yxmc", "x.yxmc"))],
            [],
            id="macros that need only each other are not lost",
        ),
        pytest.param(
            {"in.zip": zipped({"a.xml": SMALL}), "p.ispac": b"no zip",
             "mixed.zip": zipped({"a.xml": SMALL, "b.dtsx": PACKAGE}),
             "j.isx": b"x", "empty.xml": b"", "cut.dtsx": PACKAGE[:20]},
            [("in.zip", Tool.POWERCENTER, ("in.zip",)), ("p.ispac", Tool.SSIS, ("p.ispac",)),
             ("cut.dtsx", Tool.SSIS, ("cut.dtsx",))],
            [("mixed.zip", "TOOL_MISMATCH"), ("j.isx", "ISX_NOT_SUPPORTED"), ("empty.xml", "EMPTY_FILE")],
            id="what cannot be read is a job where its name or head tells the tool",
        ),
    ],
)  # fmt: skip
def test_grouping(entries, expected, skipped):
    assert grouped(entries) == (expected, skipped)


def test_an_entry_that_is_too_large_is_set_aside_alone():
    archive = open_batch(zipped({"big.xml": SMALL * 3, "a.xml": SMALL}), "all.zip")
    archive.used.limits = Limits(entry=len(SMALL) + 1)
    found = units(archive)
    assert ([unit.path for unit in found.units], found.skipped) == (["a.xml"], [("big.xml", "TOO_LARGE")])


def test_a_damaged_entry_is_set_aside_alone():
    content = zipped({"bad.xml": SMALL, "a.xml": SMALL})
    at = content.index(b"bad.xml") + 200
    found = units(open_batch(content[:at] + b"\0\0\0\0" + content[at + 4 :], "all.zip"))
    assert ([unit.path for unit in found.units], [path for path, _ in found.skipped]) == (["a.xml"], ["bad.xml"])


def macro_and_user():
    """A macro of the corpus and a workflow that names it."""
    workflows = [(path, path.read_bytes()) for path in sorted(CORPUS.glob("alteryx/**/*.yxmd"))]
    pairs = (
        (macro, user)
        for macro in sorted(CORPUS.glob("alteryx/**/*.yxmc"))
        for user, content in workflows
        if f"{macro.name.rpartition('__')[2]}".encode() in content
    )
    return next(pairs, None)


def test_a_real_workflow_converts_with_its_macro():
    pair = macro_and_user()
    if pair is None:
        pytest.skip("the corpus is not here")
    macro, user = pair
    entries = {user.name: user.read_bytes(), macro.name.rpartition("__")[2]: macro.read_bytes()}
    archive = open_batch(zipped(entries), "all.zip")
    [unit] = units(archive).units
    assert unit.members == tuple(entries)
    with_macro = migrate(take(archive, unit), user.name, tool=unit.tool).report.total_objects
    assert with_macro != migrate(user.read_bytes(), user.name).report.total_objects  # the macro's tools are inlined


def test_a_powercenter_export_converts_with_its_parameter_file():
    entries = {
        "a.xml": session("s_a"),
        "b.xml": SMALL,
        "p/a.par": "[SALES.s_a]\n$$A=1",
        "p/c.par": "[SALES.s_c]\n$$A=2",
    }
    archive = open_batch(zipped(entries), "all.zip")
    first, second = units(archive).units
    assert (first.members, second.members) == (("a.xml", "p/a.par"), ("b.xml",))
    issues = migrate(take(archive, first), first.path, tool=first.tool).report.issues
    assert [each.message for each in issues if each.code == "PARAMETER_FILE"] == [
        "The session s_a takes values of parameters from p/a.par."
    ]


def test_slices_hold_everything_once_and_little_at_a_time():
    archive = open_batch(zipped({f"{n}.xml": SMALL for n in range(450)}), "all.zip")
    parts = list(slices(units(archive).units))
    assert [unit.path for part in parts for unit in part] == [f"{n}.xml" for n in range(450)]
    assert len(parts) == 3
    assert all(sum(unit.size for unit in part) <= SLICE for part in parts)
