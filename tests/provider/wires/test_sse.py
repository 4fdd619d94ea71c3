"""Server-sent events are the same however the bytes are cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.provider.wires.sse import EventReader, EventTooLargeError, ServerEvent


def read(chunks, limit=1000):
    reader = EventReader(limit)
    return [event for chunk in chunks for event in reader.feed(chunk)] + list(reader.end())


@pytest.mark.parametrize(
    ("stream", "events"),
    [
        (b"", []),
        (b"\n\n\n", []),
        (b"data: a\n\n", [(1, "", b"a", True)]),
        (b"data:a\n\n", [(1, "", b"a", True)]),
        (b"data:  a\n\n", [(1, "", b" a", True)]),
        (b"data\n\n", [(1, "", b"", True)]),
        (b"event: x\ndata: a\ndata: b\n\n", [(1, "x", b"a\nb", True)]),
        (b"event: x\n\ndata: a\n\n", [(1, "", b"a", True)]),
        (b": c\n\ndata: a\n\n: c\ndata: b\n\n", [(1, "", b"a", True), (2, "", b"b", True)]),
        (b"\xef\xbb\xbfdata: a\n\n", [(1, "", b"a", True)]),
        (b"id: 1\nretry: 5\nother: x\ndata: a\n\n", [(1, "", b"a", True)]),
        (b"data: a\r\n\r\ndata: b\r\rdata: c\n\n", [(1, "", b"a", True), (2, "", b"b", True), (3, "", b"c", True)]),
        (b"data: a\n", [(1, "", b"a", False)]),
        (b"data: a", [(1, "", b"a", False)]),
        (b"data: a\n\ndata: b", [(1, "", b"a", True), (2, "", b"b", False)]),
    ],
)
def test_streams(stream, events):
    expected = [ServerEvent(*event) for event in events]
    assert read([stream]) == expected
    assert read(stream[at : at + 1] for at in range(len(stream))) == expected


@given(
    st.lists(st.sampled_from([b"data: a", b"data:", b": c", b"event: x", b"id", b"", "data: ż".encode()])),
    st.sampled_from([b"\n", b"\r\n", b"\r"]),
    st.data(),
)
def test_cuts_do_not_matter(lines, newline, data):
    stream = newline.join([*lines, b""])
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    chunks = [stream[start:end] for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert read(chunks) == read([stream])


@pytest.mark.parametrize(
    ("stream", "number"),
    [(b"data: " + b"x" * 200, 1), (b"data: a\n\n" + b"data: b\n" * 20, 2), (b": " + b"x" * 200, 1), (b"x" * 101, 1)],
)
@pytest.mark.parametrize("size", [1, 1000])
def test_an_event_is_bounded(stream, number, size):
    with pytest.raises(EventTooLargeError, match=f"event {number} is longer than 100 bytes"):
        read((stream[at : at + size] for at in range(0, len(stream), size)), limit=100)


def test_a_long_stream_of_short_events_and_comments_is_not_bounded():
    assert len(read([b": comment\ndata: x\n\nid: 1\n\n: comment\n" * 1000], limit=100)) == 1000
