"""The order of a release: which steps, after which gates, why each stands where it does, and how far one has come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from release.adapters.git.committed_config import config_at
from release.adapters.git.marks import RELEASE, REOPENED
from release.adapters.index.simple_api import Index
from release.approvals.policy import under_policy
from release.approvals.stage_approvals import judged_at
from release.approvals.waivers import waivers
from release.base.errors import ReleaseError
from release.branches.unmerged_fixes import owed_by
from release.config.release_toml import Config
from release.config.toml_schema import missing
from release.context import Context
from release.current_release import newest, start
from release.engine.begun_release import begun_in
from release.engine.gate import Gate
from release.engine.step import State, Step
from release.gate_order import (
    ENVIRONMENT,
    FORGE,
    INDEX,
    PUBLISHED,
    about_to_tag,
    asking,
    before_all,
    proof,
    shows,
)
from release.gates import index_access
from release.repository.pull_requests import PROPOSED
from release.steps.build import BUILD, BUILD_TO_SHOW, DOWNLOADED, DOWNLOADED_TO_SHOW
from release.steps.commit import COMMIT
from release.steps.commit_by_request import PROPOSE
from release.steps.draft_forge_release import DRAFT
from release.steps.merge_into import merge_back_to
from release.steps.publish_forge_release import REVEAL
from release.steps.reopen_line import REOPEN, opened_again
from release.steps.tag import TAG
from release.steps.upload import upload_to
from release.steps.wait_for_ci import wait_for
from release.values.release import Release
from release.values.version_numbers import PRE_RELEASES, parse_version
from release.versioning.next_version import reopens, version_wanted


def pipeline(
    release: Release, indexes: Sequence[Index], config: Config, returns_to: Sequence[str] = ()
) -> tuple[Step, ...]:
    """Return the steps of `release` in their order; `returns_to` are the branches that have to have it, too."""
    shown = shows(config)
    last = [REVEAL] if shown else []
    last += [merge_back_to(branch) for branch in returns_to]
    last += [REOPEN] if reopens(release, config) else []
    proven = asking(PUBLISHED if indexes and config.verify else ())
    return (
        # First: later steps need a commit to stand on. It is still private, or only a branch that asks to be merged.
        replace(PROPOSE if config.takes_requests(release.line) else COMMIT, gates=before_all),
        # Before the tag: the tag records the hashes of what was built. Without an index there is nobody to build for.
        *([BUILD_TO_SHOW if shown else BUILD] if indexes else []),
        # After the checks: from here on others see it. Branch and tag at once, so that two people cannot both win.
        replace(TAG, gates=about_to_tag(config, built=bool(indexes and config.check))),
        # Before the upload: what the forge does not take is better known while all can be taken back.
        *([DRAFT] if shown else []),
        # The one-way door: an uploaded file name is spent for ever. With CI, the workflow of the tag passes it.
        *(wait_for(each) if config.publish == "ci" else _upload(each) for each in indexes),
        # Last, and after the proof: what the forge shows can be installed, what is merged was published, and a line
        # that is open again says that all is done.
        *(replace(step, gates=proven) if number == 0 else step for number, step in enumerate(last)),
    )


def _upload(each: Index) -> Step:
    return replace(upload_to(each), gates=asking((index_access.AGE,)))


def to_index(ctx: Context) -> tuple[Step, ...]:
    """Return the steps that bring a tagged release to the indexes of the context."""
    asked = tuple(gate for gate in INDEX if gate is not index_access.VERSION_FREE)
    return (
        replace(BUILD, gates=asking((*ENVIRONMENT, *asked))),  # built again where it is gone, and compared
        *map(_upload, ctx.indexes),
    )


def from_tag(ctx: Context) -> tuple[Step, ...]:
    """Return the steps of CI for a release that is tagged; the release itself was asked for before its tag."""
    asked = (*ENVIRONMENT, *(gate for gate in INDEX if gate is not index_access.VERSION_FREE), index_access.AGE)
    uploads = list(map(_upload, ctx.indexes))
    shown = ctx.config.forge.shows
    return (
        *([BUILD] if uploads else []),
        *([replace(DRAFT, gates=asking(FORGE))] if shown else []),
        *(replace(each, gates=asking(asked)) for each in uploads[:1]),
        *uploads[1:],
        *([replace(REVEAL, gates=proof)] if shown else []),
    )


def upload_from_tag(ctx: Context) -> tuple[Step, ...]:
    """Return the steps of the job of CI that has an identity: it uploads what another job has built, and no more."""
    asked = (*(gate for gate in INDEX if gate is not index_access.VERSION_FREE), index_access.AGE)
    uploads = list(map(_upload, ctx.indexes))
    return (DOWNLOADED, *(replace(each, gates=asking(asked)) for each in uploads[:1]), *uploads[1:])


def page_from_tag(ctx: Context) -> tuple[Step, ...]:
    """Return the steps of the job of CI that may write to the forge: it shows what was uploaded and proven before."""
    if not ctx.config.forge.shows:
        return ()
    return (*([DOWNLOADED_TO_SHOW] if ctx.indexes else []), replace(DRAFT, gates=asking(FORGE)), REVEAL)


def closing(ctx: Context, did: Sequence[Step] = ()) -> tuple[Gate, ...]:
    """Return the gates asked after the last step, of which `did` had to be done, where none of those carried them.

    A page that is public and a branch that is open again were so only after them; a merge-back that conflicts was not.
    """
    if shows(ctx.config) or reopens(ctx.release, ctx.config):
        return ()
    asked = {gate.name for step in did if step.one_way for gate in step.gates(ctx)}
    return tuple(gate for gate in proof(ctx) if gate.name not in asked)


@dataclass(frozen=True)
class InProgress:
    """A release that a command works at: its context, its commit if that was there before, and its steps."""

    ctx: Context
    commit: str | None
    steps: tuple[Step, ...]

    @property
    def gates(self) -> list[Gate]:
        """The gates before its steps."""
        return [gate for step in self.steps for gate in step.gates(self.ctx)]

    def step(self, key: str) -> Step:
        """Return the step with a key; every release has one."""
        return next(step for step in self.steps if step.key == key)

    def until(self, last: Step) -> tuple[Step, ...]:
        """Return the steps up to a certain one."""
        return self.steps[: [step.key for step in self.steps].index(last.key) + 1]

    def complete(self) -> bool:
        """Return whether every step is done."""
        if self.steps[-1].key == REOPEN.key and opened_again(self.ctx):
            return True  # the line is opened again last, after every proof
        return all(step.observe(self.ctx).state is State.DONE for step in self.steps)


def in_progress(ctx: Context) -> InProgress:
    """Return the release in hand with its steps; its commit says, by its release.toml, where it goes to."""
    indexes, config = ctx.indexes, ctx.config
    commit = ctx.release_commit()
    made_with = config_at(ctx.git, commit) if commit else None
    if made_with:
        names = {index.name for index in made_with.index}
        indexes = tuple(index for index in indexes if index.name in names)
        config = config if made_with.forge.shows else replace(config, forge=made_with.forge)
    returns_to = owed_by(ctx, ctx.release.version) if _returns(ctx) else []
    steps = pipeline(ctx.release, indexes, config, [branch for branch in returns_to if branch != ctx.release.line])
    return InProgress(ctx, commit, steps)


def _returns(ctx: Context) -> bool:
    """Return whether the release in hand has to come back to other branches."""
    return ctx.release.final and ctx.release.line != ctx.config.branch


def complete(ctx: Context) -> bool:
    """Return whether every step of the release in hand is done."""
    return in_progress(ctx).complete()


def take(ctx: Context, wanted: str, pre: str | None = None) -> Context:
    """Return the context with a release in hand: the one that is under way, else the one asked for.

    `wanted` is major, minor, patch, auto or a version. Raises ReleaseError when another release is under way.
    """
    if not ctx.configured:
        raise missing()
    under_way = newest(ctx)
    if under_way and not complete(under_way):
        _refuse_other(under_way, wanted, pre)
        ctx.report.say(f"{under_way.release} is in progress; continuing with it")
        return judged(under_way)
    if under_way and (why := _why_done(under_way, wanted, pre)):
        ctx.report.say(why)
        return judged(under_way)
    return judged(ctx.taking(start(ctx, wanted, pre)))


def judged(ctx: Context) -> Context:
    """Return the context of a release with the rules and the waivers that count for it."""
    ctx = under_policy(ctx)
    return replace(ctx, waived=waivers(ctx, judged_at(ctx)))


def _why_done(found: Context, wanted: str, pre: str | None) -> str:
    """Return why the release in hand, which is complete, is all that is asked for; empty where another is meant."""
    release, version = found.release, found.release.version
    begun = begun_in(found.git)
    if begun and begun.repeated(found, wanted, pre):
        return f"{release} was made by the interrupted command, and it is complete"
    if pre is None and wanted[:1].isdigit() and parse_version(wanted) == version:
        return f"{release} is complete"
    if _nothing_since(found) and same_words(found, wanted, pre):
        return f"no changes since {release}"
    return ""


def same_words(found: Context, wanted: str, pre: str | None) -> bool:
    """Return whether the release in hand, which is complete, may have been asked for by these words."""
    version = found.release.version
    letter = version.pre[0] if version.pre else None
    return letter == PRE_RELEASES.get(pre or "") and bool(pre or _means(found, wanted))


def _nothing_since(found: Context) -> bool:
    """Return whether only merges and what reopened the branch came after the release in progress."""
    commit, heads = found.release_commit(), found.heads(found.release.line)
    opened = found.commit_with(REOPENED, found.release.version)
    since = [found.git.read("rev-list", "--no-merges", "--max-count=2", f"{commit}..{head}").split() for head in heads]
    return all(set(each) <= {opened} for each in since)


def _means(found: Context, wanted: str) -> bool:
    """Return whether `wanted` meant the release in hand when it was begun; auto always did."""
    return wanted == "auto" or version_wanted(found, wanted, None, at=_before(found)) == found.release.version


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
            why=f"{ctx.release} is in progress",
            run=f"inv release auto      (completes {version}; inv status shows the remaining steps)",
        )


def _before(ctx: Context) -> str | None:
    """Return the commit that the release in hand was started from; None where it has no commit that is known."""
    commit = ctx.release_commit()
    if commit is None:
        proposed = ctx.git.bring(ctx.config.remote, f"{PROPOSED}{ctx.release.version}")
        commit = proposed and ctx.git.marks.commit_with(RELEASE, str(ctx.release.version), proposed)
    return f"{commit}^" if commit else None
