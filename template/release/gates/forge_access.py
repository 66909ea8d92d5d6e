"""Whether the forge lets this account make a release, and has no other one of this tag."""

from __future__ import annotations

from release.adapters.retry import Unavailable
from release.artifacts.forge_assets import assets_of
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
        fact = f"the token from {rights.source} ({rights.account or 'an unknown account'}) lacks {lacking}"
        if rights.source.isidentifier():  # a variable
            return Verdict(False, fact, f"export {rights.source}=...      (a token with {lacking})")
        return Verdict(False, fact, "inv doctor      (shows where tokens are looked up, and which was found)")
    if rights.moved:
        fact = f"{forge.place.project} is {rights.moved} now"
        return Verdict(False, fact, f"git remote set-url {ctx.config.remote} URL      (or forge.project in {FILE})")
    return Verdict(True, f"{forge.name} accepts {rights.account}, by the token from {rights.source}")


def _page(ctx: Context) -> Verdict:
    forge, tag = forge_of(ctx), ctx.release.tag
    for found in forge.releases.find(tag):
        if not is_ours(ctx, found):
            what = "a draft" if found.draft else "a release"
            fact = f"{forge.name} already has {what} of {tag} from elsewhere: {found.page}"
            return Verdict(False, fact, f"{opening(found.page)}      (delete it there)")
    return Verdict(True, f"{forge.name} has no other release of {tag}")


def _files(ctx: Context) -> Verdict:
    """Ask for the further files of the release; those that are made from its commit, once that is there."""
    try:
        unmatched = assets_of(ctx).unmatched
    except ReleaseError as error:
        return Verdict(False, error.why, error.run)
    version, made = str(ctx.release.version), ctx.release_commit() is not None
    later = {each.replace("{version}", version) for each in ctx.config.forge.assets if made_later(each)}
    absent = [each for each in unmatched if made or each not in later]
    if not absent:
        return Verdict(True, "checked again before the tag" if unmatched else "each pattern of assets matches a file")
    fact = f"nothing matches {', '.join(absent)} (forge.assets); the release would stop after its tag is public"
    how = "nox -s executable      (or build it in another way; then the same command again)"
    return Verdict(False, fact, how if made else f"$EDITOR {FILE}      (forge.assets; or make the file)")


def made_later(pattern: str) -> bool:
    """Return whether a pattern means files that are made from the release commit."""
    return "{version}" in pattern or pattern.startswith("dist/")


def _there(ctx: Context) -> Verdict:
    remote, missed = ctx.config.remote, ctx.forge_missed
    fact = f"{remote} ({ctx.git.setting(f'remote.{remote}.url')}) is a folder: {missed} will not show the release"
    return Verdict(False, fact, f"git remote set-url {remote} URL")


THERE = Gate("forge", _there, severity=Severity.WARNING)
ACCOUNT = Gate("forge account", _account)
FILES = Gate("forge files", _files)
PAGE = Gate("forge page", _page, needs=("forge account",))
