"""The multipart reader: what a browser or curl sends, in any chunking, and every way it can be wrong."""

from __future__ import annotations

from contextlib import closing

import pytest

from dataflow.migration.v1 import upload_pb2
from services.migration.server import receive
from services.migration.server.errors import BadUpload, FileTooLarge
from services.migration.server.upload import UploadReader, clean_filename

CONTENT_TYPE = 'multipart/form-data; boundary="xx--yy"'


def body(*parts: tuple[str, bytes], closing: bool = True) -> bytes:
    made = b"".join(
        b"--xx--yy\r\nContent-Disposition: form-data; " + head.encode() + b"\r\n\r\n" + value + b"\r\n"
        for head, value in parts
    )
    return made + (b"--xx--yy--\r\n" if closing else b"")


FILE = ('name="file"; filename="x.xml"', b"<POWERMART/>")


def read(data: bytes, chunk: int = 7, max_bytes: int = 1000, content_type: str = CONTENT_TYPE):
    with closing(UploadReader(content_type, max_bytes=max_bytes)) as reader:
        for start in range(0, len(data), chunk):
            reader.feed(data[start : start + chunk])
        return reader.finish()


@pytest.mark.parametrize("chunk", [1, 2, 7, 1000])
def test_file_and_fields_in_any_chunking(chunk):
    upload = read(body(('name="migration_type"', b"powercenter"), FILE, ('name="dialect"', b" mssql ")), chunk)
    assert upload.filename == "x.xml"
    assert upload.content == b"<POWERMART/>"
    assert upload.fields == {"migration_type": "powercenter", "dialect": "mssql"}


def test_boundary_like_bytes_inside_the_file_are_kept():
    content = b"\r\n--xx--y\r\n--xx-" * 20
    assert read(body((FILE[0], content))).content == content


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "INCOMPLETE_UPLOAD"),
        (body(FILE, closing=False), "INCOMPLETE_UPLOAD"),
        (body(FILE)[:-6], "INCOMPLETE_UPLOAD"),
        (body(), "NO_FILE_PART"),
        (body(('name="other"', b"x")), "NO_FILE_PART"),
        (body(('name="migration_type"', b"ssis")), "NO_FILE_PART"),
        (body((FILE[0], b"")), "EMPTY_FILE"),
        (body(FILE, FILE), "SEVERAL_FILES"),
        (body(('name="dialect"', b"x" * 2000), FILE), "FIELD_TOO_LONG"),
        (b"nothing like a body", "MALFORMED_MULTIPART"),
    ],
)
def test_bad_bodies_say_what_is_wrong(data, reason):
    with pytest.raises(BadUpload) as caught:
        read(data)
    assert caught.value.reason == reason


@pytest.mark.parametrize("content_type", ["", "application/json", "multipart/form-data", "text/xml; boundary=x"])
def test_other_content_types_are_refused_with_the_command_to_use(content_type):
    with pytest.raises(BadUpload, match="curl -F file=@") as caught:
        read(b"", content_type=content_type)
    assert caught.value.reason == "NOT_MULTIPART"


def test_over_the_limit_is_refused_while_reading():
    with pytest.raises(FileTooLarge) as caught:
        read(body((FILE[0], b"x" * 1001)))
    assert caught.value.http_status == 413


def test_the_limit_itself_is_allowed():
    assert len(read(body((FILE[0], b"x" * 1000))).content) == 1000


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("../../etc/passwd.xml", "passwd.xml"),
        ("C:\\exports\\a.xml", "a.xml"),
        ("zażółć.xml", "zażółć.xml"),
        ("a\r\nSet-Cookie: x.xml", "aSet-Cookie: x.xml"),
        ("", ""),
        ("x" * 400, "x" * 255),
    ],
)
def test_file_names_keep_no_path_and_no_control_characters(raw, clean):
    assert clean_filename(raw) == clean


def test_utf8_file_names_survive():
    head = 'name="file"; filename="zażółć.xml"'
    data = b"--xx--yy\r\nContent-Disposition: form-data; " + head.encode() + b"\r\n\r\nx\r\n--xx--yy--\r\n"
    assert read(data).filename == "zażółć.xml"


async def test_a_second_header_in_an_export_stream_is_refused(tmp_path):
    async def requests():
        for _ in range(2):
            yield upload_pb2.ConvertExportRequest(header=upload_pb2.ExportHeader(filename="x.xml"))

    with pytest.raises(BadUpload) as caught:
        await receive.export(requests(), receive.Limits(1000, tmp_path))
    assert caught.value.reason == "SECOND_HEADER"
