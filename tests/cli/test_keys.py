"""Making keys."""

import re

from services.runtime.keys import find_caller, parse_keys


def test_a_key_and_its_entry_fit(run):
    code, out, _ = run("keys", "ci", "--role", "editor", "--role", "viewer", "--workspace", "sales")
    assert code == 0
    key = re.search(r"(dfk_\S+)", out)[1]
    entries, problems = parse_keys(re.search(r"DATAFLOW_API_KEYS='(.+)'", out)[1])
    assert problems == ()
    caller = find_caller(entries, key)
    assert (caller.name, caller.workspaces) == ("ci", ("sales",))
    assert {str(role) for role in caller.roles} == {"editor", "viewer"}


def test_a_key_for_no_known_role_is_a_sentence(run):
    code, out, err = run("keys", "ci", "--role", "emperor")
    assert (code, out) == (1, "")
    assert "roles are viewer, editor, approver, admin" in err


def test_help_documents_the_exit_codes(run):
    code, out, _ = run("--help")
    assert code == 0
    assert "Exit codes: 0 done; 1 failed" in " ".join(out.split())
