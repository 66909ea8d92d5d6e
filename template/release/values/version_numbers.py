"""Version numbers: what a bump makes of one, its stage and series, and how a text becomes one."""

from __future__ import annotations

from collections.abc import Iterable

from packaging.version import InvalidVersion, Version

from release.base.errors import ReleaseError
from release.values.bump import Bump

ZERO = Version("0.0.0")
FINAL_STAGES = frozenset({"production", "hotfix"})  # the stages whose releases are finals
PRE_RELEASES = {"alpha": "a", "beta": "b", "rc": "rc"}


def bumped(base: Version, bump: Bump) -> Version:
    """Return the final version that `bump` makes of `base`: 1.2.3 -> 2.0.0, 1.3.0 or 1.2.4.

    It has as many parts as `base`: 2025.4 -> 2025.5; a patch has three at least: 2025.4.1.
    """
    parts = [base.major, base.minor, base.micro]
    grown = [Bump.MAJOR, Bump.MINOR, Bump.PATCH].index(bump)
    made = [*parts[:grown], parts[grown] + 1]
    made += [0] * (max(len(base.release), 2) - len(made))
    epoch = f"{base.epoch}!" if base.epoch else ""
    return Version(epoch + ".".join(map(str, made)))


def bump_between(before: Version, after: Version) -> Bump:
    """Return the bump that leads from the final version `before` to `after`."""
    if after.major != before.major:
        return Bump.MAJOR
    return Bump.MINOR if after.minor != before.minor else Bump.PATCH


def following(version: Version) -> Version:
    """Return what can be released where `version` is taken: 1.2.1 after 1.2.0, 1.2.0rc2 after 1.2.0rc1."""
    if version.pre:
        return Version(f"{version.base_version}{version.pre[0]}{version.pre[1] + 1}")
    return bumped(version, Bump.PATCH)


def series(version: Version) -> str:
    """Return the line that a version belongs to: 1.2 for 1.2.3, 1!1.2 for 1!1.2.3."""
    epoch = f"{version.epoch}!" if version.epoch else ""
    return f"{epoch}{version.major}.{version.minor}"


def reason_setting(branch: str) -> str:
    """Return the name of git's setting that keeps the reason of a hotfix until its release commit tells it."""
    return f"branch.{branch}.hotfixReason"


def stage_of(version: Version) -> str:
    """Return the stage that a version belongs to: alpha, beta, candidate or production."""
    stages = {"a": "alpha", "b": "beta", "rc": "candidate"}
    return stages[version.pre[0]] if version.pre else "production"


def candidate(final: Version, pre: str, taken: Iterable[Version]) -> Version:
    """Return the next alpha, beta or candidate of `final` that is not among `taken`: 1.3.0rc2 after 1.3.0rc1."""
    if pre not in PRE_RELEASES:
        raise ReleaseError(f"cannot make a pre-release of {final}", why=f'"{pre}" is none of {", ".join(PRE_RELEASES)}')
    letter = PRE_RELEASES[pre]
    numbers = [v.pre[1] for v in taken if v.release == final.release and v.pre and v.pre[0] == letter]
    return Version(f"{final}{letter}{max(numbers, default=0) + 1}")


def parse_version(text: str) -> Version:
    """Return `text` as a version in its normal form (PEP 440); raise ReleaseError for anything else."""
    try:
        version = Version(text)
    except InvalidVersion as error:
        advice = "a hotfix is the next patch version" if "hotfix" in text.lower() else "versions follow PEP 440"
        raise ReleaseError(
            f"cannot use the version {text!r}", why=f"{error}; {advice}", run="inv release patch"
        ) from error
    if version.local:
        raise ReleaseError(
            f"cannot use the version {text!r}",
            why="local versions are not released",
            run="inv release patch",
        )
    return version


def version_in_any_form(text: str | None) -> Version | None:
    """Return the version that a text is, however it is written (v1.2, 1.02); None for any other text."""
    try:
        return Version(text or "")
    except InvalidVersion:
        return None


def version_said(text: str) -> Version | None:
    """Return the version that a text is, exactly as we write it; None for any other text, whoever wrote it."""
    try:
        version = Version(text)
    except InvalidVersion:
        return None
    return version if str(version) == text else None
