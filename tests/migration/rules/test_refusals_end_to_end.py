"""Exports whose refusal once ended in a crash: they convert, with the broken object by hand and its reason told."""

from __future__ import annotations

import re

import pytest

from benchmarks.generate_powercenter import constructs
from services.migration.gate import Outcome
from services.migration.pipeline import migrate

CONSTRUCTS = constructs()


def changed(name: str, pattern: str, text: str) -> bytes:
    source = CONSTRUCTS[name].decode()
    result, count = re.subn(pattern, text, source)
    assert count, f"{pattern} is not in the construct {name}"
    return result.encode()


def test_a_router_without_a_default_group_converts():
    migration = migrate(changed("router", r"<GROUP [^>]*OUTPUT/DEFAULT[^>]*>", ""), "x.xml")
    assert migration.structure.errors == ()


def test_a_user_function_that_cannot_be_read_is_by_hand():
    broken = changed("user_function", r'(<EXPRMACRO [^>]*EXPRESSION\s*=\s*")[^"]*"', r'\1LTRIM(VALUE"')
    migration = migrate(broken, "x.xml")
    assert migration.release.outcome == Outcome.FAILED
    assert any("cannot be read" in issue.message for issue in migration.release.blocking)


@pytest.mark.parametrize("condition", ["ORDER_ID >", "NO_SUCH_FUNCTION(ORDER_ID)"])
def test_a_refused_filter_whose_ports_convert_leaves_no_loose_end(condition):
    source = CONSTRUCTS["filter"].decode()
    source = re.sub(
        r'(NAME\s*=\s*"Filter Condition"\s+VALUE\s*=\s*")[^"]*"', rf'\1{condition.replace(">", "&gt;")}"', source
    )
    source = source.replace('DEFAULTVALUE =""', 'DEFAULTVALUE ="1"')
    migration = migrate(source.encode(), "x.xml")
    assert migration.release.outcome == Outcome.FAILED
    assert [item.target_type for item in migration.report.objects].count("manual") >= 1
    assert not [finding for finding in migration.structure.errors if finding.code in ("UNKNOWN_NODE", "DEPENDENCY")]
