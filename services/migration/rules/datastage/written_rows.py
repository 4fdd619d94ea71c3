"""Outputs of a stage that writes: the rows it refuses, of which there are none here, and a file's rows read back.

A reject link of a target takes the rows that the file or database does not accept; here such a row stops the run. In
server jobs a file that is written is read when all rows are in it. Source: Parallel Job Developer's Guide, "Reject
links"; Server Job Developer's Guide, "Hashed File stages", "Sequential File stages".
"""

from __future__ import annotations

from dataclasses import replace

from services.migration.rules import sql
from services.migration.rules.datastage.frame import Arriving, Leaving, Stage
from services.migration.rules.datastage.row_order import order_by
from services.migration.rules.datastage.stage_variables import numbered_rows
from services.migration.rules.relation import Relation, SortKey

__all__ = ["no_rows", "read_back"]

REFUSED = "Link {} takes the rows that {}; here it gets no rows, and such a row stops the run."
BACK = (
    "Link {} reads the file when it is written: here the rows that were written{}. Rows that the file held before are "
    "not among them."
)


def no_rows(stage: Stage, leaving: Leaving, rows: Relation, why: str) -> Relation:
    """No rows, in the columns that a reject link declares. `why`: which rows the link takes."""
    stage.context.warn(REFUSED.format(leaving.name, why), confidence=0.79)
    place = f"{stage.context.name} {leaving.name}"
    none = stage.add("sql_where", {"condition": "1 = 0"}, [rows.ref], name=f"{place} none")
    columns = stage.columns(leaving.fields)
    if not columns:
        return Relation(none, rows.columns)
    made = [{"name": c.name, "expression": sql.null(c.type, stage.dialect), "type": c.type} for c in columns]
    return Relation(stage.add("sql_expression", {"columns": made}, [none], name=place), columns)


def read_back(stage: Stage, leaving: Leaving, given: Arriving, keys: list[str]) -> Relation:
    """The rows that arrive, one for each key where the file has keys, in the columns of the link that reads them."""
    said = f", the last of each {', '.join(keys)}" if keys else ""
    stage.context.warn(BACK.format(leaving.name, said), confidence=0.79)
    rows = given.relation
    if keys:
        numbered, number = numbered_rows(stage, rows, "written")
        config = {"columns": keys, "order_by": order_by((SortKey(number, descending=True),))}
        node = stage.add("distinct", config, [numbered.ref], name=f"{stage.context.name} keys")
        rows = Relation(node, numbered.columns)
    return stage.shaped(rows, replace(leaving, fields=leaving.fields or given.fields), given)
