"""The build: sdist and wheel from a clean checkout of the release commit, the same bytes again on any machine."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from release.artifacts.distribution_build import build_distributions
from release.artifacts.distribution_files import read_distribution
from release.artifacts.distributions import all_published, awaited, built, checked_folder, recorded, recorded_by_tag
from release.artifacts.forge_draft import wants_files
from release.artifacts.promised_wheels import WHEELHOUSE, built_here, by_workflow
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
            return done("not needed: every index has every file")
        if recorded_by_tag(ctx):
            return absent(f"not in this clone; {ctx.release.tag} records the hashes")
        return absent("not built in this clone")
    ours = {each.name: each for each in map(read_distribution, built(ctx))}
    for each in recorded_by_tag(ctx):
        if ours.get(each.name) != each:
            fact = f"here: {ours.get(each.name, 'nothing')}; {ctx.release.tag} says {each}"
            return conflict(f"{fact}\nthese files differ from the first build", _advice(ctx, folder))
    return done(f"{len(ours)} in {folder.relative_to(ctx.root)}")


def _advice(ctx: Context, folder: Path) -> str:
    place = folder.relative_to(ctx.root)
    return f"rm -r {place}      (builds again; if it still differs: copy {place} from the other clone, or inv abort)"


def _do(ctx: Context) -> None:
    commit = ctx.commit_made()
    folder = ctx.distributions_folder(commit)
    folder.parent.mkdir(exist_ok=True)
    _ignore(folder.parent)
    with TemporaryDirectory(prefix=UNFINISHED, dir=folder.parent) as place:
        out = Path(place) / "out"
        build_distributions(ctx, commit, out, built_here(ctx), **pretended(ctx))
        if by_workflow(ctx.config):
            _put_aside(out, checked_folder(ctx, commit))
        out.rename(folder)


def _put_aside(out: Path, folder: Path) -> None:
    """Move the wheels of this machine into a folder of their own: those of the release are built by a workflow."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for wheel in out.glob("*.whl"):
        wheel.rename(folder / wheel.name)


def _ignore(folder: Path) -> None:
    """Keep `folder` out of git's sight, whatever the project's own .gitignore says."""
    path = folder / ".gitignore"
    if not path.exists():
        path.write_text("*\n", encoding="utf-8")


def _undo(ctx: Context) -> None:
    commit = ctx.commit_made()
    for folder in (ctx.distributions_folder(commit), checked_folder(ctx, commit)):
        shutil.rmtree(folder, ignore_errors=True)


def _observe_to_show(ctx: Context) -> Seen:
    seen = _observe(ctx)
    if seen.state is State.DONE and not built(ctx) and wants_files(ctx):
        return absent("every index has every file, but the forge does not")
    return seen


def _observe_downloaded(ctx: Context) -> Seen:
    seen = _observe(ctx)
    return _with_wheels(ctx, seen) if seen.state is State.DONE and built(ctx) else seen


def _observe_downloaded_to_show(ctx: Context) -> Seen:
    seen = _observe_to_show(ctx)
    return _with_wheels(ctx, seen) if seen.state is State.DONE and built(ctx) else seen


def _with_wheels(ctx: Context, seen: Seen) -> Seen:
    """Return how the wheels here, which other jobs have built, compare with those that are recorded."""
    ours = {each.name: each for each in map(read_distribution, built(ctx))}
    if waiting := awaited(ctx):
        return conflict(f"{len(waiting)} wheels that {ctx.release.tag} promises are not recorded", "inv status")
    missing = [each.name for each in recorded(ctx) if ours.get(each.name) != each]
    return absent(f"{len(missing)} of {len(recorded(ctx))} files are not here") if missing else seen


def _have(ctx: Context) -> None:
    """Put the wheels that other jobs have built beside the sdist; raise ReleaseError for what is not here."""
    folder = ctx.distributions_folder(ctx.commit_made())
    for each in recorded(ctx) if folder.is_dir() else ():
        file = ctx.root / WHEELHOUSE / each.name
        if file.is_file() and read_distribution(file) == each:
            shutil.copyfile(file, folder / each.name)
    if not folder.is_dir():
        _refuse(ctx)
    ours = {each.name: each for each in map(read_distribution, built(ctx))}
    if wrong := [str(each) for each in recorded(ctx) if ours.get(each.name) != each]:
        why = f"not among the files that other jobs have built: {', '.join(wrong)}"
        run = "inv abort --spent && inv release patch      (or download the wheels of the first run into dist-wheels)"
        raise ReleaseError(f"cannot publish {ctx.release}", why=why, run=run)


def _refuse(ctx: Context) -> None:
    folder = ctx.distributions_folder(ctx.commit_made()).relative_to(ctx.root)
    why = f"{folder} is missing, and this job builds nothing"
    raise ReleaseError(f"cannot publish {ctx.release}", why=why, run="inv status      (run the job build again)")


BUILD = Step("build", "build the distributions", _observe, _do, _undo)
BUILD_TO_SHOW = replace(BUILD, observe=_observe_to_show)  # where a forge is to show them, too
# In a job of CI that may not run code of the project: another job has built them.
DOWNLOADED = replace(BUILD, name="have the distributions", observe=_observe_downloaded, do=_have, undo=None)
DOWNLOADED_TO_SHOW = replace(DOWNLOADED, observe=_observe_downloaded_to_show)
