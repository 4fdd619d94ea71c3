"""Variables that a data flow names: by every spelling, with their types; what is set as the package runs has no
default."""

from __future__ import annotations

import pytest

from benchmarks.ssis_package import Made, Out, Package, Use
from services.migration.parsers import parse
from services.migration.pipeline import migrate
from tests.migration.parsers.ssis import texts


def reading(expression: str, around: str = "", variable: str = "") -> bytes:
    """A package whose data flow computes a column from a variable; `variable` goes into the declaration of Day."""
    package = Package()
    package.variable("Day", "2024-01-31", 7)
    package.variables[-1] = package.variables[-1].replace("<DTS:Variable", f"<DTS:Variable{variable}", 1)
    flow = package.read("src", "ID:i4")
    made = [Made("X", "dbTimeStamp", {"Expression": expression, "FriendlyExpression": expression})]
    (flow,) = package.component("dc", "DerivedColumn", {}, [(flow, [Use("ID")])], [Out("o", made, sync=True)])
    package.write(flow, "target")
    return package.text(around)


@pytest.mark.parametrize("spelled", ["@[User::Day]", "@Day", "@[Day]", "@User::Day"])
def test_every_spelling_names_the_variable_with_its_type(spelled: str) -> None:
    (mapping,) = parse(reading(f'DATEADD("d", 1, {spelled})'), "pkg.dtsx").mappings
    assert [(one.name, one.datatype, one.default) for one in mapping.parameters] == [("Day", "timestamp", "2024-01-31")]


@pytest.mark.parametrize(
    ("name", "kind"),
    [("StartTime", "timestamp"), ("LocaleID", "integer"), ("InteractiveMode", "boolean"), ("MachineName", "string")],
)
def test_variables_of_the_system_have_their_types(name: str, kind: str) -> None:
    (mapping,) = parse(reading(f"@[System::{name}]"), "pkg.dtsx").mappings
    assert [(one.name, one.datatype) for one in mapping.parameters] == [(f"System_{name}", kind)]


def sql(inner: str) -> str:
    data = f'<SqlTaskData SqlStatementSource="SELECT 1">{inner}</SqlTaskData>'
    return executable("Microsoft.ExecuteSQLTask", data)


def executable(kind: str, data: str, more: str = "") -> str:
    return (
        f'<DTS:Executables><DTS:Executable DTS:refId="Package\\t" DTS:ExecutableType="{kind}" DTS:ObjectName="t"{more}>'
        f"<DTS:ObjectData>{data}</DTS:ObjectData></DTS:Executable></DTS:Executables>"
    )


SETTERS = {
    "a result": sql('<ResultBinding ResultName="0" DtsVariableName="User::Day"/>'),
    "an output parameter": sql('<ParameterBinding ParameterDirection="Output" DtsVariableName="User::Day"/>'),
    "a script": executable("Microsoft.ScriptTask", '<ScriptProject ReadWriteVariables="User::A, User::Day"/>'),
    "an expression": executable("Microsoft.ExpressionTask", '<ExpressionTask Expression="@[User::Day] = 1"/>'),
    "a loop": executable("STOCK:FORLOOP", "", ' DTS:AssignExpression="@Day = @Day + 1"'),
    "a list": executable("STOCK:FOREACHLOOP", "").replace(
        "</DTS:Executable>",
        '<DTS:ForEachVariableMappings><DTS:ForEachVariableMapping DTS:VariableName="User::Day"/>'
        "</DTS:ForEachVariableMappings></DTS:Executable>",
    ),
}
OTHERS = {
    "an input parameter": sql('<ParameterBinding ParameterDirection="Input" DtsVariableName="User::Day"/>'),
    "a comparison": executable("Microsoft.ExpressionTask", '<ExpressionTask Expression="@[User::Day] == 1"/>'),
    "another variable": sql('<ResultBinding ResultName="0" DtsVariableName="User::Days"/>'),
}


@pytest.mark.parametrize("how", SETTERS | OTHERS)
def test_what_is_set_as_the_package_runs_has_no_default(how: str) -> None:
    ast = parse(reading("@[User::Day]", (SETTERS | OTHERS)[how]), "pkg.dtsx")
    (parameter,) = ast.mappings[0].parameters
    is_set = how in SETTERS
    assert parameter.default == (None if is_set else "2024-01-31")
    told = [problem.message for problem in ast.problems if problem.code == "VARIABLE_AT_RUN_TIME"]
    assert ["is set by a task" in text for text in told] == [True] * is_set
    assert [one.default for one in ast.orchestrations[0].variables] == ["2024-01-31"]  # what it begins with


def test_a_computed_variable_has_no_default() -> None:
    computed = ' DTS:EvaluateAsExpression="True" DTS:Expression="DATEADD(&quot;d&quot;, -1, GETDATE())"'
    data = reading("@[User::Day]", variable=computed)
    pipeline = migrate(data, "pkg.dtsx").result.mappings[0].pipeline
    (parameter,) = pipeline["parameters"]
    assert (parameter["type"], parameter["required"]) == ("timestamp", True)
    assert "is computed" in parse(data, "pkg.dtsx").problems[0].message


def test_parameters_of_a_statement_have_the_types_of_their_variables() -> None:
    package = Package()
    package.variable("Day", "2024-01-31", 7)
    identity = "{AAAAAAAA-0000-0000-0000-000000000001}"
    package.variables[-1] = package.variables[-1].replace("<DTS:Variable", f'<DTS:Variable DTS:DTSID="{identity}"', 1)
    stated = {"SqlCommand": "SELECT ID FROM T WHERE D > ?", "ParameterMapping": f'"0:Input",{identity};'}
    outputs = [Out("o", [Made("ID", "i4")])]
    (flow,) = package.component("src", "OLEDBSource", {"AccessMode": "2", **stated}, outputs=outputs)
    package.write(flow, "target")
    (mapping,) = parse(package.text(), "pkg.dtsx").mappings
    assert [(one.name, one.datatype) for one in mapping.parameters] == [("Day", "timestamp")]


@pytest.mark.parametrize(
    ("kind", "property_name"),
    [("RowCount", "VariableName"), ("RecordsetDestination", "VariableName"), ("ScriptComponent", "ReadWriteVariables")],
)
def test_what_a_component_sets_has_no_default(kind: str, property_name: str) -> None:
    package = Package()
    package.variable("N", "0", 3)
    flow = package.read("src", "ID:i4")
    made = [Made("X", "i4", {"Expression": "@[User::N]", "FriendlyExpression": "@[User::N]"})]
    (flow,) = package.component("dc", "DerivedColumn", {}, [(flow, [Use("ID")])], [Out("o", made, sync=True)])
    package.component("c", kind, {property_name: "User::N"}, [(flow, [])], [Out("o", sync=True)])
    (mapping,) = parse(package.text(), "pkg.dtsx").mappings
    assert [(one.name, one.default) for one in mapping.parameters] == [("N", None)]


def declared(value: str) -> str:
    held = f'<DTS:VariableValue DTS:DataType="8">{value}</DTS:VariableValue>'
    return f'<DTS:Variables><DTS:Variable DTS:ObjectName="V" DTS:Namespace="User">{held}</DTS:Variable></DTS:Variables>'


def computing(name: str, path: str = "") -> str:
    """A data flow task that computes a column from the variable V."""
    package = Package(8, task=name)
    flow = package.read("src", "ID:i4")
    made = [Made("X", "wstr(9)", {"Expression": "@[User::V]"})]
    (flow,) = package.component("dc", "DerivedColumn", {}, [(flow, [])], [Out("o", made, sync=True)])
    package.write(flow, "target")
    held = f"<components>{''.join(package.components)}</components><paths>{''.join(package.paths)}</paths>"
    return texts.task(name, "Microsoft.Pipeline", f"<pipeline>{held}</pipeline>", path)


def test_a_variable_of_a_container_hides_the_one_outside() -> None:
    """Integration Services Variables: a container's variable is seen in it and in all that it holds."""
    boxes = [
        texts.task(name, "STOCK:SEQUENCE", inner=declared(value) + texts.executables(computing(f"in {name}", name)))
        for name, value in (("a", "north"), ("b", "south"))
    ]
    data = texts.package(declared("outer"), texts.executables(*boxes, computing("beside")))
    found = {one.name: one.parameters[0].default for one in parse(data, "pkg.dtsx").mappings}
    assert found == {"pkg.in a": "north", "pkg.in b": "south", "pkg.beside": "outer"}
