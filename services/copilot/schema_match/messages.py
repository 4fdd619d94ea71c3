"""Requests read and checked, replies written and read back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, TypeVar

from google.protobuf import json_format

from dataflow.copilot.v1 import schema_match_pb2
from services.copilot.schema_match.answer import Asked
from services.copilot.schema_match.column import Column, Proposal, Table
from services.copilot.schema_match.decisions import LONGEST_COMMENT, Decision
from services.copilot.schema_match.kinds import samples_of
from services.copilot.schema_match.store import Stored
from services.runtime.errors import InvalidArgument

Reply = TypeVar("Reply")

MOST_COLUMNS = 2_000
MOST_ROWS = 1_000
MOST_SAMPLES = 50
LONGEST_NAME = 300


def asked_of(request: Any) -> Asked:
    """InvalidArgument names the field and what to send."""
    if len(request.sample_rows) > MOST_ROWS:
        raise InvalidArgument(f"sample_rows: {len(request.sample_rows):,} rows; at most {MOST_ROWS:,} are read")
    rows = [json_format.MessageToDict(row) for row in request.sample_rows]
    source, target = _table("source", request.source, rows), _table("target", request.target, ())
    return Asked(source, target, request.use_rag, request.one_to_one)


def _table(place: str, given: Any, rows: Sequence[Any]) -> Table:
    if not given.name.strip():
        raise InvalidArgument(f"{place}.name: is empty; send the table's name")
    if not given.columns:
        raise InvalidArgument(f"{place}.columns: is empty; send the table's columns")
    if len(given.columns) > MOST_COLUMNS:
        raise InvalidArgument(f"{place}.columns: {len(given.columns):,}; at most {MOST_COLUMNS:,} are matched")
    seen: set[str] = set()
    for number, column in enumerate(given.columns):
        _check_name(f"{place}.columns[{number}].name", column.name, seen)
    refers = {key.columns[0]: key.references_table for key in given.foreign_keys if len(key.columns) == 1}
    columns = tuple(
        Column(
            each.name,
            each.type,
            each.description,
            (*each.sample_values[:MOST_SAMPLES], *samples_of(each.name, rows))[:MOST_SAMPLES],
            each.name in given.primary_key,
            refers.get(each.name, ""),
        )
        for each in given.columns
    )
    return Table(given.name, columns, given.schema, given.database, given.description)


def _check_name(place: str, name: str, seen: set[str]) -> None:
    if not name.strip():
        raise InvalidArgument(f"{place}: is empty; every column needs its name")
    if len(name) > LONGEST_NAME or "\x00" in name:
        raise InvalidArgument(f"{place}: has more than {LONGEST_NAME} characters, or a character 0")
    if name in seen:
        raise InvalidArgument(f"{place}: {name!r} is there twice")
    seen.add(name)


def decisions_of(request: Any) -> list[Decision]:
    """The decisions of an override. InvalidArgument names the field."""
    if not request.match_id:
        raise InvalidArgument("match_id: is empty; send the id of a stored match")
    if not request.overrides:
        raise InvalidArgument("overrides: is empty; send at least one decision")
    if len(request.overrides) > MOST_COLUMNS:
        raise InvalidArgument(f"overrides: {len(request.overrides):,}; at most {MOST_COLUMNS:,} are taken")
    found: list[Decision] = []
    for number, each in enumerate(request.overrides):
        names = {value: name for name, value in schema_match_pb2.OverrideAction.Value.items() if value}
        if each.action not in names:
            raise InvalidArgument(f"overrides[{number}].action: say accept, reject or modify")
        if len(each.comment) > LONGEST_COMMENT or "\x00" in each.comment + each.transform_expression:
            raise InvalidArgument(
                f"overrides[{number}]: comment has more than {LONGEST_COMMENT:,} characters, or a character 0 is in it"
            )
        expression = each.transform_expression.strip()
        found.append(Decision(each.source_column, names[each.action], each.target_column, expression, each.comment))
    return found


def filled(into: Reply, proposals: Sequence[Proposal], asked: Asked) -> Reply:
    """A reply of either name with the matches, in place of those it had."""
    reply: Any = into
    for name in ("matches", "unmatched_source", "unmatched_target"):
        reply.ClearField(name)
    reply.matches.extend(map(_message, proposals))
    live = [each for each in proposals if each.status != "rejected"]
    mine, theirs = {each.source for each in live}, {each.target for each in live}
    reply.unmatched_source.extend(each.name for each in asked.source.columns if each.name not in mine)
    reply.unmatched_target.extend(each.name for each in asked.target.columns if each.name not in theirs)
    return into


def _message(proposal: Proposal) -> schema_match_pb2.ColumnMatch:
    return schema_match_pb2.ColumnMatch(
        source_column=proposal.source,
        target_column=proposal.target,
        match_type=proposal.match_type,
        confidence=proposal.confidence,
        transform_expression=proposal.expression,
        reasoning=proposal.reasoning,
        alternatives=[
            schema_match_pb2.Candidate(target_column=name, confidence=sure, match_type=kind)
            for name, sure, kind in proposal.alternatives
        ],
        status=proposal.status,
        comment=proposal.comment,
    )


def proposals_of(reply: Any) -> list[Proposal]:
    """The matches of a reply as they were proposed and decided."""
    kinds, states = schema_match_pb2.MatchType.Value.Name, schema_match_pb2.MatchStatus.Value.Name
    return [
        Proposal(
            each.source_column,
            each.target_column,
            kinds(each.match_type),
            each.confidence,
            each.transform_expression,
            each.reasoning,
            [(one.target_column, one.confidence, kinds(one.match_type)) for one in each.alternatives],
            states(each.status),
            each.comment,
        )
        for each in reply.matches
    ]


def request_of(request: Any) -> str:
    """The request as it is stored: sample rows are left out, they may hold customers' data."""
    kept = type(request)()
    kept.CopyFrom(request)
    kept.ClearField("sample_rows")
    for column in (*kept.source.columns, *kept.target.columns):
        column.ClearField("sample_values")
    return stored_text(kept)


def stored_text(message: Any) -> str:
    """A message as it is stored: JSON without the character 0, which PostgreSQL does not take."""
    return json.dumps(_storable(json_format.MessageToDict(message)), ensure_ascii=False)


def _storable(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _storable(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_storable(each) for each in value]
    return value.replace("\x00", "") if isinstance(value, str) else value


def stored_reply(stored: Stored, reply: Reply) -> Reply:
    """The stored reply in a message of another name with the same fields."""
    into: Any = reply
    json_format.Parse(stored.result, into, ignore_unknown_fields=True)
    into.created_at.FromDatetime(stored.created_at)
    if stored.updated_at is not None:
        into.updated_at.FromDatetime(stored.updated_at)
    return reply
