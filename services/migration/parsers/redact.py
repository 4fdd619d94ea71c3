"""Keeping secrets and personal data of an export out of everything we make from it.

What names a credential, a command line, a description or a definition's text is cleaned. Of expressions and SQL only
what is a credential in itself is masked (`literals`): a comparison with a column `password` is design, not a secret.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from services.migration.parsers import redact_places

MASK = redact_places.MASK
_EMPTY = len("N''")
_SECRET_NAME = re.compile(
    r"passw|pwd|passphrase|secret|credential|authorization|api.?key|private.?key|account.?key|(?<![a-z])token\b|access.?key"
    r"|(?-i:(?<=[a-z])Token\b)",  # ApiToken, not `subtoken` or `tokenize`
    re.IGNORECASE,
)
_ADDRESS_NAME = re.compile(r"e-?mail user name|e-?mail address|recipient", re.IGNORECASE)
_IN_NAMES = (
    "passw",
    "pwd",
    "passphrase",
    "secret",
    "credential",
    "authorization",
    "key",
    "token",
    "mail user name",
    "mail address",
    "recipient",
)
_SHORTEST = 12  # characters that a text with a credential in it has at least
_AT_ONCE = 4096  # texts searched together; a bound on memory
_SHORT = 64  # characters of a name worth keeping: tags and attributes come again and again
_VALUE = (
    r"""([N@$]?"[^"]*"|[N@$]?''[^']{1,256}''|[N@$]?'[^']*'|\{[^{}]{0,256}\}|&quot;.*?&quot;|&apos;.*?&apos;"""
    r"""|[^\s"'&;,<>|{}]+)"""
)
_KEY = (
    r"(?:passw(?:or)?d|pwd|passphrase|secret|credential|api[_-]?key|access[_-]?key|account[_-]?key|token|(?<=[?&])sig)"
)
_QUOTE = r"""(?:["']|&quot;)?"""


def _mask_value(match: re.Match[str]) -> str:
    """The mask in the value's own quotation marks, so that what held it stays well-formed."""
    held = match[2]
    quote = held.lstrip("N@$")[:1]
    if quote not in ("'", '"'):
        return f"{match[1]}{MASK}"
    if held.lstrip("N@$").startswith("''") and len(held) > _EMPTY:  # in a text within a text
        quote = "''"
    opening = held[: held.index(quote)]
    return f"{match[1]}{opening}{quote}{MASK}{quote}"


def _mask_basic(match: re.Match[str]) -> str:
    """The mask where the text is `user:password` in Base64."""
    try:
        held = base64.b64decode(match[2], validate=True).decode("ascii")
    except ValueError:
        return match[0]
    return f"{match[1]}{MASK}" if ":" in held and held.isprintable() else match[0]


_WORDS = ("passwd", "password", "pwd", "passphrase", "secret", "credential", "token")
_KEYS = (
    "apikey",
    "api_key",
    "api-key",
    "accesskey",
    "access_key",
    "access-key",
    "accountkey",
    "account_key",
    "account-key",
    "?sig",
    "&sig",
)
# Each with the words of which a text must hold one: looking for them takes a hundredth of the pattern's time.
# Every repetition is bounded and starts at a boundary: a megabyte of letters must not take quadratic time.
_RULES = (
    (
        _WORDS + _KEYS,
        re.compile(rf"({_KEY}{_QUOTE}\s{{0,9}}(?:[=:]|(?:<|&lt;)-)\s*){_VALUE}", re.IGNORECASE),
        _mask_value,
    ),
    (_WORDS, re.compile(rf"(\s--?(?:passw(?:or)?d|pwd|token|secret)\s+){_VALUE}", re.IGNORECASE), _mask_value),
    (("identified",), re.compile(rf"(\bidentified\s+by\s+){_VALUE}", re.IGNORECASE), _mask_value),
    (
        ("bearer", "basic"),  # with a digit or padding, else `basic understanding` is two words
        re.compile(r"(\b(?:bearer|basic)\s{1,9})(?=[\w.~+/-]{0,512}[\d=])[\w.~+/=-]{8,}", re.IGNORECASE),
        rf"\1{MASK}",
    ),
    (("basic ",), re.compile(r"(\bbasic\s{1,9})([A-Za-z0-9+/]{8,512}={0,2})(?![\w+/=])", re.IGNORECASE), _mask_basic),
    ((".logon",), re.compile(r"(\.logon\s{1,9}[^\s,]{1,256},\s{0,9})[^\s;,]+", re.IGNORECASE), rf"\1{MASK}"),
    (("akia", "asia"), re.compile(r"\bA(?:KI|SI)A[0-9A-Z]{16}\b"), MASK),
    (
        ("private key",),
        re.compile(r"(-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----).*?(-----END|\Z)", re.DOTALL),
        rf"\1{MASK}\2",
    ),
    (("@",), re.compile(r"(://)[^\s/@:]{1,256}:[^\s/@]{1,256}(@)"), rf"\1{MASK}\2"),
    (
        ("@",),  # Oracle's user/password@database
        re.compile(r"""(?<![\w$#.])[\w$#.]{1,128}/[^\s/@"'&<>]{1,128}@(?=[\w./:$-])"""),
        f"{MASK}/{MASK}@",
    ),
    (("@",), re.compile(r"(?<![\w.%+-])[\w.%+-]{1,128}@[A-Za-z0-9.-]{1,255}\.[A-Za-z]{2,24}"), MASK),
)
_KEY_IN_LITERAL = rf"(?<=[\"';&?])[\w-]{{0,32}}{_KEY}="  # `Server=x;Password=y` within quotation marks
_LITERALS = (
    (
        tuple(f"{word}=" for word in (*_WORDS, *_KEYS)),
        re.compile(rf"({_KEY_IN_LITERAL})(?![$@{{#%\[<*:?])[^\s\"';&|+,()\\]{{3,256}}(?=[\"';&])", re.IGNORECASE),
        rf"\1{MASK}",
    ),
    (
        ("bearer ",),
        re.compile(r"(\bbearer\s{1,9})(?=[\w.~+/-]{0,512}\d)[\w.~+/=-]{16,4096}", re.IGNORECASE),
        rf"\1{MASK}",
    ),
    (("basic ",), re.compile(r"(\bbasic\s{1,9})([A-Za-z0-9+/]{8,512}={0,2})(?![\w+/=])", re.IGNORECASE), _mask_basic),
    (("akia", "asia"), re.compile(r"\bA(?:KI|SI)A[0-9A-Z]{16}\b"), MASK),
    (
        ("private key-",),
        re.compile(r"(-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----).*?(-----END|\Z)", re.DOTALL),
        rf"\1{MASK}\2",
    ),
    (
        ("identified",),
        re.compile(r"""(\bidentified\s+by\s+)("[^"]*"|'[^']*'|(?!values\b)[a-z][\w$#]*)""", re.IGNORECASE),
        _mask_value,
    ),
    (  # nothing of a comment is executed, so all that is a secret elsewhere is one here
        ("/*", "--", "//"),
        re.compile(r"/\*.{0,4000}?\*/|--[^\n]{0,1000}|(?<![^\s\"'])//[^\n]{0,1000}", re.DOTALL),
        lambda comment: _without_secrets(comment[0]),
    ),
    (("://",), re.compile(r"""(://)[^\s/@:'"|+&{}<>\[\]]{1,256}:[^\s/@:'"|+&{}<>\[\]$]{1,256}(@)"""), rf"\1{MASK}\2"),
)
"""What is a credential wherever it stands; each with words of which a text must hold one."""
_Replacement = str | Callable[[re.Match[str]], str]
_EVERYWHERE: tuple[tuple[tuple[str, ...], re.Pattern[str], _Replacement], ...] = (*redact_places.RULES, *_RULES)
_STEMS = (
    "pass", "pw", "secret", "token", "cred", "key", "sig", "@", "bear", "basic", "log", "identified", "akia", "asia",
    "private", "kennwort", "contrase", "haslo", "hasło", "senha", "wachtwoord", "approle", "openrowset", "net use",
    "net.exe", "sql", "bcp", "curl", "dtexec", "dtutil", "psexec", "client", "plink", "scp", "psftp", "putty", "-p",
    "-hp", "/p ", "schtasks", "ssl", "pdp", "rman target", "securestring", "authenticationmethod", "setvalue",
)  # fmt: skip  # a list of words
"""Parts of the words of `_EVERYWHERE`: a text that holds none of these is left as it is."""
_BY_STEM = tuple(
    (stem, frozenset(place for place, rule in enumerate(_EVERYWHERE) if any(stem in word for word in rule[0])))
    for stem in _STEMS
)
_ASSIGNED = re.compile(
    r"(?:pass\w{0,128}|pwd?|kennwort|contrase[nñ]a|has[lł]o|senha|wachtwoord|motdepasse|secret|credential|key|token|sig)"
    r"(?:[\"']|&quot;)?(?:\s{1,9}as\s{1,9}\w{1,32})?\s{0,9}(?:[=:]|(?:<|&lt;)-)"
)
"""In lower case what every match of the rules of an assignment begins with; it is found in a tenth of their time."""
_OF_ASSIGNMENT = frozenset(
    place for place, rule in enumerate(_EVERYWHERE) if rule[0] is redact_places.STEMS or rule[0] is _RULES[0][0]
)
_OF_ADDRESSES = frozenset({len(_EVERYWHERE) - 1})
_IN_SQL: tuple[tuple[tuple[str, ...], re.Pattern[str], _Replacement], ...] = (*_LITERALS, *redact_places.LITERALS)
_SQL_STEMS = (
    "pass", "pw", "secret", "token", "credential", "key", "api", "access", "account", "sig=", "bearer ", "basic ",
    "akia", "asia", "identified", "://", "sp_add", "approle", "openrowset(", " -p", "sqlpl", "sqlld", "curl", "pdp",
    "/*", "--", "//",
)  # fmt: skip  # a list of words
"""The same for `_IN_SQL`."""
_STEMS_OF = {word: frozenset(stem for stem in _SQL_STEMS if stem in word) for words, _, _ in _IN_SQL for word in words}
# Programs whose -u, -p take a user and a password; elsewhere (`mkdir -p`) they mean something else.
_CLIENTS = re.compile(
    r"\b(?:pmcmd|pmrep|infacmd|isql|osql|sqlcmd|bcp|mysql|mysqldump|psql|curl|sshpass|smbclient|ftp|lftp)\b[^|;\n]*",
    re.IGNORECASE,
)
_OPTION = re.compile(rf"(\s-[pPuU]\s*){_VALUE}")
_NUMBERED = re.compile(r"&#([xX][0-9a-fA-F]{1,8}|[0-9]{1,9});")
_NAME_VALUE = re.compile(r"""(\bNAME\s*=\s*"([^"]*)"\s[^<]{0,300}?\bVALUE\s*=\s*")([^"]+)(")""")
_VALUE_NAME = re.compile(r"""(\bVALUE\s*=\s*")([^"]+)("\s[^<]{0,300}?\bNAME\s*=\s*"([^"]*)")""")
_NAMED_TEXT = re.compile(r"""(\b[Nn]ame\s{0,9}=\s{0,9}"([^"<]{1,128})"[^<>]{0,300}>)[^<>]{1,4096}(?=</)""")


def names_secret(name: str) -> bool:
    """True where an attribute's own name, or a text, says that a value is a credential or a person's address."""
    return _short_name(name) if len(name) <= _SHORT else _names_secret(name)


def _may_name_secret(text: str) -> bool:
    lowered = text.lower()
    return any(word in lowered for word in _IN_NAMES)


def _names_secret(name: str) -> bool:
    return _may_name_secret(name) and bool(_SECRET_NAME.search(name) or _ADDRESS_NAME.search(name))


_short_name = lru_cache(maxsize=4096)(_names_secret)


def attribute(name: str, value: str) -> str:
    """An attribute's value, masked where its name says that it is a secret."""
    return MASK if value and names_secret(name) else value


def text(value: str) -> str:
    """A description or connection text without passwords and e-mail addresses."""
    return _without(value, frozenset())


def _without_secrets(value: str) -> str:
    """`text`, but for e-mail addresses."""
    return _without(value, _OF_ADDRESSES)


def _without(value: str, but: frozenset[int]) -> str:
    lowered = value.lower()
    places: set[int] = set()
    for stem, rules in _BY_STEM:  # a loop: `any` takes thrice the time, and this is asked of every text
        if stem in lowered:
            places |= rules
    if not places:
        return value
    if not _ASSIGNED.search(lowered):
        places -= _OF_ASSIGNMENT
    for place in sorted(places - but):
        words, pattern, replacement = _EVERYWHERE[place]
        if any(word in lowered for word in words):
            value = pattern.sub(replacement, value)
    return value


def literals(value: str) -> str:
    """An expression or SQL without what is a credential in itself; the same object where there is none."""
    return credentials((value,)).get(value, value)


def credentials(values: Iterable[str]) -> dict[str, str]:
    """Expressions and SQL, those that hold what is a credential in itself → the same without it."""
    found: dict[str, str] = {}
    long = [value for value in values if len(value) >= _SHORTEST and not _is_path(value)]
    for start in range(0, len(long), _AT_ONCE):
        found |= _masked(long[start : start + _AT_ONCE])
    return found


def _is_path(value: str) -> bool:
    """True for an id of SSIS, `Package\\Load\\Source.Outputs[O]`: its names stand in texts of their own."""
    return value.startswith("Package\\") and "=" not in value and "://" not in value


def _masked(values: Sequence[str]) -> dict[str, str]:
    """Each word is looked for in all texts together first, by a part that many share: most are in none."""
    joined = "\n".join(values).lower()
    stems = {stem for stem in _SQL_STEMS if stem in joined}
    held = {word for word, needed in _STEMS_OF.items() if needed <= stems and word in joined}
    rules = [
        (present, pattern, replacement)
        for words, pattern, replacement in _IN_SQL
        if (present := [word for word in words if word in held])
    ]
    found = {}
    for value in values if rules else ():
        cleaned, lowered = value, value.lower()
        for words, pattern, replacement in rules:
            if any(word in lowered for word in words):
                cleaned = pattern.sub(replacement, cleaned)
        if cleaned != value:
            found[value] = cleaned
    return found


def command(value: str) -> str:
    """A shell command: `text`, and the user and password options of database and server clients."""
    return _CLIENTS.sub(lambda client: _OPTION.sub(_mask_value, client.group()), text(value))


def spelled_out(value: str) -> str:
    """XML without the numbers of characters that need none: `Pass&#119;ord` hides a word from every pattern."""
    return _NUMBERED.sub(_character, value) if "&#" in value else value


def _character(match: re.Match[str]) -> str:
    number = match[1]
    code = int(number[1:], 16) if number[0] in "xX" else int(number)
    needs_none = 0x21 <= code <= 0x7E and chr(code) not in "<>&\"'"
    return chr(code) if needs_none else match[0]


def xml(value: str) -> str:
    """A definition's XML: `text`, and every VALUE whose NAME says that it is a secret."""
    value = spelled_out(value)
    may_name = _may_name_secret(value)
    if may_name and "NAME" in value and "VALUE" in value:
        value = _NAME_VALUE.sub(lambda m: m[1] + MASK + m[4] if names_secret(m[2]) else m[0], value)
        value = _VALUE_NAME.sub(lambda m: m[1] + MASK + m[3] if names_secret(m[4]) else m[0], value)
    if may_name and "ame=" in value:
        value = _NAMED_TEXT.sub(lambda m: m[1] + MASK if names_secret(m[2]) else m[0], value)
    return text(value)
