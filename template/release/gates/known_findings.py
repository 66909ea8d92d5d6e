"""What was found in a project before it was adopted: it is shown and does not block, as what is new does."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from release.adapters.git.git_repository import Git
from release.adapters.tools.scanners import Finding
from release.base.errors import ReleaseError
from release.base.first_few import rows_of
from release.base.temporary_folders import temporary_folder
from release.context import Context
from release.engine.gate import Severity, Verdict
from release.repository.adoption import before_adoption
from release.repository.exported_tree import exported
from release.versioning.version_writer import pretended

_SHOWN = 8  # findings that a refusal lists

T = TypeVar("T")
Key = Callable[[Finding, Path], object]


def by_rule(finding: Finding, _: Path) -> object:
    """Know a finding by its file and rule: a line above it, or a newer version in it, does not make it another."""
    return (finding.path, finding.rule)


def by_line(finding: Finding, folder: Path) -> object:
    """Know a finding by its rule and the line it is in, wherever the file was moved."""
    try:
        lines = (folder / finding.path).read_bytes().splitlines()
        text = lines[finding.line - 1].strip() if finding.line else b"".join(lines)
    except (OSError, IndexError):
        return (finding.path, finding.rule)
    return (finding.rule, hashlib.sha256(text).hexdigest())


def new_in(
    git: Git, found: Sequence[Finding], now: Path, look: Callable[[Path], Sequence[Finding]], key: Key
) -> list[Finding]:
    """Return those of `found`, in the files below `now`, that were not there before the project was adopted.

    `look` finds in a folder; it is called only where something was found and there was something before.
    """
    commit = before_adoption(git) if found else None
    if commit is None:
        return list(found)
    with exported(git, commit) as before:
        known = [key(each, before) for each in look(before)]
    return beyond(found, [key(each, now) for each in found], known)


def beyond(found: Sequence[T], keys: Iterable[object], known: Iterable[object]) -> list[T]:
    """Return those of `found`, whose `keys` say which are the same, that are not among the `known` or not as often."""
    left, new = Counter(known), []
    for each, key in zip(found, keys, strict=True):
        left[key] -= 1
        if left[key] < 0:
            new.append(each)
    return new


def judged(found: Sequence[object], new: Sequence[object], run: str, head: str = "") -> Verdict:
    """Return the verdict on findings of which some are new; there is at least one."""
    known = len(found) - len(new)
    shown = new or found
    rows = [*([head] if head else []), rows_of(shown, _SHOWN)]
    log = "\n".join(map(str, found))
    if not new:
        fact = f"{known} older than the adoption of the release process, nothing new:"
        return Verdict(False, "\n".join([fact, *rows]), run, severity=Severity.WARNING, log=log)
    before = [f"(and {known} older than the adoption of the release process)"] if known else []
    return Verdict(False, "\n".join([*rows, *before]), run, log=log)


@contextmanager
def built_before(ctx: Context) -> Iterator[list[Path]]:
    """Give the distributions of the project before it was adopted; none where it was not, or cannot be built."""
    commit = before_adoption(ctx.git)
    with temporary_folder() as place:
        folder = Path(place).resolve() / "out"
        if commit:
            try:
                with ctx.git.checkout(commit) as path:
                    ctx.tools.build(path, folder, epoch=ctx.git.time_of(commit), **pretended(ctx))
            except ReleaseError:
                pass  # then nothing of it is known
        yield sorted(folder.iterdir()) if folder.is_dir() else []
