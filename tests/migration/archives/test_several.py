"""Archives of several exports: one tree, each object with its own file; what fails is an issue of its own."""

from __future__ import annotations

import io
import zipfile

import pytest

from benchmarks.alteryx_workflow import rows, tool, workflow
from benchmarks.powercenter_constructs import constructs
from services.migration.ast import Tool
from services.migration.parsers import ExportError, detect, parse
from tests.migration.archives.packed import codes, migrated, packed
from tests.migration.archives.test_project import load
from tests.migration.parsers.samples import SIMPLE, SOURCE, TARGET, export, folder

POWERCENTER = export(folder(SOURCE, TARGET, SIMPLE))
ALTERYX = workflow([rows(1, "a", ["1"]), tool(2, "BrowseV2")], ["1>2"])
DSX = b'BEGIN HEADER\n   CharacterSet "CP1252"\nEND HEADER\nBEGIN DSJOB\n   Identifier "j"\nEND DSJOB\n'
HTML = b"<!doctype html><html><body>x</body></html>"


def test_every_export_is_a_pipeline_that_names_its_file() -> None:
    made = migrated({"a/one.yxmd": ALTERYX, "b/two.yxmd": ALTERYX})
    assert [each.mapping for each in made.result.mappings] == ["one", "two"]
    assert [each.origin.file for each in made.result.mappings if each.origin] == ["a/one.yxmd", "b/two.yxmd"]
    assert [each.pipeline["metadata"]["source_file"] for each in made.result.mappings] == ["a/one.yxmd", "b/two.yxmd"]
    assert made.filename == "upload.zip"
    assert made.release.outcome.value == "completed"


@pytest.mark.parametrize(
    ("files", "names"),
    [
        ({"a/m.yxmd": ALTERYX, "b/m.yxmd": ALTERYX}, ["m", "m.m"]),
        ({"a/m.yxmd": ALTERYX, "b/m.yxmd": ALTERYX, "c/m.yxmd": ALTERYX}, ["m", "m.m", "c.m.yxmd.m"]),
        ({"a.xml": POWERCENTER, "b.xml": POWERCENTER}, ["m", "F.m"]),
        ({"a.xml": POWERCENTER, "b.xml": POWERCENTER, "c.xml": POWERCENTER}, ["m", "F.m", "c.m"]),
    ],
)
def test_no_two_pipelines_have_one_name(files: dict[str, bytes], names: list[str]) -> None:
    made = migrated(files)
    assert [each.mapping for each in made.result.mappings] == names
    assert [document.name for document in made.documents if document.kind == "pipeline"] == names


@pytest.mark.parametrize(
    ("files", "tool"),
    [
        ({"a.xml": POWERCENTER}, Tool.POWERCENTER),
        ({"a.yxmd": ALTERYX}, Tool.ALTERYX),
        ({"a.dtsx": load()}, Tool.SSIS),
        ({"a.dsx": DSX}, Tool.DATASTAGE),
        ({"noending": POWERCENTER}, Tool.POWERCENTER),
        ({"a.txt": ALTERYX}, Tool.ALTERYX),
        ({"a.yxmd": POWERCENTER}, Tool.POWERCENTER),
        ({"jobs.txt": DSX}, Tool.DATASTAGE),
        ({"in.ispac": packed({"a.dtsx": load()})}, Tool.SSIS),
        ({"deep/in.yxzp": packed({"a.yxmd": ALTERYX}), "notes.xml": b"<project/>"}, Tool.ALTERYX),
    ],
)
def test_the_tool_is_told_from_what_is_inside(files: dict[str, bytes], tool: Tool) -> None:
    data = packed(files)
    assert detect(data, "upload.zip") is tool
    assert parse(data, "upload.anything").tool is tool


def test_several_tools_need_a_choice() -> None:
    data = packed({"a.xml": POWERCENTER, "b.yxmd": ALTERYX, "c.yxmd": ALTERYX})
    with pytest.raises(ExportError) as caught:
        parse(data, "upload.zip")
    assert caught.value.reason == "TOOL_MISMATCH"
    assert "Informatica PowerCenter (a.xml), Alteryx (b.yxmd)" in caught.value.message
    made = migrated({"a.xml": POWERCENTER, "b.yxmd": ALTERYX, "c.yxmd": ALTERYX}, tool=Tool.ALTERYX)
    assert [each.mapping for each in made.result.mappings] == ["b", "c"]
    assert [issue.message for issue in made.result.issues if issue.code == "OTHER_TOOL"] == [
        "a.xml is an export of Informatica PowerCenter and was left out: this job is of Alteryx."
    ]


def test_a_tool_that_the_archive_does_not_have() -> None:
    with pytest.raises(ExportError) as caught:
        parse(packed({"b.yxmd": ALTERYX}), "upload.zip", Tool.SSIS)
    assert caught.value.reason == "TOOL_MISMATCH"
    assert "Alteryx (b.yxmd)" in caught.value.message


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("bad.yxmd", ALTERYX[:200], "TRUNCATED_XML"),
        ("bad.yxmd", HTML, "NOT_AN_EXPORT"),
        ("bad.dtsx", b"", "EMPTY_FILE"),
        ("bad.xml", b"<POWERMART ", "TRUNCATED_XML"),
        ("bad.isx", packed({"META-INF/IS-MANIFEST.MF": b"x"}), "ISX_NOT_SUPPORTED"),
    ],
)
def test_one_that_fails_is_an_issue_and_the_others_are_converted(name: str, data: bytes, reason: str) -> None:
    made = migrated({name: data, "good.yxmd": ALTERYX})
    assert [each.mapping for each in made.result.mappings] == ["good"]
    (issue,) = [each for each in made.result.issues if each.code == reason]
    assert name in issue.message
    assert issue.origin is not None
    assert issue.origin.file == name
    assert made.release.outcome.value == "failed"


@pytest.mark.parametrize("name", ["only.yxmd", "d/only.dtsx"])
def test_the_only_export_that_fails_is_the_error(name: str) -> None:
    with pytest.raises(ExportError) as caught:
        parse(packed({name: ALTERYX[:200]}), "upload.zip")
    assert caught.value.reason == "TRUNCATED_XML"
    assert caught.value.file == name


def test_isx_is_refused_by_name() -> None:
    archive = packed({"META-INF/IS-MANIFEST.MF": b"x"})
    for data, name in ((archive, "a.zip"), (packed({"x": b"x"}), "a.isx"), (archive[:40], "damaged.isx")):
        with pytest.raises(ExportError) as caught:
            parse(data, name)
        assert caught.value.reason == "ISX_NOT_SUPPORTED"


def test_archives_inside_are_opened_one_deep() -> None:
    deepest = packed({"c.yxmd": ALTERYX})
    inner = packed({"b.yxmd": ALTERYX, "deepest.zip": deepest})
    made = migrated({"a.yxmd": ALTERYX, "inner.zip": inner})
    assert [each.origin.file for each in made.result.mappings if each.origin] == ["a.yxmd", "inner.zip/b.yxmd"]
    (issue,) = [each for each in made.result.issues if each.code == "ARCHIVE_NOT_OPENED"]
    assert "inner.zip/deepest.zip" in issue.message


def test_an_archive_that_holds_itself_is_not_followed() -> None:
    data = packed({"a.yxmd": ALTERYX})
    for _ in range(30):
        data = packed({"a.yxmd": ALTERYX, "again.zip": data})
    made = parse(data, "upload.zip")
    assert [mapping.origin.file for mapping in made.mappings] == ["a.yxmd", "again.zip/a.yxmd"]


def test_the_bounds_hold_over_archives_inside() -> None:
    inner = packed({f"{number}.txt": b"" for number in range(900)}, zipfile.ZIP_STORED)
    with pytest.raises(ExportError) as caught:
        parse(packed({"a.yxmd": ALTERYX, **{f"{number}.zip": inner for number in range(3)}}), "upload.zip")
    assert caught.value.reason == "ARCHIVE_TOO_LARGE"


def test_an_unsafe_archive_inside_is_refused_by_its_name() -> None:
    inner = packed({"../x.yxmd": ALTERYX})
    with pytest.raises(ExportError) as caught:
        parse(packed({"a.yxmd": ALTERYX, "d/inner.yxzp": inner}), "upload.zip")
    assert caught.value.reason == "UNSAFE_ARCHIVE"
    assert caught.value.file == "d/inner.yxzp"


def test_files_beside_are_told_of() -> None:
    read = workflow(
        [tool(1, "DbFileInput", r'<File FileFormat="0">_externals\1\orders.csv</File>'), tool(2, "BrowseV2")], ["1>2"]
    )
    made = migrated({"a.yxmd": read, "_externals/1/orders.csv": b"id\n1\n", "readme.md": b"x", "logo.png": b"\x89"})
    told = {issue.code: issue.message for issue in made.result.issues}
    assert "_externals/1/orders.csv, which a.DbFileInput (1) names" in told["COMPANION_FILE"]
    assert "readme.md, logo.png" in told["OTHER_FILES"]
    assert made.report.inventory["file"] == 3
    assert codes(made).count("OTHER_FILES") == 1


def test_functions_are_those_of_the_mappings_own_file() -> None:
    one = constructs()["user_function"]
    other = one.replace(b"UPPER(VALUE)", b"LOWER(VALUE)")
    assert other != one
    made = migrated({"a.xml": one, "b.xml": other})
    upper, lower = (document.yaml for document in made.documents if document.kind == "pipeline")
    assert "UPPER(" in upper
    assert "LOWER(" not in upper
    assert "LOWER(" in lower
    assert "UPPER(" not in lower


def test_a_zip_written_as_a_stream_is_read() -> None:
    """Sizes stand behind the entries, as programs write them that cannot go back."""

    class Forward(io.RawIOBase):
        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data: object) -> int:
            piece = bytes(data)  # type: ignore[call-overload]  # a buffer
            self.data += piece
            return len(piece)

    target = Forward()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.yxmd", ALTERYX)
    assert [mapping.name for mapping in parse(bytes(target.data), "upload.zip").mappings] == ["a"]
