"""Which version comes next: on the main branch, on a line and for a hotfix."""

from __future__ import annotations

import re

from packaging.version import Version

from release.adapters.git.marks import FROZEN
from release.base.errors import ReleaseError
from release.config.pyproject import stated_version
from release.config.release_toml import Config
from release.config.towncrier_config import read_fragments
from release.context import Context
from release.values.bump import Bump
from release.values.fragment import bump_of
from release.values.release import Release
from release.values.version_numbers import ZERO, bumped, candidate, parse_version, series, version_said
from release.versioning.release_commit import opens

PARTS = 3  # of a version that the next one is made of


def version_wanted(ctx: Context, wanted: str, pre: str | None, at: str | None = None) -> Version:
    """Return the version that `wanted` (major, minor, patch, auto or a version) means on this line.

    `at` is the commit to count from, the line's newest when it is not given. Raises ReleaseError for anything else, and
    for a version that does not belong to the line.
    """
    at = at or next(iter(ctx.heads(ctx.line)), None)
    version = _wanted(ctx, wanted, at)
    if not belongs(ctx, version):
        own = ctx.config.hotfix_of(ctx.line) or f"{ctx.config.line_of(ctx.line)}.x"
        raise ReleaseError(
            f"cannot release {version} from {ctx.line}", why=f"{ctx.line} gives {own}", run="inv release auto"
        )
    if ctx.line == ctx.config.branch and at and series(version) in map(series, _frozen(ctx, at)):
        branch = ctx.config.lines.replace("{line}", series(version))
        why = f"{series(version)} was frozen as {branch}, and {ctx.line} has new commits"
        raise ReleaseError(f"cannot release {version} from {ctx.line}", why=why, run="inv release minor")
    if pre is None:
        return version
    remote_tags = ctx.git.remote_refs(ctx.config.remote).tags
    return candidate(version, pre, filter(None, map(ctx.config.version_of, remote_tags)))


def belongs(ctx: Context, version: Version) -> bool:
    """Return whether this line may give `version`; the main branch gives any."""
    fix, line = ctx.config.hotfix_of(ctx.line), ctx.config.line_of(ctx.line)
    if fix:
        return version == fix
    return line is None or series(version) == line


def _wanted(ctx: Context, wanted: str, at: str | None) -> Version:
    words = [bump.value for bump in Bump]
    if wanted != "auto" and wanted not in words:
        if wanted[:1].isdigit():
            return parse_version(wanted)
        raise ReleaseError(
            f'cannot release "{wanted}"',
            why=f"it is neither a version nor one of {', '.join(words)}, auto",
            run="inv release minor",
        )
    fix = ctx.config.hotfix_of(ctx.line)
    before = base(ctx, at) if at else ZERO
    if fix:
        return fix
    if wanted != "auto":
        return in_own_form(ctx, bumped(before, Bump(wanted)))
    line = ctx.config.line_of(ctx.line)
    if line:
        return bumped(before, Bump.PATCH) if series(before) == line else in_own_form(ctx, Version(f"{line}.0"))
    least = bumped(before, Bump.MINOR) if at and before in _frozen(ctx, at) else ZERO
    if before == ZERO and ctx.project.version:
        least = Version(parse_version(ctx.project.version).base_version)  # that of a first release, as the tree says
    wanted_by = bumped(before, bump_of(read_fragments(ctx.root, ctx.project.notes), before))
    return in_own_form(ctx, max(least, wanted_by, _declared(ctx, before)))


def _declared(ctx: Context, before: Version) -> Version:
    """Return the final version that the tree is on the way to by its own words: 2.0.0 where it says 2.0.0.dev0.

    0.0.0 where it says no more than the commit after a final release, which stands for whatever comes next.
    """
    text = ctx.project.version
    version = parse_version(text) if text else ZERO
    final = Version(version.base_version)
    ours = ctx.config.reopen and final == bumped(before, Bump.MINOR)
    return final if version.is_devrelease and not ours else ZERO


def in_own_form(ctx: Context, version: Version) -> Version:
    """Return a version X.Y.0 as X.Y where the project writes it so: 1.4 after 1.3.1, where 1.3 was before it."""
    if len(version.release) != PARTS or version.micro:
        return version
    finals = sorted(each for each in map(ctx.config.version_of, ctx.git.tags()) if each and not each.is_prerelease)
    opening = [each for each in finals if len(each.release) <= PARTS and not each.micro]
    short = bool(opening) and len(opening[-1].release) == PARTS - 1
    return Version(re.sub(r"^((?:\d+!)?\d+\.\d+)\.0", r"\1", str(version))) if short else version


def opened_after(version: Version, bump: Bump) -> Version:
    """Return the version of a branch that is opened after a final release: 1.3.0.dev0 after 1.2.0."""
    return Version(f"{bumped(version, bump)}.dev0")


def reopened_as(ctx: Context) -> Version:
    """Return the version that the branch has after the final release in progress.

    1.3.0.dev0 after 1.2.0 on the main branch, 1.2.1.dev0 on the release branch of 1.2.
    """
    main = ctx.release.line == ctx.config.branch
    return in_own_form(ctx, opened_after(ctx.release.version, Bump.MINOR if main else Bump.PATCH))


def reopens(release: Release, config: Config) -> bool:
    """Return whether the line goes on after a release: not after a candidate, and not on the branch of a hotfix."""
    return release.final and config.reopen and release.stage != "hotfix"


def base(ctx: Context, at: str) -> Version:
    """Return the highest final version among the tags that the commit `at` contains, else 0.0.0.

    On the main branch a line that was frozen counts as released. A project that has no tags yet and a final version in
    its pyproject.toml counts from that.
    """
    here, merged = ctx.git.tags(), ctx.git.tags(merged=at)
    remote_tags = ctx.git.remote_refs(ctx.config.remote).tags
    only_there = [
        name
        for name, commit in remote_tags.items()
        if name not in here
        and ctx.config.version_of(name)
        and ctx.git.commit_of(commit)
        and ctx.git.contains(at, commit)
    ]
    versions = filter(None, map(ctx.config.version_of, [*merged, *only_there]))
    finals = [version for version in versions if not version.is_prerelease]
    frozen = _frozen(ctx, at) if ctx.line == ctx.config.branch else []
    return max([*finals, *frozen]) if finals or frozen else _final_in(ctx, at) or ZERO


def _frozen(ctx: Context, at: str) -> list[Version]:
    """Return the first version of each line that was made from the history of a commit."""
    marks = ctx.git.marks.trailers((FROZEN,), at)
    named = (trailer.partition(": ")[2] for commit, trailer in marks if opens(ctx, commit))
    found = (version_said(f"{line}.0") for line in named)
    return [version for version in found if version]


def _final_in(ctx: Context, at: str) -> Version | None:
    """Return the version in the pyproject.toml of a commit, if it is a final one."""
    text = stated_version(ctx.git.file_at(at, "pyproject.toml") or "") or ctx.project.version
    version = parse_version(text) if text else None
    return version if version and not version.is_prerelease else None


def last_final(ctx: Context) -> Version | None:
    """Return the highest final version below that in hand among the tags here that was not given up, or None."""
    found = filter(None, map(ctx.config.version_of, ctx.git.tags()))
    finals = [each for each in found if not each.is_prerelease and ZERO < each < ctx.release.version]
    return next((each for each in sorted(finals, reverse=True) if not _given_up(ctx, each)), None)


def _given_up(ctx: Context, version: Version) -> bool:
    """Return whether a version that was tagged was given up on the line of the release in hand."""
    commit = ctx.git.tags()[ctx.tag_of(version)]
    return any(ctx.git.marks.aborted(commit, str(version), head) for head in ctx.heads(ctx.release.line))


def hotfix_base(ctx: Context, named: str) -> Version:
    """Return the final version that a hotfix starts from: the newest, or the newest of the line that is named."""
    tags = {*ctx.git.tags(), *ctx.git.remote_refs(ctx.config.remote).tags}
    finals = sorted(each for each in map(ctx.config.version_of, tags) if each and not each.is_prerelease)
    what = f"cannot make a hotfix from {named}" if named else "cannot make a hotfix"
    if not finals:
        raise ReleaseError(what, why="there is no release yet", run="inv release auto")
    if not named:
        return finals[-1]
    same = [each for each in finals if named.removeprefix("v") in (str(each), series(each))]
    if not same:
        why = f"there is no final release {named}; the newest is {finals[-1]}"
        raise ReleaseError(what, why=why, run=f"inv hotfix --from {finals[-1]} --reason outage --pick COMMIT")
    last = max(each for each in finals if series(each) == series(same[0]))
    if named not in (series(last), str(last), f"v{last}"):
        why = f"{last} is the newest of its line; {bumped(same[0], Bump.PATCH)} is taken"
        raise ReleaseError(what, why=why, run=f"inv hotfix --from {last} --reason outage --pick COMMIT")
    return last
