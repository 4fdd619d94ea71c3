"""Secrets that are told by their place alone: an argument of a procedure, a program's option, a constructor's second
text. Each rule: the words of which a text must hold one, in lower case; a pattern; what takes its place.

Sources: the documentation of the programs, procedures and classes named. Every repetition is bounded, so that a
megabyte of letters does not take quadratic time.
"""

from __future__ import annotations

import re
from collections.abc import Callable

MASK = "***"
Rule = tuple[tuple[str, ...], re.Pattern[str], Callable[[re.Match[str]], str]]

QUOTED = r"""[N@$]?(?:''[^'\n]{1,256}''|'[^'\n]{1,512}'|"[^"\n]{1,512}"|&quot;[^\n]{1,512}?&quot;)"""
VALUE = rf"(?:{QUOTED}|[^\s\"'&;,<>|()]+)"
_IN_CODE = r"""[@$]?(?:"[^"\n]{1,512}"|&quot;[^\n]{1,512}?&quot;)"""  # not as SQL compares a column
_ARGUMENT = r"(?:N?'(?:[^'\n]|''){0,256}'|[\w@.]{1,128})"
_TEXT = r"N?'[^'\n]{1,256}'"
_SPELLED = r"(?:pwd|passw\w*|passphrase|passwd|kennwort|contrase[nñ]a|has[lł]o|senha|wachtwoord|motdepasse)"
_NAMED = rf"(?:{_SPELLED}|(?<![a-zA-Z])pw|(?<![a-zA-Z])pass|(?-i:(?<=[a-z])P(?:w|ass)))"
STEMS = ("pass", "pw", "kennwort", "contrase", "haslo", "hasło", "senha", "wachtwoord")
"""The words of the rules of an assignment."""
_S, _B = r"\s{0,9}", r"\s{1,9}"
_FIRST = r"\([^,()]{0,200},"  # the first argument of a call
_EDGE = re.compile(r"""[N@$]?(?:'{1,2}|"|&quot;)?""")
_NAMES = re.compile(
    rf"{_SPELLED}|mot.?de.?passe|\bpasse\b|(?<![a-z])pw(?![a-z])|(?<![a-z])pass(?![a-z]|.?through)"
    r"|(?-i:(?<=[a-z])P(?:w|ass)\b)|(?:enc(?:ryption)?|shared|storage).?key|(?<![a-z])sas\b",
    re.IGNORECASE,
)


def names_secret(name: str) -> bool:
    """True where the name of a variable or setting says that it holds a secret, in the languages of many teams."""
    return bool(_NAMES.search(name))


def _masked(match: re.Match[str]) -> str:
    """The mask within the value's own quotation marks, after what comes before it."""
    value = match[2]
    edge = _EDGE.match(value)
    opening = edge[0] if edge else ""
    quote = opening.lstrip("N@$")
    return f"{match[1]}{opening if quote else ''}{MASK}{quote}"


def _net(match: re.Match[str]) -> str:
    """`net use Z: \\\\host\\share password /user:name`, `net user name password`: what is no name is masked."""
    names = 1 if match[2].lower() == "user" else 0
    found = []
    parts = re.split(r"(\s+)", match[3])
    if not any(part.startswith(("/", "\\\\")) for part in parts):
        return match[0]  # prose
    for part in parts:
        is_name = not part.strip() or part.startswith(("/", "\\\\", "*")) or re.fullmatch(r"\w:", part) is not None
        if is_name or names:
            names -= 0 if is_name else 1
            found.append(part)
        else:
            found.append(MASK)
    return f"{match[1]}{''.join(found)}"


def _options(option: str) -> Callable[[re.Match[str]], str]:
    pattern = re.compile(rf"(\s{option}\s*[=:]?\s*)({VALUE})", re.IGNORECASE)
    return lambda match: pattern.sub(_masked, match[0])


def _of_program(programs: tuple[str, ...], option: str, words: tuple[str, ...] = ()) -> Rule:
    """Options of programs, wherever a text names one of them; `words` where a name alone is too common."""
    listed = "|".join(re.escape(word) for word in programs)
    pattern = re.compile(rf"(?<![\w-])(?:{listed})(?:\.exe|\.com)?\b[^|\n]{{0,2000}}", re.IGNORECASE)
    return words or programs, pattern, _options(option)


def _rule(words: str | tuple[str, ...], pattern: str) -> Rule:
    listed = tuple(words.split("|")) if isinstance(words, str) else words
    return listed, re.compile(pattern, re.IGNORECASE), _masked


_QUOTE = r"""(?:\\{0,3}["']|''|&quot;)"""
_AMP = "&(?:amp;){0,4}"  # of XML within XML
_KEYS = r"(?:api[_-]?key|access[_-]?key|account[_-]?key)"
_FIELD = rf"[\w-]{{0,32}}(?:passw(?:or)?d|pwd|passphrase|secret|credential|token|{_KEYS})"
_HELD = r"""(?![$@{#%\[<*:?\\])([^\s"'&;,|+<>()\\]{3,256})"""  # no place where a value is put in later, no pattern
_PUT_IN = r"""(?:%\w{1,64}%|\$\{\w{1,64}\}|(?-i:\$[A-Z_]{2,64}))(?![^\s@"'|;])"""  # a variable, put in later
_LONG = rf"""(?!{_PUT_IN})([^\s"'|;]{{3,128}})"""
_LINE = r"""[^|\n"']{0,300}?"""
FIELDS = (
    "passwd", "password", "pwd", "passphrase", "secret", "credential", "token",
    "apikey", "api_key", "api-key", "accesskey", "access_key", "access-key", "accountkey", "account_key", "account-key",
)  # fmt: skip  # a list of words
"""The words of `_FIELD`."""
_IN_TEXTS: tuple[Rule, ...] = (
    _rule(FIELDS, rf"({_QUOTE}{_FIELD}{_QUOTE}{_S}:{_S}{_QUOTE}){_HELD}(?={_QUOTE})"),
    _rule(FIELDS, rf"((?:<|{_AMP}lt;)(?:\w{{1,32}}:)?{_FIELD}(?:>|{_AMP}gt;)){_HELD}(?=<|{_AMP}lt;)"),
    _rule(FIELDS, rf"((?:<|&lt;)\w[^<>]{{0,300}}?\s{_FIELD}{_S}={_S}{_QUOTE}){_HELD}(?={_QUOTE})"),
    _rule(
        FIELDS,
        rf"""((?<=["';&?\s]){_FIELD}=["']{_S}(?:\+|:|&amp;|&|\|\|){_S}["']){_HELD}(?=["';])""",
    ),
    _rule(
        "x-api-key|aws_secret_access_key",
        rf"""((?<=["'\s])(?:x-api-key|aws_secret_access_key){_S}[:=]{_S}){_HELD}""",
    ),
    _rule(
        " -p",  # of which there are fewer than of the programs' names
        rf"(\b(?:sqlcmd|osql|isql|bcp)(?:\.exe)?\s{_LINE}(?<=\s)(?-i:-P){_S}){_LONG}",
    ),
    _rule(  # without the program's name: in capitals, as sqlcmd and its like spell them, and nothing of SQL between
        " -p", rf"((?<!\S)(?-i:-U){_S}[^\s|,()]{{1,128}}\s[^|\n,()]{{0,200}}?(?<!\S)(?-i:-P)\s{{1,9}}){_HELD}"
    ),
    _rule(" -p", rf"(\bmysql(?:dump)?(?:\.exe)?\s{_LINE}(?<=\s)(?-i:-p)){_LONG}"),  # -P is the port
    _rule("curl", rf"""(\bcurl(?:\.exe)?\s{_LINE}(?<=\s)(?:(?-i:-u)|--user){_S}[^\s:"'|]{{1,64}}:){_LONG}"""),
    _rule(
        "sqlplus|sqlldr|expdp|impdp",
        rf"""(\b(?:sqlplus|sqlldr|expdp|impdp)(?:\.exe)?\s{_LINE}[\w$#]{{1,64}}/)(?!{_PUT_IN})([^\s@/"'|]{{3,128}})(?=@)""",
    ),
)
"""JSON, XML, connection strings and commands that an expression puts together or sends."""
LITERALS: tuple[Rule, ...] = (
    *_IN_TEXTS,
    _rule("sp_addlinkedsrvlogin", rf"(\bsp_addlinkedsrvlogin{_B}(?:{_ARGUMENT}{_S},{_S}){{4}})({_ARGUMENT})"),
    _rule(
        "sp_addlogin|approle",
        rf"(\bsp_(?:addlogin|addapprole|setapprole){_B}{_ARGUMENT}{_S},{_S})({_TEXT})",
    ),
    _rule("sp_password", rf"(\bsp_password{_B})({_ARGUMENT}{_S},{_S}{_ARGUMENT})"),
    _rule(
        "openrowset(",
        rf"(\bopenrowset\({_S}{_ARGUMENT}{_S},{_S}(?:{_ARGUMENT}{_S};{_S}){{2}})({_ARGUMENT})",
    ),
    _rule("bypassphrase", rf"(\b(?:en|de)cryptbypassphrase{_S}\({_S})({_TEXT})"),
    _rule("pw|pass", rf"(@\w{{0,64}}{_NAMED}(?:{_B}(?:as{_B})?\w{{1,32}}(?:\(\w{{1,9}}\))?)?{_S}={_S})({_TEXT})"),
    _rule(
        "credential", rf"(\bnew(?:-object)?{_B}[\w.]{{0,64}}Credentials?{_S}{_FIRST}{_S}(?:\w{{1,32}}\()?)({QUOTED})"
    ),
)
"""What is a secret in SQL and expressions as well as elsewhere."""

RULES: tuple[Rule, ...] = (
    _rule(STEMS, rf"((?:{_SPELLED}){_S}={_S}\"{_S}\+{_S})({QUOTED})"),
    *LITERALS,
    (
        ("net use", "net.exe"),
        re.compile(r"(\bnet(?:\.exe)?\s{1,9}(user?)\b)((?:\s{1,9}[^\s|;\"']{1,256}){1,12})", re.IGNORECASE),
        _net,
    ),
    _of_program(("sqlcmd", "osql", "isql", "bcp", "dtexec", "dtutil", "psexec", "sshpass", "smbclient"), r"[-/][pPuU]"),
    _of_program(("dtexec", "dtutil"), r"[-/]de(?:crypt)?(?=\s)"),
    _of_program(("plink", "pscp", "psftp", "putty", "winscp"), r"-pw"),
    _of_program(("7z", "7za", "rar", "winrar", "unrar", "zip", "unzip"), r"-(?:hp|p)", (" -p", " -hp")),
    _of_program(("schtasks",), r"/rp"),
    _of_program(("openssl",), r"-k(?=\s)"),
    _rule(
        "sqlplus|sqlldr|expdp|impdp|rman target",
        r"(\b(?:sqlplus|sqlldr|expdp|impdp|rman)(?:\.exe)?\s[^|\n]{0,200}?[\w$#]{1,64}/)([^\s@/\"'|]{1,128})",
    ),
    _rule("logon ", rf"(\blogon{_B}[^\s,/]{{1,128}}/[^\s,]{{1,128}},{_S})({VALUE})"),
    _rule("-pass|/pass", rf"((?<!\w)(?:--?|/)pass(?:word|wd|phrase)?(?:{_B}|[=:]))({VALUE})"),
    _rule("pass:", rf"((?<![\w:/])pass:)({VALUE})"),
    _rule(
        "secret-access-key|client-secret|api-key",
        rf"(--(?:secret-access-key|client-secret|api-key)[\s=]{_S})({VALUE})",
    ),
    _rule("-p |/p ", rf"((?<!\S)[-/]u(?:{_B}|(?=\w))[^\s|]{{1,128}}\s[^|\n]{{0,200}}?(?<!\S)[-/]p{_B})({VALUE})"),
    _rule(
        "pass|pwd",
        r"(\b(?:pass(?:word|wd)|pwd)\s{1,9}(?:is\s{1,9})?)((?=\S{0,64}\d)(?=\S{0,64}[!#$%^&*])[^\s<>'\"]{6,64})",
    ),
    _rule("securestring", rf"(\bconvertto-securestring{_B}(?:-string{_B})?)({QUOTED})"),
    _rule(STEMS, rf"({_NAMED}(?:{_B}as{_B}\w{{1,32}})?{_S}={_S})({_IN_CODE})"),
    _rule(
        "pass(|passwd(|password(|passphrase(", rf"(\b(?:set|add|with|use)?_?pass(?:word|wd|phrase)?\({_S})({QUOTED})"
    ),
    _rule("login(|authenticationmethod", rf"(\b(?:login|\w{{0,32}}authenticationmethod){_FIRST}{_S})({QUOTED})"),
    _rule(
        "sftpclient|sshclient|scpclient|ftpclient",
        rf"(\b(?:sftp|ssh|scp|ftp)client{_S}\([^()\n]{{0,300}},{_S})({QUOTED}(?={_S}\)))",
    ),
    _rule("setvalue", rf"([\[(]{_S}\"\w{{0,32}}{_SPELLED}\"{_S}[\])]{_S}\.setvalue{_S}{_FIRST}{_S})({QUOTED})"),
)
"""What is a secret in commands, code and descriptions."""
WORDS = tuple(dict.fromkeys(word for words, _, _ in RULES for word in words))
