"""The quality checks of a pipeline, run after a load."""

from services.pipelines.runner.quality.outcome import Outcome, State, passes
from services.pipelines.runner.quality.suite import check_quality, watched

__all__ = ["Outcome", "State", "check_quality", "passes", "watched"]
