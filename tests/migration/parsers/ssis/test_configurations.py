"""Values that a package takes from configurations: of files beside it, or said to be missing; packages that execute
each other as loose files of one archive."""

from __future__ import annotations

import io
import zipfile
from html import escape

import pytest

from benchmarks.ssis_package import Package
from services.migration.ast import WorkflowAST
from services.migration.parsers import parse
from services.migration.parsers.companions import Companions
from services.migration.parsers.encoding import to_utf8
from services.migration.parsers.ssis import configurations
from services.migration.parsers.ssis.connections import managers
from services.migration.parsers.ssis.raw import package as root_of
from services.migration.pipeline import migrate
from tests.migration.parsers.ssis.texts import executables, package, task

SECRET = "Tr0ub4dor"  # what must not get out
FOLDER = r"\Package.Variables[User::Folder].Properties[Value]"
SERVER = r"\Package.Connections[DW].Properties[ServerName]"
STRING = r"\Package.Connections[DW].Properties[ConnectionString]"
COMPONENT = r"\Package\Load.Properties[[src].[OpenRowset]]"
STATEMENT = r"\Package\t.Properties[SqlStatementSource]"


def archive(**files: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as target:
        for name, data in files.items():
            target.writestr(name.replace("__", "/").replace("_", "."), data)
    return held.getvalue()


def config(**values: str) -> bytes:
    items = "".join(
        f'<Configuration ConfiguredType="Property" Path="{escape(globals()[name])}" ValueType="String">'
        f"<ConfiguredValue>{escape(value)}</ConfiguredValue></Configuration>"
        for name, value in values.items()
    )
    return f'<?xml version="1.0"?><DTSConfiguration>{items}</DTSConfiguration>'.encode()


def configured(layout: int = 8, kind: str = "1", more: str = "", **properties: str) -> bytes:
    """A package with a connection, a variable and a configuration of that type."""
    p = Package(layout)
    p.variable("Folder", r"C:\dev")
    identity = "{AAAAAAAA-0000-0000-0000-000000000001}"
    text = "Data Source=dev;Initial Catalog=Stage;Provider=SQLNCLI11;"
    inner = p._object("ConnectionManager", {"ConnectionString": text}, "")
    stated = {"ObjectName": "DW", "DTSID": identity, "CreationName": "OLEDB"}
    p.managers.append(p._object("ConnectionManager", stated, f"<DTS:ObjectData>{inner}</DTS:ObjectData>"))
    outputs = p.read("src", "ID:i4")
    p.write(outputs, "target", "ID>" + "ID")
    item = {"ObjectName": "settings", "ConfigurationType": kind, "ConfigurationString": r"D:\etl\prod.dtsConfig"}
    held = p._several("Configurations", [p._object("Configuration", {**item, **properties}, "")])
    return p.text(held + more).replace(b"<components>", b"<components>", 1)


def both(layout: int, **values: str) -> WorkflowAST:
    return parse(archive(etl__pkg_dtsx=configured(layout), etl__prod_dtsConfig=config(**values)), "all.zip")


@pytest.mark.parametrize("layout", [2, 8])
def test_values_of_a_file_beside_the_package_are_put_into_it(layout: int) -> None:
    ast = both(layout, FOLDER=r"E:\prod", COMPONENT="[dbo].[live]")
    assert [v.default for v in ast.orchestrations[0].variables] == [r"E:\prod"]
    source = next(step for step in ast.mappings[0].transformations if step.name == "src")
    assert source.settings.get("OpenRowset") == "[dbo].[live]"
    assert [problem.code for problem in ast.problems] == []


@pytest.mark.parametrize(
    ("values", "server", "database"),
    [
        ({"SERVER": "live"}, "live", "Stage"),
        ({"STRING": f"Data Source=live;Initial Catalog=DW;User ID=etl;Password={SECRET};"}, "live", "DW"),
        ({"STRING": "Data Source=a;Initial Catalog=b;", "SERVER": "c"}, "c", "b"),
    ],
)
def test_a_connection_is_the_configured_one(values: dict[str, str], server: str, database: str) -> None:
    root = root_of(to_utf8(configured(), "pkg.dtsx"), "pkg.dtsx")
    beside = Companions(["prod.dtsConfig"], lambda _path: config(**values))
    assert configurations.apply(root, "pkg.dtsx", beside) == []
    (found,) = managers(root)
    assert (found.setting.get("server"), found.setting.get("database")) == (server, database)
    assert found.setting.get("connector") == ("mssql" if "STRING" not in values else "")
    assert beside.used == {"prod.dtsconfig"}


def test_a_password_of_a_configuration_gets_nowhere() -> None:
    files = archive(
        pkg_dtsx=configured(),
        prod_dtsConfig=config(STRING=f"Data Source=live;User ID=etl;Password={SECRET};", FOLDER=f"x;pwd={SECRET}"),
    )
    migration = migrate(files, "all.zip")
    assert SECRET not in repr(parse(files, "all.zip"))
    assert SECRET not in "".join(document.yaml for document in migration.documents)


def test_a_file_that_is_missing_is_named() -> None:
    (problem,) = parse(configured(), "pkg.dtsx").problems
    assert problem.code == "MISSING_CONFIGURATION"
    assert "prod.dtsConfig, which is not in the upload" in problem.message


def test_configurations_that_are_off_are_passed_over() -> None:
    data = configured().replace(b'DTS:ObjectName="pkg"', b'DTS:ObjectName="pkg" DTS:EnableConfig="False"')
    assert parse(data, "pkg.dtsx").problems == ()


@pytest.mark.parametrize(("kind", "where"), [("2", "an environment variable"), ("7", "a table of SQL Server")])
def test_values_from_elsewhere_are_named(kind: str, where: str) -> None:
    (problem,) = parse(configured(kind=kind), "pkg.dtsx").problems
    assert problem.code == "CONFIGURED_ELSEWHERE"
    assert where in problem.message


def test_a_variable_that_a_parent_sets_has_no_default_in_pipelines() -> None:
    data = configured(kind="0", ConfigurationVariable=FOLDER)
    data = data.replace(b"[dbo].[src]", b"x").replace(
        b'<property name="AccessMode">0</property><property name="OpenRowset">x</property>',
        b'<property name="AccessMode">1</property><property name="OpenRowsetVariable">User::Folder</property>',
    )
    (parameter,) = parse(data, "pkg.dtsx").mappings[0].parameters
    assert (parameter.name, parameter.default) == ("Folder", None)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<DTSConfiguration><Configuration", "UNREADABLE_COMPANION"),
        (config(STATEMENT="SELECT 2"), "CONFIGURATION_NOT_USED"),
    ],
)
def test_what_cannot_be_used_is_named(data: bytes, code: str) -> None:
    ast = parse(archive(pkg_dtsx=configured(), prod_dtsConfig=data), "all.zip")
    assert [problem.code for problem in ast.problems] == [code]


def executing(path: str) -> bytes:
    inner = f'<DTS:ConnectionManager DTS:ConnectionString="{path}"/>'
    manager = (
        '<DTS:ConnectionManagers><DTS:ConnectionManager DTS:ObjectName="child" DTS:DTSID="{C}" '
        f'DTS:CreationName="FILE"><DTS:ObjectData>{inner}</DTS:ObjectData></DTS:ConnectionManager>'
        "</DTS:ConnectionManagers>"
    )
    data = "<ExecutePackageTask><Connection>{C}</Connection></ExecutePackageTask>"
    return package(manager, executables(task("run", "Microsoft.ExecutePackageTask", data)))


@pytest.mark.parametrize(
    ("path", "file"),
    [
        (r"C:\live\b\Child.dtsx", "b/Child.dtsx"),
        (r"C:\live\Child.dtsx", "a/Child.dtsx"),
        ("Child.dtsx", "a/Child.dtsx"),
    ],
)
def test_loose_packages_find_each_other_by_folder(path: str, file: str) -> None:
    """Where the stated folders say nothing, the package of the same folder is meant."""
    child = package(executables(task("work", "Microsoft.ScriptTask")))
    ast = parse(archive(a__Master_dtsx=executing(path), a__Child_dtsx=child, b__Child_dtsx=child), "all.zip")
    flows = {flow.name: flow for flow in ast.orchestrations}
    master = next(flow for flow in flows.values() if flow.origin.file == "a/Master.dtsx")
    assert flows[master.tasks[0].reference].origin.file == file
