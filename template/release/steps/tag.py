"""The tag: branch and tag reach the remote in one atomic push, which also decides between two people at once."""

from __future__ import annotations

from dataclasses import replace

from release.adapters.git.committed_config import config_at
from release.adapters.git.push_refusals import mending
from release.approvals.decision_records import kept_back
from release.approvals.policy import PROCESS, under_policy
from release.approvals.signature_check import why_tag_not_signed
from release.approvals.stage_approvals import approvals
from release.artifacts.component_facts import fact_lines
from release.artifacts.distribution_files import asset_line, read_distribution, wheel_of
from release.artifacts.distributions import checked, is_stale, tag_message
from release.artifacts.forge_assets import assets_of
from release.artifacts.release_sbom import resolved_in, resolved_lines
from release.base.errors import ReleaseError
from release.base.shell import CommandFailed
from release.context import Context
from release.engine.step import Seen, Step, absent, conflict, done

_NEXT = "the same command again, when the remote accepts it      (inv abort undoes the release commit)"


def _observe(ctx: Context) -> Seen:
    commit, tag, remote = ctx.release_commit(), ctx.release.tag, ctx.config.remote
    on_remote = ctx.git.remote_refs(remote).tags.get(tag)
    here = ctx.git.tags().get(tag)
    if commit is None:
        return absent("there is no release commit")
    if on_remote == commit:
        if here is None:
            return absent(f"{tag} is {commit[:7]} on {remote} but not in this clone", begun=True)
        if is_stale(ctx):
            fact = f"{tag} here differs from {tag} on {remote}"
            return conflict(fact, f"git tag --delete {tag} && git fetch {remote} tag {tag}", begun=True)
        if why := why_not_signed(ctx):
            return conflict(
                f"{tag} on {remote} does not count: {why}", f"git push {remote} :refs/tags/{tag}", begun=True
            )
        return done(f"{tag} is {commit[:7]} on {remote}")
    if on_remote:
        whose = f" ({ctx.git.author_of(on_remote)})" if ctx.git.commit_of(on_remote) else ""
        fact = f"{tag} is {on_remote[:7]} on {remote}{whose}, ours is {commit[:7]}"
        return conflict(fact, "inv abort", begun=here == commit)
    if here and here != commit:
        return conflict(f"{tag} is {here[:7]} here, the release commit is {commit[:7]}", f"git tag --delete {tag}")
    return absent(f"{tag} is not on {remote}", begun=here is not None)


def why_not_signed(ctx: Context) -> str:
    """Return why the tag on the remote does not count where signed tags are demanded; empty where it does.

    What demands it is the release.toml of the release itself and that of the final before it, not one that came later.
    """
    made = ctx.git.remote_refs(ctx.config.remote).tag_objects.get(ctx.release.tag, "")
    return ctx.git.once(("signed", made), lambda: _why_not_signed(ctx, made)) if ctx.config.signed_tags else ""


def _why_not_signed(ctx: Context, made: str) -> str:
    commit = ctx.commit_made()
    own = config_at(ctx.git, commit)
    then = under_policy(replace(ctx, config=own), f"{commit}^") if own else ctx
    if not then.config.signed_tags:
        return ""
    why = why_tag_not_signed(then, made, elsewhere=True) if made else "it has no annotation"
    return why and f"{why}; release.toml requires a signature"


def _do(ctx: Context) -> None:
    commit, tag, remote, line = ctx.commit_made(), ctx.release.tag, ctx.config.remote, ctx.release.line
    if ctx.git.remote_refs(remote).tags.get(tag) == commit:
        ctx.git.fetch(remote, f"refs/tags/{tag}:refs/tags/{tag}")
        return
    if ctx.git.setting(f"remote.{remote}.url") is None:
        raise ReleaseError(f"cannot push {tag}", why=f"there is no remote {remote}", run=f"git remote add {remote} URL")
    made = tag not in ctx.git.tags()
    if made:
        told = [*_decisions(ctx, commit), *_assets(ctx), *_components(ctx)]
        ctx.git.tag(tag, commit, tag_message(ctx, told))
        _refuse_unsigned(ctx, tag)
    pushed = ctx.git.push(remote, *_line_to(ctx, line, commit), f"refs/tags/{tag}", *kept_back(ctx, commit))
    if pushed.code != 0:
        if made:
            ctx.git.change("tag", "--delete", tag)
        ctx.git.fetch(remote)  # whoever was first, the next look can name them; a tag that stands on our commit comes
        raise PushRefused(
            f"cannot push {tag} to {remote}", why=CommandFailed(pushed).why, run=mending(pushed, _NEXT, "inv abort && ")
        )


def _refuse_unsigned(ctx: Context, tag: str) -> None:
    """Take back a tag that was to be signed and is not: git makes one, and exits 0, when it cannot read an ssh key."""
    signed = "\n-----BEGIN " in ctx.git.read("cat-file", "tag", f"refs/tags/{tag}")
    wanted = ctx.git.setting("tag.gpgSign") == "true"
    if (wanted or ctx.config.signed_tags) and not signed:
        ctx.git.change("tag", "--delete", tag)
        if not wanted:
            why = "release.toml requires a signature, but tag.gpgSign is not set"
            raise ReleaseError(f"cannot sign {tag}", why=why, run="git config tag.gpgSign true")
        why = "tag.gpgSign is set, but git made it without a signature"
        raise ReleaseError(f"cannot sign {tag}", why=why, run="git config user.signingKey PATH")


def _line_to(ctx: Context, line: str, commit: str) -> list[str]:
    """Return what brings the line to the release commit; nothing where it is there already, and has perhaps gone on."""
    on_remote = ctx.git.bring(ctx.config.remote, line)
    return [] if on_remote and ctx.git.contains(on_remote, commit) else [f"{commit}:refs/heads/{line}"]


def _decisions(ctx: Context, commit: str) -> list[str]:
    """Return what the release rests on, for its tag: approvals of the commit before it, waivers, gates left out."""
    stage = ctx.config.stage(ctx.release.stage)
    given = approvals(ctx, stage.name, f"{ctx.git.commit_of(f'{commit}^')}") if stage.roles or stage.people else []
    told = [f"Approved: {each}{each.condition and f', if {each.condition}'}" for each in given if not each.void]
    told += [f"Waived: {gate}: {who}" for gate, who in ctx.waived.items()]
    told += [f"Off: {each.name}" for each in ctx.config.gates if each.severity == "off" and each.name in PROCESS]
    return told + [f"Left out: {gate}" for gate in sorted(ctx.choice.skip)]


def _components(ctx: Context) -> list[str]:
    """Return what the tag records of the dependencies, with licences and suppliers where those are demanded."""
    wheel = wheel_of(checked(ctx))
    lines = resolved_lines(ctx, wheel)
    if wheel is None or not ctx.config.demands.describes:
        return lines
    return lines + fact_lines(ctx, wheel, [(each.name, each.version) for each in resolved_in("\n".join(lines))])


def _assets(ctx: Context) -> list[str]:
    """Return what the tag records of the further files of the forge release.

    Those that are here, where this command attaches them; where others build them after the tag, all, if release.toml
    demands it: else nothing can be recorded of them yet.
    """
    demanded = ctx.config.demands.assets or ctx.config.publish == "here"
    if not (demanded and ctx.config.forge.shows and ctx.config.forge.assets):
        return []
    return [asset_line(read_distribution(path)) for path in assets_of(ctx).further.values()]


class PushRefused(ReleaseError):
    """The remote did not take branch and tag; it took neither."""


def _undo(ctx: Context) -> None:
    """Delete the tag there and here, only while each is the one that stands on our release commit."""
    commit, tag, remote = ctx.release_commit(), ctx.release.tag, ctx.config.remote
    refs = ctx.git.remote_refs(remote)
    if refs.tags.get(tag) == commit:
        tag_object = refs.tag_objects.get(tag, commit)
        deleted = ctx.git.push(remote, f":refs/tags/{tag}", leases=(f"refs/tags/{tag}:{tag_object}",))
        if deleted.code != 0:
            raise ReleaseError(
                f"cannot delete {tag} on {remote}",
                why=CommandFailed(deleted).why,
                run=f"git push {remote} :refs/tags/{tag}",
            )
    if ctx.git.tags().get(tag) == commit:
        ctx.git.change("tag", "--delete", tag)


TAG = Step("tag", "tag and push", _observe, _do, _undo, public=True)
