"""What another version of the template makes of the project: rendered, merged and committed in a throw-away clone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from release.adapters.git.git_repository import Git
from release.context import Context
from release.repository.scratch_clone import keep_settings
from release.template.answers_file import FILE
from release.template.file_classes import Classes, FileClass
from release.template.template_source import Edition, Template
from release.template.three_way_merge import Merged, merge, moved, places, tree_of

IN_REPOSITORY = "repository"  # the answer to `engine` of a project that has release/
TRAILER = "Template"  # of the commit that brings another version of the template: `Template: v0.2.0`


@dataclass(frozen=True)
class Change:
    """From which version and answers to which."""

    old: Edition
    before: Mapping[str, Any]
    new: Edition
    after: Mapping[str, Any]
    file: str = FILE  # that has the answers
    project: str = ""  # its name, where it is one of several in its repository

    @property
    def branch(self) -> str:
        """The branch that carries it."""
        return f"template/{self.project}-{self.new}" if self.project else f"template/{self.new}"

    @property
    def answers_differ(self) -> bool:
        """Whether other answers ask for other files; to be an existing project from now on asks for none."""
        existing = [answers.get("kind") == "existing" for answers in (self.before, self.after)]
        return dict(self.before) != dict(self.after) and existing[0] == existing[1]

    @property
    def leaves_repository(self) -> bool:
        """Whether release/ goes away, because the project is to install the release process from now on."""
        had, has = (answers.get("engine", IN_REPOSITORY) == IN_REPOSITORY for answers in (self.before, self.after))
        return had and not has

    @property
    def base_answers(self) -> Mapping[str, Any]:
        """The answers that the older version is rendered with: an existing project has no file taken away."""
        return {**self.before, "kind": "existing"} if self.after.get("kind") == "existing" else self.before


@dataclass(frozen=True)
class Sides:
    """The trees that are merged; `edited` is {managed file: changed, deleted or replaced} by the owner before."""

    base: str
    ours: str
    theirs: str
    edited: Mapping[str, str]


def throw_away(ctx: Context, place: Path) -> Git:
    """Clone the project, with its git settings, into `place`; its objects stay where they are."""
    clone = place / ctx.git.top.name
    ctx.git.ask("clone", "--quiet", "--shared", "--no-checkout", ctx.git.top, clone).require()
    keep_settings(ctx.git, clone)
    root = clone / ctx.git.inside
    root.mkdir(parents=True, exist_ok=True)
    return Git(root, ctx.for_git, timeout=ctx.config.timeout)


def sides(git: Git, template: Template, change: Change, place: Path) -> Sides:
    """Render both versions and return what is to be merged in the clone of `git`."""
    old, between, new, index = (place / name for name in ("old", "between", "new", "index"))
    wanted = [(change.old, change.base_answers, old), (change.new, change.after, new)]
    if change.answers_differ:
        wanted.append((change.new, change.before, between))
    template.render(*wanted, file=change.file)
    classes = template.classes(change.new, change.after)
    here = set(git.read("ls-tree", "-r", "-z", "--name-only", "HEAD").split("\0"))
    replaced = _replaced(git, classes, old, here - {change.file})
    decided = _decided(classes, between, new, here) if between.exists() else set()
    _leave_theirs(classes, old, new, here, replaced, decided)
    for path in decided - replaced:
        only_the_answers(between / path, new / path, old / path, git.file_at("HEAD", path))
    # The answers file is the template's altogether: as the base it is what the project has, so the new one is taken.
    (old / change.file).write_text(str(git.file_at("HEAD", change.file)), encoding="utf-8")
    base, theirs = tree_of(git, old, index), tree_of(git, new, index)
    listing = git.read(
        "diff-tree", "-r", "-z", "--relative", "--no-renames", "--name-status", "--diff-filter=MDT", base, "HEAD"
    )
    rows = iter(listing.split("\0"))
    changed = {path: "deleted" if status == "D" else "changed" for status, path in zip(rows, rows, strict=False)}
    edited = {path: did for path, did in changed.items() if classes.of(path) is FileClass.MANAGED}
    edited |= dict.fromkeys(sorted(replaced), "replaced")
    ours = moved(git, "HEAD", classes.moves, index)
    return Sides(moved(git, base, classes.moves, index), ours, theirs, edited)


def _decided(classes: Classes, before: Path, after: Path, here: set[str]) -> set[str]:
    """Return the seeds and examples that the changed answers render differently, by the new version with each.

    One that only the new answers have, and the project has for a reason of its own, stays as it is.
    """
    theirs = (FileClass.SEED, FileClass.EXAMPLE)
    both = {path for path in _files(before) | _files(after) if classes.of(path) in theirs}
    return {
        path
        for path in both
        if _bytes(before / path) != _bytes(after / path) and ((before / path).exists() or path not in here)
    }


def only_the_answers(before: Path, after: Path, base: Path, ours: str | None) -> None:
    """Write into `base` and `after` what the changed answers change of a seed, in the words that the project has of it.

    A seed is as an older version of the template made it, or as the owner did: lines that the new version has with
    either answers (`before`, `after`), and the project (`ours`) does not have, are left out of both sides.
    """
    if not before.is_file():
        base.unlink(missing_ok=True)
        return
    old, new = _lines(before), _lines(after) if after.is_file() else []
    here = {mine for mine, _ in _same(old, (ours or "").splitlines(keepends=True))}
    pairs = dict(_same(old, new))
    aside = {mine: theirs for mine, theirs in pairs.items() if mine not in here}
    base.parent.mkdir(parents=True, exist_ok=True)
    _write(base, [line for number, line in enumerate(old) if number not in aside])
    if after.is_file():
        _write(after, [line for number, line in enumerate(new) if number not in aside.values()])


def _lines(path: Path) -> list[str]:
    return path.read_bytes().decode(errors="surrogateescape").splitlines(keepends=True)


def _write(path: Path, lines: list[str]) -> None:
    path.write_bytes("".join(lines).encode(errors="surrogateescape"))


def _same(one: list[str], other: list[str]) -> Iterator[tuple[int, int]]:
    """Yield (line of `one`, line of `other`) for the lines that both have in the same order."""
    for start, there, size in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks():
        yield from zip(range(start, start + size), range(there, there + size), strict=True)


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _leave_theirs(
    classes: Classes, old: Path, new: Path, here: set[str], replaced: set[str], decided: set[str]
) -> None:
    """Take out of both renders what is the owner's: seeds they have or had, examples, and files that they replaced.

    What the changed answers decide is merged.
    """
    first = _files(old)
    for path in first | _files(new):
        kind = classes.of(path)
        seed = kind is FileClass.SEED and (path in first or path in here)
        if path in replaced or (path not in decided and (seed or kind is FileClass.EXAMPLE)):
            (old / path).unlink(missing_ok=True)
            (new / path).unlink(missing_ok=True)


def _replaced(git: Git, classes: Classes, old: Path, here: set[str]) -> set[str]:
    """Return the managed files that are no edits of ours: an adoption leaves a constraints.txt, say, that was there."""
    found = set()
    for path in sorted(_files(old) & here):
        if classes.of(path) is FileClass.MANAGED and not path.startswith("release/"):
            ours = set((old / path).read_text(encoding="utf-8").splitlines())
            kept = ours & set(str(git.file_at("HEAD", path)).splitlines())
            found |= {path} if 2 * len(kept) < len(ours) else set()
    return found


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def bring(ctx: Context, git: Git, found: Sides, change: Change) -> Merged:
    """Merge in the clone of `git`; its files then are the result, staged on top of the project's HEAD."""
    head = ctx.git.read("rev-parse", "HEAD")
    merged = merge(git, found.base, found.ours, found.theirs, str(change.new))
    if change.leaves_repository:
        merged = replace(merged, kept=_without_engine(git, merged.kept))
    git.change("reset", "--quiet", "--soft", head)
    return merged


def _without_engine(git: Git, kept: tuple[str, ...]) -> tuple[str, ...]:
    """Remove what the owner edited of release/, which would stand in for what is installed; return the other paths."""
    parts = [path for path in kept if path.startswith("release/")]
    if parts:
        git.change("rm", "--quiet", "--force", "--", *parts)
    return tuple(path for path in kept if path not in parts)


def edits_of_engine(git: Git, found: Sides) -> str:
    """Return as a diff what the owner changed in release/; empty where it is the template's to the letter."""
    parts = [path for path, did in found.edited.items() if path.startswith("release/") and did == "changed"]
    return git.read("diff", "--no-color", "--no-ext-diff", found.base, found.ours, "--", *parts) if parts else ""


def commit(git: Git, change: Change, paragraphs: list[str]) -> str:
    """Commit what is staged in the clone and return the commit; the owner's hooks are for their own changes."""
    subject = f"Update the template to {change.new}"
    words = [word for each in (subject, *paragraphs, f"{TRAILER}: {change.new.name}") for word in ("-m", each)]
    git.change("commit", "--quiet", "--no-verify", "--allow-empty", *words)
    return git.read("rev-parse", "HEAD")


def told_conflicts(ctx: Context, git: Git, template: Template, change: Change, merged: Merged) -> list[str]:
    """Return a line for each conflict: where it is, and why each side wrote what it did."""
    found = []
    for path in merged.marked:
        theirs = template.reasons(change.old, change.new, path) or "another answer"
        for line, text in places(git.root / path):
            found.append(f"{path}:{line}\nyours: {_reason(ctx.git, path, text)}\nthe template's: {theirs}")
    return found


def _reason(git: Git, path: str, text: str) -> str:
    """Return the newest commit of the lines `text` in a file of the project: "3f2c1ab add click (Ada Lovelace)"."""
    whole = git.file_at("HEAD", path)
    shown = "--format=%h %s (%an)"
    if text and whole and text in whole:
        first = whole[: whole.index(text)].count("\n") + 1
        span = f"{first},{first + max(text.count(chr(10)), 1) - 1}"
        rows = git.read("blame", "-s", "-l", "-L", span, "HEAD", "--", path).splitlines()
        commits = list(dict.fromkeys(row.split()[0].lstrip("^") for row in rows))
        return git.read("log", "--no-walk=sorted", "-1", shown, *commits, "--")
    return git.read("log", "-1", shown, "HEAD", "--", path)
