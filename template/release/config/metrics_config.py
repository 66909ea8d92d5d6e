"""What release.toml says of metrics: the targets, and what is left out of the counts."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

from release.config.toml_schema import key, wrong


@dataclass(frozen=True)
class MetricsConfig:
    """The targets of the metrics, and what they count."""

    days: float = key(365.0, "Days that the metrics look back.")
    minor: float = key(30.0, "Target: days from one minor or major release to the next, at most.")
    major: float = key(91.0, "Target: days from one major release to the next, at most.")
    lead_time: float = key(28.0, "Target: days from a change on its branch to its release (median), less than.")
    success: float = key(98.0, "Target: percent of the releases begun that are released and stay, more than.")
    critical: float = key(0.5, "Target: critical problems within 48 hours of a release, a release, less than.")
    bots: tuple[str, ...] = key((), "Names or addresses of further authors whose commits are no changes.")


def refuse_nonsense_in_metrics(metrics: MetricsConfig) -> None:
    """Raise ReleaseError for a target that cannot be one."""
    for each in fields(metrics):
        value = getattr(metrics, each.name)
        if isinstance(value, float) and not 0 < value < math.inf:
            raise wrong(f"metrics.{each.name}", f"{value:g} is not above 0")
    if metrics.success > 100:
        raise wrong("metrics.success", f"{metrics.success:g} is more than 100 percent")
