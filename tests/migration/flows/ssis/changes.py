"""Data flows that tell changes apart and change tables row by row, with the rows that follow from the documentation."""

from __future__ import annotations

from benchmarks.ssis_package import Made, Out, Package, Use
from tests.migration.flows.ssis.corners import CODES, REDIRECTED, united
from tests.migration.flows.ssis.sheet import case

SCD_OUTPUTS = ("Unchanged Output", "New Output", "Fixed Attribute Output", "Changing Attribute Updates Output")
SCD_OUTPUTS += ("Historical Attribute Inserts Output", "Inferred Member Updates Output")


def dimension(p: Package, **properties: str) -> None:
    flow = p.read("stage", "K:wstr(5) NAME:wstr(9) BORN:i4")
    uses = [
        Use("K", {"ColumnType": "1"}, "BK"),
        Use("NAME", {"ColumnType": "2"}, "NAME"),
        Use("BORN", {"ColumnType": "4"}, "BORN"),
    ]
    given = {"SqlCommand": "SELECT BK, NAME, BORN FROM dbo.dim", **properties}
    ends = p.component("scd", "SCD", given, [(flow, uses)], [Out(name, sync=True) for name in SCD_OUTPUTS])
    for each, name in zip(ends, ("same", "fresh", "fixed", "renamed", "moved", "completed"), strict=True):
        p.write(each, name, "K")


STAGED = [("k1", "Ann", 1), ("k2", "Bob", 2), ("k3", "Cid", 3), ("k4", "Dan", 4)]
FOUND = {"same": [("k1",)], "fresh": [("k4",)], "fixed": [("k2",)], "renamed": [], "moved": [], "completed": [("k3",)]}


@case(
    {"stage": STAGED, "scd_dimension": [("k1", "Ann", 1, 0), ("k2", "Bob", 9, 0), ("k3", "unknown", None, 1)]},
    FOUND,
)
def an_inferred_member_goes_to_its_own_output(p: Package) -> None:
    """Slowly Changing Dimension: a column of the dimension says which of its rows are inferred members."""
    dimension(p, EnableInferredMember="true", InferredMemberIndicator="Inferred")


@case({"stage": STAGED, "scd_dimension": [("k1", "Ann", 1), ("k2", "Bob", 9), ("k3", None, None)]}, FOUND)
def an_inferred_member_may_be_one_without_attributes(p: Package) -> None:
    """Slowly Changing Dimension: without such a column it is a row whose compared attributes are all null."""
    dimension(p, EnableInferredMember="true")


@case(
    {"changes": [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (9, 6), (None, 7)]},
    {"i": [(2,)], "u": [(3,), (4,), (5,)], "d": [(1,)], "bad": [(6,), (7,)]},
)
def changes_go_where_their_operation_leads(p: Package) -> None:
    """CDC Splitter: 1 is a delete, 2 an insert, 3 to 5 updates; any other is an error of the row."""
    flow = p.read("changes", "__$operation:i4 ID:i4")
    ends = [Out(f"{name}Output", sync=True) for name in ("Insert", "Update", "Delete")]
    ends.append(Out("ErrorOutput", CODES, sync=True, error=True))
    flows = p.component("cdc", "CdcSplitter", {}, [(flow, [])], ends, input_attributes=REDIRECTED)
    for each, name in zip(flows, ("i", "u", "d", "bad"), strict=True):
        p.write(each, name, "ID")


def commanded(p: Package, text: str, *names: str) -> None:
    flow = p.read("rows", "ID:i4 NAME:wstr(9)")
    uses = [Use(name, {}, f"Param_{place}") for place, name in enumerate(names)]
    p.component("cmd", "OLEDBCommand", {"SqlCommand": text}, [(flow, uses)], [Out("out", sync=True)])


@case(
    {"rows": [(1, "new"), (3, " added ")]},
    {"cmd": [(1, "NEW"), (2, "old2"), (3, "ADDED")]},
    before={"cmd": [(1, "old"), (2, "old2")]},
)
def a_merge_for_each_row_updates_or_adds_it(p: Package) -> None:
    commanded(
        p,
        "MERGE dbo.T AS t USING (SELECT ? AS i, UPPER(LTRIM(RTRIM(?))) AS n) AS s ON t.ID = s.i "
        "WHEN MATCHED THEN UPDATE SET NAME = s.n WHEN NOT MATCHED THEN INSERT (ID, NAME) VALUES (s.i, s.n);",
        "ID",
        "NAME",
    )


@case(
    {"rows": [(1, "x"), (3, "y")]},
    {"cmd": [("x", 1, 1), ("b", 1, 0), ("c", 2, 1)]},
    before={"cmd": [("a", 1, 1), ("b", 1, 0), ("c", 2, 1)]},
)
def an_update_by_a_constant_changes_the_rows_that_have_it(p: Package) -> None:
    """The rows of one id are told apart by the flag that the condition names."""
    commanded(p, "UPDATE dbo.T SET NAME = ? WHERE ID = ? AND CURRENT_ROW = 1", "NAME", "ID")


@case(
    {"rows": [(1, "x")]},
    {"cmd_1": [("x", 1), ("b", 2)], "cmd_2": [(2,)]},
    before={"cmd_1": [("a", 1), ("b", 2)], "cmd_2": [(1,), (2,)]},
)
def two_statements_for_each_row_change_two_tables(p: Package) -> None:
    commanded(p, "UPDATE T SET NAME = ? WHERE ID = ?; DELETE FROM U WHERE ID = ?", "NAME", "ID", "ID")


@case(
    {"rows": [(1, "2024-01-01"), (3, "2024-01-01")]},
    {"cmd": [("2024-01-01", 1), ("2020-05-05", 1), (None, 2)]},
    before={"cmd": [(None, 1), ("2020-05-05", 1), (None, 2)]},
)
def a_row_that_has_ended_is_left_as_it_is(p: Package) -> None:
    """What the wizard of the Slowly Changing Dimension writes to expire a row: the current one is without an end."""
    commanded(p, "UPDATE [dbo].[Dim] SET [EndDate] = ? WHERE [BK] = ? AND [EndDate] IS NULL", "NAME", "ID")


@case(
    {"rows": [(1, "Expired")]},
    {"cmd": [("Expired", 1), ("Old", 1), ("Current", 2)]},
    before={"cmd": [("Current", 1), ("Old", 1), ("Current", 2)]},
)
def a_row_is_expired_by_its_status(p: Package) -> None:
    """The column that is changed is the one by which the current row is found."""
    commanded(p, "UPDATE Dim SET Status = ? WHERE BK = ? AND Status = 'Current'", "NAME", "ID")


@case(
    {"rows": [(1, "Bonn")]},
    {"cmd": [("Bonn", 1, None), ("Rome", 1, "2020")]},
    before={"cmd": [("Oslo", 1, None), ("Rome", 1, "2020")]},
)
def an_update_of_current_rows_need_not_end_them(p: Package) -> None:
    commanded(p, "UPDATE Dim SET City = ? WHERE BK = ? AND EndDate IS NULL", "NAME", "ID")


@case(
    {"rows": [(1, "a"), (2, "b"), (2, "b")], "cmd_table": [(1,), (9,)]},
    {"cmd": [(1, "old"), (9, "old"), (2, "b")]},
    before={"cmd": [(1, "old"), (9, "old")]},
)
def a_row_is_added_where_its_key_is_missing(p: Package) -> None:
    """Of two new rows of one key the second finds the first."""
    commanded(
        p, "IF NOT EXISTS (SELECT 1 FROM T WHERE ID = ?) BEGIN INSERT INTO T (ID, NAME) VALUES (?, ?) END",
        "ID", "ID", "NAME",
    )  # fmt: skip


@case(
    {"rows": [(1, "a"), (2, "b")], "cmd_table": [(1, "2020"), (2, None)]},
    {"cmd": [(1, "old"), (2, "old"), (1, "a")]},
    before={"cmd": [(1, "old"), (2, "old")]},
)
def a_row_is_added_where_none_of_its_key_is_current(p: Package) -> None:
    commanded(
        p, "IF NOT EXISTS (SELECT 1 FROM T WHERE ID = ? AND EndDate IS NULL) "
        "INSERT INTO T (ID, NAME) VALUES (?, ?)", "ID", "ID", "NAME",
    )  # fmt: skip


@case(
    {"rows": [(1, "a"), (2, "b")], "cmd_2_table": [(1,)]},
    {"cmd_1": [(1, "a")], "cmd_2": [(2, "b", "new")]},
    before={"cmd_1": [(1, "x")]},
)
def what_is_updated_and_what_is_added_may_differ(p: Package) -> None:
    commanded(
        p, "MERGE T USING (SELECT ? AS i, ? AS n) s ON T.ID = s.i WHEN MATCHED THEN UPDATE SET NAME = s.n "
        "WHEN NOT MATCHED THEN INSERT (ID, NAME, STATE) VALUES (s.i, s.n, 'new');", "ID", "NAME",
    )  # fmt: skip


@case(
    {
        "stage": [("k1", "Oslo"), ("k2", "Rome"), ("k3", "Bonn")],
        "scd_dimension": [("k1", "Oslo"), ("k2", "Bern")],
    },
    {
        "expire": [("2024-06-01 00:00:00", "k2"), (None, "k1"), ("2019-01-01 00:00:00", "k2")],
        "dim": [("k2", "Rome", "2024-06-01 00:00:00"), ("k3", "Bonn", "2024-06-01 00:00:00")],
    },
    before={"expire": [(None, "k2"), (None, "k1"), ("2019-01-01 00:00:00", "k2")]},
    parameters={"System_StartTime": "2024-06-01 00:00:00"},
)
def a_dimension_with_history_as_its_wizard_draws_it(p: Package) -> None:
    """A changed row ends the current one, then is added with what is new."""
    flow = p.read("stage", "K:wstr(5) CITY:wstr(9)")
    uses = [Use("K", {"ColumnType": "1"}, "BK"), Use("CITY", {"ColumnType": "3"}, "CITY")]
    given = {"SqlCommand": "SELECT BK, CITY FROM dbo.dim", "CurrentRowWhere": "[EndDate] IS NULL"}
    ends = p.component("scd", "SCD", given, [(flow, uses)], [Out(name, sync=True) for name in SCD_OUTPUTS])
    now = [Made("EndDate", "dbTimeStamp", {"Expression": "(DT_DBTIMESTAMP)(@[System::StartTime])"})]
    (changed,) = p.component("end", "DerivedColumn", {}, [(ends[4], [])], [Out("o", now, sync=True)])
    uses = [Use("EndDate", {}, "Param_0"), Use("K", {}, "Param_1")]
    command = {"SqlCommand": "UPDATE [dbo].[dim] SET [EndDate] = ? WHERE [BK] = ? AND [EndDate] IS NULL"}
    (changed,) = p.component("expire", "OLEDBCommand", command, [(changed, uses)], [Out("o", sync=True)])
    made = [Made("K", "wstr(5)"), Made("CITY", "wstr(9)")]
    same = {"K": "K", "CITY": "CITY"}
    flow = united(p, made, (ends[1], same), (changed, same))
    now = [Made("StartDate", "dbTimeStamp", {"Expression": "(DT_DBTIMESTAMP)(@[System::StartTime])"})]
    (flow,) = p.component("start", "DerivedColumn", {}, [(flow, [])], [Out("o", now, sync=True)])
    p.write(flow, "dim")
