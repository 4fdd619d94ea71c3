"""SSIS projects, as `.ispac` and as a folder: connections, parameters, and packages that know each other."""

from __future__ import annotations

from html import escape

import pytest

from benchmarks.ssis_package import Made, Out, Package, Use
from services.migration.pipeline import Migration
from services.pipelines.dsl.document import load_all
from tests.migration.archives.packed import codes, migrated, packed
from tests.migration.parsers.ssis.texts import executables, package, task

DW = "{25BA1AB6-6CD3-4756-B825-F73689CC7A27}"
FILE = "{11111111-6CD3-4756-B825-F73689CC7A27}"
CONNECTION = (
    '<DTS:ConnectionManager xmlns:DTS="www.microsoft.com/SqlServer/Dts" DTS:ObjectName="{}" DTS:DTSID="{}" '
    'DTS:CreationName="{}" {}>{}</DTS:ConnectionManager>'
)


def conmgr(name: str, identity: str, kind: str, text: str, more: str = "", inner: str = "") -> bytes:
    held = (
        f"{more}<DTS:ObjectData><DTS:ConnectionManager DTS:ConnectionString={text!r} {inner}/></DTS:ObjectData>"
    )  # fmt: skip
    return CONNECTION.format(name, identity, kind, "", held.replace("'", '"')).encode()


def parameter(name: str, code: int, value: str, *, sensitive: bool = False) -> str:
    secret = ' SSIS:Sensitive="1"' if sensitive else ""
    return (
        f'<SSIS:Parameter SSIS:Name="{name}"><SSIS:Properties><SSIS:Property SSIS:Name="ID">{{A}}</SSIS:Property>'
        f'<SSIS:Property SSIS:Name="Sensitive">{int(sensitive)}</SSIS:Property>'
        f'<SSIS:Property SSIS:Name="Value"{secret}>{escape(value)}</SSIS:Property>'
        f'<SSIS:Property SSIS:Name="DataType">{code}</SSIS:Property></SSIS:Properties></SSIS:Parameter>'
    )


def params(*held: str) -> bytes:
    return (
        f'<?xml version="1.0"?><SSIS:Parameters xmlns:SSIS="www.microsoft.com/SqlServer/SSIS">{"".join(held)}'
        "</SSIS:Parameters>"
    ).encode()


def manifest(packages: list[str], connections: list[str], level: str = "DontSaveSensitive") -> bytes:
    listed = "".join(f'<SSIS:Package SSIS:Name="{name}" />' for name in packages)
    joined = "".join(f'<SSIS:ConnectionManager SSIS:Name="{name}" />' for name in connections)
    return (
        f'<SSIS:Project xmlns:SSIS="www.microsoft.com/SqlServer/SSIS" SSIS:ProtectionLevel="{level}">'
        '<SSIS:Properties><SSIS:Property SSIS:Name="PasswordVerifier" SSIS:Sensitive="1">s3cretBlob</SSIS:Property>'
        f"</SSIS:Properties><SSIS:Packages>{listed}</SSIS:Packages>"
        f"<SSIS:ConnectionManagers>{joined}</SSIS:ConnectionManagers></SSIS:Project>"
    ).encode()


def load(name: str = "Load", expression: str = "") -> bytes:
    """A package that copies a table, by connections of its project."""
    made = Package(8, name=name)
    columns = (Made("id", "i4"), Made("day", "wstr(10)"))
    (rows,) = made.component(
        "Src", "OLEDBSource", {"AccessMode": "0", "OpenRowset": "[dbo].[orders]"}, outputs=[Out("out", columns)],
        connection=f"{DW}:external",
    )  # fmt: skip
    if expression:
        out = Out(
            "out", (Made("d", "wstr(20)", {"FriendlyExpression": expression, "Expression": expression}),), sync=True
        )
        (rows,) = made.component("Day", "DerivedColumn", {}, [(rows, ())], [out])
    uses = [Use("id", external="id"), Use("day", external="day")]
    made.component(
        "Dst", "FlatFileDestination", {}, [(rows, uses)], connection="Project.ConnectionManagers[Orders file]"
    )
    return made.text()


def execute(child: str, name: str = "Run child") -> str:
    named = f"<UseProjectReference>True</UseProjectReference><PackageName>{child}</PackageName>"
    return task(name, "Microsoft.ExecutePackageTask", f"<ExecutePackageTask>{named}</ExecutePackageTask>")


OLEDB = conmgr(
    "DW", DW, "OLEDB", "Data Source=srv1;User ID=u;Password=hunter2;Initial Catalog=Sales;Provider=SQLNCLI11.1;"
)
COLUMN = '<DTS:FlatFileColumn DTS:ColumnDelimiter="{}" DTS:ObjectName="{}" DTS:DataType="130" DTS:MaximumWidth="9" />'
FLAT = CONNECTION.format(
    "Orders file", FILE, "FLATFILE", "",
    '<DTS:PropertyExpression DTS:Name="ConnectionString">@[$Project::OutFile]</DTS:PropertyExpression>'
    '<DTS:ObjectData><DTS:ConnectionManager DTS:Format="Delimited" DTS:ColumnNamesInFirstDataRow="True" '
    'DTS:ConnectionString="C:\\out\\orders.csv"><DTS:FlatFileColumns>'
    + COLUMN.format("_x007C_", "id") + COLUMN.format("_x000D__x000A_", "day")
    + "</DTS:FlatFileColumns></DTS:ConnectionManager></DTS:ObjectData>",
).encode()  # fmt: skip
PARAMS = params(
    parameter("OutFile", 18, r"C:\out\orders.csv"),
    parameter("Days", 9, "7"),
    parameter("Full", 3, "True"),
    parameter("Key", 18, "hunter2", sensitive=True),
)
PROJECT = {
    "Load.dtsx": load(),
    "Master.dtsx": package(executables(execute("Load.dtsx"))),
    "DW.conmgr": OLEDB,
    "Orders%20file.conmgr": FLAT,
    "Project.params": PARAMS,
    "@Project.manifest": manifest(["Master.dtsx", "Load.dtsx"], ["DW.conmgr", "Orders file.conmgr"]),
    "[Content_Types].xml": b"<Types/>",
}


def node(made: Migration, kind: str) -> dict[str, object]:
    (document,) = [each for each in load_all(made.text) if each.data.get("nodes")]
    return next(each for each in document.data["nodes"] if each["type"] == kind)


def test_connections_of_the_project_are_known() -> None:
    made = migrated(PROJECT, "p.ispac")
    source, sink = node(made, "source"), node(made, "sink")
    assert (source["connector"], source["config"]["connection"], source["config"]["database"]) == (
        "mssql",
        "DW",
        "Sales",
    )
    assert sink["connector"] == "csv"
    assert sink["config"]["options"]["delimiter"] == "|"
    assert sink["config"]["path"] == "${Project_OutFile}"
    assert made.release.outcome.value == "completed"


def test_without_its_project_the_same_package_has_to_be_looked_at() -> None:
    made = migrated({"Load.dtsx": PROJECT["Load.dtsx"]})
    assert any("kept outside the package" in str(item.warnings) for item in made.result.mappings[0].objects)
    assert made.release.outcome.value == "failed"


def test_parameters_of_the_project_have_their_values_and_types() -> None:
    made = migrated({**PROJECT, "Load.dtsx": load(expression="(DT_WSTR,9)@[$Project::Days]")}, "p.ispac")
    (document,) = [each for each in load_all(made.text) if each.data.get("nodes")]
    given = {each["name"]: each for each in document.data["parameters"]}
    assert sorted(given) == ["Project_Days", "Project_OutFile"]
    assert (given["Project_Days"]["type"], given["Project_Days"]["default"]) == ("integer", "7")


def test_secrets_are_left_out_and_named() -> None:
    made = migrated(PROJECT, "p.ispac")
    told = [issue.origin for issue in made.result.issues if issue.code == "SENSITIVE_LEFT_OUT"]
    assert [(origin.file, origin.element) for origin in told if origin] == [
        ("Project.params", "Sensitive $Project::Key")
    ]
    everything = made.text + str(made.report.as_dict())
    assert "hunter2" not in everything
    assert "s3cretBlob" not in everything


def test_packages_stand_in_the_manifests_order_and_are_joined() -> None:
    made = migrated(PROJECT, "p.ispac")
    flows = {flow["name"]: flow for flow in made.result.orchestrations}
    assert list(flows) == ["pkg", "Load"]
    (run,) = flows["pkg"]["orchestration"]["tasks"]
    assert (run["type"], run["orchestration"]) == ("orchestration", "Load")
    (load_task,) = flows["Load"]["orchestration"]["tasks"]
    assert load_task["pipeline"] == made.result.mappings[0].mapping
    assert made.result.mappings[0].origin.file == "Load.dtsx"
    assert flows["Load"]["metadata"]["source_file"] == "Load.dtsx"


def test_a_child_is_found_by_its_files_name_not_by_what_it_calls_itself() -> None:
    files = {"Master.dtsx": package(executables(execute("Child A.dtsx"))), "Child A.dtsx": load("Renamed")}
    made = migrated({**files, **{k: v for k, v in PROJECT.items() if k.endswith((".conmgr", ".params"))}})
    (run,) = made.result.orchestrations[0]["orchestration"]["tasks"]
    assert run["orchestration"] == "Renamed"


def test_two_packages_that_call_themselves_alike() -> None:
    files = {"A.dtsx": load("Same"), "B.dtsx": load("Same"), "M.dtsx": package(executables(execute("B.dtsx")))}
    made = migrated(files)
    assert [flow["name"] for flow in made.result.orchestrations] == ["Same", "B", "pkg"]
    names = [mapping.mapping for mapping in made.result.mappings]
    assert len(set(names)) == 2
    tasks = [flow["orchestration"]["tasks"][0] for flow in made.result.orchestrations]
    assert [tasks[0]["pipeline"], tasks[1]["pipeline"]] == names
    assert tasks[2]["orchestration"] == "B"


def test_a_package_run_by_its_file_is_joined() -> None:
    child = (
        '<DTS:ConnectionManagers><DTS:ConnectionManager DTS:refId="Package.ConnectionManagers[c]" DTS:DTSID="{C}" '
        'DTS:ObjectName="c" DTS:CreationName="FILE"><DTS:ObjectData><DTS:ConnectionManager '
        r'DTS:ConnectionString="D:\etl\Load.dtsx" /></DTS:ObjectData></DTS:ConnectionManager></DTS:ConnectionManagers>'
    )
    run = task(
        "Run", "Microsoft.ExecutePackageTask", "<ExecutePackageTask><Connection>{C}</Connection></ExecutePackageTask>"
    )
    made = migrated({"M.dtsx": package(child, executables(run)), "Load.dtsx": load()})
    (entry,) = made.result.orchestrations[0]["orchestration"]["tasks"]
    assert entry["orchestration"] == "Load"


@pytest.mark.parametrize(
    ("gone", "code", "says"),
    [
        ("Load.dtsx", "MISSING_PACKAGE", "Load.dtsx"),
        ("DW.conmgr", "MISSING_CONNECTION", "DW.conmgr"),
    ],
)
def test_what_the_project_lists_and_the_archive_lacks(gone: str, code: str, says: str) -> None:
    made = migrated({name: data for name, data in PROJECT.items() if name != gone}, "p.ispac")
    assert any(issue.code == code and says in issue.message for issue in made.result.issues)


def test_an_encrypted_package_is_named_and_the_others_are_converted() -> None:
    encrypted = b'<?xml version="1.0"?><EncryptedData xmlns="http://www.w3.org/2001/04/xmlenc#" Type="x"/>'
    made = migrated({**PROJECT, "Master.dtsx": encrypted}, "p.ispac")
    (issue,) = [each for each in made.result.issues if each.code == "ENCRYPTED_PACKAGE"]
    assert "Master.dtsx" in issue.message
    assert "DontSaveSensitive" in issue.message
    assert made.release.outcome.value == "failed"
    assert [each.mapping for each in made.result.mappings] == ["Load.Load"]


def test_an_encrypted_connection_is_named_and_nothing_of_it_copied() -> None:
    hidden = CONNECTION.format(
        "DW", DW, "OLEDB", 'p1:Salt="x" xmlns:p1="www.microsoft.com/SqlServer/SSIS"', "Kl0FwAuRw2we"
    )
    made = migrated({**PROJECT, "DW.conmgr": hidden.encode()}, "p.ispac")
    assert any(each.code == "ENCRYPTED_PART" and "DW.conmgr" in each.message for each in made.result.issues)
    assert node(made, "source")["config"]["connection"] == "DW"
    assert "Kl0FwAuRw2we" not in made.text + str(made.report.as_dict())


def test_a_projects_folder_with_what_its_build_left() -> None:
    source = {f"Sales/{name}": data for name, data in PROJECT.items() if not name.startswith(("@", "["))}
    dtproj = b"<Project><Manifest>" + PROJECT["@Project.manifest"] + b"</Manifest></Project>"
    built = {f"Sales/obj/Development/{name}": data for name, data in PROJECT.items()}
    files = {**source, "Sales/Sales.dtproj": dtproj, **built, "Sales/bin/Development/Sales.ispac": packed(PROJECT)}
    files = {name.replace("%20", " "): data for name, data in files.items()}
    made = migrated(files)
    assert codes(made).count("BUILD_OUTPUT") == 2
    assert [flow["name"] for flow in made.result.orchestrations] == ["pkg", "Load"]
    assert node(made, "source")["config"]["database"] == "Sales"


def test_two_projects_keep_their_connections_apart() -> None:
    other = OLEDB.replace(b"Sales", b"Stock")
    files = {
        **{f"a/{name}": data for name, data in PROJECT.items() if name != "@Project.manifest"},
        **{f"b/{name}": data for name, data in {**PROJECT, "DW.conmgr": other}.items() if name != "@Project.manifest"},
    }
    made = migrated({name.replace("%20", " "): data for name, data in files.items()})
    documents = [each for each in load_all(made.text) if each.data.get("nodes")]
    found = [each.data["nodes"][0]["config"]["database"] for each in documents]
    assert found == ["Sales", "Stock"]
    masters = [flow for flow in made.result.orchestrations if flow["name"] in ("pkg", "Master")]
    children = [flow["orchestration"]["tasks"][0]["orchestration"] for flow in masters]
    assert len(set(children)) == 2


def test_a_file_that_a_connection_names_is_told_of() -> None:
    made = migrated({**PROJECT, "data/orders.csv": b"1|2", "notes.txt": b"x"}, "p.zip")
    told = {issue.code: issue.message for issue in made.result.issues}
    assert "data/orders.csv, which Load.Load.Dst names" in told["COMPANION_FILE"]
    assert "notes.txt" in told["OTHER_FILES"]


def test_a_part_that_packages_share_is_named() -> None:
    made = migrated({**PROJECT, "Package Parts/Control Flow/Log.dtsxp": b"<x/>"}, "p.zip")
    (issue,) = [each for each in made.result.issues if each.code == "PACKAGE_PART"]
    assert "Log.dtsxp" in issue.message
    assert ".ispac" in issue.message


def test_encrypted_parameters_are_named() -> None:
    hidden = params().replace(b"></SSIS", b' SSIS:Salt="x" SSIS:IV="y">c2VjcmV0</SSIS')
    made = migrated({**PROJECT, "Project.params": hidden}, "p.ispac")
    assert any(each.code == "ENCRYPTED_PART" and "Project.params" in each.message for each in made.result.issues)
    assert "c2VjcmV0" not in made.text + str(made.report.as_dict())


def test_a_package_whose_name_is_computed_is_not_said_to_be_missing() -> None:
    run = (
        execute("")
        .replace("<PackageName></PackageName>", "")
        .replace(
            "</DTS:Executable>",
            '<DTS:PropertyExpression DTS:Name="PackageName">@[User::Next]</DTS:PropertyExpression></DTS:Executable>',
        )
    )
    made = migrated({"M.dtsx": package(executables(run)), "Load.dtsx": load()})
    assert "MISSING_PACKAGE" not in codes(made)


def test_shared_things_are_listed_once() -> None:
    inventory = migrated(PROJECT, "p.ispac").report.inventory
    assert inventory == {"connection": 2, "parameter": 4, "project": 1}


def test_a_companion_that_cannot_be_read_is_named() -> None:
    made = migrated({**PROJECT, "Project.params": b"<SSIS:Parameters"}, "p.ispac")
    assert any(i.code == "UNREADABLE_COMPANION" and "Project.params" in i.message for i in made.result.issues)
