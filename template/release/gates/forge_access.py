"""Whether the forge lets this account make a release, and has no other one of this tag."""

from __future__ import annotations

from release.adapters.retry import Unavailable
from release.artifacts.forge_page import forge_of, is_ours, opening
from release.base.errors import ReleaseError
from release.config.toml_schema import FILE
from release.context import Context
from release.engine.gate import Gate, Severity, Verdict


def _account(ctx: Context) -> Verdict:
    """Ask who the token stands for, and what it may; a forge that does not answer is no answer."""
    try:
        forge = forge_of(ctx)
        rights = forge.releases.rights()
    except Unavailable:
        raise
    except ReleaseError as error:
        return Verdict(False, f"{error.what}: {error.why}", error.run)
    if rights.missing:
        lacking = ", ".join(rights.missing)
        fact = f"the token from {rights.source} ({rights.account or 'nobody'}) lacks {lacking}"
        if rights.source.isidentifier():  # a variable
            return Verdict(False, fact, f"export {rights.source}=...      (one with {lacking})")
        return Verdict(False, fact, "inv doctor      (shows where a token is looked for, and which was found)")
    if rights.moved:
        fact = f"{forge.place.project} is {rights.moved} now"
        return Verdict(False, fact, f"git remote set-url {ctx.config.remote} URL      (or forge.project in {FILE})")
    return Verdict(True, f"{forge.name} accepts {rights.account}, by the token from {rights.source}")


def _page(ctx: Context) -> Verdict:
    forge, tag = forge_of(ctx), ctx.release.tag
    for found in forge.releases.find(tag):
        if not is_ours(ctx, found):
            what = "a draft" if found.draft else "a release"
            fact = f"{forge.name} has {what} of {tag} already, which is not ours: {found.page}"
            return Verdict(False, fact, f"{opening(found.page)}      (delete it there)")
    return Verdict(True, f"{forge.name} has no other release of {tag}")


def _there(ctx: Context) -> Verdict:
    remote, missed = ctx.config.remote, ctx.forge_missed
    fact = f"{remote} ({ctx.git.setting(f'remote.{remote}.url')}) is a folder: {missed} will not show the release"
    return Verdict(False, fact, f"git remote set-url {remote} URL")


THERE = Gate("forge", _there, severity=Severity.WARNING)
ACCOUNT = Gate("forge account", _account)
PAGE = Gate("forge page", _page, needs=("forge account",))
