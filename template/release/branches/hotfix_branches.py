"""The hotfixes in hand: their branches, here and on the remote, under which rules they are, and why they are made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from packaging.version import Version

from release.adapters.git.committed_config import config_of_main
from release.adapters.git.git_repository import Git
from release.approvals.decision_records import Record, drop, keep, records
from release.base.errors import ReleaseError
from release.base.shell import CommandFailed
from release.branches.cherry_pick import leave
from release.config.hotfix_config import HOTFIX_BRANCH
from release.config.release_toml import Config, parse_config
from release.config.toml_schema import missing
from release.context import Choice, Context
from release.context_loader import load_context, open_indexes
from release.repository.fast_forward import follow
from release.values.release import Release
from release.values.remote_refs import HOTFIX
from release.values.version_numbers import reason_setting


def in_the_project(ctx: Context) -> Context:
    """Return the context of the project itself where a command was typed in a working tree below its .release."""
    home = ctx.git.folder().parent / ctx.git.inside
    if ctx.root == home or not ctx.root.is_relative_to(home / ".release"):
        return ctx
    return load_context(home, ctx.environment, write=ctx.memory.write, choice=ctx.choice)


def refuse_shared_branches(ctx: Context) -> None:
    """Raise ReleaseError for one of several projects in a repository whose hotfix branches could be another's."""
    if ctx.git.inside and ctx.config.hotfix.branch == HOTFIX_BRANCH:
        why = f"this project is in {ctx.git.inside}, and {HOTFIX_BRANCH} could be a branch of any project there"
        own = f"{HOTFIX}{ctx.project.canonical}-{{version}}"
        run = f'$EDITOR release.toml      ([hotfix] branch = "{own}"; then commit it)'
        raise ReleaseError("cannot make a hotfix here", why=why, run=run)


def refuse_reason(reason: str, reasons: Sequence[str]) -> None:
    """Raise ReleaseError for a reason that does not justify a hotfix."""
    why = f'"{reason}" is not one of the reasons that justify one: {", ".join(reasons)}'
    run = f"inv hotfix --reason {reasons[0]} --pick COMMIT      (or, if it can wait: inv release patch)"
    raise ReleaseError("cannot make a hotfix", why=why, run=run)


def hotfix_branches(ctx: Context) -> list[str]:
    """Return the branches of hotfixes, complete or not, here or on the remote, oldest version first."""
    here = ctx.git.read("for-each-ref", "--format=%(refname:strip=2)", "refs/heads/").splitlines()
    found = {name: version for name in {*here, *_branches(ctx)} if (version := ctx.config.hotfix_of(name))}
    return sorted(found, key=lambda name: found[name])


def _branches(ctx: Context) -> list[str]:
    return list(ctx.git.remote_refs(ctx.config.remote).branches)


def catch_up(ctx: Context, branch: str) -> None:
    """Take in what was done of a hotfix in another clone: its tag, and the branch that leads there."""
    tag, remote = ctx.config.tag_of(ctx.config.hotfix_of(branch)), ctx.config.remote
    on_remote = ctx.git.remote_refs(remote).tags.get(tag)
    if on_remote is None:
        return
    if tag not in ctx.git.tags():
        ctx.git.fetch(remote, f"refs/tags/{tag}:refs/tags/{tag}")
    here = ctx.git.commit_of(f"refs/heads/{branch}")
    if here and not ctx.git.contains(on_remote, here):
        raise ReleaseError(
            f"cannot continue {branch}",
            why=f"{tag} is {on_remote[:7]} on {remote}; it was pushed from elsewhere and lacks {here[:7]} from here",
            run="inv hotfix --abort      (abandons the branch in this clone)",
        )
    follow(ctx, branch, on_remote)


def under_rules_of_main(ctx: Context, config: Config) -> Config:
    """Return the configuration of a hotfix's tree with the rules of the process as the main branch has them now."""
    on_remote = ctx.git.remote_refs(ctx.config.remote).branches.get(ctx.config.branch)
    known = on_remote and ctx.git.commit_of(on_remote)
    text = ctx.git.file_at(known, "release.toml") if known else None
    rules = parse_config(text) if text is not None else ctx.config
    process = {"roles": rules.roles, "stages": rules.stages, "types": rules.types, "signers": rules.signers}
    two = rules.two_people
    return replace(config, **process, two_people=two, hotfix=rules.hotfix, push=rules.push)  # type: ignore[arg-type]


def foretold(ctx: Context, version: Version, picked: Config | None) -> Context:
    """Return the context that the release of a hotfix will have, whose tree has the configuration `picked`.

    Without one the main branch's counts, as for the release itself. Raises ReleaseError where there is none either.
    """
    found = picked or config_of_main(ctx.git)
    if found is None:
        raise missing()
    config = under_rules_of_main(ctx, found)
    branch = config.hotfix_branch(version)
    indexes = open_indexes(config, ctx.environment, ctx.report.say)
    ctx = replace(ctx, branch=branch, config=config, indexes=indexes)
    return ctx.taking(Release(ctx.project.canonical, version, branch, config.tag_of(version)))


def where_the_hotfix_is(ctx: Context) -> Context:
    """Return the context of the hotfix in hand, in its own working tree, wherever the command was typed."""
    place = next(filter(None, map(ctx.git.place_of, hotfix_branches(ctx))), None)
    if place is None or place == ctx.root:
        return ctx
    found = in_its_tree(ctx, place, write=ctx.memory.write)
    found.report.console.quiet = ctx.report.console.quiet
    return found


def in_its_tree(ctx: Context, place: Path, *, write: bool = True, choice: Choice | None = None) -> Context:
    """Return the context of a hotfix in its working tree, under the rules of the main branch."""
    found = load_context(place, ctx.environment, write=write, choice=choice, home=ctx.root)
    found = replace(found, config=under_rules_of_main(ctx, found.config))
    found.git.keep_back(found.config.remote, found.config.hotfix.private_remote)
    return found


def _record(ctx: Context, branch: str) -> str:
    return f"hotfixes/{ctx.config.hotfix_of(branch)}"


def _reasons(ctx: Context, branch: str) -> list[Record]:
    """Return the record of this hotfix alone: 0.1.1 is also how 0.1.10 begins. It counts for a reason that there is."""
    name = _record(ctx, branch)
    found = [each for each in records(ctx, name) if each.name == name and not each.forged]
    return [each for each in found if each.facts.get("Reason") in ctx.config.hotfix.reasons]


def keep_reason(ctx: Context, branch: str, commit: str) -> None:
    """Record the reason of a hotfix on the remote, for the clone that goes on with it."""
    reason = ctx.git.setting(reason_setting(branch)) or ""
    if reason and not _reasons(ctx, branch):
        keep(ctx, _record(ctx, branch), commit, f"Hotfix {ctx.config.hotfix_of(branch)}", {"Reason": reason})


def restore_reason(ctx: Context, branch: str) -> None:
    """Learn the reason of a hotfix that another clone began."""
    if ctx.git.setting(reason_setting(branch)) is None:
        for record in _reasons(ctx, branch):
            ctx.git.change("config", reason_setting(branch), record.facts.get("Reason", ""))


def drop_reason(ctx: Context, branch: str) -> None:
    """Delete the record of a hotfix's reason, which its release commit tells from now on."""
    for record in _reasons(ctx, branch):
        drop(ctx, record)


def close(ctx: Context, branch: str) -> None:
    """Take the branch of a hotfix away, here and on its remotes; that of a complete one is in its tag."""
    for remote in (ctx.config.remote, *ctx.git.private.values()):
        on_remote = ctx.git.own_refs(remote).branches.get(branch)
        if not on_remote:
            continue
        deleted = ctx.git.push(remote, f":refs/heads/{branch}", leases=(f"refs/heads/{branch}:{on_remote}",))
        if deleted.code != 0:
            why = CommandFailed(deleted).why
            ctx.report.line("warn", f"delete {branch} on {remote}", f"the remote refuses to delete it\n{why}")
    drop_reason(ctx, branch)
    leave(ctx.git, branch)
    _delete_branch(ctx.git, branch)


def _delete_branch(git: Git, branch: str) -> None:
    if git.commit_of(f"refs/heads/{branch}"):
        git.change("branch", "--quiet", "--delete", "--force", branch)
