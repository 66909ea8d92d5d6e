"""The build: sdist and wheel from a clean checkout of the release commit, the same bytes again on any machine."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from release.artifacts.distribution_build import build_distributions
from release.artifacts.distribution_files import read_distribution
from release.artifacts.distributions import all_published, built, recorded
from release.artifacts.forge_draft import wants_files
from release.artifacts.promised_wheels import built_here
from release.base.errors import ReleaseError
from release.context import Context
from release.engine.lock import UNFINISHED
from release.engine.step import Seen, State, Step, absent, conflict, done
from release.versioning.version_writer import pretended


def _observe(ctx: Context) -> Seen:
    commit = ctx.release_commit()
    if commit is None:
        return absent("there is no release commit")
    folder = ctx.distributions_folder(commit)
    if not folder.is_dir():
        if all_published(ctx):
            return done("not needed again: every index has every file")
        if recorded(ctx):
            return absent(f"not in this clone; {ctx.release.tag} records what was built")
        return absent("not built in this clone")
    ours = {each.name: each for each in map(read_distribution, built(ctx))}
    for each in recorded(ctx):
        if ours.get(each.name) != each:
            fact = f"here: {ours.get(each.name, 'nothing')}; {ctx.release.tag} says {each}"
            return conflict(f"{fact}\nthese are not the bytes that were built first", _advice(ctx, folder))
    return done(f"{len(ours)} in {folder.relative_to(ctx.root)}")


def _advice(ctx: Context, folder: Path) -> str:
    place = folder.relative_to(ctx.root)
    return (
        f"rm -r {place}      (built again; if that differs, too: copy {place} from the clone that has it, or inv abort)"
    )


def _do(ctx: Context) -> None:
    commit = ctx.commit_made()
    folder = ctx.distributions_folder(commit)
    folder.parent.mkdir(exist_ok=True)
    _ignore(folder.parent)
    with TemporaryDirectory(prefix=UNFINISHED, dir=folder.parent) as place:
        out = Path(place) / "out"
        build_distributions(ctx, commit, out, built_here(ctx), **pretended(ctx))
        out.rename(folder)


def _ignore(folder: Path) -> None:
    """Keep `folder` out of git's sight, whatever the project's own .gitignore says."""
    path = folder / ".gitignore"
    if not path.exists():
        path.write_text("*\n", encoding="utf-8")


def _undo(ctx: Context) -> None:
    shutil.rmtree(ctx.distributions_folder(ctx.commit_made()), ignore_errors=True)


def _observe_to_show(ctx: Context) -> Seen:
    seen = _observe(ctx)
    if seen.state is State.DONE and not built(ctx) and wants_files(ctx):
        return absent("every index has every file, and the forge has not")
    return seen


def _refuse(ctx: Context) -> None:
    folder = ctx.distributions_folder(ctx.commit_made()).relative_to(ctx.root)
    why = f"{folder} is not here, and this job builds nothing"
    raise ReleaseError(f"cannot publish {ctx.release}", why=why, run="inv status      (run the job build again)")


BUILD = Step("build", "build the distributions", _observe, _do, _undo)
BUILD_TO_SHOW = replace(BUILD, observe=_observe_to_show)  # where a forge is to show them, too
# In a job of CI that may not run code of the project: another job has built them.
DOWNLOADED = replace(BUILD, name="have the distributions", do=_refuse, undo=None)
DOWNLOADED_TO_SHOW = replace(DOWNLOADED, observe=_observe_to_show)
