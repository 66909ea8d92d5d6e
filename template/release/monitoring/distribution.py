"""Whether all places agree on the last releases: the remote's tags, each index, the release pages, the changelog."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from packaging.version import Version

from release.adapters.git.git_repository import Git
from release.adapters.index.listing import IndexFile
from release.adapters.index.simple_api import Index
from release.artifacts.distribution_files import recorded_in
from release.base.changelog import has_section
from release.base.errors import ReleaseError
from release.context import Context
from release.values.version_numbers import FINAL_STAGES
from release.values.wheel_promise import WheelPromise, promised_in


@dataclass(frozen=True)
class Place:
    """What one place has of a release: `good` None where it could not be asked; the command for what differs."""

    name: str
    good: bool | None
    fact: str
    run: str = ""


@dataclass(frozen=True)
class Agreement:
    """What every place has of one release."""

    version: Version
    places: tuple[Place, ...]

    @property
    def good(self) -> bool:
        """Whether every place was asked and agrees."""
        return all(place.good for place in self.places)


def agreement(ctx: Context, last: int) -> list[Agreement]:
    """Return what the places have of the newest `last` finals, the newest first.

    Every index is asked once, the forge once a release. Raises ReleaseError where this clone has no tag of a final.
    """
    versions = sorted(version for version in map(ctx.config.version_of, ctx.git.tags()) if version)
    finals = [each for each in versions if not each.is_prerelease][-last:]
    if not finals:
        run = f"git fetch --tags {ctx.config.remote}"
        raise ReleaseError("there is no release to look at", why="this clone has no tag of a final version", run=run)
    listings = {index.name: _listing(ctx, index) for index in _indexes(ctx)}
    changelog = ctx.git.file_at("HEAD", ctx.project.notes.changelog)
    return [Agreement(each, tuple(_places(ctx, each, listings, changelog))) for each in reversed(finals)]


def _indexes(ctx: Context) -> list[Index]:
    names = [each.name for each in ctx.config.index if not each.stages or FINAL_STAGES & set(each.stages)]
    return [index for index in ctx.indexes if index.name in names]


def _listing(ctx: Context, index: Index) -> dict[Version, list[IndexFile]] | ReleaseError:
    """Return what an index has, or why it could not be asked."""
    try:
        return index.all_files(ctx.project.canonical)
    except ReleaseError as error:
        return error


def _places(
    ctx: Context,
    version: Version,
    listings: Mapping[str, dict[Version, list[IndexFile]] | ReleaseError],
    changelog: str | None,
) -> list[Place]:
    tag = ctx.tag_of(version)
    found = [_asked("tag", lambda: _tag(ctx, tag))]
    for name, listing in listings.items():
        found.append(
            _unknown(name, listing)
            if isinstance(listing, ReleaseError)
            else _index(ctx.git, tag, name, listing, version)
        )
    forge = ctx.forge
    if forge:
        found.append(_asked(f"page on {forge.name}", lambda: _page(ctx, f"page on {forge.name}", tag)))
    if changelog is not None:
        found.append(_changelog(ctx, changelog, version))
    return found


def _asked(name: str, ask: Callable[[], Place]) -> Place:
    try:
        return ask()
    except ReleaseError as error:
        return _unknown(name, error)


def _unknown(name: str, error: ReleaseError) -> Place:
    return Place(name, None, f"not known: {error.what}: {error.why}".rstrip(": "), "inv published")


def _tag(ctx: Context, tag: str) -> Place:
    here, remote = ctx.git.tags()[tag], ctx.config.remote
    on_remote = ctx.git.remote_refs(remote).tags.get(tag)
    if on_remote == here:
        return Place("tag", True, f"{here[:7]} here and on {remote}")
    return Place(
        "tag",
        False,
        f"{here[:7]} here, {on_remote[:7] if on_remote else 'not'} on {remote}",
        f"git ls-remote {remote} {tag}",
    )


def _index(git: Git, tag: str, name: str, listing: Mapping[Version, list[IndexFile]], version: Version) -> Place:
    """Compare the files that an index lists with those that the tag records."""
    there = {each.name: each.sha256 for each in listing.get(version, [])}
    ours = {each.name: each.sha256 for each in recorded_in(git.tag_text(tag))}
    later = promised_in(git.tag_text(tag))  # recorded by the workflow that built them
    wrong = [f"{each} is not there" for each in ours if each not in there]
    wrong += [f"{each} is there, the tag does not record it" for each in _foreign(there, ours, later)]
    differing = [each for each in ours if there.get(each) and there[each] != ours[each]]
    wrong += [f"{each} has {there[each][:12]}, the tag records {ours[each][:12]}" for each in differing]
    if not there and not ours:
        wrong = ["no file of it is there"]
    return Place(name, not wrong, "\n".join(wrong) or f"{len(there)} files", f"inv verify {version}" if wrong else "")


def _foreign(there: Iterable[str], ours: Mapping[str, str], later: Sequence[WheelPromise]) -> list[str]:
    """Return the names of files on an index that a tag with a record neither records nor promises."""
    return [each for each in there if ours and each not in ours and not any(one.kept_by(each) for one in later)]


def _page(ctx: Context, name: str, tag: str) -> Place:
    found = next(iter(ctx.forge.releases.find(tag)), None) if ctx.forge else None
    if found and not found.draft:
        return Place(name, True, "public")
    return Place(name, False, "still a draft" if found else "there is none", f"inv verify {ctx.config.version_of(tag)}")


def _changelog(ctx: Context, text: str, version: Version) -> Place:
    name = ctx.project.notes.changelog
    if has_section(text, version) or (not name.endswith(".md") and str(version) in text):
        return Place(name, True, "has its section")
    return Place(name, False, "has no section of it", f"git log --oneline -- {name}")
