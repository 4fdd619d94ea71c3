"""The Migration Engine's REST interface, as the commands use it."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from services.cli.output import CliError

PREFIX = "/api/v1/migration"
#: A reply may wait for a conversion; the server answers or breaks off earlier.
REPLY_SECONDS = 180.0
CONNECT_SECONDS = 5.0


class UnreachableError(CliError):
    """Nothing answers at the URL, or the key is not taken: every other call would end the same way."""


class AwayError(UnreachableError):
    """Nothing answers at the URL, at least now."""


class BrokenOffError(CliError):
    """The answer did not come, or the server behind the URL is away."""


class TooLargeError(CliError):
    """More than the server takes in one request."""


class Engine:
    """A Migration Engine at a base URL. Every method raises CliError with the server's own words."""

    def __init__(
        self, url: str, key: str = "", workspace: str = "", transport: httpx.BaseTransport | None = None
    ) -> None:
        headers = {"authorization": f"Bearer {key}"} if key else {}
        headers |= {"x-workspace-id": workspace} if workspace else {}
        self._url = url.rstrip("/")
        self._client = httpx.Client(
            base_url=self._url + PREFIX,
            headers=headers,
            timeout=httpx.Timeout(REPLY_SECONDS, connect=CONNECT_SECONDS),
            trust_env=False,
            transport=transport,
        )

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def upload(self, path: Path, content: bytes, fields: dict[str, str]) -> dict[str, Any]:
        """The new job."""
        files = {"file": (path.name, content, "application/octet-stream")}
        return _object(self._send("POST", "/upload", files=files, data=fields))

    def status(self, job: str) -> dict[str, Any]:
        """A job with its stages."""
        return _object(self._send("GET", f"/jobs/{_segment(job)}/status"))

    def begin_batch(self, name: str, archive: bytes, fields: dict[str, str]) -> dict[str, Any]:
        """A new batch of the exports in a zip."""
        files = {"file": (name, archive, "application/zip")}
        return _object(self._send("POST", "/batches", files=files, data=fields))

    def batch(self, batch: str) -> dict[str, Any]:
        """How far a batch is."""
        return _object(self._send("GET", f"/batches/{_segment(batch)}"))

    def cancel_batch(self, batch: str) -> dict[str, Any]:
        """Drop what of a batch has not begun."""
        return _object(self._send("POST", f"/batches/{_segment(batch)}/cancel", json={}))

    def jobs(self, parameters: dict[str, str | int]) -> dict[str, Any]:
        """A page of jobs."""
        return _object(self._send("GET", "/jobs", params=parameters))

    def report(self, job: str, form: str) -> bytes:
        """A report as json, csv or html."""
        return self._send("GET", f"/jobs/{_segment(job)}/report", params={"format": form}).content

    def download(self, job: str, form: str, mapping: str) -> bytes:
        """The pipelines of a job as one file."""
        parameters = {"format": form} | ({"mapping": mapping} if mapping else {})
        return self._send("GET", f"/jobs/{_segment(job)}/download", params=parameters).content

    def validate(self, job: str) -> dict[str, Any]:
        """What the checks of a job found."""
        return _object(self._send("POST", f"/jobs/{_segment(job)}/validate", json={}))

    def compare(self, request: dict[str, Any]) -> dict[str, Any]:
        """How two data sets differ."""
        return _object(self._send("POST", "/compare", json=request))

    def _send(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        try:
            response = self._client.request(method, path, **arguments)
        except httpx.UnsupportedProtocol as error:
            raise UnreachableError(f"{self._url} is no address: write it like http://127.0.0.1:8091.") from error
        except httpx.ConnectError as error:
            raise AwayError(
                f"Nothing answers at {self._url}: start it with `dataflow-ai serve`, or give --server."
            ) from error
        except httpx.HTTPError as error:
            raise BrokenOffError(f"{self._url} broke off: {type(error).__name__}.") from error
        if response.is_success:
            return response
        raise REFUSED.get(response.status_code, CliError)(_refusal(response))


REFUSED: dict[int, type[CliError]] = {
    401: UnreachableError,
    413: TooLargeError,
    **dict.fromkeys((502, 503, 504), BrokenOffError),
}


def is_job(text: str) -> bool:
    """Whether it is written as the id of a job is."""
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False


def _segment(job: str) -> str:
    """A job id as part of a path."""
    if not job or not job.replace("-", "").isalnum():
        raise CliError(f"{job!r} is no job id: `dataflow-ai jobs` lists them.")
    return job


def _object(response: httpx.Response) -> dict[str, Any]:
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise CliError(f"{response.request.url} did not answer as a Migration Engine does: check --server.")
    return answer


def _refusal(response: httpx.Response) -> str:
    """The error's message and reason; every error of ours is JSON of the same shape."""
    try:
        error = response.json()
        message = str(error["message"])
    except (ValueError, KeyError, TypeError):
        return (
            f"{response.request.url} answered {response.status_code}, not as a Migration Engine does: check --server."
        )
    details = error.get("details") or []
    reasons = [str(item["reason"]) for item in details if isinstance(item, dict) and item.get("reason")]
    hint = " Set DATAFLOW_API_KEY or give --key." if response.status_code == 401 else ""
    return f"{message}{f' ({reasons[0]})' if reasons else ''}{hint}"
