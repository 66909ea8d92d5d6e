"""The gates of a release in their order, and why each is asked where it is."""

from __future__ import annotations

from collections.abc import Callable

from release.config.release_toml import Config
from release.context import Context
from release.engine.gate import Gate
from release.gates import (
    announcement_channels,
    approvals_and_branches,
    built_files,
    ci_environment,
    demands,
    dependency_licences,
    earlier_releases,
    forge_access,
    index_access,
    machine,
    measured_project,
    planned_release_gates,
    previous_release,
    project_sessions,
    promised_wheels,
    published_files,
    release_notes,
    security,
    signing,
    version_choice,
    version_files,
    working_tree,
)
from release.gates.configured_gates import as_configured, own_gates, refuse_same_name, refuse_unknown_changes

START: tuple[Gate, ...] = (
    working_tree.CLEAN,  # the release commit moves the branch, and what is not committed would not be in it
    working_tree.FINISHED,  # a merge that is open would end up in the release commit
    working_tree.LINE,  # a release from a topic branch would never reach the others
    working_tree.IN_SYNC,  # a push that will be refused is better refused now
    working_tree.IDENTITY,  # commit and tag need a name
    signing.SIGNING,  # and a key, where git is told to sign
    working_tree.MARKERS,  # a merge or an update that was committed unfinished
    working_tree.TAG_FREE,
    version_choice.HIGHER,
    version_choice.AGREED,  # the bump changes the files that say the version now, not those that say another
    version_files.VERSION_FILES,  # a next .dev0 that cannot be written leaves the branch half open after the upload
    version_choice.LARGE_ENOUGH,
    release_notes.CHANGELOG,
)
FINAL_NOTES = (
    release_notes.UNRELEASED,  # texts that a project wrote by hand would stay above its new section
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
    signing.SIGNING,
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
ANNOUNCING = (announcement_channels.CHANNELS,)  # what cannot be sent is better known before all is public
DEMANDS = (demands.ATTESTED, demands.RECORDED, demands.IMAGES, demands.SBOM)
PUBLISHED = (published_files.BYTES, published_files.INSTALLABLE)


EVERY = (
    *START,
    *PROCESS,
    *planned_release_gates.EVERY,
    *FINAL_NOTES,
    *ENVIRONMENT,
    *INDEX,
    forge_access.THERE,
    *FORGE,
    forge_access.FILES,
    *ANNOUNCING,
    version_choice.API,
    *SECURITY,
    *DISTRIBUTIONS,
    *DEMANDS,
    *PUBLISHED,
    index_access.AGE,
    ci_environment.ENVIRONMENT,
    *earlier_releases.EVERY,
    *measured_project.EVERY,
    *promised_wheels.EVERY,
)


def of_preflight(ctx: Context) -> tuple[Gate, ...]:
    """Return what only a preflight asks: what is wrong with earlier releases never stops the next one."""
    return as_configured(ctx, earlier_releases.concerning(ctx))


def before_all(ctx: Context) -> tuple[Gate, ...]:
    """Return what is asked before anything changes: cheap questions first, in the order in which they are told."""
    final_notes = FINAL_NOTES if ctx.release.final else ()
    by_ci = ctx.config.publish == "ci"
    index_gates = tuple(each for each in INDEX if not (by_ci and each in UPLOADING))
    asked = (
        *START,
        *process(ctx),
        *planned_release_gates.concerning(ctx),
        *final_notes,
        *ENVIRONMENT,
        *(index_gates if ctx.indexes else ()),
        *((ci_environment.ENVIRONMENT,) if by_ci and ctx.config.forge.environment else ()),
        *((demands.ATTESTED,) if ctx.config.demands.attestations and ctx.indexes else ()),
        *((demands.IMAGES,) if ctx.config.demands.images else ()),
        *((forge_access.THERE,) if ctx.forge_missed else ()),
        *(FORGE if shows(ctx.config) else ()),
        *forge_files(ctx.config),
        *(ANNOUNCING if any(each.announces(ctx.release.stage) for each in ctx.config.announce) else ()),
        version_choice.API,
        *project_sessions.sessions(ctx),
        *measured_project.concerning(ctx),
        *measured_project.of_documentation(ctx),
        *SECURITY,
    )
    refuse_unknown_changes(ctx, (*EVERY, *asked))
    return (*as_configured(ctx, asked), *_own(ctx))


def _own(ctx: Context) -> tuple[Gate, ...]:
    """Return the gates that the project adds."""
    own = own_gates(ctx)
    refuse_same_name(own, EVERY)
    return own


def process(ctx: Context) -> tuple[Gate, ...]:
    """Return the gates of the process around a release that concern this one: a project without freezes sees none."""
    stage = ctx.config.stage(ctx.release.stage)
    refs = ctx.git.remote_refs(ctx.config.remote)
    head = ctx.base_commit()
    elsewhere = {tag for tag in ctx.git.tags() if ctx.config.version_of(tag)} - set(ctx.git.tags(merged=head))
    lines = any(map(ctx.config.line_of, refs.branches))
    concerns = {
        approvals_and_branches.FROZEN: ctx.config.line_of(ctx.release.line),
        approvals_and_branches.STAGES: ctx.config.types,
        approvals_and_branches.CANDIDATE: approvals_and_branches.candidates(ctx),
        approvals_and_branches.APPROVED: stage.roles or stage.people,
        approvals_and_branches.MERGED_BACK: ctx.release.stage == "production" and (elsewhere or lines),
    }
    return tuple(gate for gate in PROCESS if concerns[gate])


def in_git(ctx: Context) -> tuple[Gate, ...]:
    """Return what git alone shows of a release that is tagged: that it was approved, and kept to freeze and stages."""
    shown = (
        approvals_and_branches.FROZEN,
        approvals_and_branches.STAGES,
        approvals_and_branches.CANDIDATE,
        approvals_and_branches.APPROVED,
    )
    return as_configured(ctx, (gate for gate in process(ctx) if gate in shown))


def before_freeze(ctx: Context) -> tuple[Gate, ...]:
    """Return what is asked before a line is made: a freeze of a red main branch would be thawed the next day."""
    stage = ctx.config.stage(ctx.release.stage)
    approval = (approvals_and_branches.APPROVED,) if stage.roles or stage.people else ()
    refs = ctx.git.remote_refs(ctx.config.remote)
    back = (approvals_and_branches.MERGED_BACK,) if any(map(ctx.config.line_of, refs.branches)) else ()
    planned = planned_release_gates.concerning(ctx)
    asked = (*FREEZE, *approval, *back, *planned, *project_sessions.sessions(ctx))
    return (*as_configured(ctx, asked), *_own(ctx))


def checks(ctx: Context) -> tuple[Gate, ...]:
    """Return what is asked of the distributions of a release that is tagged already."""
    return as_configured(ctx, (*promised_wheels.concerning(ctx), *DISTRIBUTIONS)) if ctx.config.check else ()


def before_tag(config: Config) -> tuple[Gate, ...]:
    """Return what is asked of further files of the forge release and of facts for the SBOM, before the tag."""
    recorded = (demands.RECORDED,) if config.demands.assets and config.forge.shows else ()
    return (*(recorded or forge_files(config)), *((demands.SBOM,) if config.demands.describes else ()))


def about_to_tag(config: Config, *, built: bool) -> Callable[[Context], tuple[Gate, ...]]:
    """Return what gives the tag its gates: those of further files and, where distributions are `built`, of these."""
    of_files = before_tag(config)
    if not built:
        return asking(of_files)

    def asked(ctx: Context) -> tuple[Gate, ...]:
        wheels = promised_wheels.concerning(ctx)
        return as_configured(ctx, (*of_files, *wheels, *DISTRIBUTIONS, *measured_project.of_distributions(ctx)))

    return asked


def forge_files(config: Config) -> tuple[Gate, ...]:
    """Return what asks for the further files of the forge release, before anything changes and before the tag."""
    return (forge_access.FILES,) if config.forge.assets and shows(config) else ()


def proof(ctx: Context) -> tuple[Gate, ...]:
    """Return the gates that prove what the indexes serve."""
    return as_configured(ctx, PUBLISHED) if ctx.config.verify else ()


def asking(gates: tuple[Gate, ...]) -> Callable[[Context], tuple[Gate, ...]]:
    """Return what gives a step these gates, as release.toml changes them."""
    return lambda ctx: as_configured(ctx, gates)


def shows(config: Config) -> bool:
    """Return whether the forge release is made by the command that makes the tag; in CI, the workflow makes it."""
    return config.forge.shows and config.publish == "here"
