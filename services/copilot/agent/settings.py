"""Settings of the agent."""

from __future__ import annotations

from pydantic import Field

from services.runtime.settings import Settings


class AgentSettings(Settings):
    """Mixin of the Copilot's settings."""

    agent_approval_seconds: float = Field(
        3600.0, gt=0, description="How long an action of the agent waits for a person before it lapses"
    )
    agent_lease_seconds: float = Field(
        30.0, gt=0, description="After so long without a sign of life of its server a session of the agent can go on"
    )
