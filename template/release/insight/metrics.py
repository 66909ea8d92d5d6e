"""The metrics of a package's releases, each with how many it counts; under five it says so instead of a number.

Nothing here ranks people, and each number is beside its target: met, missed or too few to judge.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from packaging.version import Version

from release.adapters.git.marks import ABORTED, FROZEN, RELEASE
from release.base.statistics import LEAST, jeffreys, quantile
from release.config.metrics_config import MetricsConfig
from release.insight.failed_releases import DAY, Evidence
from release.insight.release_history import History, Released
from release.values.bump import Bump

_GRACE = 7 * DAY  # how old a release is before it counts as one that did not fail
_SOON = 2 * DAY  # within which a critical problem counts
_MONTH = 30.0
_FEATURES = ("breaking", "feature", "deprecation")


@dataclass(frozen=True)
class Metric:
    """A number: `n` observations, its values by name, in the unit; `met` None where there is no target or too few."""

    key: str
    name: str
    n: int
    values: Mapping[str, float]
    unit: str
    target: str = ""
    met: bool | None = None
    rule: str = ""

    @property
    def enough(self) -> bool:
        """Whether there are enough observations to say anything."""
        return self.n >= LEAST


@dataclass(frozen=True)
class Metrics:
    """All metrics of a window of time, the releases in it, and which of them failed by which evidence."""

    since: int
    releases: tuple[Released, ...]
    metrics: tuple[Metric, ...]
    failed: Mapping[Version, Evidence]


def measure(history: History, failed: Mapping[Version, Evidence], config: MetricsConfig) -> Metrics:
    """Return the metrics of the days that `config` looks back."""
    until = history.moment.until
    since = until - int(config.days * DAY)
    recent = tuple(each for each in history.releases if each.at > since)
    here = {each.version: failed[each.version] for each in recent if each.version in failed}
    found = [
        _frequency(history, recent, since),
        _interval("interval", "between releases", history.releases, since),
        _interval("minors", "between minor releases", _features(history), since, config.minor),
        _interval("majors", "between major releases", _majors(history), since, config.major),
        _lead_time(recent, config),
        _waiting(history),
        _frozen(history, recent),
        _feature_complete(recent),
        _failure_rate(recent, here, until),
        _recovery(here),
        _rework(recent, here),
        _success(history, recent, config),
        _critical(history, recent, config),
    ]
    return Metrics(since, recent, tuple(found), here)


def _features(history: History) -> list[Released]:
    return [each for each in history.releases if each.bump is not Bump.PATCH]


def _majors(history: History) -> list[Released]:
    return [each for each in history.releases if each.bump is Bump.MAJOR]


def _frequency(history: History, recent: Sequence[Released], since: int) -> Metric:
    """Finals per 30 days: of the window, or since the first release where that is younger."""
    first = history.releases[0].at if history.releases else since
    days = (history.moment.until - max(since, first)) / DAY
    values = {"per_30_days": len(recent) / days * _MONTH} if days > 0 else {}
    return Metric("release_frequency", "release frequency", len(recent), values, "releases in 30 days")


def _interval(key: str, name: str, releases: Sequence[Released], since: int, target: float = 0.0) -> Metric:
    gaps = [(later.at - earlier.at) / DAY for earlier, later in pairwise(releases) if later.at > since]
    met = quantile(gaps, 0.5) <= target if target and len(gaps) >= LEAST else None
    return Metric(key, name, len(gaps), _spread(gaps), "days", f"at most {target:g} days" if target else "", met)


def _spread(values: Sequence[float]) -> dict[str, float]:
    return {"median": quantile(values, 0.5), "p85": quantile(values, 0.85)} if values else {}


def _lead_time(recent: Sequence[Released], config: MetricsConfig) -> Metric:
    """From the landing of a change on the branch of its release to that release."""
    days = [max(0, each.at - change.at) / DAY for each in recent for change in each.changes]
    met = quantile(days, 0.5) < config.lead_time if len(days) >= LEAST else None
    target = f"under {config.lead_time:g} days"
    return Metric("lead_time", "lead time", len(days), _spread(days), "days", target, met)


def _waiting(history: History) -> Metric:
    """How long what is on the main branch and in no release has been there."""
    days = [max(0, history.moment.until - each.at) / DAY for each in history.waiting]
    values = {"median": quantile(days, 0.5), "oldest": max(days)} if days else {}
    return Metric("waiting", "waiting for a release", len(days), values, "days")


def _frozen(history: History, recent: Sequence[Released]) -> Metric:
    """From the commit of the freeze on the release branch to the final, by ancestry."""
    starts: dict[str, int] = {}
    for sha, trailers in history.marks.trailers.items():
        for name, value in trailers:
            if name == FROZEN and sha in history.graph:
                at = history.graph.commit(sha).time
                starts[value] = min(at, starts.get(value, at))
    firsts = (
        (each, starts.get(f"{each.version.major}.{each.version.minor}")) for each in recent if not each.version.micro
    )
    days = [max(0, each.at - at) / DAY for each, at in firsts if at is not None]
    return Metric("freeze_to_final", "freeze to final", len(days), _spread(days), "days")


def _feature_complete(recent: Sequence[Released]) -> Metric:
    """From the last fragment of a feature to the final that has it."""
    days = []
    for each in recent:
        last = max((change.at for change in each.changes if change.kind in _FEATURES), default=None)
        days += [] if last is None else [max(0, each.at - last) / DAY]
    return Metric("feature_complete_to_final", "last feature to final", len(days), _spread(days), "days")


def _failure_rate(recent: Sequence[Released], failed: Mapping[Version, Evidence], until: int) -> Metric:
    old = [each for each in recent if each.at <= until - _GRACE]
    hits = sum(each.version in failed for each in old)
    return Metric("change_fail_rate", "failed releases", len(old), _share(hits, len(old)), "share")


def _share(hits: int, n: int) -> dict[str, float]:
    if not n:
        return {}
    low, high = jeffreys(hits, n)
    return {"hits": hits, "rate": hits / n, "low": low, "high": high}


def _recovery(failed: Mapping[Version, Evidence]) -> Metric:
    """From the first evidence that a release failed to the release that mended it."""
    known = [(each.seen, each.mended) for each in failed.values()]
    days = [max(0, mended - seen) / DAY for seen, mended in known if seen is not None and mended is not None]
    open_ = sum(each.mended is None for each in failed.values())
    return Metric("recovery_time", "recovery time", len(days), _spread(days) | {"open": open_}, "days")


def _rework(recent: Sequence[Released], failed: Mapping[Version, Evidence]) -> Metric:
    """Releases that were made only since another one failed, of all."""
    planned = ("yanked", "taken back by a watch")  # what followed may have been planned
    fixing = {each.by for each in failed.values() if each.text not in planned}
    hits = sum(bool(each.hotfix) or each.version in fixing for each in recent)
    return Metric("rework_rate", "unplanned releases", len(recent), _share(hits, len(recent)), "share")


def _success(history: History, recent: Sequence[Released], config: MetricsConfig) -> Metric:
    """Releases begun that reached their end and were not yanked; one that was aborted or given up did not."""
    begun = len(recent) + _unfinished(history)
    good = sum(not each.yanked for each in recent)
    met = 100 * good / begun > config.success if begun >= LEAST else None
    values = _share(good, begun)
    return Metric("success_rate", "released and not yanked", begun, values, "share", f"over {config.success:g} %", met)


def _unfinished(history: History) -> int:
    """Return how many finals were begun and aborted, or given up: another was begun on their branch after them."""
    released = {str(each.version) for each in history.releases}
    count, later = 0, False
    for sha in history.graph:  # the newest first
        for name, value in history.marks.trailers.get(sha, ()):
            if not history.graph.on_mainline(sha) or not _is_final(value):
                continue
            if name == ABORTED:
                count += 1
                released.add(value)  # its own release commit, below, is this one
            elif name == RELEASE:
                count += value not in released and later
                later = True
    return count


def _is_final(text: str) -> bool:
    return text.replace(".", "").isdigit()


def _critical(history: History, recent: Sequence[Released], config: MetricsConfig) -> Metric:
    """Hotfixes within 48 hours of the release that they follow."""
    old = [each for each in recent if each.at <= history.moment.until - _SOON]
    hits = sum(
        bool(fix.hotfix) and fix.before == each.version and fix.at - each.at <= _SOON
        for each in old
        for fix in history.releases
    )
    values = {"hits": float(hits), "rate": hits / len(old)} if old else {}
    met = hits / len(old) < config.critical if len(old) >= LEAST else None
    target = f"under {config.critical:g} a release"
    return Metric("critical_in_48_h", "hotfixes within 48 hours", len(old), values, "a release", target, met)
