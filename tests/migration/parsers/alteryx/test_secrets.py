"""No credential of a tool that calls the outside world comes out: in whatever spelling, converted or left by hand."""

from __future__ import annotations

import io
import zipfile

import pytest
import yaml

from benchmarks.alteryx_workflow import formulas, rows, tool, workflow
from services.migration.parsers.alteryx.secrets import address
from services.migration.pipeline import Migration, migrate

SECRET = "hunter2Xq9Zk4Wp7Lm"
KINDS = ("Download", "ConnectOutput", "SalesforceInput_4_1", "DynamicInput", "RunCommand")
"""Converted, another vendor's, a connector, refused for its mode, refused for its kind."""
BASE = "<URLField>t</URLField><OutputMode>String</OutputMode><tableName>T</tableName>"
SPELLINGS = (
    f'<Headers><NameValues><Item name="X-Api-Key" value="{SECRET}" /></NameValues></Headers>',
    f"<Payload><ComposeNameValues><Item name='session' value='{SECRET}' /></ComposeNameValues></Payload>",
    f'<Headers><NameValues><NameValue name="Authorization" value="Bearer {SECRET}" /></NameValues></Headers>',
    f'<Headers><NameValues><NameValue name="X-Api-Key" value="{SECRET}" /></NameValues></Headers>',
    f"<Headers><NameValues><NameValue value='{SECRET}' name='Cookie' /></NameValues></Headers>",
    f"<Headers><NameValues><NameValue><Name>X-Auth</Name><Value>{SECRET}</Value></NameValue></NameValues></Headers>",
    f"<Headers><NameValues><Header Key='session-id'>{SECRET}</Header></NameValues></Headers>",
    f"<Headers><NameValues><Pair><Value>{SECRET}</Value><!-- x --><Name>apikey</Name></Pair></NameValues></Headers>",
    f"<Headers><NameValues><NameValue name='Token' value='&#x68;{SECRET[1:]}' /></NameValues></Headers>",
    f"<Payload><ComposeNameValues><NameValue name='client_secret' value='{SECRET}' /></ComposeNameValues></Payload>",
    f"<Payload><ComposeNameValues><Pair><Key>password</Key><Value><![CDATA[{SECRET}]]></Value></Pair>"
    "</ComposeNameValues></Payload>",
    f'<Payload><QueryStringBodyMode>Text</QueryStringBodyMode><Body>{{"password": "{SECRET}"}}</Body></Payload>',
    f"<Url>https://x.test/a?lang=en&amp;access_token={SECRET}</Url>",
    f"<Url>https://x.test/a?sig={SECRET}&amp;lang=en</Url>",
    f"<Url value='https://x.test/a?x=1&amp;key={SECRET}' />",
    f"<Url>https://ann:{SECRET}@x.test/a</Url>",
    f"<Url>/v1/items?x=1&amp;api_key={SECRET}</Url>",
    f"<UserName>ann</UserName><Password>{SECRET}</Password>",
    f"<semantaServerPassword>{SECRET}</semantaServerPassword>",
    f"<Value name='RefreshToken'>{SECRET}</Value>",
    f"<Value name='config'>{{&quot;accessToken&quot;:&quot;{SECRET}&quot;}}</Value>",
    f"<passwordEncrypted value='x'>{SECRET}</passwordEncrypted>",
)


def everything(made: Migration) -> str:
    return made.text + repr(made.result) + repr(made.report)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_credential_comes_out_nowhere(kind: str, spelling: str) -> None:
    tools = [rows(1, "n t", ("1", "x")), tool(5, kind, BASE + spelling), tool(99, "BrowseV2")]
    made = migrate(workflow(tools, ["1>5", "5>99"]), "flow.yxmd", generated_at="2026-01-01T00:00:00Z")
    shown = everything(made)
    assert SECRET not in shown
    assert SECRET[1:] not in shown


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("Password", SECRET),
        ("api_key", SECRET),
        ("Access Token", SECRET),
        ("url", f"https://x.test/a?x=1&access_token={SECRET}"),
        ("parameters", f"?appid={SECRET}&units=metric"),
    ],
)
def test_rows_hold_no_credential_and_say_so(header: str, cell: str) -> None:
    given = rows(1, "n t", ("1", cell)).replace('name="t"', f'name="{header}"')
    made = migrate(workflow([given, tool(99, "BrowseV2")], ["1>99"]), "flow.yxmd", generated_at="2026-01-01T00:00:00Z")
    assert SECRET not in everything(made)
    assert [issue.code for issue in made.report.issues].count("SECRET_LEFT_OUT") == 1


@pytest.mark.parametrize(
    ("header", "cell"),
    [("Token", "word"), ("url", "https://x.test/a?lang=en&page=2&code=US"), ("Key", "A-1"), ("note", "is a=b?c=d")],
)
def test_what_is_no_credential_stays(header: str, cell: str) -> None:
    given = rows(1, "n t", ("1", cell)).replace('name="t"', f'name="{header}"')
    made = migrate(workflow([given, tool(99, "BrowseV2")], ["1>99"]), "flow.yxmd", generated_at="2026-01-01T00:00:00Z")
    assert cell in made.documents[0].yaml
    assert "SECRET_LEFT_OUT" not in [issue.code for issue in made.report.issues]


def test_an_address_that_is_computed_holds_no_credential_and_says_so() -> None:
    line = formulas(("u", "V_String", f"'https://x.test/a?n=1&access_token={SECRET}&to=' + ToString([n])"))
    tools = [rows(1, "n", ("1",)), tool(5, "Formula", line), tool(99, "BrowseV2")]
    made = migrate(workflow(tools, ["1>5", "5>99"]), "flow.yxmd", generated_at="2026-01-01T00:00:00Z")
    assert SECRET not in everything(made)
    assert "access_token=***&to=" in made.documents[0].yaml
    assert "SECRET_LEFT_OUT" in [issue.code for issue in made.report.issues]


def test_a_label_holds_no_credential() -> None:
    noted = tool(5, "AlteryxSelect").replace(
        "</Properties>", f"<Annotation><Name>odbc:DSN=x;PWD={SECRET}</Name></Annotation></Properties>"
    )
    made = migrate(
        workflow([rows(1, "n", ("1",)), noted, tool(99, "BrowseV2")], ["1>5", "5>99"]),
        "flow.yxmd",
        generated_at="2026-01-01T00:00:00Z",
    )
    assert SECRET not in everything(made)


@pytest.mark.parametrize(
    "text",
    [
        "https://x.test/?token=%User.Key%",
        r"\?token=([^&]*)&x",
        "https://x.test/?appid={API key}&units=1",
        "a = b ? c = d",
        "x" * 5000,
    ],
)
def test_an_address_keeps_what_is_put_in_later(text: str) -> None:
    assert address(text) == text


def test_an_answer_of_a_macro_is_not_taken_for_a_header() -> None:
    """`<Value name="Key">` is the answer to a question, however it is called."""
    config = "<Value name='Value'>n</Value><Value name='Weight'>n</Value>"
    tools = [rows(1, "n", ("2",)), tool(5, "WeightedAvg.yxmc", config), tool(99, "BrowseV2")]
    made = migrate(workflow(tools, ["1>5", "5>99"]), "flow.yxmd", generated_at="2026-01-01T00:00:00Z")
    assert all(item.target_type != "manual" for item in made.result.mappings[0].objects)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_macro_that_is_left_by_hand_shows_no_credential(spelling: str) -> None:
    """Its file stands in the definition of the tool that calls it."""
    ends = tool(1, "MacroInput", "<Name>In</Name>"), tool(9, "MacroOutput", "<Name>Out</Name>")
    batch = "<RuntimeProperties><BatchMacro /></RuntimeProperties>"
    macro = workflow([*ends, tool(5, "ConnectOutput", BASE + spelling)], ["1>5", "1>9"], batch)
    caller = workflow([rows(1, "n", ("1",)), tool(3, "Loop.yxmc"), tool(99, "BrowseV2")], ["1>3", "3>99"])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("flow.yxmd", caller)
        archive.writestr("Loop.yxmc", macro)
    made = migrate(packed.getvalue(), "flow.zip", generated_at="2026-01-01T00:00:00Z")
    shown = everything(made)
    assert "the file of the macro" in shown
    assert SECRET[1:] not in shown


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("Gallery_Key", "8DA1f0c2b4e6a8091b3d", False),
        ("ClientSecret", "x", False),
        ("Base", "https://x.test/a?token=hunter2", False),
        ("KeyField", "customer_id", True),
        ("Year", "2024", True),
    ],
)
def test_a_constant_is_shown_unless_it_is_a_credential(name: str, value: str, shown: bool) -> None:
    held = f"<Constant><Namespace>User</Namespace><Name>{name}</Name><Value>{value}</Value></Constant>"
    tools = [rows(1, "n", ("1",)), tool(99, "BrowseV2")]
    made = migrate(
        workflow(tools, ["1>99"], f"<Constants>{held}</Constants>"), "flow.yxmd", generated_at="2026-01-01T00:00:00Z"
    )
    assert (value.rpartition("=")[2] in everything(made)) == shown or value == "x"
    (parameter,) = yaml.safe_load(made.documents[0].yaml)["parameters"]
    assert (parameter.get("default") == value) == shown
