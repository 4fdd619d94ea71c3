"""Hostile and broken archives: refused before anything is unpacked, naming the entry and what to do."""

from __future__ import annotations

import io
import stat
import struct
import tracemalloc
import zipfile
from collections.abc import Callable

import pytest

from services.migration.parsers import ExportError, parse
from services.migration.parsers.archives import read_archive
from services.migration.parsers.archives.limits import MIB, Limits, Used
from tests.migration.archives.packed import packed

GOOD = b'<?xml version="1.0"?><AlteryxDocument yxmdVer="2020.1"><Nodes/></AlteryxDocument>'


def one(name: str, data: bytes = GOOD, **fields: int) -> bytes:
    """A zip of one entry whose directory record says of it what is given."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo(name)
        for key, value in fields.items():
            setattr(info, key, value)
        archive.writestr(info, data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def patched(data: bytes, offset: int, form: str, value: int) -> bytes:
    """The first directory record with a field changed, and the entry's own header left as it was."""
    changed = bytearray(data)
    struct.pack_into(form, changed, data.index(b"PK\x01\x02") + offset, value)
    return bytes(changed)


def renamed(data: bytes, old: str, new: str) -> bytes:
    assert len(old.encode()) == len(new.encode())
    return data.replace(old.encode(), new.encode())


def many(count: int) -> bytes:
    return packed({f"{number}.txt": b"" for number in range(count)}, zipfile.ZIP_STORED)


def twice(first: str, second: str) -> bytes:
    other = "~" * len(second.encode())
    return renamed(packed({first: GOOD, other: GOOD}), other, second)


def overlapping() -> bytes:
    """Two records for the same bytes, as bombs have them by the thousand."""
    data = packed({"a.yxmd": GOOD})
    start, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    record = data[start:end].replace(b"a.yxmd", b"b.yxmd")
    tail = bytearray(data[end:])
    struct.pack_into("<HHL", tail, 8, 2, 2, (end - start) * 2)
    return data[:end] + record + bytes(tail)


HOSTILE: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "parent": (lambda: packed({"../../etc/x.yxmd": GOOD}), "UNSAFE_ARCHIVE", "../../etc/x.yxmd"),
    "parent-inside": (lambda: packed({"a/../../x.yxmd": GOOD}), "UNSAFE_ARCHIVE", "leads out"),
    "parent-backslash": (lambda: packed({"a\\..\\..\\x.yxmd": GOOD}), "UNSAFE_ARCHIVE", "leads out"),
    "parent-with-blank": (lambda: packed({".. /x.yxmd": GOOD}), "UNSAFE_ARCHIVE", "leads out"),
    "parent-of-a-part": (
        lambda: packed({"@Project.manifest": b"<a/>", "%2e%2e%2fx.dtsx": GOOD}), "UNSAFE_ARCHIVE", "leads out",
    ),
    "absolute": (lambda: packed({"/etc/x.yxmd": GOOD}), "UNSAFE_ARCHIVE", "absolute"),
    "share": (lambda: packed({"\\\\server\\x.yxmd": GOOD}), "UNSAFE_ARCHIVE", "absolute"),
    "drive": (lambda: packed({"C:\\x.yxmd": GOOD}), "UNSAFE_ARCHIVE", "absolute"),
    "nul": (lambda: renamed(packed({"x.yxmd~.csv": GOOD}), "x.yxmd~.csv", "x.yxmd\0.csv"), "UNSAFE_ARCHIVE", "control"),
    "line-break": (lambda: packed({"a\nb.yxmd": GOOD}), "UNSAFE_ARCHIVE", "control"),
    "long-name": (lambda: packed({"x" * 600 + ".yxmd": GOOD}), "UNSAFE_ARCHIVE", "longer than 512"),
    "same-name": (lambda: twice("a.yxmd", "a.yxmd"), "UNSAFE_ARCHIVE", "one name"),
    "same-but-for-case": (lambda: packed({"a.yxmd": GOOD, "A.YXMD": GOOD}), "UNSAFE_ARCHIVE", "one name"),
    "same-but-for-slashes": (lambda: packed({"d/a.yxmd": GOOD, "d\\.\\a.yxmd": GOOD}), "UNSAFE_ARCHIVE", "one name"),
    "link": (
        lambda: one("x.yxmd", b"/etc/passwd", create_system=3, external_attr=(stat.S_IFLNK | 0o777) << 16),
        "UNSAFE_ARCHIVE",
        "a link",
    ),
    "device": (
        lambda: one("x.yxmd", b"", create_system=3, external_attr=(stat.S_IFCHR | 0o777) << 16),
        "UNSAFE_ARCHIVE",
        "device",
    ),
    "overlap": (overlapping, "UNSAFE_ARCHIVE", "overlaps"),
    "encrypted": (lambda: patched(one("x.yxmd"), 8, "<H", 1), "ENCRYPTED_ARCHIVE", "'x.yxmd'"),
    "strongly-encrypted": (lambda: patched(one("x.yxmd"), 8, "<H", 0x41), "ENCRYPTED_ARCHIVE", "without a password"),
    "bzip2": (lambda: packed({"x.yxmd": GOOD}, zipfile.ZIP_BZIP2), "UNSUPPORTED_ARCHIVE", "method 12"),
    "lzma": (lambda: packed({"x.yxmd": GOOD}, zipfile.ZIP_LZMA), "UNSUPPORTED_ARCHIVE", "method 14"),
    "unknown-method": (lambda: patched(one("x.yxmd"), 10, "<H", 97), "UNSUPPORTED_ARCHIVE", "method 97"),
    "zeros": (lambda: packed({"x.yxmd": b"\0" * (17 * MIB)}), "ARCHIVE_TOO_LARGE", "250 times"),
    "says-four-gigabytes": (lambda: patched(one("x.yxmd"), 24, "<L", 0xFFFFFFF0), "ARCHIVE_TOO_LARGE", "'x.yxmd'"),
    "many": (lambda: many(2001), "ARCHIVE_TOO_LARGE", "more than 2000 entries"),
    "very-many": (lambda: many(2000) + many(9000), "ARCHIVE_TOO_LARGE", "more than 2000 entries"),
    "says-less": (lambda: patched(one("x.yxmd"), 24, "<L", 10), "UNSUPPORTED_ARCHIVE", "damaged"),
    "says-more": (lambda: patched(one("x.yxmd"), 24, "<L", len(GOOD) + 10), "UNSUPPORTED_ARCHIVE", "damaged"),
    "wrong-sum": (lambda: patched(one("x.yxmd"), 16, "<L", 1), "UNSUPPORTED_ARCHIVE", "damaged"),
    "other-name-inside": (lambda: renamed_inside(), "UNSUPPORTED_ARCHIVE", "damaged"),
    "cut-off": (lambda: one("x.yxmd")[:-30], "UNSUPPORTED_ARCHIVE", "damaged"),
    "no-entries": (lambda: packed({}), "UNSUPPORTED_ARCHIVE", "no export"),
    "no-export": (lambda: packed({"a.csv": b"1,2", "b.txt": b"x"}), "UNSUPPORTED_ARCHIVE", "'a.csv', 'b.txt'"),
    "other-xml": (lambda: packed({"pom.xml": b"<project/>"}), "UNSUPPORTED_ARCHIVE", "'pom.xml'"),
}  # fmt: skip  # a table


def renamed_inside() -> bytes:
    """The entry's own header has another name than the directory."""
    data = one("x.yxmd")
    return data.replace(b"x.yxmd", b"y.yxmd", 1)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_archive_is_refused(name: str) -> None:
    make, reason, says = HOSTILE[name]
    with pytest.raises(ExportError) as caught:
        parse(make(), "upload.zip")
    assert caught.value.reason == reason
    assert says in caught.value.message + caught.value.remedy
    assert caught.value.remedy


def test_a_bomb_takes_no_memory() -> None:
    data = packed({f"{number}.yxmd": b"\0" * (15 * MIB) for number in range(12)})
    tracemalloc.start()
    with pytest.raises(ExportError):
        parse(data, "upload.zip")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 200 * MIB


@pytest.mark.parametrize(
    ("limits", "files", "says"),
    [
        (Limits(unpacked=100), {"a": b"x" * 60, "b": b"x" * 60}, "'b'"),
        (Limits(entries=1), {"a": b"", "b": b""}, "1 entries"),
        (Limits(ratio=10, ratio_from=100), {"a": b"x" * 2000}, "10 times"),
    ],
)
def test_limits_hold_over_all_entries(limits: Limits, files: dict[str, bytes], says: str) -> None:
    with pytest.raises(ExportError, match=says) as caught:
        read_archive(packed(files), "a.zip", Used(limits))
    assert caught.value.reason == "ARCHIVE_TOO_LARGE"


def test_what_is_read_is_counted_once_for_each_entry() -> None:
    archive = read_archive(packed({"a": b"x" * 60, "b": b"y" * 60}), "a.zip", Used(Limits(read=100)))
    assert archive.read("a") == archive.read("a") == b"x" * 60
    with pytest.raises(ExportError, match="'b'"):
        archive.read("b")


def test_one_entry_is_bounded_where_it_is_read() -> None:
    archive = read_archive(packed({"a.csv": b"x" * 200}), "a.zip", Used(Limits(entry=100)))
    assert archive.head("a.csv", 50) == b"x" * 50
    with pytest.raises(ExportError, match=r"'a\.csv'"):
        archive.read("a.csv")


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("a/b.dtsx", "a/b.dtsx"),
        ("a\\b.dtsx", "a/b.dtsx"),
        ("./a//b.dtsx", "a/b.dtsx"),
        ("One%20Two.dtsx", "One%20Two.dtsx"),
        ("zażółć.dtsx", "zażółć.dtsx"),
        ("..a/b...dtsx", "..a/b...dtsx"),
    ],
)
def test_paths_have_one_spelling(name: str, path: str) -> None:
    assert read_archive(packed({name: b""}), "a.zip").paths == (path,)


def test_names_in_a_project_archive_are_uris() -> None:
    found = read_archive(packed({"@Project.manifest": b"", "One%20Two.dtsx": b"x"}), "a.ispac")
    assert found.paths == ("@Project.manifest", "One Two.dtsx")
    assert found.read("One Two.dtsx") == b"x"


def test_leavings_of_operating_systems_are_passed_over() -> None:
    leavings = {"__MACOSX/._a.yxmd": b"x", ".DS_Store": b"x", "d/Thumbs.db": b"x", "d/._b.yxmd": b"x", "d/": b""}
    assert read_archive(packed({**leavings, "a.yxmd": GOOD}), "a.zip").paths == ("a.yxmd",)


def test_nothing_is_written_to_disk(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    parse(packed({"a/b.yxmd": GOOD, "c.csv": b"1"}), "upload.zip")
    assert list(tmp_path.rglob("*")) == []
