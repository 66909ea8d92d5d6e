"""Embargoed hotfixes: which remote has their branch and records until they are released."""

from __future__ import annotations

from release.base.errors import ReleaseError
from release.context import Context
from release.values.version_numbers import reason_setting


def refuse_embargo_without_remote(ctx: Context, reason: str) -> None:
    """Raise ReleaseError where a hotfix for this reason is embargoed, and this clone has no remote to keep it on."""
    private = ctx.config.hotfix.private_remote
    if private and reason in ctx.config.hotfix.embargoed and not ctx.git.private:
        why = f"release.toml keeps a hotfix for {reason} on the remote {private}, but there is no such remote"
        raise ReleaseError("cannot make an embargoed hotfix", why=why, run=f"git remote add {private} URL")


def remote_of(ctx: Context, branch: str) -> str:
    """Return the remote that the branch of a hotfix is on, or is to be pushed to before it is released."""
    public = ctx.config.remote
    private = ctx.git.private.get(public)
    if private is None or branch in ctx.git.own_refs(public).branches:
        return public
    embargoed = ctx.git.setting(reason_setting(branch)) in ctx.config.hotfix.embargoed
    return private if embargoed or branch in ctx.git.own_refs(private).branches else public
