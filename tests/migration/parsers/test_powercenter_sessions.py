"""Sessions, workflows and worklets: what runs, with which connections, in which order."""

from __future__ import annotations

import pytest

from tests.migration.parsers.samples import (
    SIMPLE,
    SOURCE,
    TARGET,
    codes,
    export,
    folder,
    only_mapping,
    read,
)


def _session(*parts: str, name: str = "s", mapping: str = "m") -> str:
    return f'<SESSION NAME ="{name}" MAPPINGNAME ="{mapping}">' + "".join(parts) + "</SESSION>"


def _override(instance: str, inner: str) -> str:
    return f'<SESSTRANSFORMATIONINST SINSTANCENAME ="{instance}">{inner}</SESSTRANSFORMATIONINST>'


def _attribute(name: str, value: str) -> str:
    return f'<ATTRIBUTE NAME ="{name}" VALUE ="{value}"/>'


def _extension(instance: str, inner: str = "", qualifier: str = "") -> str:
    behind = f' DSQINSTNAME ="{qualifier}"' if qualifier else ""
    return f'<SESSIONEXTENSION SINSTANCENAME ="{instance}"{behind}>{inner}</SESSIONEXTENSION>'


def _connection(name: str = "", variable: str = "") -> str:
    return f'<CONNECTIONREFERENCE CONNECTIONNAME ="{name}" VARIABLE ="{variable}" CONNECTIONSUBTYPE ="Oracle"/>'


def _export(*parts: str) -> bytes:
    return export(folder(SOURCE, TARGET, SIMPLE, *parts))


def test_override_replaces_the_mappings_own_value() -> None:
    found = only_mapping(_export(_session(_override("SQ", _attribute("Source Filter", "B &lt; 9")))))
    qualifier = found.transformations[0]
    assert qualifier.attributes["Source Filter"] == "B < 9"
    assert qualifier.overridden == ("Source Filter",)
    assert 'VALUE ="B &gt; 0"' in qualifier.definition
    assert (found.session, found.sessions, found.name, found.definition_name) == ("s", ("s",), "m", "")


def test_override_that_repeats_the_mapping_is_none() -> None:
    found = only_mapping(_export(_session(_override("SQ", _attribute("Source Filter", "B &gt; 0")))))
    assert found.transformations[0].overridden == ()


def _partition(*attributes: str) -> str:
    return f"<PARTITION>{''.join(attributes)}</PARTITION>"


@pytest.mark.parametrize(
    ("partitions", "differing"),
    [
        ([_attribute("Sql Query", "a"), _attribute("Sql Query", "b")], "Sql Query"),
        ([_attribute("Sql Query", "a"), ""], ""),  # without a value of its own a partition takes the first one's
        ([_attribute("Sql Query", "a"), _attribute("Sql Query", "a")], ""),
        ([_attribute("Source Filter", "a"), _attribute("Sql Query", "b")], "Source Filter, Sql Query"),
        ([_attribute("Reject filename", "a.bad"), _attribute("Reject filename", "b.bad")], ""),
    ],
)
def test_what_partitions_have_of_their_own_is_named(partitions: list[str], differing: str) -> None:
    session = _session(_override("SQ", "".join(map(_partition, partitions))))
    assert only_mapping(_export(session)).transformations[0].attributes.get("Differing by partition", "") == differing


def test_files_of_partitions_differ() -> None:
    files = [_partition(_attribute("Source filename", f"{n}.csv")) for n in (1, 2)]
    found = only_mapping(_export(_session(_extension("SQ", "".join(files))))).sources[0]
    assert (found.attributes["Source filename"], found.attributes["Differing by partition"]) == (
        "1.csv",
        "Source filename",
    )


def test_a_qualifiers_reader_is_its_sources_without_being_named_for_them() -> None:
    given = _extension("SQ", _connection("PROD") + _attribute("Source filetype", "Indirect"))
    found = only_mapping(_export(_session(given))).sources[0]
    assert (found.connection, found.attributes["Source filetype"]) == ("PROD", "Indirect")


def test_empty_override_empties_the_value() -> None:
    found = only_mapping(_export(_session(_override("SQ", _attribute("Source Filter", "")))))
    assert found.transformations[0].attributes["Source Filter"] == ""
    assert found.transformations[0].overridden == ("Source Filter",)


def test_sessions_that_do_the_same_share_an_entry() -> None:
    found = only_mapping(_export(_session(name="s1"), _session(_attribute("DTM buffer size", "1"), name="s2")))
    assert found.sessions == ("s1", "s2")
    assert found.session == "s1"


@pytest.mark.parametrize(
    "difference",
    [
        _override("SQ", _attribute("Sql Query", "SELECT 1")),
        _extension("T", _connection("OTHER")),
        _extension("T", _attribute("Truncate target table option", "YES")),
        _attribute("Treat source rows as", "Update"),
        _override("T", '<FLATFILE DELIMITERS ="|"/>'),
    ],
)
def test_sessions_that_differ_are_two_entries(difference: str) -> None:
    tree = read(_export(_session(name="s1"), _session(difference, name="s2")))
    assert [(m.name, m.definition_name, m.sessions) for m in tree.mappings] == [
        ("m__s1", "m", ("s1",)),
        ("m__s2", "m", ("s2",)),
    ]


def test_reject_files_are_no_difference() -> None:
    parts = [_session(_extension("T", _attribute("Reject filename", f"{n}.bad")), name=f"s{n}") for n in (1, 2)]
    assert len(read(_export(*parts)).mappings) == 1


@pytest.mark.parametrize(
    ("parts", "source", "target"),
    [
        pytest.param(
            (_extension("S", qualifier="SQ"), _extension("SQ", _connection("IN")), _extension("T", _connection("OUT"))),
            "IN",
            "OUT",
            id="source-through-its-qualifier",
        ),
        pytest.param((_extension("S", _connection("IN")),), "IN", "", id="source-itself"),
        pytest.param((_extension("T", _connection("", "$DBConnection_T")),), "", "$DBConnection_T", id="a-variable"),
        pytest.param(
            (_extension("T", _connection("$Target")), _attribute("$Target connection value", "DWH")),
            "",
            "DWH",
            id="target-default",
        ),
        pytest.param((_attribute("$Source connection value", "SRC"),), "SRC", "", id="source-default"),
    ],
)
def test_connections(parts: tuple[str, ...], source: str, target: str) -> None:
    found = only_mapping(_export(_session(*parts)))
    assert (found.sources[0].connection, found.targets[0].connection) == (source, target)


def test_lookup_takes_the_sessions_target_connection() -> None:
    lookup = (
        '<TRANSFORMATION NAME ="L" TYPE ="Lookup Procedure"><TRANSFORMFIELD NAME ="A" PORTTYPE ="LOOKUP"/>'
        '<TABLEATTRIBUTE NAME ="Connection Information" VALUE ="$Target"/></TRANSFORMATION>'
        '<INSTANCE NAME ="L" TRANSFORMATION_NAME ="L" TRANSFORMATION_TYPE ="Lookup Procedure"/>'
    )
    data = export(
        folder(
            SOURCE,
            TARGET,
            SIMPLE.replace("</MAPPING>", lookup + "</MAPPING>"),
            _session(_attribute("$Target connection value", "DWH")),
        )
    )
    assert only_mapping(data).transformations[1].connection == "DWH"


def test_file_settings_of_a_session() -> None:
    session = _session(
        _override("S", '<FLATFILE DELIMITERS ="|" SKIPROWS ="1"/>'),
        _extension("S", qualifier="SQ"),
        _extension(
            "SQ", _attribute("Source filename", "a.csv") + _attribute("Source file directory", "$PMSourceFileDir")
        ),
    )
    source = only_mapping(_export(session)).sources[0]
    assert source.file_format == {"DELIMITERS": "|", "SKIPROWS": "1"}
    assert source.attributes["Source filename"] == "a.csv"
    assert set(source.overridden) == {"Source filename", "Source file directory"}


def test_configuration_object_and_its_changes() -> None:
    config = (
        f'<CONFIG NAME ="c">{_attribute("Stop on errors", "0")}{_attribute("DateTime Format String", "X")}</CONFIG>'
    )
    session = _session(f'<CONFIGREFERENCE REFOBJECTNAME ="c">{_attribute("Stop on errors", "1")}</CONFIGREFERENCE>')
    assert only_mapping(_export(config, session)).session_attributes == {
        "Stop on errors": "1",
        "DateTime Format String": "X",
    }


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ((_session(_override("GONE", _attribute("Sql Query", "x"))),), "OVERRIDE_WITHOUT_INSTANCE"),
        ((_session(mapping="GONE"),), "MAPPING_NOT_IN_FILE"),
        (
            (
                _session(
                    _override(
                        "SQ",
                        "".join(
                            f'<PARTITION NAME ="{n}">{_attribute("Sql Query", f"q{n}")}</PARTITION>' for n in (1, 2)
                        ),
                    )
                ),
            ),
            "PARTITION_OVERRIDES",
        ),
        (('<WORKFLOW NAME ="w"><WORKFLOWLINK FROMTASK ="a" TOTASK ="b"/></WORKFLOW>',), "DANGLING_LINK"),
    ],
)
def test_problem(parts: tuple[str, ...], code: str) -> None:
    tree = read(_export(*parts))
    assert codes(tree) == [code]
    assert tree.problems[0].origin.line > 1


def test_session_runs_a_mapping_of_a_shared_folder() -> None:
    link = '<SHORTCUT NAME ="sc_m" FOLDERNAME ="F" OBJECTSUBTYPE ="Mapping" OBJECTTYPE ="MAPPING" REFOBJECTNAME ="m"/>'
    tree = read(export(folder(link, _session(mapping="sc_m"), name="G"), folder(SOURCE, TARGET, SIMPLE)))
    assert codes(tree) == []
    assert tree.mappings[0].sessions == ("s",)


def test_one_reusable_session_used_plain_and_changed() -> None:
    use = '<TASKINSTANCE NAME ="{}" TASKNAME ="s" TASKTYPE ="Session">{}</TASKINSTANCE>'
    changed = use.format("s_again", _extension("T", _connection("PROD")))
    flow = f'<WORKFLOW NAME ="w">{use.format("s", "")}{changed}</WORKFLOW>'
    tree = read(_export(_session(_extension("T", _connection("DEV"))), flow))
    assert [(m.name, m.targets[0].connection) for m in tree.mappings] == [("m__s", "DEV"), ("m__w.s_again", "PROD")]
    assert [t.reference for t in tree.orchestrations[0].tasks] == ["m__s", "m__w.s_again"]


def test_sessions_of_one_name_in_two_workflows_are_kept_apart() -> None:
    flows = [
        f'<WORKFLOW NAME ="w{n}">{_session(_extension("T", _connection(f"C{n}")))}'
        '<TASKINSTANCE NAME ="s" TASKNAME ="s" TASKTYPE ="Session"/></WORKFLOW>'
        for n in (1, 2)
    ]
    tree = read(_export(*flows))
    assert codes(tree) == []
    assert [(m.name, m.targets[0].connection) for m in tree.mappings] == [("m__w1.s", "C1"), ("m__w2.s", "C2")]
    assert [o.tasks[0].reference for o in tree.orchestrations] == ["m__w1.s", "m__w2.s"]


def test_worklets_reusable_tasks_and_steps() -> None:
    command = (
        '<TASK NAME ="c" TYPE ="Command"><VALUEPAIR EXECORDER ="2" NAME ="b" VALUE ="second"/>'
        '<VALUEPAIR EXECORDER ="1" NAME ="a" VALUE ="first"/></TASK>'
    )
    assignment = '<TASK NAME ="v" TYPE ="Assignment"><VALUEPAIR EXECORDER ="1" NAME ="$$X" VALUE ="$$X + 1"/></TASK>'
    inner = (
        '<WORKLET NAME ="inner"><TASKINSTANCE NAME ="v" TASKNAME ="v" TASKTYPE ="Assignment"/>'
        + assignment
        + "</WORKLET>"
    )
    flow = (
        f'<WORKLET NAME ="wl">{inner}<TASKINSTANCE NAME ="i1" TASKNAME ="inner" TASKTYPE ="Worklet"/></WORKLET>'
        '<WORKFLOW NAME ="w"><SCHEDULER NAME ="x"><SCHEDULEINFO SCHEDULETYPE ="RECURRING"><STARTOPTIONS '
        'STARTDATE ="01/02/2024"/></SCHEDULEINFO></SCHEDULER>'
        '<TASKINSTANCE NAME ="c1" TASKNAME ="c" TASKTYPE ="Command" ISENABLED ="NO"/>'
        '<TASKINSTANCE NAME ="w1" TASKNAME ="wl" TASKTYPE ="Worklet"/></WORKFLOW>'
    )
    tree = read(_export(flow, command))
    assert [(o.kind, o.name) for o in tree.orchestrations] == [
        ("worklet", "inner"),
        ("worklet", "wl"),
        ("workflow", "w"),
    ]
    inner_flow, worklet, workflow = tree.orchestrations
    assert inner_flow.tasks[0].steps == (("$$X", "$$X + 1"),)
    assert [(t.type, t.reference) for t in worklet.tasks] == [("Worklet", "inner")]
    assert workflow.tasks[0].steps == (("a", "first"), ("b", "second"))
    assert workflow.tasks[0].attributes == {"ISENABLED": "NO"}
    assert workflow.tasks[1].reference == "wl"
    assert workflow.attributes == {"SCHEDULETYPE": "RECURRING", "STARTOPTIONS STARTDATE": "01/02/2024"}


def test_session_commands_come_with_the_task() -> None:
    component = (
        '<SESSIONCOMPONENT TYPE ="Post-session success command"><TASK NAME ="p" TYPE ="Command">'
        '<VALUEPAIR EXECORDER ="1" NAME ="x" VALUE ="touch done"/></TASK></SESSIONCOMPONENT>'
    )
    flow = f'<WORKFLOW NAME ="w">{_session(component)}</WORKFLOW>'
    (task,) = read(_export(flow)).orchestrations[0].tasks
    assert task.steps == (("Post-session success command: x", "touch done"),)
    assert (task.type, task.reference) == ("Session", "m")
