"""The commits of a release, each made on top of another commit and on no branch yet: made, taken back, given up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from release.adapters.git.hooked_commit import commit_all
from release.adapters.git.marks import ABORTED, HOTFIXED, RELEASE
from release.base.changelog import has_section
from release.base.errors import ReleaseError
from release.config.towncrier_config import read_fragments
from release.context import Context
from release.repository.commit_diff import beyond_version_and_notes, changed_paths, is_note, version_at
from release.repository.exported_tree import exported
from release.repository.outside_links import refuse_outside_links
from release.values.fragment import Fragment
from release.values.version_numbers import reason_setting, version_said
from release.versioning.changelog_writer import write_changelog
from release.versioning.version_writer import write_version
from release.versioning.written_files import refuse_links_outside

_DEFINED = re.compile(r"^\[[^\]]+\]:.*$", re.MULTILINE)  # a link, which a release puts right
_OPENS = re.compile(r"Open \S+ for (\S+)")  # the subject of what opens a branch for the next version


def commit_release(ctx: Context, head: str) -> str:
    """Return the release commit on top of `head`: the version in its files, the fragments in the changelog."""
    with ctx.git.checkout(head) as path:
        refuse_links_outside(path, ctx.project.notes.changelog)
        refuse_outside_links(ctx.git, path)
        fragments = read_fragments(path, ctx.project.notes) if ctx.release.final else ()
        with ThreadPoolExecutor() as pool:
            bumping = pool.submit(write_version, ctx, path, ctx.release.version)
            writing = pool.submit(write_changelog, ctx, path) if ctx.release.final else None
        bumping.result()
        if writing:
            _remove(fragments, writing.result())
        marks = "\n".join(_trailers(ctx))
        return commit_all(ctx.git, path, f"Release {ctx.release}", marks, may_format=(ctx.project.notes.changelog,))


def _remove(fragments: tuple[Fragment, ...], written: Sequence[Path]) -> None:
    """Remove the fragments that towncrier has `written` into the changelog, and no other; they must be all there are.

    towncrier lets git do it, and does not look at what git answers.
    """
    left = [each.path for each in fragments if not any(path.as_posix().endswith(f"/{each.path}") for path in written)]
    if left:
        why = f"towncrier did not write {', '.join(left)} into the changelog"
        raise ReleaseError("cannot write the notes", why=why, run="inv notes      (what it writes)")
    for path in written:
        path.unlink(missing_ok=True)


def why_not_ours(ctx: Context, commit: str) -> str:
    """Return what a release commit has other than what the release in hand writes; empty where that is nothing.

    Whoever made it, and however it was merged: it is compared with the commit before it, so what came in between is
    none of it.
    """
    return ctx.git.once(("release", commit, str(ctx.release.version)), lambda: _why_not_ours(ctx, commit))


def _why_not_ours(ctx: Context, commit: str) -> str:
    version, notes = ctx.release.version, ctx.project.notes
    if ctx.git.commit_of(f"{commit}^") is None:
        return "no commit is before it"
    stated = version_at(ctx.git, commit)
    if stated not in (None, str(version)):
        return f"its pyproject.toml says {stated}"
    told = not ctx.release.final or has_section(ctx.git.file_at(commit, notes.changelog) or "", version)
    if notes.changelog.endswith(".md") and not told:
        return f"its {notes.changelog} has no section of {version}"
    more = [*_beyond(ctx, commit, version), *_written_fragments(ctx, commit), *_rewritten_notes(ctx, commit)]
    more += _left_behind(ctx, commit)
    return f"it changes more than version and notes: {', '.join(more)}" if more else ""


def opens(ctx: Context, commit: str) -> bool:
    """Return whether a commit changes the version of the project and nothing else."""
    return ctx.git.once(("opens", commit), lambda: "yes" if _opens(ctx, commit) else "") != ""


def _opens(ctx: Context, commit: str) -> bool:
    before, after = version_at(ctx.git, f"{commit}^"), version_at(ctx.git, commit)
    named: object = after
    if before is not None and before == after:
        return False
    if after is None:  # the tag is the version there; what else names it has that of the subject
        subject = _OPENS.match(ctx.git.read("show", "--no-patch", "--format=%s", commit))
        named = version_said(subject[1]) if subject else None
    touched = any(is_note(ctx, path) for path in changed_paths(ctx.git, f"{commit}^", commit))
    return not touched and not _beyond(ctx, commit, named)


def _beyond(ctx: Context, commit: str, version: object) -> list[str]:
    """Return the paths in which a commit differs from the one before it by more than version and notes."""
    outside = [path for path in map(ctx.git.relative, ctx.git.marks.changed_by(commit)) if path.startswith("../")]
    paths = beyond_version_and_notes(ctx, f"{commit}^", commit)
    if outside or not paths:
        return outside
    with exported(ctx.git, f"{commit}^") as path:  # what says the version in other words, such as 1.2 alone
        write_version(ctx, path, version)
        return [each for each in paths if _differs(ctx, path / each, commit, each)]


def _differs(ctx: Context, written: Path, commit: str, path: str) -> bool:
    """Return whether a commit has a file otherwise than it was written: its text, or its mode."""
    text, modes = _text(written), {ctx.git.mode_at(each, path) for each in (f"{commit}^", commit)}
    return text is None or text != ctx.git.file_at(commit, path) or len(modes - {""}) != 1


def _rewritten_notes(ctx: Context, commit: str) -> list[str]:
    """Return the changelog where a commit changes its mode, or any word that was there; a release adds a section."""
    path = ctx.project.notes.changelog
    before, after = (ctx.git.file_at(each, path) for each in (f"{commit}^", commit))
    if before is None:
        return [path] if ctx.git.is_link(commit, path) else []
    old, new = (iter(re.findall(r"\w+", _DEFINED.sub("", text))) for text in (before, after or ""))
    kept = all(word in new for word in old)  # in this order; a hook may have wrapped the lines anew
    same = ctx.git.mode_at(f"{commit}^", path) == ctx.git.mode_at(commit, path)
    return [] if kept and same else [path]


def _left_behind(ctx: Context, commit: str) -> list[str]:
    """Return what the other parents of a merge bring and the merge leaves out, as if it had been merged."""
    first, *others = ctx.git.read("rev-list", "--no-walk", "--parents", commit, "--").split()[1:]
    bases = ((ctx.git.ask("merge-base", first, other).out.strip() or first, other) for other in others)
    return [path for base, other in bases for path in beyond_version_and_notes(ctx, base, other)]


def _written_fragments(ctx: Context, commit: str) -> list[str]:
    """Return the files among the fragments that a commit adds or changes; a release only removes them."""
    notes = ctx.project.notes
    words = ("diff", "--name-only", "--no-renames", "--diff-filter=d", "-z", f"{commit}^", commit, "--", notes.folder)
    return [path for path in ctx.git.read(*words).split("\0") if path and path != notes.changelog]


def _text(path: Path) -> str | None:
    """Return the text of a file; None where there is none, or no text."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def _trailers(ctx: Context) -> list[str]:
    """Return what marks the release commit; the reason of a hotfix is kept in the settings of its branch."""
    marks = [ctx.git.mark(RELEASE, ctx.release.version)]
    if ctx.release.stage == "hotfix":
        marks.append(ctx.git.mark(HOTFIXED, ctx.git.setting(reason_setting(ctx.release.line)) or "not told"))
    return marks


def commit_taking_back(ctx: Context, commit: str, head: str) -> str:
    """Return the commit on top of `head` that takes the release commit back; the one that did so, if there is one."""
    if ctx.git.marks.aborted(commit, str(ctx.release.version), head):
        return head
    with ctx.git.checkout(head) as path:
        mainline = ["--mainline", "1"] if ctx.git.commit_of(f"{commit}^2") else []
        ctx.git.change("revert", "--no-commit", *mainline, commit, cwd=path)
        return commit_all(ctx.git, path, f"Take back {ctx.release}", ctx.git.mark(ABORTED, ctx.release.version))


def commit_giving_up(ctx: Context, head: str) -> str:
    """Return the commit on top of `head` that gives the release up, with a note that the next stands in its place."""
    notes, version = ctx.project.notes, ctx.release.version
    with ctx.git.checkout(head) as path:
        fragment = path / notes.path_for(f"+instead-of-{version}", notes.mending)
        fragment.parent.mkdir(parents=True, exist_ok=True)
        text = f"{version} could not be published completely; this release stands in its place.\n"
        fragment.write_text(text, encoding="utf-8")
        return commit_all(ctx.git, path, f"Give up {ctx.release}", ctx.git.mark(ABORTED, version))
