"""Which release is in hand: the newest release commit of this line that is not complete, else the one asked for."""

from __future__ import annotations

from dataclasses import replace

from packaging.version import InvalidVersion, Version

from release.adapters.git.committed_config import config_at
from release.approvals.stage_approvals import waivers
from release.base.errors import ReleaseError
from release.base.model import PRE_RELEASES, Release, parse_version
from release.branches.unmerged_fixes import owed_by
from release.config.toml_schema import missing
from release.context import ABORTED, RELEASE, REOPENED, Context
from release.engine.begun_release import begun_in
from release.engine.step import State, Step
from release.pipeline import pipeline
from release.repository.pull_requests import PROPOSED
from release.steps.next_dev_version import REOPEN
from release.versioning.next_version import belongs, version_wanted


def steps_of(ctx: Context) -> tuple[Step, ...]:
    """Return the steps of the release in hand; its commit says, by its release.toml, where it goes to."""
    indexes, config = ctx.indexes, ctx.config
    commit = ctx.release_commit()
    made_with = config_at(ctx.git, commit) if commit else None
    if made_with:
        names = {index.name for index in made_with.index}
        indexes = tuple(index for index in indexes if index.name in names)
        config = config if made_with.forge.shows else replace(config, forge=made_with.forge)
    returns_to = owed_by(ctx, ctx.release.version) if _returns(ctx) else []
    return pipeline(ctx.release, indexes, config, [branch for branch in returns_to if branch != ctx.release.line])


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


def _returns(ctx: Context) -> bool:
    """Return whether the release in hand has to come back to other branches."""
    return ctx.release.final and ctx.release.line != ctx.config.branch


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
            elif belongs(ctx, parse_version(text)):
                found.append(parse_version(text))
                break
    found += _proposed(ctx)
    return ctx.taking(_release(ctx, max(found))) if found else None


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
        commit = ctx.git.commit_with(RELEASE, str(version), str(ctx.git.bring(remote, branch)))
        if commit and not ctx.git.contains(head, commit) and ctx.git.contains(head, f"{commit}^"):
            found.append(version)
    return found


def _version_in(branch: str) -> Version | None:
    """Return the version that a branch proposes; None for any other branch."""
    text = branch.removeprefix(PROPOSED) if branch.startswith(PROPOSED) else ""
    try:
        return Version(text)
    except InvalidVersion:
        return None


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
    if not ctx.configured:
        raise missing()
    ctx = replace(ctx, waived=waivers(ctx))
    under_way = newest(ctx)
    if under_way and not complete(under_way):
        _refuse_other(under_way, wanted, pre)
        ctx.report.say(f"{under_way.release} is in hand and not complete; going on with it")
        return under_way
    if under_way and (why := _why_done(under_way, wanted, pre)):
        ctx.report.say(why)
        return under_way
    return ctx.taking(start(ctx, wanted, pre))


def _why_done(found: Context, wanted: str, pre: str | None) -> str:
    """Return why the release in hand, which is complete, is all that is asked for; empty where another is meant."""
    release, version = found.release, found.release.version
    begun = begun_in(found)
    if begun and begun.repeated(found, wanted, pre):
        return f"{release} is what the command that was stopped here made, and it is complete"
    if pre is None and wanted[:1].isdigit() and parse_version(wanted) == version:
        return f"{release} is complete"
    letter = version.pre[0] if version.pre else None
    if letter == PRE_RELEASES.get(pre or "") and _nothing_since(found) and (pre or _means(found, wanted)):
        return f"nothing came in since {release}"
    return ""


def _nothing_since(found: Context) -> bool:
    """Return whether nothing came in since the release in hand but merges and what opened the branch again."""
    commit, heads = found.release_commit(), found.heads(found.release.line)
    opened = found.commit_with(REOPENED, found.release.version)
    since = [found.git.read("rev-list", "--no-merges", "--max-count=2", f"{commit}..{head}").split() for head in heads]
    return all(set(each) <= {opened} for each in since)


def _means(found: Context, wanted: str) -> bool:
    """Return whether `wanted` meant the release in hand when it was begun; auto always did."""
    return wanted == "auto" or version_wanted(found, wanted, None, at=_before(found)) == found.release.version


def start(ctx: Context, wanted: str, pre: str | None = None) -> Release:
    """Return the release that `wanted` means now, on this line."""
    return _release(ctx, version_wanted(ctx, wanted, pre))


def _release(ctx: Context, version: Version) -> Release:
    return Release(ctx.project.canonical, version, ctx.line, ctx.config.tag_of(version))


def _refuse_other(ctx: Context, wanted: str, pre: str | None) -> None:
    """Raise ReleaseError when `wanted` is not the release in hand; auto always is."""
    version = ctx.release.version
    if wanted == "auto" and pre is None:
        return
    asked = version_wanted(ctx, wanted, None, at=_before(ctx))
    letter = version.pre[0] if version.pre else None
    if asked.base_version != version.base_version or letter != PRE_RELEASES.get(pre or ""):
        raise ReleaseError(
            f"cannot release {wanted}: {asked}",
            why=f"{ctx.release} is in hand and not complete",
            run=f"inv release auto      (finishes {version}; inv status shows what is left)",
        )


def _before(ctx: Context) -> str | None:
    """Return the commit that the release in hand was started from; None where it has no commit that is known."""
    commit = ctx.release_commit()
    if commit is None:
        proposed = ctx.git.bring(ctx.config.remote, f"{PROPOSED}{ctx.release.version}")
        commit = proposed and ctx.git.commit_with(RELEASE, str(ctx.release.version), proposed)
    return f"{commit}^" if commit else None
