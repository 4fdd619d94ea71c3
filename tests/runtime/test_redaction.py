import pytest

from services.runtime.redaction import REDACTED, redact, redact_text


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("key sk-ant-api03-AbCdEf0123456789", "AbCdEf"),
        ("OpenRouter sk-or-v1-0123456789abcdef", "0123456789"),
        ("made dfk_x2fG9dkJ3nslPq0", "x2fG9dkJ3"),
        ("Authorization: Bearer abc.def-ghi", "abc.def"),
        ("authorization=basic dXNlcjpwdw==", "dXNlcjpwdw"),
        ("postgresql://dataflow:p%40ss@db:5432/x", "p%40ss"),
        ("postgresql://dataflow:p@ss@db:5432/x", "p@ss"),
        ("POST https://user:hunter2@host/path failed", "hunter2"),
        ("api_key=hunter2", "hunter2"),
        ("ANTHROPIC_API_KEY: 'hunter2'", "hunter2"),
        ('{"password": "hunter2", "a": 1}', "hunter2"),
        ("?token=hunter2&x=1", "hunter2"),
        ("jwt eyJhbGciOiJI.eyJzdWIiOiIx.SflKxw", "eyJzdWIi"),
    ],
)
def test_secrets_in_text_go(text: str, secret: str) -> None:
    assert secret not in redact_text(text)
    assert REDACTED in redact_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "Checking 3 tasks on host:5432",
        "https://example.com/a@b",
        "user@example.com",
        "mapping m_SKU-12 done",
        "tokens: 12 of 20",
        "task-runner risk-free",
    ],
)
def test_plain_text_stays(text: str) -> None:
    assert redact_text(text) == text


def test_names_decide_inside_structures_too() -> None:
    event = {
        "api_key": "abc",
        "Authorization": "x",
        "nested": [{"password": "p", "name": "n"}, ("sk-ant-0123456789",)],
        "prompt_tokens": 12,
        "token": "",
        "raw": b"Bearer abcdef",
    }
    assert redact(event) == {
        "api_key": REDACTED,
        "Authorization": REDACTED,
        "nested": [{"password": REDACTED, "name": "n"}, [REDACTED]],
        "prompt_tokens": 12,
        "token": "",
        "raw": f"Bearer {REDACTED}",
    }


LONG = ["x", "a_", "eyJ-", "://", "key=", "Bearer ", "sk-", "a://b:c@", "token: ", '"', " ", "\n"]


@pytest.mark.parametrize("unit", LONG)
def test_any_long_text_is_cut(unit: str) -> None:
    # a pattern that backtracks would need minutes here
    assert len(redact_text(unit * 1_000_000)) < 40_000


def test_long_text_keeps_both_ends() -> None:
    text = "first " + "middle " * 10_000 + "ValueError: last"
    assert redact_text(text).startswith("first ")
    assert redact_text(text).endswith("ValueError: last")
    assert "(70022 characters)" in redact_text(text)
