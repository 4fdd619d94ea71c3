"""Secrets that are told by their place alone get neither into the tree nor into documents and reports."""

from __future__ import annotations

import time
from html import escape

import pytest

from benchmarks.ssis_package import Made, Out, Package, Use
from services.migration.parsers import parse, redact
from services.migration.pipeline import migrate
from tests.migration.parsers.ssis.texts import executables, package, sql, task

SECRET = "Tr0ub4dor!9x"


def kept(data: bytes) -> bool:
    """True where the secret is nowhere."""
    migration = migrate(data, "pkg.dtsx", dialect="duckdb")
    made = (parse(data, "pkg.dtsx"), migration.report, migration.result, migration.validation)
    return SECRET not in migration.text + "".join(map(repr, made))


STATEMENTS = [
    "EXEC sp_addlinkedsrvlogin 'srv', 'false', NULL, 'sa', '§'",
    "EXEC master.dbo.sp_addlinkedsrvlogin @rmtsrvname = N'srv', @rmtuser = N'sa', @rmtpassword = N'§'",
    "CREATE LOGIN etl WITH PASSWORD = N'§', CHECK_POLICY = OFF",
    "EXEC('ALTER LOGIN etl WITH PASSWORD = ''§''')",
    "EXEC sp_addlogin 'etl', '§', 'dw'",
    "EXEC sp_password NULL, '§', 'etl'",
    "EXEC sp_addlinkedserver 's', '', 'SQLNCLI', 'h', NULL, 'UID=sa;PWD=§'",
    "SELECT * FROM OPENROWSET('SQLNCLI', 'srv'; 'sa'; '§', 'SELECT 1')",
    "SELECT * FROM OPENDATASOURCE('SQLNCLI', 'Data Source=x;User ID=sa;Password=§').db.dbo.t",
    "OPEN SYMMETRIC KEY k DECRYPTION BY PASSWORD = '§'",
    "SELECT ENCRYPTBYPASSPHRASE('§', x) FROM t",
    "CREATE CREDENTIAL c WITH IDENTITY = 'u', SECRET = '§'",
    "DECLARE @pwd varchar(20) = '§'",
    "DECLARE @password nvarchar(50); SET @password = N'§'",
    "EXEC dbo.Open @user = 'u', @pw = '§'",
    "EXEC xp_cmdshell 'net use z: \\\\srv\\share § /user:dom\\u'",
    "EXEC xp_cmdshell 'sqlcmd -S s -U sa -P § -Q \"x\"'",
    "EXEC xp_cmdshell 'bcp db.dbo.t out c:\\t -c -Usa -P§'",
]


@pytest.mark.parametrize("text", STATEMENTS)
def test_of_a_statement(text: str) -> None:
    assert kept(package(executables(sql("t", escape(text.replace("§", SECRET))))))


COMMANDS = [
    ("sqlcmd.exe", "-S x -U sa -P § -i f.sql"),
    ("osql", "/U sa /P §"),
    ("C:\\tools\\bcp.exe", "db..t out f -Usa -P§"),
    ("net", "use z: \\\\s\\h § /user:dom\\u"),
    ("net.exe", "use \\\\s\\h /user:dom\\u §"),
    ("cmd.exe", "/c net use \\\\s\\h § /USER:u"),
    ("net", "user bob § /add"),
    ("psftp.exe", "-pw § u@h"),
    ("winscp.com", '/command "open sftp://u:§@host"'),
    ("7z.exe", "x a.zip -p§"),
    ("rar.exe", "x -hp§ a.rar"),
    ("dtexec", "/SQL p /SER s /U u /P §"),
    ("dtexec.exe", "/F p.dtsx /De §"),
    ("curl", "-u u:§ http://x"),
    ("wget", "--user=u --password=§ http://x"),
    ("gpg", "--passphrase § -d f"),
    ("powershell.exe", "ConvertTo-SecureString '§' -AsPlainText -Force"),
    ("powershell.exe", "-c \"$c = New-Object System.Net.NetworkCredential('u','§')\""),
    ("schtasks", "/create /ru u /rp §"),
    ("cmdkey", "/add:s /user:u /pass:§"),
    ("sqlldr", "userid=u/§ control=c"),
    ("sqlplus", "u/§@db @x.sql"),
    ("fastload", "LOGON td/u,§;"),
    ("load.bat", "-S x -u sa -p §"),
]


@pytest.mark.parametrize(("program", "arguments"), COMMANDS)
def test_of_a_command(program: str, arguments: str) -> None:
    stated = f'Executable="{escape(program)}" Arguments="{escape(arguments.replace("§", SECRET))}"'
    assert kept(package(executables(task("t", "Microsoft.ExecuteProcess", f"<ExecuteProcessData {stated}/>"))))


CODE = [
    'var c = new NetworkCredential("u", "§");',
    'new System.Net.NetworkCredential(user, @"§", "dom")',
    'Dim c As New NetworkCredential("u", "§")',
    'new SqlConnection("Server=x;User Id=u;Password=§;")',
    'String pw = "§";',
    'Dim pwd As String = "§"',
    'options.Password = "§";',
    'client.Login("u", "§");',
    'x.SetPassword("§")',
    'new PasswordAuthenticationMethod("u", "§")',
    'new SftpClient("host", 22, "u", "§")',
    'cm.Properties["ServerPassword"].SetValue(cm, "§");',
    'Process.Start("sqlcmd", "-S x -U sa -P §")',
]


@pytest.mark.parametrize("code", CODE)
def test_of_code(code: str) -> None:
    """In a task and in a component."""
    text = code.replace("§", SECRET)
    held = f'<ScriptProject><ProjectItem Name="ScriptMain.cs"><![CDATA[{text}]]></ProjectItem></ScriptProject>'
    assert kept(package(executables(task("t", "Microsoft.ScriptTask", held))))
    assert kept(component("ScriptComponent", SourceCode=text))


def component(kind: str, **properties: str) -> bytes:
    p = Package()
    flow = p.read("src", "ID:i4")
    (flow,) = p.component("x", kind, properties, [(flow, [Use("ID")])], [Out("o", [Made("B", "i4")], sync=True)])
    p.write(flow, "t")
    return p.text()


@pytest.mark.parametrize("name", ["UserPass", "LoginPw", "Haslo", "Kennwort", "Mot de passe", "SharedKey"])
def test_of_a_name_in_any_language(name: str) -> None:
    assert kept(component("Acme.Widget", **{name: SECRET}))
    assert kept(package(executables(task("t", "Acme.Task", f'<Data x="1" {name.replace(" ", "")}="{SECRET}"/>'))))
    declared = (
        f'<DTS:Variables><DTS:Variable DTS:ObjectName="{name}" DTS:Namespace="User" DTS:EvaluateAsExpression="True" '
        f'DTS:Expression="&quot;{SECRET}&quot;"><DTS:VariableValue DTS:DataType="8">{SECRET}</DTS:VariableValue>'
        "</DTS:Variable></DTS:Variables>"
    )
    assert kept(package(declared, executables(sql("t", "SELECT 1"))))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ServerPassword", '"§"'),
        ("ConnectionString", '"Data Source=x;Password=" + "§" + ";"'),
        ("ConnectionString", '"Data Source=" + @[User::S] + ";Password=§;"'),
    ],
)
def test_of_a_connection_that_is_computed(name: str, text: str) -> None:
    assert kept(
        package(
            '<DTS:ConnectionManagers><DTS:ConnectionManager DTS:ObjectName="c" DTS:CreationName="FTP">'
            f'<DTS:PropertyExpression DTS:Name="{name}">{text.replace("§", SECRET)}</DTS:PropertyExpression>'
            "<DTS:ObjectData/></DTS:ConnectionManager></DTS:ConnectionManagers>"
        )
    )


@pytest.mark.parametrize(
    "text",
    [
        "SELECT password FROM users WHERE password IS NULL",
        "EXEC sp_addlinkedserver 'srv', 'SQL Server'",
        "net use is told by the administrator",
        "Load the Sftp client table; bcp -T is trusted",
        "UPDATE t SET pass = 'Y' WHERE bypass = 'x' AND pwd_flag = 'N'",
        "mkdir -p folder",
        "zip codes by region - p. 12",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact.text(text) == text


def test_long_texts_take_linear_time() -> None:
    """Words that the patterns begin with, many times, with nothing that ends a match."""
    words = ("net use ", "sqlcmd ", "pwd ", "sp_addlogin 'a' ", "new Credential(", "sqlplus a", "-u a ", "logon a", "(")
    text = " ".join(words) * 4000
    started = time.process_time()
    redact.text(text)
    assert time.process_time() - started < 20  # a quarter of a second; quadratic, minutes


LISTED = "<arrayElements><arrayElement>pwd=§</arrayElement></arrayElements>"
COLUMNS = '<outputColumns><outputColumn name="c" description="Token=§"/></outputColumns>'


@pytest.mark.parametrize(
    ("attributes", "below"),
    [
        ('description="Server=a;Password=§;Timeout=3"', ""),
        ('contactInfo="ask pwd=§ of the team"', ""),
        ('acmeLogin="u/§@db"', ""),
        ('acmeUrl="https://u!:§!@host/x"', ""),
        ('acmePassword="§"', ""),
        ('acme="AKIA§" description="x"', ""),
        ("", "<!-- was: Password=§; -->"),
        ("", "<acme>Password=§;</acme>"),
        ("", '<properties><property name="Note" description="was pwd=§">1</property></properties>'),
        ("", f"<properties><property name='P'>{LISTED}</property></properties>"),
        ("", '<outputs><output name="o" description="see https://u:§@host/"><outputColumns/></output></outputs>'),
        ("", f'<outputs><output name="o">{COLUMNS}</output></outputs>'),
        ("", '<outputs><output name="x;Password=§;y"><outputColumns/></output></outputs>'),
        ("", "<properties><property name='S'><![CDATA[EXEC sp_addlogin 'etl', '§', 'dw']]></property></properties>"),
        ("", "<properties><property name='S'>Pass&#119;ord=§;x</property></properties>"),
    ],
)
def test_of_any_place_of_a_component(attributes: str, below: str) -> None:
    secret = SECRET.replace("!", "") if "AKIA" not in attributes else "ABCDEFGH12345678"
    text = executables(
        '<DTS:Executable DTS:refId="Package\\D" DTS:CreationName="Microsoft.Pipeline" DTS:ObjectName="D">'
        "<DTS:ObjectData><pipeline><components>"
        f'<component refId="Package\\D\\C" name="C" componentClassID="Acme.Widget" {attributes}>{below}</component>'
        "</components></pipeline></DTS:ObjectData></DTS:Executable>".replace("§", secret)
    ).replace("§", secret)
    migration = migrate(package(text), "pkg.dtsx", dialect="duckdb")
    made = (migration.report, migration.result, migration.validation)
    assert secret not in migration.text + "".join(map(repr, made))
