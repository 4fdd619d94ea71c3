import grpc
import pytest
from google.rpc import error_details_pb2
from grpc import aio

from services.runtime import errors
from services.runtime.errors import NotFound, RemoteError, ServiceError
from services.runtime.status import DETAILS_KEY, describe, from_rpc_error, shorten, to_status, trailers

C = grpc.StatusCode


def received(code: grpc.StatusCode, details: str = "", trailing: tuple = ()) -> aio.AioRpcError:
    return aio.AioRpcError(code, aio.Metadata(), aio.Metadata(*trailing), details)


def received_from_us(error: ServiceError) -> aio.AioRpcError:
    return received(error.code, error.message, trailers(error, "r1"))


def test_status_carries_error_info_and_request_info() -> None:
    status = to_status(NotFound("no job 7", metadata={"job_id": "7"}), "r1")
    info, request = error_details_pb2.ErrorInfo(), error_details_pb2.RequestInfo()
    assert status.details[0].Unpack(info)
    assert status.details[1].Unpack(request)
    assert (status.code, status.message) == (5, "no job 7")
    assert (info.reason, info.domain, dict(info.metadata)) == ("NOT_FOUND", "dataflow.ai", {"job_id": "7"})
    assert request.request_id == "r1"


def test_http_status_of_an_error_is_a_trailer() -> None:
    class TooLarge(errors.InvalidArgument):
        reason = "FILE_TOO_LARGE"
        http_status = 413

    assert ("x-http-status", "413") in trailers(TooLarge("too large"), "r1")


@pytest.mark.parametrize("text", ["x" * 50_000, "ż" * 50_000, "\ud800" * 9000])
def test_status_fits_into_trailers_whatever_the_message(text: str) -> None:
    error = NotFound(text, metadata={f"key{i}": text for i in range(50)})
    raw = dict(trailers(error, "r" * 128))[DETAILS_KEY]
    assert isinstance(raw, bytes)
    assert len(raw) < 3000


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [("abc", 3, "abc"), ("abcdef", 5, "ab…"), ("żółw", 6, "ż…"), ("", 3, "")],
)
def test_shorten_cuts_at_a_character(text: str, limit: int, expected: str) -> None:
    assert shorten(text, limit) == expected


def test_our_errors_pass_on_unchanged() -> None:
    error = from_rpc_error(received_from_us(NotFound("no job 7", metadata={"job_id": "7"})))
    assert isinstance(error, RemoteError)
    assert (error.code, error.reason, error.message, error.metadata) == (
        C.NOT_FOUND,
        "NOT_FOUND",
        "no job 7",
        {"job_id": "7"},
    )


@pytest.mark.parametrize(
    ("error", "code", "reason"),
    [
        (received(C.UNAVAILABLE, "connect to 10.0.0.7:9093 failed"), C.UNAVAILABLE, "UNAVAILABLE"),
        (received(C.DEADLINE_EXCEEDED, "x"), C.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED"),
        (received(C.RESOURCE_EXHAUSTED, "x"), C.RESOURCE_EXHAUSTED, "RESOURCE_EXHAUSTED"),
        (received(C.UNKNOWN, "Traceback sk-secret"), C.INTERNAL, "INTERNAL"),
        (received(C.UNIMPLEMENTED, "x"), C.INTERNAL, "INTERNAL"),
        (received(C.NOT_FOUND, "x", ((DETAILS_KEY, b"\xff\xff"),)), C.INTERNAL, "INTERNAL"),
        (received_from_us(ServiceError("masked there")), C.INTERNAL, "INTERNAL"),
    ],
    ids=["away", "late", "full", "unknown", "unimplemented", "bad-details", "internal"],
)
def test_errors_that_are_not_ours_lose_their_text(error: aio.AioRpcError, code: grpc.StatusCode, reason: str) -> None:
    mapped = from_rpc_error(error)
    assert (mapped.code, mapped.reason) == (code, reason)
    assert error.details() not in mapped.message


def test_describe_gives_code_reason_message() -> None:
    assert describe(received_from_us(NotFound("no"))) == (C.NOT_FOUND, "NOT_FOUND", "no")
    assert describe(received(C.UNKNOWN)) == (C.UNKNOWN, "", "")
