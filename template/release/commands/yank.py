"""Yanking: a version marked on its indexes as not to be used (PEP 592), and its users told in the next notes."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace

from packaging.version import Version

from release.adapters.forge.protocols import ForgeRelease
from release.adapters.index.simple_api import Index
from release.adapters.retry import Unavailable, patiently
from release.artifacts.forge_page import forge_of, noticed
from release.base.errors import ReleaseError
from release.base.shell import CommandFailed
from release.context import Context
from release.engine.lock import locked
from release.gates.forge_access import ACCOUNT
from release.values.version_numbers import parse_version

_YANKED = "**Yanked:**"  # how the notice on a page begins
_TELLING = "tell it on the forge"
_EDIT = "$EDITOR release.toml      (yank in [[index]])"
_LOOKS_EVERY = 5.0  # seconds between two looks while a person clicks


def yank(ctx: Context, version_text: str, reason: str, *, dry_run: bool = False) -> None:
    """Yank a version on every index that has it, wait until each shows it, and write the notice.

    Raises ReleaseError when no index has the version, when the forge lets nobody tell of it, or when an index does not
    show it as yanked in time; the same command goes on.
    """
    version = parse_version(version_text)
    if not reason.strip():
        run = f'inv yank {version} --reason "what is wrong with it"'
        raise ReleaseError(
            f"cannot yank {version}", why="the reason is shown to its users, and none was given", run=run
        )
    having = [index for index in ctx.indexes if index.files(ctx.project.canonical, version)]
    if not having:
        names = " and ".join(index.name for index in ctx.indexes)
        why = f"{names} has no file of it" if names else "no index is configured"
        raise ReleaseError(f"cannot yank {ctx.project.canonical} {version}", why=why, run="inv status")
    if dry_run:
        for index in having:
            done = _yanked(ctx, index, version)
            fact = _shown(index, version) if done else _by_whom(index)
            ctx.report.line("done" if done else "to do", f"yank on {index.name}", fact)
        for found in _pages(ctx, version):
            told = found.body.startswith(_YANKED)
            ctx.report.line("done" if told else "to do", _TELLING, found.page)
        ctx.report.line("done" if _is_told(ctx, version) else "to do", "write the notice", _notice(ctx, version))
        ctx.report.foretell()
        return
    with locked(ctx):
        _refuse_unheard(ctx, version)
        for index in having:
            _yank_on(ctx, index, version, reason)
        _write_notice(ctx, version, reason)
        _tell_the_forge(ctx, version, reason)


def _yanked(ctx: Context, index: Index, version: Version) -> bool:
    return all(file.yanked for file in index.files(ctx.project.canonical, version).values())


def _shown(index: Index, version: Version) -> str:
    return f"{index.name} shows {version} as yanked"


def _by_whom(index: Index) -> str:
    if index.yank_command:
        return "by the command in release.toml"
    return "by hand, on its page" if index.public else "by hand; release.toml has no command (yank in [[index]])"


def _yank_on(ctx: Context, index: Index, version: Version, reason: str) -> None:
    if not _yanked(ctx, index, version):
        if index.yank_command:
            _let_the_index(ctx, index, version, reason)
        else:
            _tell_how(ctx, index, version, reason)
        _wait(ctx, index, version, reason)
    ctx.report.line("done", f"yank on {index.name}", _shown(index, version))
    ctx.report.journal.write("yanked", version=version, index=index.name, reason=reason)


def _let_the_index(ctx: Context, index: Index, version: Version, reason: str) -> None:
    """Run the owner's command for an index that offers yanking."""
    places = {"{version}": str(version), "{project}": ctx.project.canonical, "{reason}": reason}
    words = [re.sub(r"\{\w+\}", lambda found: places.get(found[0], found[0]), word) for word in index.yank_command]
    completed = ctx.tools.command(words, cwd=ctx.root, trusted=True)
    if completed.code != 0:
        raise ReleaseError(
            f"cannot yank {ctx.project.canonical} {version} on {index.name}",
            why=CommandFailed(completed).why,
            run=_EDIT,
        )


def _tell_how(ctx: Context, index: Index, version: Version, reason: str) -> None:
    """Print what a person does where no command can."""
    say = ctx.report.say
    if index.public:
        say(f"{index.name} has no API for yanking; do it by hand:")
        say(f"  1. open {index.manage_page(ctx.project.canonical, version)}")
        say("  2. under Options choose Yank")
        say(f"  3. as the reason give: {reason}")
    else:
        say(f"release.toml has no command that yanks on {index.name} (yank in [[index]]); do it by hand:")
        say(f"  1. log in at {index.address}, or ask its administrators")
        say(f"  2. have {ctx.project.canonical} {version} yanked there (PEP 592), for the reason: {reason}")
    longest = f"{ctx.config.timeout:g} s"
    say(f"waiting up to {longest} until {index.name} shows it; Ctrl-C stops, the same command continues")


class _NotYet(Unavailable):
    """The index answered, and shows a version as not yanked."""


def _wait(ctx: Context, index: Index, version: Version, reason: str) -> None:
    """Look until the index shows the version as yanked; raise ReleaseError when it did not in time."""
    what, why = f"cannot see {version} as yanked on {index.name}", f"{index.name} shows {version} as not yanked"

    def look() -> None:
        if not _yanked(ctx, index, version):
            raise _NotYet(what, why=why, after=_LOOKS_EVERY)

    looks = int(ctx.config.timeout / _LOOKS_EVERY) + 1
    try:
        patiently(look, replace(ctx.config.retry, attempts=looks, longest=_LOOKS_EVERY), _quietly)
    except _NotYet as error:
        again = f"inv yank {version} --reason {shlex.quote(reason)}"
        if index.yank_command:
            why = f"{why}; the command in release.toml succeeded"
            raise ReleaseError(what, why=why, run=_EDIT) from error
        if index.public:
            raise ReleaseError(what, why=why, run=f"{again}      (after it was yanked there)") from error
        why = f"{why}; release.toml has no command that does it (yank in [[index]])"
        raise ReleaseError(
            what, why=why, run=f"{again}      (after it was yanked there, or yank is configured)"
        ) from error


def _pages(ctx: Context, version: Version) -> list[ForgeRelease]:
    """Return the page that the forge shows of a version; none without a forge, and of what is only drafted."""
    found = ctx.forge.releases.find(ctx.tag_of(version)) if ctx.forge else ()
    return [each for each in found if not each.draft]


def _tell_the_forge(ctx: Context, version: Version, reason: str) -> None:
    """Write a notice at the top of the page that the forge shows of the version, where there is one."""
    notice = f"{_YANKED} {reason}"
    for found in _pages(ctx, version):
        if not found.body.startswith(notice):
            releases = forge_of(ctx).releases
            releases.amend(found, noticed(found.body, notice, releases.largest_body))
        ctx.report.line("done", _TELLING, found.page)


def _refuse_unheard(ctx: Context, version: Version) -> None:
    """Raise ReleaseError where the forge would not let this account tell of it: better known before the yank."""
    untold = [each for each in _pages(ctx, version) if not each.body.startswith(_YANKED)]
    verdict = ACCOUNT.ask(ctx) if untold else None
    if verdict and not verdict.met:
        what = f"cannot add the yank to the release page of {version} on {forge_of(ctx).name}"
        raise ReleaseError(what, why=verdict.fact, run=verdict.run)


def _quietly(text: str) -> None:
    """A person who clicks needs no line every few seconds."""


def _notice(ctx: Context, version: Version) -> str:
    """Return the path of the fragment that tells of it."""
    return ctx.project.notes.path_for(f"+yanked-{version}", ctx.project.notes.mending)


def _is_told(ctx: Context, version: Version) -> bool:
    told = re.compile(rf"\b{re.escape(str(version))} was yanked\b")
    changelog = ctx.root / ctx.project.notes.changelog
    text = changelog.read_text(encoding="utf-8") if changelog.exists() else ""
    return (ctx.root / _notice(ctx, version)).exists() or bool(told.search(text))


def _write_notice(ctx: Context, version: Version, reason: str) -> None:
    """Write the fragment that tells of it in the next release's notes, once."""
    if _is_told(ctx, version):
        ctx.report.line("done", "write the notice", "the notes already mention it")
        return
    path = ctx.root / _notice(ctx, version)
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"{version} was yanked: {reason.rstrip('.')}.\n", encoding="utf-8")
    ctx.git.change("add", "--", path)
    ctx.git.commit_only(f"note: {version} was yanked", path)
    shown = path.relative_to(ctx.root)
    ctx.report.line("done", "write the notice", f"{shown} is committed; the notes of the next release mention it")
