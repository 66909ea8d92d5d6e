"""The distributions of the release in hand: where they lie, and which hashes its tag records.

The tag's message names each distribution with its sha256: any clone can tell ours from others without a build.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from release.adapters.index.simple_api import Index
from release.artifacts.distribution_files import assets_in, read_distribution, recorded_in
from release.base.errors import ReleaseError
from release.config.engine_place import engine_place
from release.context import Context
from release.values.release import Distribution


def built(ctx: Context) -> list[Path]:
    """Return the distributions of the release in hand that lie here, by name."""
    commit = ctx.release_commit()
    folder = ctx.distributions_folder(commit) if commit else None
    return sorted(folder.iterdir()) if folder and folder.is_dir() else []


def tag_message(ctx: Context, decisions: Iterable[str] = ()) -> str:
    """Return the message of the release's tag: its name, a line for each distribution as sha256sum prints it.

    And the decisions that it rests on (approvals, waivers), and what made it where that is not in the commit itself.
    """
    found = [f"{each.sha256}  {each.name}" for each in map(read_distribution, built(ctx))]
    engine = engine_place()
    told = [*decisions, *([f"Engine: {engine}"] if engine.installed else [])]
    hotfix = " (hotfix)" if ctx.release.stage == "hotfix" else ""
    return "\n".join([f"{ctx.release}{hotfix}", "", *found, *(["", *told] if told else [])])


def recorded(ctx: Context) -> tuple[Distribution, ...]:
    """Return the distributions that the release's tag names; empty while there is no tag here.

    Where the remote has another tag of that name than this clone, of a later attempt, that one counts.
    """
    tag, remote = ctx.release.tag, ctx.config.remote
    if tag not in ctx.git.tags():
        return ()
    if not is_stale(ctx):
        return recorded_in(ctx.git.tag_text(tag))
    made = ctx.git.remote_refs(remote).tag_objects.get(tag)
    if made is None:
        return ()
    if ctx.git.look("cat-file", "-e", made).code != 0:
        ctx.git.obtain(remote, f"refs/tags/{tag}").require()
    return recorded_in(ctx.git.look("cat-file", "tag", made).require().out)


def is_stale(ctx: Context) -> bool:
    """Return whether the tag here is not the one that the remote has under its name."""
    refs, tag = ctx.git.remote_refs(ctx.config.remote), ctx.release.tag
    if tag not in refs.tags or tag not in ctx.git.tags():
        return False
    here = ctx.git.look("rev-parse", "--quiet", "--verify", f"refs/tags/{tag}").out.strip()
    return here != refs.tag_objects.get(tag, refs.tags[tag])


def recorded_hashes(ctx: Context) -> dict[str, str]:
    """Return {name: sha256} of all files that the release's tag names; empty while there is no tag here."""
    text = ctx.git.tag_text(ctx.release.tag) if ctx.release.tag in ctx.git.tags() else ""
    return assets_in(text) | {each.name: each.sha256 for each in recorded_in(text)}


def on_index(ctx: Context, index: Index) -> dict[str, str]:
    """Return {file name: sha256 in lower-case hex} of what an index has of the release."""
    files = index.files(ctx.project.canonical, ctx.release.version).values()
    return {file.name: file.sha256 or index.download_sha256(file) for file in files}


def all_published(ctx: Context) -> bool:
    """Return whether every index has every distribution that the tag records."""
    ours = {each.name: each.sha256 for each in recorded(ctx)}
    return bool(ours and ctx.indexes) and all(on_index(ctx, index) == ours for index in ctx.indexes)


def private_copies(ctx: Context, files: Iterable[Path], into: Path) -> list[Path]:
    """Copy `files` into the folder `into`, which is only ours, and return the copies.

    Raises ReleaseError for a file whose copy has another sha256 than the tag records: it was changed since.
    """
    hashes = recorded_hashes(ctx)
    copies = []
    for file in files:
        copy = Path(shutil.copyfile(file, into / file.name))
        found = read_distribution(copy).sha256
        if (wanted := hashes.get(file.name, found)) != found:
            why = f"here it has sha256 {found[:8]}.., {ctx.release.tag} records {wanted[:8]}.."
            raise ReleaseError(f"cannot upload {file.name}", why=why, run=_restoring(ctx, file))
        copies.append(copy)
    return copies


def _restoring(ctx: Context, file: Path) -> str:
    """Return what brings back the file that was tagged: a distribution is built anew, another file is its owner's."""
    if any(each.name == file.name for each in recorded(ctx)):
        return f"rm -r {file.parent.relative_to(ctx.root)}      (then the same command again: it is built anew)"
    return f"git show {ctx.release.tag}      (names the file; put that one back, or inv abort)"
