"""What settings of an address and of a token must look like."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr


def _base_url(value: str) -> str:
    url = urlsplit(value)
    if url.scheme not in ("http", "https") or not url.hostname:
        raise ValueError("must begin with http:// or https:// and name a host")
    if url.username or url.password or url.query or url.fragment:
        raise ValueError("must hold no user, password, query or fragment; a token has a setting of its own")
    return value.rstrip("/")


def _token(value: SecretStr) -> SecretStr:
    token = value.get_secret_value()
    if not token.isascii() or not token.isprintable() or " " in token:
        raise ValueError("must be printable ASCII without blanks")
    return value


BaseUrl = Annotated[str, AfterValidator(_base_url)]
"""Address of a REST interface up to and including its version, without the last slash."""

Token = Annotated[SecretStr, AfterValidator(_token)]
"""What is sent as `Authorization: Bearer …`; empty: nothing is."""
