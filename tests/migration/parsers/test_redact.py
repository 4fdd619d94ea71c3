"""Nothing secret or personal is copied out of an export."""

from __future__ import annotations

import pytest

from benchmarks.alteryx_workflow import formulas, rows, tool, workflow
from services.migration.parsers import redact
from services.migration.pipeline import migrate
from services.migration.report import to_json
from tests.migration.parsers.samples import SIMPLE, SOURCE, TARGET, export, folder, read

SECRET = "hunter2"
AWS_KEY = "AKIA" + "IOSFODNN7EXAMPLE"  # of the right shape, from AWS's own documentation


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (f"password={SECRET};host=db", "password=***;host=db"),
        (f'PWD = "{SECRET}" x', 'PWD = "***" x'),
        (f"api_key: {SECRET}", "api_key: ***"),
        (f'db_password <- "{SECRET}"', 'db_password <- "***"'),
        (f"token &lt;- '{SECRET}'", "token &lt;- '***'"),
        (f"CREATE USER x IDENTIFIED BY {SECRET}", "CREATE USER x IDENTIFIED BY ***"),
        (f"https://joe:{SECRET}@host/x", "https://***@host/x"),
        (f"sqlplus joe/{SECRET}@ORCL @x.sql", "sqlplus ***/***@ORCL @x.sql"),
        ("ask jane.doe@example.com", "ask ***"),
        (f"tool --password {SECRET} run", "tool --password *** run"),
        (f'{{"client_secret": "{SECRET}", "id": 7}}', '{"client_secret": "***", "id": 7}'),
        (f"AccountName=x;AccountKey={SECRET}==;", "AccountName=x;AccountKey=***;"),
        (f"https://h/c?sv=2020&sig={SECRET}", "https://h/c?sv=2020&sig=***"),
        (f"PWD={{{SECRET};x}};A=1", "PWD=***;A=1"),
        (f"DSN=d;PWD={SECRET}|||SELECT a FROM t", "DSN=d;PWD=***|||SELECT a FROM t"),
        (f'h["Authorization"] = "Bearer {SECRET}{SECRET}"', 'h["Authorization"] = "Bearer ***"'),
        ("a basic understanding of it", "a basic understanding of it"),
        (f".LOGON td/etl,{SECRET};", ".LOGON td/etl,***;"),
        (f"key {AWS_KEY}", "key ***"),
        (
            f"-----BEGIN RSA PRIVATE KEY-----\n{SECRET}\n-----END RSA PRIVATE KEY-----",
            "-----BEGIN RSA PRIVATE KEY-----***-----END RSA PRIVATE KEY-----",
        ),
        ("SELECT 'a' FROM t WHERE x = 1", "SELECT 'a' FROM t WHERE x = 1"),
        ("", ""),
    ],
)
def test_text(given: str, kept: str) -> None:
    assert redact.text(given) == kept


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (f"pmcmd startworkflow -u joe -p {SECRET} -f F wf", "pmcmd startworkflow -u *** -p *** -f F wf"),
        (f"sqlcmd -S h -U sa -P{SECRET} -i x.sql", "sqlcmd -S h -U *** -P*** -i x.sql"),
        (f"curl -u joe:{SECRET} http://h/ | tar -p x", "curl -u *** http://h/ | tar -p x"),
        ("mkdir -p /data/out; cp -p a b", "mkdir -p /data/out; cp -p a b"),
    ],
)
def test_command(given: str, kept: str) -> None:
    assert redact.command(given) == kept


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (f'<T NAME ="Password" VALUE ="{SECRET}"/>', '<T NAME ="Password" VALUE ="***"/>'),
        (f'<T VALUE="{SECRET}" NAME="Auth Token"/>', '<T VALUE="***" NAME="Auth Token"/>'),
        ('<T NAME ="Email User Name" VALUE ="joe"/>', '<T NAME ="Email User Name" VALUE ="***"/>'),
        (f'<T PASSWORD ="{SECRET}" A ="1"/>', '<T PASSWORD ="***" A ="1"/>'),
        (f'<Header name="Authorization">{SECRET}</Header>', '<Header name="Authorization">***</Header>'),
        (f'<P Name="ServerPassword" Sensitive="1">{SECRET}</P>', '<P Name="ServerPassword" Sensitive="1">***</P>'),
        ('<Field name="token_count">5</Field>', '<Field name="token_count">5</Field>'),
        ('<T NAME ="Sql Query" VALUE ="SELECT 1"/>', '<T NAME ="Sql Query" VALUE ="SELECT 1"/>'),
    ],
)
def test_xml(given: str, kept: str) -> None:
    assert redact.xml(given) == kept


@pytest.mark.parametrize(
    ("name", "secret"),
    [("ApiToken", True), ("ACCESS_TOKEN", True), ("Authorization", True), ("tokenizer", False), ("token_count", False)],
)
def test_names(name: str, secret: bool) -> None:
    assert redact.names_secret(name) is secret


LONG = "eyJhbGciOiJIUzI1NiJ9.secret-1"
FORMULA = tool(2, "Formula", formulas(("h", "V_String", f'"Bearer {LONG}" + [x]')))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (f'"Bearer {LONG}" + [x]', '"Bearer ***" + [x]'),
        ("'Basic dXNlcjpodW50ZXIy'", "'Basic ***'"),
        ("'Basic Plan2024x'", "'Basic Plan2024x'"),  # Base64, but of no user and password
        ('"Bearer " + [token]', '"Bearer " + [token]'),
        (f"'{AWS_KEY}'", "'***'"),
        (
            f"'-----BEGIN PRIVATE KEY-----\n{SECRET}\n-----END PRIVATE KEY-----'",
            "'-----BEGIN PRIVATE KEY-----***-----END PRIVATE KEY-----'",
        ),
        (f"'Server=h;Password={SECRET};'", "'Server=h;Password=***;'"),
        (f'"https://h/x?client_secret={SECRET}&a=1"', '"https://h/x?client_secret=***&a=1"'),
        (f"CREATE USER x IDENTIFIED BY '{SECRET}'", "CREATE USER x IDENTIFIED BY '***'"),
        (f"'ftp://joe:{SECRET}@host/x'", "'ftp://***@host/x'"),
        ("'://'||u||':'||p||'@host'", "'://'||u||':'||p||'@host'"),
        ("'Server=h;Password=' || [pw] || ';'", "'Server=h;Password=' || [pw] || ';'"),
        ("'Server=h;Password=$$PWD;'", "'Server=h;Password=$$PWD;'"),
        ("SELECT a FROM t WHERE x = 'a' AND password=hash;", "SELECT a FROM t WHERE x = 'a' AND password=hash;"),
        ("password = 'x' OR token IS NULL", "password = 'x' OR token IS NULL"),
        (f"'sqlcmd -S x -P {SECRET}'", "'sqlcmd -S x -P ***'"),
        (f"'mysql -u me -p{SECRET}'", "'mysql -u me -p***'"),
        ("'mysql -h db -P 3306 -u me'", "'mysql -h db -P 3306 -u me'"),
        ("'psql -P pager=off -d x'", "'psql -P pager=off -d x'"),
        ("'curl -u %USER%:%LOGIN_WORD% http://h'", "'curl -u %USER%:%LOGIN_WORD% http://h'"),
        ("'sqlplus joe/${WORD}@orcl'", "'sqlplus joe/${WORD}@orcl'"),
        (r'REGEX_Replace([Url], "token=\d{4}", "")', r'REGEX_Replace([Url], "token=\d{4}", "")'),
        (f'\'{{"password":"{SECRET}"}}\'', '\'{"password":"***"}\''),
        (f'"{{\\"client_secret\\": \\"{SECRET}\\"}}"', '"{\\"client_secret\\": \\"***\\"}"'),
        ('\'{"password": "%User.Pw%"}\'', '\'{"password": "%User.Pw%"}\''),
        ('{"token_count": "abc"}', '{"token_count": "abc"}'),
        (f"'<Password>{SECRET}</Password>'", "'<Password>***</Password>'"),
        (
            f"&amp;amp;lt;Password&amp;amp;gt;{SECRET}&amp;amp;lt;/P",
            "&amp;amp;lt;Password&amp;amp;gt;***&amp;amp;lt;/P",
        ),
        (f"'<login password=\"{SECRET}\"/>'", "'<login password=\"***\"/>'"),
        ('"<token>" + [x] + "</token>"', '"<token>" + [x] + "</token>"'),
        (f"'password=' + '{SECRET}'", "'password=' + '***'"),
        (f"'Pwd=' : '{SECRET}'", "'Pwd=' : '***'"),
        (f"'curl -u ann:{SECRET} https://h/'", "'curl -u ann:*** https://h/'"),
        (f"'sqlplus scott/{SECRET}@orcl'", "'sqlplus scott/***@orcl'"),
        (f"'aws_secret_access_key = {SECRET}'", "'aws_secret_access_key = ***'"),
        (f"'X-API-Key: {SECRET}'", "'X-API-Key: ***'"),
        (f"SELECT 1 /* password={SECRET} */", "SELECT 1 /* password=*** */"),
        (f"SELECT 1 -- password: {SECRET}\nFROM t", "SELECT 1 -- password: ***\nFROM t"),
        (f"// pwd={SECRET}\n[A]", "// pwd=***\n[A]"),
        ("SELECT 1 -- by ann@x.example", "SELECT 1 -- by ann@x.example"),
        (f"'-S ' || :S || ' -U sa -P {SECRET} -i x'", "'-S ' || :S || ' -U sa -P *** -i x'"),
        ("SELECT P -UNIT AS X, Q -P AS Y", "SELECT P -UNIT AS X, Q -P AS Y"),
    ],
)
def test_of_expressions_only_what_is_a_credential_in_itself(given: str, kept: str) -> None:
    assert redact.literals(given) == kept
    assert (redact.literals(given) is given) == (given == kept)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        (
            "alteryx",
            workflow([rows(1, "x", ("a",)), FORMULA, tool(3, "BrowseV2")], ["1>2", "2>3"]),
        ),
        (
            "powercenter",
            export(folder(SOURCE, TARGET, SIMPLE.replace("B &gt; 0", f"A = &apos;Bearer {LONG}&apos;"))),
        ),
    ],
)
def test_a_credential_in_an_expression_is_masked_everywhere_and_told(name: str, data: bytes) -> None:
    made = migrate(data, "x")
    assert made.tool.value == name
    assert LONG not in made.text + to_json(made.report)
    assert "Bearer ***" in made.text
    (told,) = [issue for issue in made.report.issues if issue.code == "SECRET_LEFT_OUT"]
    assert (told.severity, "Change the credential" in told.message) == ("warning", True)


def test_nothing_secret_reaches_the_tree() -> None:
    attribute = f'<TABLEATTRIBUTE NAME ="Password" VALUE ="{SECRET}"/>'
    task = (
        '<TASK NAME ="c" TYPE ="Command">'
        f'<VALUEPAIR EXECORDER ="1" NAME ="run" VALUE ="sqlplus joe/{SECRET}@DB @x.sql"/></TASK>'
        '<TASK NAME ="e" TYPE ="Email"><ATTRIBUTE NAME ="Email User Name" VALUE ="jane.doe@example.com"/>'
        '<ATTRIBUTE NAME ="Email Text" VALUE ="Call jane.doe@example.com"/></TASK>'
    )
    session = (
        '<SESSION NAME ="s" MAPPINGNAME ="m"><SESSIONCOMPONENT TYPE ="Pre-session command"><TASK NAME ="p" '
        f'TYPE ="Command"><VALUEPAIR EXECORDER ="1" NAME ="x" VALUE ="pmcmd -u joe -p {SECRET}"/></TASK>'
        '</SESSIONCOMPONENT><SESSIONEXTENSION SINSTANCENAME ="T"><ATTRIBUTE NAME ="Session Password" '
        f'VALUE ="{SECRET}"/></SESSIONEXTENSION></SESSION>'
    )
    data = export(
        folder(
            SOURCE.replace("<SOURCE ", '<SOURCE DESCRIPTION ="by jane.doe@example.com" '),
            TARGET,
            SIMPLE.replace("<TABLEATTRIBUTE", attribute + "<TABLEATTRIBUTE"),
            f'<WORKFLOW NAME ="w">{task}{session}</WORKFLOW>',
        )
    )
    tree = read(data)
    text = repr(tree)
    assert SECRET not in text
    assert "jane.doe" not in text
    assert [p.code for p in tree.problems].count("SECRET_LEFT_OUT") == 2
    assert "***" in tree.mappings[0].transformations[0].definition
