"""The page of the release in hand on its forge: what it says, and by which mark it is known as ours."""

from __future__ import annotations

import re
from collections.abc import Sequence

from release.adapters.forge.protocols import Forge, ForgeRelease, Page
from release.adapters.git.git_repository import Git
from release.base.changelog import sections
from release.base.errors import ReleaseError
from release.config.toml_schema import FILE
from release.config.towncrier_config import TowncrierConfig, read_fragments
from release.context import Context
from release.values.fragment import Fragment

MARK = re.compile(r"<!-- Release: (?P<version>\S+) \((?P<commit>[0-9a-f]{40})\) -->")


def forge_of(ctx: Context) -> Forge:
    """Return the forge of the project; raise ReleaseError where nothing says which project it is there."""
    if ctx.forge is None:
        remote = ctx.config.remote
        url = ctx.git.setting(f"remote.{remote}.url")
        why = f"the address of {remote} ({url}) contains no project" if url else f"there is no remote {remote}"
        run = f"$EDITOR {FILE}      (forge: api and project)" if url else f"git remote add {remote} URL"
        raise ReleaseError(f"cannot reach {ctx.forge_missed or ctx.config.forge.kind}", why=why, run=run)
    return ctx.forge


def page_of(ctx: Context, commit: str) -> Page:
    """Return what the page is to say: the notes of the version, cut where the forge takes no more, and the mark."""
    forge, release = forge_of(ctx), ctx.release
    mark = f"<!-- Release: {release.version} ({ctx.git.read('rev-parse', commit)}) -->"
    room = forge.releases.largest_body - len(mark) - 2
    body = _cut(_notes(ctx, commit), room, _rest(ctx, forge))
    return Page(release.tag, commit, str(release), f"{body}\n\n{mark}", prerelease=not release.final)


def _notes(ctx: Context, commit: str) -> str:
    """Return the section of the changelog without its heading; of a candidate the fragments that it was made with."""
    text = ctx.git.file_at(commit, ctx.project.notes.changelog) or ""
    found = next((each for each in sections(text) if each.version == ctx.release.version), None)
    if found is not None:
        return found.body.strip()
    with ctx.git.checkout(commit) as path:
        return _sections_of(ctx.project.notes, read_fragments(path, ctx.project.notes)) or f"{ctx.release}"


def _sections_of(notes: TowncrierConfig, fragments: Sequence[Fragment]) -> str:
    """Return fragments below the headings of their types, in the order of the changelog."""
    found = []
    for kind in notes.kinds:
        texts = sorted(each.text.strip() for each in fragments if each.kind == kind)
        rows = "\n".join(f"- {text}" for text in texts if text and kind not in notes.hidden)
        found += [f"### {notes.titles.get(kind, kind.capitalize())}\n\n{rows}"] if rows else []
    return "\n\n".join(found)


def _rest(ctx: Context, forge: Forge) -> str:
    path = forge.place.traits.file_page.format(tag=ctx.release.tag, file=ctx.project.notes.changelog)
    return f"\n\nThe rest: {forge.place.page(path)}"


def _cut(text: str, room: int, rest: str) -> str:
    """Return a text that has room, cut after a line, with the address of the rest."""
    if len(text) <= room:
        return text
    kept = text[: room - len(rest)]
    return (kept[: kept.rfind("\n")] if "\n" in kept else kept).rstrip() + rest


def noticed(body: str, notice: str, most: int) -> str:
    """Return the body of a page with a notice at its top, of at most `most` characters: what is cut is not its mark."""
    whole = f"{notice}\n\n{body}"
    if len(whole) <= most:
        return whole
    mark = MARK.search(body)
    end = f"\n\n{mark[0]}" if mark else ""
    return whole[: most - len(end)] + end


def is_ours(ctx: Context, found: ForgeRelease) -> bool:
    """Return whether a release of ours made a page, be it an attempt that was taken back; a forge's own stand-in is."""
    mark = MARK.search(found.body)
    stand_in = found.draft and not forge_of(ctx).releases.knows_drafts
    return stand_in or (mark is not None and mark["version"] == str(ctx.release.version))


def is_current(git: Git, found: ForgeRelease, commit: str) -> bool:
    """Return whether a page of ours is that of the release commit."""
    mark = MARK.search(found.body)
    return mark is None or mark["commit"] == git.read("rev-parse", commit)


def is_latest(ctx: Context) -> bool:
    """Return whether the release in hand is the newest final of all lines: an older line's patch is not the latest."""
    tags = {*ctx.git.tags(), *ctx.git.remote_refs(ctx.config.remote).tags}
    finals = [each for each in map(ctx.config.version_of, tags) if each and not each.is_prerelease]
    return ctx.release.final and all(each <= ctx.release.version for each in finals)


def opening(page: str) -> str:
    """Return a command that shows a page, wherever Python is."""
    return f"python -m webbrowser {page}"
