"""What release.toml says of numbers: targets of the metrics, how much slower and how little documented is allowed."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

from release.config.toml_schema import key, wrong


@dataclass(frozen=True)
class MetricsConfig:
    """The targets of the metrics, and what they count."""

    days: float = key(365.0, "The number of days that the metrics cover.")
    minor: float = key(30.0, "Target: days from one minor or major release to the next, at most.")
    major: float = key(91.0, "Target: days from one major release to the next, at most.")
    lead_time: float = key(28.0, "Target: days from a change on its branch to its release (median), less than.")
    success: float = key(98.0, "Target: percent of the releases begun that are released and stay, more than.")
    critical: float = key(0.5, "Target: critical problems within 48 hours of a release, a release, less than.")
    bots: tuple[str, ...] = key(
        (), "Names or addresses of authors whose commits do not count as changes, such as bots."
    )


@dataclass(frozen=True)
class PerformanceConfig:
    """When a release counts as slower than the last one."""

    folder: str = key("benchmarks", "The folder with the benchmarks (pytest-benchmark).")
    factor: float = key(1.15, "The factor by which a result may be slower than in the last release.")
    floor: float = key(1e-7, "A benchmark that takes at most this many seconds longer does not count as slower.")
    import_floor: float = key(0.001, "The same for importing the package, in seconds.")
    imports: bool = key(False, "Compare the import time before a release, even if there are no benchmarks.")


@dataclass(frozen=True)
class DocumentationConfig:
    """How much of the public API has to be documented before a release."""

    minimum: float = key(0.0, "The minimum percentage of the public API with a docstring; 0: not checked.")
    keep: bool = key(False, "The percentage may not be lower than in the last release.")


def refuse_nonsense_in_metrics(
    metrics: MetricsConfig, documentation: DocumentationConfig, performance: PerformanceConfig
) -> None:
    """Raise ReleaseError for a number that cannot be one."""
    for each in fields(metrics):
        value = getattr(metrics, each.name)
        if isinstance(value, float) and not 0 < value < math.inf:
            raise wrong(f"metrics.{each.name}", f"{value:g} is not above 0")
    if metrics.success > 100:
        raise wrong("metrics.success", f"{metrics.success:g} is more than 100 percent")
    if not 0 <= documentation.minimum <= 100:
        raise wrong("documentation.minimum", f"{documentation.minimum:g} is no percentage")
    if not 1 < performance.factor < math.inf:
        raise wrong("performance.factor", f"{performance.factor:g} is no factor above 1")
    for name, seconds in (("floor", performance.floor), ("import_floor", performance.import_floor)):
        if not 0 <= seconds < math.inf:
            raise wrong(f"performance.{name}", f"{seconds:g} is no duration in seconds")
