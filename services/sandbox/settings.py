"""The sandbox's settings."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field, SecretStr

from services.rest_client.settings import Token
from services.runtime.settings import Settings


class SandboxSettings(Settings):
    service: ClassVar[str] = "sandbox"

    sandbox_port: int = Field(8094, ge=0, le=65535, description="Loopback port of the sandbox; 0 takes any free one")
    sandbox_seed: int = Field(7, ge=0, description="Other seeds give other row counts, durations and retries")
    sandbox_token: Token = Field(SecretStr(""), description="Bearer token the sandbox asks for; empty: none")
