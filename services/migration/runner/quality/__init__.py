"""The quality checks of a pipeline, run after a load."""

from services.migration.runner.quality.outcome import Outcome, State, passes
from services.migration.runner.quality.suite import check_quality, watched

__all__ = ["Outcome", "State", "check_quality", "passes", "watched"]
