import hashlib

import pytest

from services.runtime.keys import IMPLIES, Role, find_caller, make_key, parse_keys

HASH = hashlib.sha256(b"k").hexdigest()
OTHER = hashlib.sha256(b"other").hexdigest()


def test_entries_are_separated_by_blanks_or_semicolons() -> None:
    entries, problems = parse_keys(f"\n ci:{HASH}:viewer:telco ;ops:{OTHER.upper()}:editor,approver:a,b\n")
    assert problems == ()
    assert [(e.name, e.sha256, e.roles, e.workspaces) for e in entries] == [
        ("ci", HASH, {Role.VIEWER}, ("telco",)),
        ("ops", OTHER, {Role.EDITOR, Role.APPROVER}, ("a", "b")),
    ]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (" ; ;", "there is no entry in it"),
        (f"ci:{HASH}:viewer", "has 3 fields"),
        (f"c i:{HASH}:viewer:a", "has 1 fields"),
        (f"ci!:{HASH}:viewer:a", "the name must be"),
        ("ci:abc123secret:viewer:a", "'ci': the hash must be 64"),
        (f"ci:{HASH}:owner:a", "'ci': roles are"),
        (f"ci:{HASH}:none:a", "'ci': roles are"),
        (f"ci:{HASH}::a", "'ci': roles are"),
        (f"ci:{HASH}:viewer:", "'ci': a workspace is"),
        (f"ci:{HASH}:viewer:../x", "'ci': a workspace is"),
        (f"ci:{HASH}:viewer:a;ci:{OTHER}:viewer:a", "two entries have the same name"),
        (f"ci:{HASH}:viewer:a;cj:{HASH}:viewer:a", "two entries have the same key"),
    ],
)
def test_malformed_entry_is_explained_without_its_hash(entry: str, said: str) -> None:
    problems = parse_keys(entry)[1]
    assert any(said in problem for problem in problems)
    for secret in (HASH, "abc123secret"):
        assert secret not in repr(problems)


def test_all_problems_are_listed() -> None:
    assert len(parse_keys("a:b:c:d e!:x:y:!")[1]) == 6


@pytest.mark.parametrize(
    ("own", "allowed"),
    [
        (Role.VIEWER, {"none", "viewer"}),
        (Role.EDITOR, {"none", "viewer", "editor"}),
        (Role.APPROVER, {"none", "viewer", "approver"}),
        (Role.ADMIN, {"none", "viewer", "editor", "approver", "admin"}),
    ],
)
def test_roles_imply(own: Role, allowed: set[str]) -> None:
    assert {str(role) for role in IMPLIES[own]} == allowed


def test_made_key_is_found_again_and_nothing_else_is() -> None:
    key, entry = make_key("ci", ["editor"], ["telco"])
    entries, problems = parse_keys(entry)
    assert problems == ()
    assert key not in entry
    caller = find_caller(entries, key)
    assert caller is not None
    assert (caller.name, caller.may(Role.VIEWER), caller.may(Role.ADMIN)) == ("ci", True, False)
    assert (caller.may_use("telco"), caller.may_use("bank")) == (True, False)
    assert key not in repr(caller)
    assert find_caller(entries, key + "x") is None
    assert make_key("ci")[0] != key


def test_make_key_refuses_what_would_not_parse() -> None:
    with pytest.raises(ValueError, match="roles are viewer"):
        make_key("ci", ["owner"])
