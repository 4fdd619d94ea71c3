"""Values that the configurations of a project give to its parameters."""

from __future__ import annotations

import pytest

from benchmarks.ssis_package import Made, Out, Package
from services.migration.pipeline import Migration
from tests.migration.archives.packed import codes, migrated

DAY, BATCH = "{AAAA0000-0000-0000-0000-00000000000A}", "{aaaa0000-0000-0000-0000-00000000000b}"
PARAMETERS = (
    '<SSIS:Parameters xmlns:SSIS="www.microsoft.com/SqlServer/SSIS"><SSIS:Parameter SSIS:Name="Day"><SSIS:Properties>'
    f'<SSIS:Property SSIS:Name="ID">{DAY}</SSIS:Property><SSIS:Property SSIS:Name="Sensitive">0</SSIS:Property>'
    '<SSIS:Property SSIS:Name="Value">2020-01-01</SSIS:Property><SSIS:Property SSIS:Name="DataType">18</SSIS:Property>'
    "</SSIS:Properties></SSIS:Parameter></SSIS:Parameters>"
)


def project(**configurations: dict[str, tuple[str, str]]) -> bytes:
    """A `.dtproj`: configuration → id of the parameter → its name and value."""
    held = "".join(
        f"<Configuration><Name>{label}</Name><Options><ParameterConfigurationValues>"
        + "".join(
            f'<ConfigurationSetting><Id>{identity}</Id><Name>{name}</Name><Value xsi:type="xsd:string">{value}</Value>'
            "</ConfigurationSetting>"
            for identity, (name, value) in given.items()
        )
        + "</ParameterConfigurationValues></Options></Configuration>"
        for label, given in configurations.items()
    )
    return (
        '<Project xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><DeploymentModelSpecificContent><Manifest>'
        '<SSIS:Project xmlns:SSIS="www.microsoft.com/SqlServer/SSIS"><SSIS:Packages><SSIS:Package SSIS:Name="a.dtsx"/>'
        "</SSIS:Packages></SSIS:Project></Manifest></DeploymentModelSpecificContent>"
        f"<Configurations>{held}</Configurations></Project>"
    ).encode()


def loaded(data: bytes) -> Migration:
    """A project whose package computes columns of a parameter of the project and one of its own."""
    package = Package()
    flow = package.read("src", "ID:i4")
    texts = {"D": ("wstr(10)", "@[$Project::Day]"), "B": ("i4", "@[$Package::Batch]")}
    made = [Made(name, kind, {"Expression": text}) for name, (kind, text) in texts.items()]
    (flow,) = package.component("dc", "DerivedColumn", {}, [(flow, [])], [Out("o", made, sync=True)])
    package.write(flow, "target")
    own = (
        f'<DTS:PackageParameters><DTS:PackageParameter DTS:ObjectName="Batch" DTS:DTSID="{BATCH}" DTS:DataType="3">'
        '<DTS:Property DTS:DataType="3" DTS:Name="ParameterValue">7</DTS:Property></DTS:PackageParameter>'
        "</DTS:PackageParameters>"
    )
    files = {"a.dtsx": package.text(own), "Project.params": PARAMETERS.encode(), "Etl.dtproj": data}
    return migrated(files)


def defaults(migration: Migration) -> dict[str, object]:
    (mapping,) = migration.result.mappings
    return {one["name"]: one.get("default") for one in mapping.pipeline["parameters"]}


def day(value: str) -> dict[str, tuple[str, str]]:
    return {DAY.strip("{}").lower(): ("Day", value)}


@pytest.mark.parametrize(
    ("configurations", "expected"),
    [
        ({"Development": day("2024-05-01")}, "2024-05-01"),
        ({"Development": day("2024-05-01"), "Production": day("2024-05-01")}, "2024-05-01"),
        ({"Development": {}}, "2020-01-01"),
        ({}, "2020-01-01"),
    ],
)
def test_a_value_on_which_configurations_agree_holds(
    configurations: dict[str, dict[str, tuple[str, str]]], expected: str
) -> None:
    migration = loaded(project(**configurations))
    assert defaults(migration) == {"Project_Day": expected, "Package_Batch": "7"}
    assert "CONFIGURED_ELSEWHERE" not in codes(migration)


def test_a_parameter_of_a_package_is_configured_too() -> None:
    migration = loaded(project(Development={BATCH: ("Batch", "9")}))
    assert defaults(migration) == {"Project_Day": "2020-01-01", "Package_Batch": "9"}


@pytest.mark.parametrize(
    "configurations",
    [
        {"Development": day("2024-05-01"), "Production": day("2024-06-01")},
        {"Development": day("2024-05-01"), "Production": {}},
    ],
)
def test_values_that_depend_on_the_configuration_are_named(
    configurations: dict[str, dict[str, tuple[str, str]]],
) -> None:
    migration = loaded(project(**configurations))
    assert defaults(migration)["Project_Day"] == "2020-01-01"
    (told,) = (issue for issue in migration.result.issues if issue.code == "CONFIGURED_ELSEWHERE")
    assert "Development: 2024-05-01" in told.message


def test_a_secret_value_of_a_configuration_is_not_told() -> None:
    name, value = "DbPassword", "hunter2-Zebra"
    migration = loaded(project(A={DAY: (name, value)}, B={DAY: (name, "other-Zebra")}))
    assert "CONFIGURED_ELSEWHERE" in codes(migration)
    assert "Zebra" not in f"{migration.text}{migration.result.issues}"
