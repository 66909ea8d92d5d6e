"""The values of a release: versions, fragments, distributions and refs, without any input or output."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum

from packaging.version import InvalidVersion, Version

from release.base.errors import ReleaseError

ZERO = Version("0.0.0")
RECORDS = "refs/keelway/"  # where approvals and the like are kept
HOTFIX = "hotfix/"  # how the branches of hotfixes begin
# Types by what they ask for: those of the template, towncrier's own, Keep a Changelog's, and common others.
_BREAKING = {"breaking", "break", "breaks", "incompatible", "backward", "backwards"}
_FEATURES = {"feature", "features", "feat", "enhancement", "enhancements", "added", "new", "major"} | {
    *("deprecation", "deprecations", "deprecated", "deprecate", "removal", "removals", "removed"),
}
FIXES = ("fix", "bugfix", "fixed", "fixes", "bugfixes", "bug", "patch")  # types of a fix, by likelihood
FINAL_STAGES = frozenset({"production", "hotfix"})  # the stages whose releases are finals
PRE_RELEASES = {"alpha": "a", "beta": "b", "rc": "rc"}


class Bump(Enum):
    """Which part of a version grows."""

    MAJOR = "major"
    MINOR = "minor"
    PATCH = "patch"

    @property
    def rank(self) -> int:
        """How large it is: patch 0, minor 1, major 2."""
        return [Bump.PATCH, Bump.MINOR, Bump.MAJOR].index(self)


@dataclass(frozen=True)
class Fragment:
    """One change's text: `changelog.d/12.fix.md` or, without an issue, `changelog.d/+words.fix.md`."""

    name: str
    kind: str
    text: str
    folder: str = ""

    @property
    def path(self) -> str:
        """Where it is, relative to the project."""
        return f"{self.folder}/{self.name}" if self.folder else self.name


@dataclass(frozen=True)
class Distribution:
    """One file of a release: its name and its sha256 in lower-case hex."""

    name: str
    sha256: str

    def __str__(self) -> str:
        return f"{self.name} (sha256 {self.sha256[:8]}..)"


@dataclass(frozen=True)
class Release:
    """A version of a project on a line; whether its commit, tag and files exist is asked of the world."""

    project: str
    version: Version
    line: str
    tag: str
    named_stage: str = ""

    @property
    def final(self) -> bool:
        """Whether this is a final release: not alpha, beta or candidate."""
        return not self.version.is_prerelease

    @property
    def stage(self) -> str:
        """The stage that it belongs to: the one it was given, else alpha, beta, candidate, production or hotfix."""
        if self.named_stage:
            return self.named_stage
        return "hotfix" if hotfix_of(self.line) else stage_of(self.version)

    def __str__(self) -> str:
        return f"{self.project} {self.version}"


@dataclass(frozen=True)
class RemoteRefs:
    """What a remote has: {name of a branch or tag: commit}, {tag: tag object} of annotated tags, {record: its object}.

    Records are approvals, waivers and the like, kept as tag objects below refs/keelway/.
    """

    branches: Mapping[str, str]
    tags: Mapping[str, str]
    tag_objects: Mapping[str, str]
    records: Mapping[str, str]

    @classmethod
    def parse(cls, listing: str) -> RemoteRefs:
        """Return the refs that `git ls-remote` lists; an annotated tag has its commit in a second row, NAME^{}."""
        branches: dict[str, str] = {}
        records: dict[str, str] = {}
        objects: dict[str, str] = {}
        peeled: dict[str, str] = {}
        for row in listing.splitlines():
            sha, _, ref = row.partition("\t")
            if ref.startswith("refs/heads/"):
                branches[ref.removeprefix("refs/heads/")] = sha
            elif ref.startswith(RECORDS):
                records |= {} if ref.endswith("^{}") else {ref.removeprefix(RECORDS): sha}
            elif ref.endswith("^{}"):
                peeled[ref.removeprefix("refs/tags/").removesuffix("^{}")] = sha
            else:
                objects[ref.removeprefix("refs/tags/")] = sha
        return cls(branches, objects | peeled, {name: objects[name] for name in peeled}, records)

    def with_private(self, private: RemoteRefs) -> RemoteRefs:
        """Return these with the branches of hotfixes and the records that only a private remote has."""
        hotfixes = {name: commit for name, commit in private.branches.items() if hotfix_of(name)}
        return replace(self, branches={**hotfixes, **self.branches}, records={**private.records, **self.records})

    def __contains__(self, ref: str) -> bool:
        """Return whether there is a ref of this whole name: refs/heads/main."""
        if ref.startswith("refs/heads/"):
            return ref.removeprefix("refs/heads/") in self.branches
        if ref.startswith(RECORDS):
            return ref.removeprefix(RECORDS) in self.records
        return ref.removeprefix("refs/tags/") in self.tags


def bump_of(fragments: Iterable[Fragment], base: Version) -> Bump:
    """Return the bump that the fragments' types ask for.

    Before 1.0 a breaking change asks for a minor bump (https://semver.org, item 4).
    """
    kinds = {fragment.kind for fragment in fragments}
    if kinds & _BREAKING:
        return Bump.MAJOR if base.major else Bump.MINOR
    return Bump.MINOR if kinds & _FEATURES else Bump.PATCH


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


def hotfix_of(branch: str) -> Version | None:
    """Return the version that a branch is the hotfix of, or None: 1.2.1 for hotfix/1.2.1."""
    found = re.fullmatch(re.escape(HOTFIX) + r"((?:\d+!)?\d+(?:\.\d+)+)", branch)
    return Version(found[1]) if found else None


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


def parse_fragment(
    name: str, text: str, kinds: Iterable[str], *, folder: str = "", hidden: Iterable[str] = ()
) -> Fragment:
    """Return the fragment in a file called `name`; raise ReleaseError when its name or text cannot be a fragment's.

    Of the types `hidden` only the issue is shown, so a text is not needed.

    As towncrier reads it, the last part of the name that is a type is the type: `+since-1.2.fix.md` is a fix.
    """
    known = tuple(kinds)
    parts = name.split(".")
    kind = next((part for part in reversed(parts[1:]) if part in known), None)
    if kind is None or not parts[0] or "/" in name:
        why = f"a name reads NUMBER.TYPE.md or +WORDS.TYPE.md, with a type of {', '.join(known)}"
        raise ReleaseError(f"cannot read the fragment {name}", why=why, run=f'inv note {a_fix(known)} "what changed"')
    if not text.strip() and not (kind in hidden and parts[0][:1] != "+"):
        raise ReleaseError(f"cannot use the fragment {name}", why="it is empty", run=f'inv note {kind} "what changed"')
    return Fragment(name, kind, text.strip(), folder)


def a_fix(kinds: Iterable[str]) -> str:
    """Return the type for a fix among `kinds`: fix, bugfix or the like, else the last."""
    known = list(kinds)
    return next((kind for kind in FIXES if kind in known), known[-1])
