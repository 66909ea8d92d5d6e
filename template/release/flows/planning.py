"""Which release is in hand: the newest release commit of this line that is not complete, else the one asked for."""

from __future__ import annotations

from packaging.version import Version

from release.config import parse_config
from release.context import ABORTED, RELEASE, Context
from release.errors import ReleaseError
from release.model import PRE_RELEASES, ZERO, Bump, Release, bump_of, bumped, candidate, parse_version
from release.pipeline import pipeline
from release.project import parse_project, read_fragments
from release.step import State, Step
from release.steps.reopen import REOPEN


def steps_of(ctx: Context) -> tuple[Step, ...]:
    """Return the steps of the release in hand; its commit, once made, says by its release.toml which indexes."""
    indexes = ctx.indexes
    commit = ctx.release_commit()
    if commit:
        text = ctx.git.file_at(commit, "release.toml")
        names = {index.name for index in parse_config(text or "").index}
        indexes = tuple(index for index in indexes if index.name in names)
    return pipeline(ctx.release, indexes, ctx.config)


def newest(ctx: Context) -> Context | None:
    """Return the context with the newest release of this line in hand, complete or not; None when there was none."""
    found = []
    for head in ctx.heads(ctx.line):
        aborted: set[str] = set()
        for _, trailer in ctx.git.trailers((RELEASE, ABORTED), head):
            name, _, text = trailer.partition(": ")
            if name == ABORTED:
                aborted.add(text)
            elif text in aborted:
                aborted.remove(text)
            else:
                found.append(parse_version(text))
                break
    return ctx.taking(_release(ctx, max(found))) if found else None


def complete(ctx: Context) -> bool:
    """Return whether every step of the release in hand is done."""
    steps = steps_of(ctx)
    if steps[-1].name == REOPEN.name and REOPEN.observe(ctx).state is State.DONE:
        return True  # the line is opened again last, after every proof
    return all(step.observe(ctx).state is State.DONE for step in steps)


def take(ctx: Context, wanted: str, pre: str | None = None) -> Context:
    """Return the context with a release in hand: the one that is under way, else the one asked for.

    `wanted` is major, minor, patch, auto or a version. Raises ReleaseError when another release is under way.
    """
    under_way = newest(ctx)
    if under_way and not complete(under_way):
        _refuse_other(under_way, wanted, pre)
        ctx.report.say(f"{under_way.release} is in hand and not complete; going on with it")
        return under_way
    return ctx.taking(start(ctx, wanted, pre))


def start(ctx: Context, wanted: str, pre: str | None = None) -> Release:
    """Return the release that `wanted` means now, after the highest final tag that this line contains."""
    at = next(iter(ctx.heads(ctx.line)), None)
    return _release(ctx, _version(ctx, wanted, pre, base(ctx, at) if at else ZERO))


def base(ctx: Context, at: str) -> Version:
    """Return the highest final version among the tags that the commit `at` contains, else 0.0.0.

    A project that has no tags yet and a final version in its pyproject.toml counts from that.
    """
    here, merged = ctx.git.tags(), ctx.git.tags(merged=at)
    there = ctx.git.remote_refs(ctx.config.remote).tags
    only_there = [
        name
        for name, commit in there.items()
        if name not in here
        and ctx.config.version_of(name)
        and ctx.git.commit_of(commit)
        and ctx.git.contains(at, commit)
    ]
    versions = filter(None, map(ctx.config.version_of, [*merged, *only_there]))
    finals = [version for version in versions if not version.is_prerelease]
    return max(finals) if finals else _final_in(ctx, at) or ZERO


def _final_in(ctx: Context, at: str) -> Version | None:
    """Return the version in the pyproject.toml of a commit, if it is a final one."""
    text = parse_project(ctx.git.file_at(at, "pyproject.toml") or "").version or ctx.project.version
    version = parse_version(text) if text else None
    return version if version and not version.is_prerelease else None


def _version(ctx: Context, wanted: str, pre: str | None, base: Version) -> Version:
    words = [bump.value for bump in Bump]
    if wanted == "auto":
        version = bumped(base, bump_of(read_fragments(ctx.root, ctx.project.notes), base))
    elif wanted in words:
        version = bumped(base, Bump(wanted))
    elif wanted[:1].isdigit():
        version = parse_version(wanted)
    else:
        raise ReleaseError(
            f'cannot release "{wanted}"',
            why=f"it is neither a version nor one of {', '.join(words)}, auto",
            run="inv release minor",
        )
    if pre is None:
        return version
    return candidate(
        version, pre, filter(None, map(ctx.config.version_of, ctx.git.remote_refs(ctx.config.remote).tags))
    )


def _release(ctx: Context, version: Version) -> Release:
    return Release(ctx.project.canonical, version, ctx.line, ctx.config.tag_of(version))


def _refuse_other(ctx: Context, wanted: str, pre: str | None) -> None:
    """Raise ReleaseError when `wanted` is not the release in hand; auto always is."""
    version = ctx.release.version
    if wanted == "auto" and pre is None:
        return
    asked = _version(ctx, wanted, None, base(ctx, f"{ctx.release_commit()}^"))
    letter = version.pre[0] if version.pre else None
    if asked.base_version != version.base_version or letter != PRE_RELEASES.get(pre or ""):
        raise ReleaseError(
            f"cannot release {wanted}: {asked}",
            why=f"{ctx.release} is in hand and not complete",
            run=f"inv release auto      (finishes {version}; inv status shows what is left)",
        )
