"""The distributions of the release in hand: where they lie, and which hashes its tag records.

The tag's message names each distribution with its sha256: any clone can tell ours from others without a build. Wheels
that it promises are built by a workflow later: a record on the remote, the first one, names each of them.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from release.adapters.index.simple_api import Index
from release.approvals.decision_records import keep, records
from release.artifacts.distribution_files import assets_in, read_distribution, recorded_in
from release.artifacts.promised_wheels import by_workflow, promises
from release.base.errors import ReleaseError
from release.config.engine_place import engine_place
from release.context import Context
from release.values.release import Distribution
from release.values.wheel_promise import WheelPromise, not_kept, not_promised, promise_lines, promised_in

_WHEELS, _FACT = "wheels/", "Wheels"  # the record of wheels that a workflow built, and what in it names them


def built(ctx: Context) -> list[Path]:
    """Return the distributions of the release in hand that lie here, by name."""
    commit = ctx.release_commit()
    folder = ctx.distributions_folder(commit) if commit else None
    return sorted(folder.iterdir()) if folder and folder.is_dir() else []


def checked(ctx: Context) -> list[Path]:
    """Return what the checks are about: the distributions, and where a workflow builds the wheels, those built here."""
    commit = ctx.release_commit()
    folder = checked_folder(ctx, commit) if commit else None
    return sorted({*built(ctx), *(folder.iterdir() if folder and folder.is_dir() else ())}, key=lambda file: file.name)


def checked_folder(ctx: Context, commit: str) -> Path:
    """Return where the wheels of a commit lie that are built for the checks alone."""
    folder = ctx.distributions_folder(commit)
    return folder.with_name(f"checked-{folder.name}")


def tag_message(ctx: Context, decisions: Iterable[str] = ()) -> str:
    """Return the message of the release's tag: its name, a line for each distribution as sha256sum prints it.

    And the decisions that it rests on (approvals, waivers), and what made it where that is not in the commit itself.
    """
    found = [f"{each.sha256}  {each.name}" for each in map(read_distribution, built(ctx))]
    later = promise_lines(promises(ctx)) if by_workflow(ctx.config) else []
    engine = engine_place()
    told = [*later, *decisions, *([f"Engine: {engine}"] if engine.installed else [])]
    hotfix = " (hotfix)" if ctx.release.stage == "hotfix" else ""
    return "\n".join([f"{ctx.release}{hotfix}", "", *found, *(["", *told] if told else [])])


def recorded(ctx: Context) -> tuple[Distribution, ...]:
    """Return the distributions that the release's tag names, and those that it promises, once they are recorded.

    Empty while there is no tag here.
    """
    text = _tag_text(ctx)
    promised = promised_in(text)
    return (*recorded_in(text), *(recorded_wheels(ctx, promised) if promised else ()))


def recorded_by_tag(ctx: Context) -> tuple[Distribution, ...]:
    """Return the distributions that the release's tag names; empty while there is no tag here."""
    return recorded_in(_tag_text(ctx))


def awaited(ctx: Context) -> tuple[WheelPromise, ...]:
    """Return the wheels that the release's tag promises, while they are not recorded."""
    promised = promised_in(_tag_text(ctx))
    return promised if promised and not recorded_wheels(ctx, promised) else ()


def promised_by_tag(ctx: Context) -> tuple[WheelPromise, ...]:
    """Return the wheels that the release's tag promises, which a workflow builds."""
    return promised_in(_tag_text(ctx))


def _tag_text(ctx: Context) -> str:
    """Return the message of the release's tag; empty while there is none here.

    Where the remote has another tag of that name than this clone, of a later attempt, that one counts.
    """
    tag, remote = ctx.release.tag, ctx.config.remote
    if tag not in ctx.git.tags():
        return ""
    if not is_stale(ctx):
        return ctx.git.tag_text(tag)
    made = ctx.git.remote_refs(remote).tag_objects.get(tag)
    if made is None:
        return ""
    if ctx.git.look("cat-file", "-e", made).code != 0:
        ctx.git.obtain(remote, f"refs/tags/{tag}").require()
    return ctx.git.look("cat-file", "tag", made).require().out


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
    promised = promised_in(text)
    files = (*recorded_in(text), *(recorded_wheels(ctx, promised) if promised else ()))
    return assets_in(text) | {each.name: each.sha256 for each in files}


def on_index(ctx: Context, index: Index) -> dict[str, str]:
    """Return {file name: sha256 in lower-case hex} of what an index has of the release."""
    files = index.files(ctx.project.canonical, ctx.release.version).values()
    return {file.name: file.sha256 or index.download_sha256(file) for file in files}


def all_published(ctx: Context) -> bool:
    """Return whether every index has every distribution that the tag records."""
    ours = {each.name: each.sha256 for each in recorded(ctx)}
    if not ours or not ctx.indexes or awaited(ctx):
        return False
    return all(on_index(ctx, index) == ours for index in ctx.indexes)


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
        return f"rm -r {file.parent.relative_to(ctx.root)}      (then the same command again: it builds again)"
    return f"git show {ctx.release.tag}      (shows the recorded file; restore that one, or inv abort)"


def recorded_wheels(ctx: Context, promised: Sequence[WheelPromise]) -> tuple[Distribution, ...]:
    """Return the wheels that are recorded for the release in progress; none while there is no record.

    Raises ReleaseError for a record that is of another commit, or has other wheels than `promised`.
    """
    name = _name(ctx)
    found = next((each for each in records(ctx, name) if each.name == name), None)
    if found is None:
        return ()
    words = (word.partition("=") for word in found.facts.get(_FACT, "").split())
    files = tuple(Distribution(file, sha256) for file, _, sha256 in words)
    if why := "it is not what its name says" if found.forged else _why_not(ctx, found.commit, files, promised):
        run = f"git ls-remote {ctx.config.remote} 'refs/keelway/{_WHEELS}*'"
        raise ReleaseError(f"cannot use the record of the wheels of {ctx.release}", why=why, run=run)
    return files


def record_wheels(ctx: Context, files: Sequence[Distribution], promised: Sequence[WheelPromise]) -> None:
    """Record wheels for the release in progress, once; raise ReleaseError where one is missing or not promised."""
    commit = ctx.commit_made()
    if why := _why_not(ctx, commit, files, promised):
        run = "inv status      (run the jobs that build the wheels again)"
        raise ReleaseError(f"cannot record the wheels of {ctx.release}", why=why, run=run)
    facts = {_FACT: " ".join(f"{each.name}={each.sha256}" for each in files)}
    keep(ctx, _name(ctx), commit, f"Wheels of {ctx.release}", facts, once=True)


def _why_not(ctx: Context, commit: str, files: Sequence[Distribution], promised: Sequence[WheelPromise]) -> str:
    """Return why files are not the wheels of the release in progress; empty where they are."""
    if commit != ctx.release_commit():
        return f"it is of {commit[:7]}, and the release is {str(ctx.release_commit())[:7]}"
    names = [each.name for each in files]
    if other := [name for name in names if not _is_ours(ctx, name)]:
        return f"no wheel of {ctx.release}: {', '.join(other)}"
    if lacking := not_kept(promised, names):
        return f"missing: {', '.join(map(str, lacking))}"
    more = not_promised(promised, names)
    return f"not promised: {', '.join(more)}" if more else ""


def _is_ours(ctx: Context, name: str) -> bool:
    try:
        return parse_wheel_filename(name)[:2] == (ctx.project.canonical, ctx.release.version)
    except InvalidWheelFilename:
        return False


def _name(ctx: Context) -> str:
    return f"{_WHEELS}{ctx.release.tag}"
