"""Names resolved over folders, shortcuts and mapplets; whatever cannot be is a Problem with its place."""

from __future__ import annotations

import pytest

from services.migration.ast import Role
from tests.migration.parsers.samples import (
    QUALIFIER,
    SIMPLE,
    SOURCE,
    TARGET,
    codes,
    connector,
    edges,
    export,
    folder,
    instance,
    mapping,
    only_mapping,
    problems,
    read,
    transformation,
)

START = (QUALIFIER, instance("S", "Source Definition"), instance("SQ", "Source Qualifier"))
END = instance("T", "Target Definition")
INPUT = transformation("IN", "Input Transformation", ("A", "OUTPUT"), ("B", "OUTPUT"))
OUTPUT = transformation("OUT", "Output Transformation", ("A", "INPUT"))
INSIDE = (INPUT, OUTPUT, instance("IN", "Input Transformation"), instance("OUT", "Output Transformation"))


def _expression(name: str = "E") -> str:
    return transformation(name, "Expression", ("A", "INPUT/OUTPUT"))


def _mapplet(*parts: str, name: str = "MP", outer: str = "A1") -> str:
    port = (
        f'<TRANSFORMFIELD NAME ="A" PORTTYPE ="INPUT" MAPPLETGROUP ="IN" REF_FIELD ="A"/>'
        f'<TRANSFORMFIELD NAME ="{outer}" PORTTYPE ="OUTPUT" MAPPLETGROUP ="OUT" REF_FIELD ="A"/>'
    )
    return mapping(*INSIDE, transformation(name, "Mapplet", inner=port), *parts, name=name, tag="MAPPLET")


def _user(of: str = "MP", name: str = "M1") -> str:
    return mapping(
        *START,
        END,
        instance(name, "Mapplet", of=of),
        connector("SQ.A", f"{name}.A"),
        connector(f"{name}.A1", "T.A"),
    )


ONE_EXPRESSION = (
    _expression(),
    instance("E", "Expression"),
    connector("IN.A", "E.A"),
    connector("E.A", "OUT.A"),
)


@pytest.mark.parametrize("shared_first", [True, False])
def test_folder_order_does_not_matter_for_shortcuts(shared_first: bool) -> None:
    shared = folder(SOURCE, TARGET, name="SHARED")
    links = (
        '<SHORTCUT NAME ="S" FOLDERNAME ="SHARED" OBJECTSUBTYPE ="Source Definition" REFOBJECTNAME ="S" DBDNAME ="DB"/>'
        '<SHORTCUT NAME ="T" FOLDERNAME ="SHARED" OBJECTSUBTYPE ="Target Definition" REFOBJECTNAME ="T"/>'
    )
    own = folder(links, SIMPLE)
    tree = read(export(*((shared, own) if shared_first else (own, shared))))
    assert tree.problems == ()
    assert [f.name for f in tree.mappings[0].sources[0].fields] == ["A", "B"]
    assert tree.mappings[0].folder == "F"


def test_shortcut_to_a_shortcut() -> None:
    link = '<SHORTCUT NAME ="S" FOLDERNAME ="{}" OBJECTSUBTYPE ="Source Definition" REFOBJECTNAME ="S"/>'
    tree = read(
        export(folder(TARGET, link.format("G"), SIMPLE), folder(link.format("H"), name="G"), folder(SOURCE, name="H"))
    )
    assert codes(tree) == []
    assert len(tree.mappings[0].sources[0].fields) == 2


@pytest.mark.parametrize(
    ("link", "code", "says"),
    [
        pytest.param("", "UNRESOLVED_DEFINITION", "source definition S", id="nothing-of-that-name"),
        pytest.param(
            '<SHORTCUT NAME ="S" FOLDERNAME ="GONE" OBJECTSUBTYPE ="Source Definition" REFOBJECTNAME ="ORIG"/>',
            "UNRESOLVED_SHORTCUT",
            "ORIG in GONE",
            id="folder-not-in-file",
        ),
        pytest.param(
            '<SHORTCUT NAME ="S" FOLDERNAME ="F" OBJECTSUBTYPE ="Source Definition" REFOBJECTNAME ="S"/>',
            "UNRESOLVED_SHORTCUT",
            "S in F",
            id="leads-to-itself",
        ),
    ],
)
def test_unresolved_source_is_an_error_and_stays(link: str, code: str, says: str) -> None:
    tree = read(export(folder(TARGET, link, SIMPLE)))
    (problem,) = tree.problems
    assert (problem.severity, problem.code) == ("error", code)
    assert says in problem.message
    assert "dependencies" in problem.message
    assert problem.origin.element == "INSTANCE S"
    assert [(s.name, s.fields) for s in tree.mappings[0].sources] == [("S", ())]
    assert "S.A>SQ.A" in edges(tree.mappings[0])


def test_two_folders_keep_their_own_definitions() -> None:
    other = SOURCE.replace('"varchar2" PRECISION ="10"', '"varchar2" PRECISION ="99"')
    tree = read(export(folder(SOURCE, TARGET, SIMPLE), folder(other, TARGET, SIMPLE, name="G")))
    assert [(m.folder, m.sources[0].fields[0].precision) for m in tree.mappings] == [("F", 10), ("G", 99)]
    assert tree.problems == ()


def test_same_source_name_in_two_databases() -> None:
    other = SOURCE.replace('DBDNAME ="DB"', 'DBDNAME ="OTHER"').replace('NAME ="A"', 'NAME ="C"')
    by_name = export(
        folder(
            other, SOURCE, TARGET, SIMPLE.replace('"S" TRANSFORMATION_NAME', '"S" DBDNAME ="DB" TRANSFORMATION_NAME', 1)
        )
    )
    assert [f.name for f in only_mapping(by_name).sources[0].fields] == ["A", "B"]
    assert codes(read(export(folder(other, SOURCE, TARGET, SIMPLE)))) == ["UNRESOLVED_DEFINITION"]


def test_reusable_transformation_outside_the_mapping_with_attributes_of_its_use() -> None:
    reusable = transformation(
        "LKP_R",
        "Lookup Procedure",
        ("A", "INPUT"),
        inner='<TABLEATTRIBUTE NAME ="Lookup table name" VALUE ="X"/><TABLEATTRIBUTE NAME ="K" VALUE ="1"/>',
    ).replace(" TYPE =", ' REUSABLE ="YES" TYPE =', 1)
    use = instance("L1", "Lookup Procedure", of="LKP_R", inner='<TABLEATTRIBUTE NAME ="K" VALUE ="2"/>')
    found = only_mapping(
        export(folder(SOURCE, TARGET, reusable, mapping(*START, use, connector("SQ.A", "L1.A"))))
    ).transformations[1]
    assert (found.name, found.definition_name, found.reusable) == ("L1", "LKP_R", True)
    assert found.attributes == {"Lookup table name": "X", "K": "2"}


@pytest.mark.parametrize(
    ("mapplet", "inner_edges"),
    [
        pytest.param(_mapplet(*ONE_EXPRESSION), {"SQ.A>M1.E.A", "M1.E.A>T.A"}, id="one-step"),
        pytest.param(_mapplet(connector("IN.A", "OUT.A")), {"SQ.A>T.A"}, id="straight-through"),
        pytest.param(_mapplet(), set(), id="nothing-connected-inside"),
        pytest.param(
            _mapplet(
                _expression("E1"),
                _expression("E2"),
                instance("E1", "Expression"),
                instance("E2", "Expression"),
                connector("IN.A", "E1.A"),
                connector("IN.A", "E2.A"),
                connector("E2.A", "OUT.A"),
            ),
            {"SQ.A>M1.E1.A", "SQ.A>M1.E2.A", "M1.E2.A>T.A"},
            id="one-input-used-twice",
        ),
    ],
)
def test_mapplet_is_inlined(mapplet: str, inner_edges: set[str]) -> None:
    tree = read(export(folder(SOURCE, TARGET, _user(), mapplet)))
    assert tree.problems == ()
    (found,) = tree.mappings
    assert edges(found) == inner_edges | {"S.A>SQ.A", "S.B>SQ.B"} - ({"S.B>SQ.B", "S.A>SQ.A"} - edges(found))
    assert {t.type for t in found.transformations} <= {"Source Qualifier", "Expression"}


def test_mapplet_ports_without_an_interface_are_told_by_its_inside() -> None:
    mapplet = mapping(*INSIDE, *ONE_EXPRESSION, name="MP", tag="MAPPLET")
    user = mapping(*START, instance("M1", "Mapplet", of="MP"), connector("SQ.A", "M1.A"))
    tree = read(export(folder(SOURCE, TARGET, user, mapplet)))
    assert tree.problems == ()
    assert "SQ.A>M1.E.A" in edges(tree.mappings[0])


def test_mapplet_in_a_mapplet() -> None:
    outer = _mapplet(
        instance("INNER", "Mapplet", of="MP2"), connector("IN.A", "INNER.A"), connector("INNER.A1", "OUT.A")
    )
    tree = read(export(folder(SOURCE, TARGET, _user(), outer, _mapplet(*ONE_EXPRESSION, name="MP2"))))
    assert tree.problems == ()
    (found,) = tree.mappings
    assert {"SQ.A>M1.INNER.E.A", "M1.INNER.E.A>T.A"} <= edges(found)
    assert found.transformations[1].mapplet == "MP2"


def test_mapplet_used_twice_gives_two_sets_of_instances() -> None:
    user = mapping(
        *START,
        END,
        instance("M1", "Mapplet", of="MP"),
        instance("M2", "Mapplet", of="MP"),
        connector("SQ.A", "M1.A"),
        connector("M1.A1", "M2.A"),
        connector("M2.A1", "T.A"),
    )
    found = only_mapping(export(folder(SOURCE, TARGET, user, _mapplet(*ONE_EXPRESSION))))
    assert {"SQ.A>M1.E.A", "M1.E.A>M2.E.A", "M2.E.A>T.A"} <= edges(found)


def test_instance_called_like_an_inlined_one_stays() -> None:
    user = _user().replace("</MAPPING>", _expression("M1.E") + instance("M1.E", "Expression") + "</MAPPING>")
    found = only_mapping(export(folder(SOURCE, TARGET, user, _mapplet(*ONE_EXPRESSION))))
    assert [t.name for t in found.transformations] == ["SQ", "M1.E", "M1_.E"]


def test_mapplet_with_two_outputs_of_the_same_port_name() -> None:
    parts = (
        transformation("OUT2", "Output Transformation", ("A", "INPUT")),
        instance("OUT2", "Output Transformation"),
        _expression("E1"),
        _expression("E2"),
        instance("E1", "Expression"),
        instance("E2", "Expression"),
        connector("E1.A", "OUT.A"),
        connector("E2.A", "OUT2.A"),
    )
    mapplet = _mapplet(*parts).replace(
        '</TRANSFORMATION>\n<TRANSFORMATION NAME ="OUT2"',
        '<TRANSFORMFIELD NAME ="A2" PORTTYPE ="OUTPUT" MAPPLETGROUP ="OUT2" REF_FIELD ="A"/>'
        '</TRANSFORMATION>\n<TRANSFORMATION NAME ="OUT2"',
    )
    user = _user().replace(connector("M1.A1", "T.A"), connector("M1.A2", "T.A"))
    assert "M1.E2.A>T.A" in edges(only_mapping(export(folder(SOURCE, TARGET, user, mapplet))))


@pytest.mark.parametrize(
    ("objects", "code", "left"),
    [
        pytest.param((), "UNRESOLVED_DEFINITION", "M1", id="mapplet-not-in-file"),
        pytest.param((_mapplet(instance("X", "Mapplet", of="MP")),), "CYCLIC_MAPPLET", "M1.X", id="contains-itself"),
        pytest.param(
            (
                _mapplet(instance("X", "Mapplet", of="MP2")),
                _mapplet(instance("Y", "Mapplet", of="MP"), name="MP2"),
            ),
            "CYCLIC_MAPPLET",
            "M1.X.Y",
            id="contain-each-other",
        ),
    ],
)
def test_mapplet_that_cannot_be_inlined_stays_with_an_error(objects: tuple[str, ...], code: str, left: str) -> None:
    tree = read(export(folder(SOURCE, TARGET, _user(), *objects)))
    assert codes(tree, "error") == [code]
    assert [t.name for t in tree.mappings[0].transformations if t.type == "Mapplet"] == [left]


def test_mapplet_port_that_leads_nowhere_inside_is_an_error() -> None:
    mapplet = _mapplet(*ONE_EXPRESSION).replace('MAPPLETGROUP ="OUT"', 'MAPPLETGROUP ="GONE"')
    tree = read(export(folder(SOURCE, TARGET, _user(), mapplet)))
    assert codes(tree) == ["UNRESOLVED_MAPPLET_PORT"]
    assert all("M1." not in e.split(">")[0] for e in edges(tree.mappings[0]))


def test_mapplets_that_multiply_are_stopped() -> None:
    levels = [
        _mapplet(*(instance(f"X{n}", "Mapplet", of=f"L{level + 1}") for n in range(20)), name=f"L{level}")
        for level in range(12)
    ]
    tree = read(export(folder(SOURCE, TARGET, _user(of="L0"), *levels, _mapplet(name="L12"))))
    assert "MAPPLET_TOO_LARGE" in codes(tree, "error")


def test_chain_of_mapplets_beyond_the_limit_is_stopped() -> None:
    levels = [_mapplet(instance("X", "Mapplet", of=f"L{n + 1}"), name=f"L{n}") for n in range(400)]
    tree = read(export(folder(SOURCE, TARGET, _user(of="L0"), *levels)))
    assert codes(tree, "error") == ["MAPPLET_TOO_LARGE"]


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (connector("SQ.A", "GONE.A"), "no instance 'GONE'"),
        (connector("GONE.A", "T.A"), "no instance 'GONE'"),
        (connector("SQ.GONE", "T.A"), "SQ has no port 'GONE'"),
        (connector("SQ.A", "T.GONE"), "T has no port 'GONE'"),
    ],
)
def test_dangling_connector_is_an_error_with_its_line(bad: str, says: str) -> None:
    data = export(folder(SOURCE, TARGET, SIMPLE.replace(connector("SQ.A", "T.A"), bad)))
    tree = read(data)
    (problem,) = problems(tree, "error")
    assert problem.code == "DANGLING_CONNECTOR"
    assert says in problem.message
    assert data.decode().split("\n")[problem.origin.line - 1] == bad
    assert len(tree.mappings[0].connectors) == 2


def test_port_names_are_found_in_any_case() -> None:
    data = export(folder(SOURCE, TARGET, SIMPLE.replace(connector("SQ.A", "T.A"), connector("SQ.a", "T.a"))))
    assert "SQ.A>T.A" in edges(only_mapping(data))


def test_second_connector_into_a_port_is_an_error() -> None:
    data = export(folder(SOURCE, TARGET, SIMPLE.replace("</MAPPING>", connector("SQ.B", "T.A") + "</MAPPING>")))
    assert codes(read(data)) == ["AMBIGUOUS_CONNECTOR"]


@pytest.mark.parametrize(
    ("parts", "severity", "code"),
    [
        pytest.param((SOURCE, SOURCE, TARGET, SIMPLE), "warning", "DUPLICATE_NAME", id="source-twice"),
        pytest.param((SOURCE, TARGET, TARGET, SIMPLE), "warning", "DUPLICATE_NAME", id="target-twice"),
        pytest.param((SOURCE, TARGET, SIMPLE, SIMPLE), "warning", "DUPLICATE_NAME", id="mapping-twice"),
        pytest.param(
            (SOURCE, TARGET, SIMPLE.replace(QUALIFIER, QUALIFIER + QUALIFIER)),
            "error",
            "DUPLICATE_NAME",
            id="transformation-twice",
        ),
        pytest.param((SOURCE, TARGET, SIMPLE.replace(END, END + END)), "error", "DUPLICATE_NAME", id="instance-twice"),
        pytest.param(
            (SOURCE, TARGET, SIMPLE.replace('ISVALID ="YES"', 'ISVALID ="NO"')),
            "warning",
            "INVALID_MAPPING",
            id="marked-invalid",
        ),
        pytest.param(
            (SOURCE, TARGET, SIMPLE.replace('PORTTYPE ="INPUT/OUTPUT"', 'PORTTYPE ="SIDEWAYS"', 1)),
            "warning",
            "UNKNOWN_PORT_TYPE",
            id="unknown-port-type",
        ),
        pytest.param(
            (SOURCE, TARGET, SIMPLE.replace('PORTTYPE ="INPUT/OUTPUT" ', "", 1)),
            "warning",
            "UNKNOWN_PORT_TYPE",
            id="no-port-type",
        ),
        pytest.param(
            (SOURCE, TARGET, SIMPLE.replace('PRECISION ="10"', 'PRECISION ="ten"')),
            "warning",
            "NOT_A_NUMBER",
            id="word",
        ),
        pytest.param(
            (SOURCE, TARGET, SIMPLE.replace('PRECISION ="10"', f'PRECISION ="{"9" * 5000}"')),
            "warning",
            "NOT_A_NUMBER",
            id="endless-number",
        ),
        pytest.param(
            (SOURCE, TARGET, SIMPLE.replace(' TYPE ="Source Qualifier"', "", 1)),
            "error",
            "MISSING_ATTRIBUTE",
            id="transformation-without-type",
        ),
        pytest.param(
            (
                SOURCE.replace('NAME ="B"', 'NAME ="ï»¿B"'),
                TARGET,
                SIMPLE.replace('NAME ="B"', 'NAME ="ï»¿B"').replace('FIELD ="B"', 'FIELD ="ï»¿B"'),
            ),
            "info",
            "BYTE_ORDER_MARK_IN_NAME",
            id="mark-in-name",
        ),
    ],
)
def test_problem(parts: tuple[str, ...], severity: str, code: str) -> None:
    tree = read(export(folder(*parts)))
    assert set(codes(tree)) == {code}
    for problem in tree.problems:
        assert problem.severity == severity
        assert problem.origin.file == "x.xml"
        assert problem.origin.line > 1
        assert problem.origin.element
        assert problem.message
    assert tree.mappings


def test_mapping_twice_gives_two_entries_of_different_names() -> None:
    assert [m.name for m in read(export(folder(SOURCE, TARGET, SIMPLE, SIMPLE))).mappings] == ["m", "m__2"]


def test_missing_name_is_an_error_and_gets_one() -> None:
    data = export(folder(SOURCE, TARGET, SIMPLE.replace('NAME ="m" ', "")))
    tree = read(data)
    assert codes(tree) == ["MISSING_ATTRIBUTE"]
    assert tree.mappings[0].name == f"unnamed_{data[: data.index(b'<MAPPING')].count(bytes([10])) + 1}"


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("Sequence Generator", "Sequence"),
        ("Union", "Union Transformation"),
        ("Lookup", "Lookup Procedure"),
        ("Update", "Update Strategy"),
        ("SQL Transformation", "SQL Transform"),
        ("Expression", "Expression"),
        ("Something New", "Something New"),
    ],
)
def test_spellings_of_other_programs(written: str, read_as: str) -> None:
    part = transformation("X", written, ("A", "INPUT/OUTPUT"), ("V", "VARIABLE"))
    tree = read(export(folder(SOURCE, TARGET, SIMPLE.replace(QUALIFIER, QUALIFIER + part))))
    assert codes(tree) == ["IMPLIED_INSTANCES"]  # X has no INSTANCE
    found = tree.mappings[0].transformations[1]
    assert (found.name, found.type) == ("X", read_as)
    assert [f.role for f in found.fields] == [Role.INPUT_OUTPUT, Role.VARIABLE]


def test_custom_transformation_without_a_template_keeps_its_type() -> None:
    part = transformation("X", "Custom Transformation", ("A", "INPUT/OUTPUT"))
    tree = read(export(folder(SOURCE, TARGET, SIMPLE.replace(QUALIFIER, QUALIFIER + part))))
    assert tree.mappings[0].transformations[1].type == "Custom Transformation"


@pytest.mark.parametrize(
    ("port_type", "role", "master"),
    [
        ("INPUT", Role.INPUT, False),
        ("OUTPUT", Role.OUTPUT, False),
        ("INPUT/OUTPUT", Role.INPUT_OUTPUT, False),
        ("LOCAL VARIABLE", Role.VARIABLE, False),
        ("VARIABLE", Role.VARIABLE, False),
        ("LOOKUP", Role.LOOKUP, False),
        ("LOOKUP/OUTPUT", Role.LOOKUP_OUTPUT, False),
        ("LOOKUP/RETURN/OUTPUT", Role.LOOKUP_RETURN, False),
        ("INPUT/OUTPUT/MASTER", Role.INPUT_OUTPUT, True),
        ("INPUT/MASTER", Role.INPUT, True),
        ("GENERATED KEY/OUTPUT", Role.GENERATED_KEY, False),
        ("GENERATED KEY/INPUT/OUTPUT", Role.GENERATED_KEY, False),
        ("GENERATED COLUMN ID/OUTPUT", Role.GENERATED_COLUMN_ID, False),
        ("input/output", Role.INPUT_OUTPUT, False),
    ],
)
def test_port_types(port_type: str, role: Role, master: bool) -> None:
    part = transformation("X", "Any", ("P", port_type))
    found = only_mapping(export(folder(SOURCE, TARGET, SIMPLE.replace(QUALIFIER, QUALIFIER + part))))
    port = found.transformations[1].fields[0]
    assert (port.role, port.master) == (role, master)


def test_definitions_inside_a_mapping_and_missing_instances() -> None:
    tree = read(export(folder(mapping(SOURCE, TARGET, QUALIFIER, connector("S.A", "SQ.A"), connector("SQ.A", "T.A")))))
    assert codes(tree) == ["IMPLIED_INSTANCES"]
    (found,) = tree.mappings
    assert [s.name for s in found.sources] == ["S"]
    assert [t.name for t in found.targets] == ["T"]
    assert found.transformations[0].associated_sources == ("S",)


def test_export_without_mappings_says_so_and_lists_what_it_holds() -> None:
    tree = read(export(folder(SOURCE, TARGET, _mapplet(*ONE_EXPRESSION), '<CONFIG NAME ="c"/>', "<ODDITY/>")))
    assert codes(tree) == ["NO_MAPPING"]
    assert tree.mappings == ()
    assert [(i.kind, i.name, i.type, i.parent) for i in tree.inventory] == [
        ("source", "S", "Oracle", ""),
        ("target", "T", "Oracle", ""),
        ("mapplet", "MP", "", ""),
        ("transformation", "IN", "Input Transformation", "MP"),
        ("transformation", "OUT", "Output Transformation", "MP"),
        ("transformation", "MP", "Mapplet", "MP"),
        ("transformation", "E", "Expression", "MP"),
        ("config", "c", "", ""),
        ("oddity", "", "", ""),
    ]


def test_owner_of_a_folder_is_not_copied() -> None:
    assert "jane.doe" not in repr(read(export(folder(SOURCE, TARGET, SIMPLE))))
