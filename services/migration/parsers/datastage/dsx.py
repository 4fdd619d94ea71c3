r"""DSX text: nested `BEGIN X` … `END X`, properties of one line, raw blocks between `=+=+=+=`.

Sub-records belong to the property before them (`Columns "COutputColumn"`). Values are unescaped in one pass from left
to right: `\"`, `\\`, `\(hex)`. Compiled code and IBM's own stage type definitions are passed over unread; they are up
to 97 % of a file.
"""

from __future__ import annotations

import re

from services.migration.parsers.datastage.model import Export, Properties, Record, Section, bare_kind
from services.migration.parsers.encoding import XmlText
from services.migration.parsers.errors import TooDeepError, TruncatedError

NOISE = frozenset({"DSEXECJOB", "DSBPBINARY", "DSSTAGETYPES", "DSQSRULEASSEMBLY", "DSTABLEDEFS", "DSDATATYPES"})
MAX_DEPTH = 32  # real exports nest 3 deep
_FENCE = "=+=+=+="
_LINE = re.compile(
    r'[ \t]*(?:(BEGIN|END)[ \t]+(\w+)|([^\s"]+)[ \t]+"((?:[^"\\\r\n]|\\.)*)"|([^\s"]+)[ \t]+=\+=\+=\+=|())'
    r"[ \t]*\r*(?:\n|\Z)"
)
_ESCAPE = re.compile(r"\\(?:\(([0-9A-Fa-f]{1,6})\)|(.))", re.DOTALL)
_COMMENT = re.compile(r"[ \t]*COMMENT\b")
_LAST_CODE_POINT = 0x10FFFF


def unescape(value: str) -> str:
    r"""`\\(2)` stays a backslash and `(2)`, `\(2)` is the control character: one pass, never chained replaces."""
    return _ESCAPE.sub(_character, value) if "\\" in value else value


def _character(match: re.Match[str]) -> str:
    code, plain = match.groups()
    if code is None:
        return str(plain)
    number = int(code, 16)
    return chr(number) if number <= _LAST_CODE_POINT else match.group()


def read(data: XmlText, file: str) -> Export:
    """Every section but the noise. Raises TruncatedError where a block has no end."""
    text = data.data.decode()
    return _Reader(text if "\n" in text else text.replace("\r", "\n"), file).run()


class _Reader:
    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self.counted = (0, 1)  # a place in the text and its line
        self.export = Export()
        self.at = 0
        self.opened: list[tuple[str, int]] = []
        self.section: Section | None = None
        self.record: Record | None = None
        self.item: Properties | None = None
        self.list_name = ""

    def run(self) -> Export:
        length = len(self.text)
        while self.at < length:
            match = _LINE.match(self.text, self.at)
            if match is None:
                self._pass_over()
                continue
            start, self.at = self.at, match.end()
            word, block, name, value, raw, _blank = match.groups()
            if word == "BEGIN":
                self._begin(block, start)
            elif word == "END":
                self._end(block)
            elif name is not None:
                self._property(name, unescape(value))
            elif raw is not None:
                self._property(raw, self._fenced(start))
        if self.opened:
            name, line = self.opened[-1]
            raise TruncatedError(
                f"The export ends within {name}, which begins at line {line}.",
                "The file was cut off; export it again.",
                file=self.file,
                line=line,
            )
        return self.export

    def _line(self, at: int) -> int:
        """The line of a place; places are asked for in nearly rising order."""
        place, line = self.counted
        line += self.text.count("\n", place, at) if at >= place else -self.text.count("\n", at, place)
        self.counted = (at, line)
        return line

    def _pass_over(self) -> None:
        """A line that is no property: a COMMENT, or damage."""
        if not _COMMENT.match(self.text, self.at):
            self.export.broken.append(self._line(self.at))
        end = self.text.find("\n", self.at)
        self.at = len(self.text) if end < 0 else end + 1

    def _fenced(self, start: int) -> str:
        """The lines up to the closing fence, verbatim."""
        end = self.text.find(_FENCE, self.at)
        while end >= 0 and self.text[self.text.rfind("\n", 0, end) + 1 : end].strip():
            end = self.text.find(_FENCE, end + 1)
        if end < 0:
            raise TruncatedError(
                "A block between =+=+=+= has no end.",
                "The file was cut off; export it again.",
                file=self.file,
                line=self._line(start),
            )
        value = self.text[self.at : end]
        after = self.text.find("\n", end)
        self.at = len(self.text) if after < 0 else after + 1
        return value.removesuffix("\n").removesuffix("\r")

    def _begin(self, block: str, start: int) -> None:
        line = self._line(start)
        if block in NOISE:
            self._skip(block, line)
            return
        if len(self.opened) >= MAX_DEPTH:
            raise TooDeepError(
                f"Blocks are nested more than {MAX_DEPTH} deep at {block[:80]!r}.",
                "No tool writes this; export the file again.",
                file=self.file,
                line=line,
            )
        self.opened.append((block, line))
        if block == "DSRECORD" or (block == "DSTABLE" and self.section):
            self.record, self.list_name = Record(line=line), ""
            self.record.text = str(start)
        elif block == "DSSUBRECORD":
            self.item = {}
        elif self.section is None:
            self.section = Section(block, line=line)

    def _skip(self, block: str, line: int) -> None:
        end = self.text.find(f"END {block}", self.at)
        while end >= 0 and not self._stands_alone(end, len(f"END {block}")):
            end = self.text.find(f"END {block}", end + 1)
        if end < 0:
            raise TruncatedError(
                f"The export ends within {block}, which begins at line {line}.",
                "The file was cut off; export it again.",
                file=self.file,
                line=line,
            )
        after = self.text.find("\n", end)
        self.at = len(self.text) if after < 0 else after + 1

    def _stands_alone(self, at: int, length: int) -> bool:
        """True where nothing else stands on the line of a word."""
        begin, end = self.text.rfind("\n", 0, at) + 1, self.text.find("\n", at)
        rest = self.text[at + length : end if end >= 0 else len(self.text)]
        return not self.text[begin:at].strip() and not rest.strip()

    def _end(self, block: str) -> None:
        if not self.opened or self.opened[-1][0] != block:
            self.export.broken.append(self._line(self.at - 1))
            if block not in (name for name, _ in self.opened):
                return
            while self.opened[-1][0] != block:
                self.opened.pop()
        self.opened.pop()
        if block == "DSSUBRECORD":
            if self.record is not None and self.item is not None:
                self.record.lists.setdefault(self.list_name, []).append(self.item)
            self.item = None
        elif block == "DSRECORD":
            self._finish_record()
        elif self.section is not None and not self.opened:
            if block == "HEADER":
                self.export.sections = [s for s in self.export.sections if s is not self.section]
            else:
                self.export.sections.append(self.section)
            self.section = None

    def _finish_record(self) -> None:
        record = self.record
        if record is None:
            return
        record.text = self.text[int(record.text) : self.at]
        record.identifier = record.get("Identifier")
        record.kind = bare_kind(record.get("OLEType"))
        if self.section is not None:
            self.section.records.append(record)
        self.record = None

    def _property(self, name: str, value: str) -> None:
        if self.item is not None:
            self.item[name] = value
        elif self.record is not None:
            self.record.properties[name] = value
            self.list_name = name
        elif self.section is not None:
            if self.section.kind == "HEADER":
                self.export.header.setdefault(name, value)
            elif name == "Identifier":
                self.section.identifier = value
