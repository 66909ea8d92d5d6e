"""The order of a release: which steps, after which gates, and why each stands where it does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from release.adapters.index.simple_api import Index
from release.base.model import Release
from release.config.release_toml import Config
from release.context import Context
from release.engine.gate import Gate
from release.engine.step import Step
from release.gates import (
    approvals_and_branches,
    built_files,
    ci_environment,
    dependency_licences,
    forge_access,
    index_access,
    machine,
    previous_release,
    project_sessions,
    published_files,
    release_notes,
    security,
    version_choice,
    working_tree,
)
from release.gates.configured_gates import as_configured, own_gates, refuse_unknown_changes
from release.steps.build import BUILD, BUILD_TO_SHOW
from release.steps.commit import COMMIT
from release.steps.commit_by_request import PROPOSE
from release.steps.draft_forge_release import DRAFT
from release.steps.merge_into import merge_back_to
from release.steps.next_dev_version import REOPEN
from release.steps.publish_forge_release import REVEAL
from release.steps.tag import TAG
from release.steps.upload import upload_to
from release.steps.wait_for_ci import wait_for

START: tuple[Gate, ...] = (
    working_tree.CLEAN,  # the release commit moves the branch, and what is not committed would not be in it
    working_tree.FINISHED,  # a merge that is open would end up in the release commit
    working_tree.LINE,  # a release from a topic branch would never reach the others
    working_tree.IN_SYNC,  # a push that will be refused is better refused now
    working_tree.IDENTITY,  # commit and tag need a name
    working_tree.SIGNING,  # and a key, where git is told to sign
    working_tree.MARKERS,  # a merge or an update that was committed unfinished
    working_tree.TAG_FREE,
    version_choice.HIGHER,
    version_choice.AGREED,  # the bump changes the files that say the version now, not those that say another
    version_choice.LARGE_ENOUGH,
    release_notes.CHANGELOG,
)
FINAL_NOTES = (
    release_notes.FRAGMENTS,
    release_notes.READABLE,
)  # a candidate may have none; a final tells its users what changed
ENVIRONMENT = (machine.TOOLS, machine.DISK)
INDEX = (
    index_access.VERSION_FREE,  # also shows that every index answers before anything changes
    index_access.NAME_OURS,
    index_access.ACCOUNT,  # a wrong password is better found before the tag than at the upload
    machine.CLOCK,
    machine.UPLOADS_ARRIVE,
)
UPLOADING = (index_access.ACCOUNT, machine.UPLOADS_ARRIVE)  # asked only where an upload is made
FORGE = (
    forge_access.ACCOUNT,  # a token that lacks a right is better found before the tag than after the upload
    forge_access.PAGE,
)
FREEZE = (
    working_tree.CLEAN,
    working_tree.FINISHED,
    working_tree.LINE,
    working_tree.IN_SYNC,
    working_tree.IDENTITY,
    working_tree.SIGNING,
    working_tree.MARKERS,
)
PROCESS = (
    approvals_and_branches.FROZEN,
    approvals_and_branches.STAGES,
    approvals_and_branches.CANDIDATE,
    approvals_and_branches.APPROVED,
    approvals_and_branches.MERGED_BACK,
)
SECURITY = (security.SECRETS, security.RISKY_CODE, security.WORKFLOWS, security.AUDIT)
DISTRIBUTIONS = (
    built_files.NAMES,
    built_files.METADATA,
    built_files.CONTENTS,
    built_files.STRAY,
    previous_release.SIZE,
    security.SECRETS_INSIDE,
    built_files.INSTALLS,
    built_files.SDIST_INSTALLS,
    previous_release.UPGRADE,
    dependency_licences.LICENCES,
    built_files.REPRODUCIBLE,
)
PUBLISHED = (published_files.BYTES, published_files.INSTALLABLE)


EVERY = (
    *START,
    *PROCESS,
    *FINAL_NOTES,
    *ENVIRONMENT,
    *INDEX,
    forge_access.THERE,
    *FORGE,
    version_choice.API,
    *SECURITY,
    *DISTRIBUTIONS,
    *PUBLISHED,
    index_access.AGE,
    ci_environment.ENVIRONMENT,
)


def pipeline(
    release: Release, indexes: Sequence[Index], config: Config, returns_to: Sequence[str] = ()
) -> tuple[Step, ...]:
    """Return the steps of `release` in their order; `returns_to` are the branches that have to have it, too."""
    shown = _shows(config)
    last = [REVEAL] if shown else []
    last += [merge_back_to(branch) for branch in returns_to]
    last += [REOPEN] if reopens(release, config) else []
    proven = _asking(PUBLISHED if indexes and config.verify else ())
    return (
        # First: later steps need a commit to stand on. It is still private, or only a branch that asks to be merged.
        replace(PROPOSE if config.takes_requests(release.line) else COMMIT, gates=before_all),
        # Before the tag: the tag records the hashes of what was built. Without an index there is nobody to build for.
        *([BUILD_TO_SHOW if shown else BUILD] if indexes else []),
        # After the checks: from here on others see it. Branch and tag at once, so that two people cannot both win.
        replace(TAG, gates=_asking(DISTRIBUTIONS if indexes and config.check else ())),
        # Before the upload: what the forge does not take is better known while all can be taken back.
        *([DRAFT] if shown else []),
        # The one-way door: an uploaded file name is spent for ever. With CI, the workflow of the tag passes it.
        *(wait_for(each) if config.publish == "ci" else _upload(each) for each in indexes),
        # Last, and after the proof: what the forge shows can be installed, what is merged was published, and a line
        # that is open again says that all is done.
        *(replace(step, gates=proven) if number == 0 else step for number, step in enumerate(last)),
    )


def to_index(ctx: Context) -> tuple[Step, ...]:
    """Return the steps that bring a tagged release to the indexes of the context."""
    asked = tuple(gate for gate in INDEX if gate is not index_access.VERSION_FREE)
    return (
        replace(BUILD, gates=_asking((*ENVIRONMENT, *asked))),  # built again where it is gone, and compared
        *map(_upload, ctx.indexes),
    )


def from_tag(ctx: Context) -> tuple[Step, ...]:
    """Return the steps of CI for a release that is tagged; the release itself was asked for before its tag."""
    asked = (*ENVIRONMENT, *(gate for gate in INDEX if gate is not index_access.VERSION_FREE), index_access.AGE)
    uploads = list(map(_upload, ctx.indexes))
    shown = ctx.config.forge.shows
    return (
        *([BUILD] if uploads else []),
        *([replace(DRAFT, gates=_asking(FORGE))] if shown else []),
        *(replace(each, gates=_asking(asked)) for each in uploads[:1]),
        *uploads[1:],
        *([replace(REVEAL, gates=proof)] if shown else []),
    )


def checks(ctx: Context) -> tuple[Gate, ...]:
    """Return what is asked of the distributions of a release that is tagged already."""
    return as_configured(ctx, DISTRIBUTIONS) if ctx.config.check else ()


def _shows(config: Config) -> bool:
    """Return whether the forge release is made by the command that makes the tag; in CI, the workflow makes it."""
    return config.forge.shows and config.publish == "here"


def _upload(each: Index) -> Step:
    return replace(upload_to(each), gates=_asking((index_access.AGE,)))


def reopens(release: Release, config: Config) -> bool:
    """Return whether the line goes on after a release: not after a candidate, and not on the branch of a hotfix."""
    return release.final and config.reopen and release.stage != "hotfix"


def _process(ctx: Context) -> tuple[Gate, ...]:
    """Return the gates of the process around a release that concern this one: a project without freezes sees none."""
    stage = ctx.config.stage(ctx.release.stage)
    there = ctx.git.remote_refs(ctx.config.remote)
    head = next(iter(ctx.heads(ctx.release.line)), None)
    elsewhere = {tag for tag in ctx.git.tags() if ctx.config.version_of(tag)} - set(ctx.git.tags(merged=head))
    lines = any(map(ctx.config.line_of, there.branches))
    concerns = {
        approvals_and_branches.FROZEN: ctx.config.line_of(ctx.release.line),
        approvals_and_branches.STAGES: ctx.config.types,
        approvals_and_branches.CANDIDATE: approvals_and_branches.candidates(ctx),
        approvals_and_branches.APPROVED: stage.roles or stage.people,
        approvals_and_branches.MERGED_BACK: ctx.release.stage == "production" and (elsewhere or lines),
    }
    return tuple(gate for gate in PROCESS if concerns[gate])


def before_all(ctx: Context) -> tuple[Gate, ...]:
    """Return what is asked before anything changes: cheap questions first, in the order in which they are told."""
    final_notes = FINAL_NOTES if ctx.release.final else ()
    by_ci = ctx.config.publish == "ci"
    index_gates = tuple(each for each in INDEX if not (by_ci and each in UPLOADING))
    asked = (
        *START,
        *_process(ctx),
        *final_notes,
        *ENVIRONMENT,
        *(index_gates if ctx.indexes else ()),
        *((ci_environment.ENVIRONMENT,) if by_ci and ctx.config.forge.environment else ()),
        *((forge_access.THERE,) if ctx.forge_missed else ()),
        *(FORGE if _shows(ctx.config) else ()),
        version_choice.API,
        *project_sessions.sessions(ctx),
        *SECURITY,
    )
    refuse_unknown_changes(ctx, (*EVERY, *asked))
    return (*as_configured(ctx, asked), *own_gates(ctx))


def before_freeze(ctx: Context) -> tuple[Gate, ...]:
    """Return what is asked before a line is made: a freeze of a red main branch would be thawed the next day."""
    stage = ctx.config.stage(ctx.release.stage)
    approval = (approvals_and_branches.APPROVED,) if stage.roles or stage.people else ()
    there = ctx.git.remote_refs(ctx.config.remote)
    back = (approvals_and_branches.MERGED_BACK,) if any(map(ctx.config.line_of, there.branches)) else ()
    asked = (*FREEZE, *approval, *back, *project_sessions.sessions(ctx))
    return (*as_configured(ctx, asked), *own_gates(ctx))


def closing(ctx: Context, did: Sequence[Step] = ()) -> tuple[Gate, ...]:
    """Return the gates asked after the last step, of which `did` had to be done, where none of those carried them.

    A page that is public and a branch that is open again were so only after them; a merge-back that conflicts was not.
    """
    if _shows(ctx.config) or reopens(ctx.release, ctx.config):
        return ()
    asked = {gate.name for step in did if step.one_way for gate in step.gates(ctx)}
    return tuple(gate for gate in proof(ctx) if gate.name not in asked)


def proof(ctx: Context) -> tuple[Gate, ...]:
    """Return the gates that prove what the indexes serve."""
    return as_configured(ctx, PUBLISHED) if ctx.config.verify else ()


def _asking(gates: tuple[Gate, ...]) -> Callable[[Context], tuple[Gate, ...]]:
    return lambda ctx: as_configured(ctx, gates)
