"""Which releases there are: the newest of this line, one that was tagged, and the one that is asked for."""

from __future__ import annotations

from dataclasses import replace

from packaging.version import Version

from release.adapters.git.committed_config import config_at
from release.adapters.git.marks import RELEASE
from release.context import Context
from release.repository.pull_requests import PROPOSED
from release.values.release import Release
from release.values.version_numbers import version_said
from release.versioning.next_version import belongs, version_wanted


def of_version(ctx: Context, version: Version) -> Context:
    """Return the context with a release that was tagged in hand, and the indexes that its own release.toml names."""
    ctx = ctx.taking(_release(ctx, version))
    tag = ctx.release.tag
    commit = ctx.git.commit_of(f"refs/tags/{tag}") or ctx.git.remote_refs(ctx.config.remote).tags.get(tag)
    made_with = config_at(ctx.git, commit) if commit and ctx.git.commit_of(commit) else None
    if made_with is None:
        return ctx
    named = {each.name for each in made_with.index}
    return replace(ctx, indexes=tuple(each for each in ctx.indexes if each.name in named))


def newest(ctx: Context) -> Context | None:
    """Return the context with the newest release of this line in hand, complete or not; None when there was none."""
    found = [version for head in ctx.heads(ctx.line) if (version := _newest_at(ctx, head))]
    found += _proposed(ctx)
    return ctx.taking(_release(ctx, max(found))) if found else None


def _newest_at(ctx: Context, head: str) -> Version | None:
    """Return the version of the newest release commit in the history of `head` that was not taken back."""
    for commit, trailer in ctx.git.marks.trailers((RELEASE,), head):
        version = version_said(trailer.removeprefix(f"{RELEASE}: "))
        if version and belongs(ctx, version) and not ctx.git.marks.aborted(commit, str(version), head):
            return version
    return None


def _proposed(ctx: Context) -> list[Version]:
    """Return the versions that wait to be merged into this line: their commits stand on it, and are not in it."""
    if not ctx.config.takes_requests(ctx.line):
        return []
    remote = ctx.config.remote
    head = ctx.git.bring(remote, ctx.line)
    found = []
    for branch in ctx.git.remote_refs(remote).branches:
        version = _version_in(branch)
        if head is None or version is None or not belongs(ctx, version):
            continue
        commit = ctx.git.marks.commit_with(RELEASE, str(version), str(ctx.git.bring(remote, branch)))
        if commit and not ctx.git.contains(head, commit) and ctx.git.contains(head, f"{commit}^"):
            found.append(version)
    return found


def _version_in(branch: str) -> Version | None:
    """Return the version that a branch proposes; None for any other branch."""
    return version_said(branch.removeprefix(PROPOSED)) if branch.startswith(PROPOSED) else None


def start(ctx: Context, wanted: str, pre: str | None = None) -> Release:
    """Return the release that `wanted` means now, on this line."""
    return _release(ctx, version_wanted(ctx, wanted, pre))


def _release(ctx: Context, version: Version) -> Release:
    return Release(ctx.project.canonical, version, ctx.line, ctx.config.tag_of(version))
