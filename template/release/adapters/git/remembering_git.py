"""git for a command that only looks, at many moments of one history: that history is read once, not at each moment.

About commits that neither a branch nor a tag leads to, git is asked as ever.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from release.adapters.git.git_repository import Git
from release.adapters.git.marks import SOUGHT, Marks
from release.adapters.git.object_batch import ObjectReader
from release.adapters.git.ref_history import RefHistory
from release.base.shell import Completed


class RememberingGit(Git):
    """Answers from what it has read of the clone, which must not change meanwhile."""

    def __init__(self, git: Git) -> None:
        vars(self).update(vars(git))  # the same clone, asked the same way
        self._origin = git  # what it has put aside goes when it does
        self._once_read = threading.RLock()
        self._history: RefHistory | None = None
        self._logs: dict[tuple[str, ...], Mapping[str, str]] = {}
        self._objects: ObjectReader | None = None
        self.marks = _RememberedMarks(self, by_request=git.marks.by_request)

    @property
    def history(self) -> RefHistory:
        """What all branches and tags lead to."""
        with self._once_read:
            self._history = self._history or RefHistory(self)
            return self._history

    def read(self, *words: str | Path, cwd: Path | None = None) -> str:
        """Answer as git does, each question once."""
        answer = self.look(*map(str, words)) if cwd is None else self.ask(*words, cwd=cwd)
        return answer.require().out.rstrip("\n")

    def commit_of(self, name: str) -> str | None:
        """Return the commit that `name` means here, or None when this clone does not know it."""
        place = self.history.find(name)
        if place is not None:
            return self.history.commits[place]
        return None if self.history.lacks(name) else super().commit_of(name)

    def contains(self, later: str, earlier: str) -> bool:
        """Return whether the commit `later` has `earlier` in its history (or is it)."""
        above, below = self.history.find(later), self.history.find(earlier)
        if above is None or below is None:
            return super().contains(later, earlier)
        return bool(self.history.below(above)[below])

    def time_of(self, commit: str) -> int:
        """Return when a commit was made, in seconds since 1970 UTC."""
        place = self.history.find(commit)
        return super().time_of(commit) if place is None else self.history.times[place]

    def newest_before(self, commit: str, until: int) -> str | None:
        """Return the newest commit of a first-parent history up to a second; None where it began later."""
        place = self.history.find(commit)
        if place is None:
            return super().newest_before(commit, until)
        early = (each for each in self.history.first_parents(place) if self.history.times[each] <= until)
        found = next(early, None)
        return None if found is None else self.history.commits[found]

    def tags(self, merged: str | None = None) -> dict[str, str]:
        """Return {tag: commit} of this clone's tags; with `merged` only those that this commit contains."""
        place = self.history.find(merged) if merged else None
        if place is None:
            return super().tags(merged)
        below, known = self.history.below(place), self.history.place
        return {name: sha for name, sha in super().tags().items() if sha in known and below[known[sha]]}

    def file_at(self, commit: str, path: str) -> str | None:
        """Return the text of a file in a commit, or None when the commit does not have it, or has a folder there."""
        place = self.history.find(commit)
        if place is None or "\n" in path:
            return super().file_at(commit, path)
        with self._once_read:
            objects = self._objects = self._objects or ObjectReader(self)
        sha, inside = self.history.commits[place], self.within_repository(path)
        if (found := objects.read(f"{sha}:{inside}")) is None:
            return None if _lacks(objects, sha, inside) else super().file_at(commit, path)
        return found[1].replace("\r\n", "\n").replace("\r", "\n") if found[0] == "blob" else None

    def log(
        self, until: str, *how: str, form: str, without: str = "", since: int = 0, paths: Sequence[str] = ()
    ) -> list[tuple[str, str]]:
        """Return (commit, what `git log` shows of it) of the history of a commit, oldest first."""
        history, head, first_parent = self.history, self.history.find(until), "--first-parent" in how
        least = self.history.find(without) if without else None
        if head is None or (without and least is None) or (first_parent and not history.on_mainline(head)):
            return super().log(until, *how, form=form, without=without, since=since, paths=paths)
        shown = self._whole(how, form, paths)
        out = history.below(least) if least is not None else bytearray(len(history.commits))
        if first_parent:
            chain = [each for each in history.first_parents(head, since) if not out[each]]
            names = [history.commits[each] for each in reversed(chain)]
        else:
            below = history.below(head)
            places = ((name, history.place[name]) for name in shown)
            names = [name for name, at in places if below[at] and not out[at] and history.times[at] >= since]
        return [(name, shown[name]) for name in names if name in shown]

    def _whole(self, how: Sequence[str], form: str, paths: Sequence[str]) -> Mapping[str, str]:
        """Return {commit: what is shown of it} of all that branches and tags lead to, oldest first; read once."""
        key = (*how, form, *paths)
        with self._once_read:
            if key not in self._logs:
                self._logs[key] = dict(super()._log([*how, f"--format=%x01%H%x00{form}"], RefHistory.REFS, paths))
            return self._logs[key]

    def changes_of(self, until: str, *paths: str) -> list[tuple[str, int]]:
        """Return (commit, its time) of those on a first-parent history that changed one of the paths, newest first."""
        how = ("--first-parent", "--diff-merges=first-parent", "--no-renames", "--relative", "--name-only")
        tops = sorted({path.partition("/")[0] for path in paths})
        rows = [row for top in tops for row in self.log(until, *how, form="", paths=(top,))]
        found = {commit for commit, changed in rows if not set(paths).isdisjoint(changed.splitlines())}
        head = self.history.find(until)
        if head is None:
            return super().changes_of(until, *paths)
        chain = ((self.history.commits[each], self.history.times[each]) for each in self.history.first_parents(head))
        return [(commit, at) for commit, at in chain if commit in found]

    def obtain_from(self, remote: str, *refs: str) -> Completed:
        """Bring here what `refs` of this very remote mean, without moving any ref; returns how it ended."""
        self._objects = None  # it does not look where they may be put
        return super().obtain_from(remote, *refs)


def _lacks(objects: ObjectReader, commit: str, path: str) -> bool:
    """Return whether the tree of a commit has no such path; False where that is not sure: an object may be missing."""
    folder, _, name = path.rpartition("/")
    tree = objects.read(f"{commit}:{folder}")
    if tree is None:
        return bool(folder) and _lacks(objects, commit, folder)
    return tree[0] == "tree" and f" {name}\0" not in tree[1]


class _RememberedMarks(Marks):
    """Marks that are found in what a RememberingGit has read."""

    def __init__(self, git: RememberingGit, *, by_request: bool) -> None:
        super().__init__(git)
        self.by_request = by_request
        self._remembering = git

    def _marked(self, span: str) -> Iterator[tuple[str, str]]:
        since, _, among = span.rpartition("..")
        greps = [f"--grep=^{self._remembering.key(name)}: " for name in SOUGHT]
        yield from reversed(self._remembering.log(among, *greps, form="%B", without=since))

    def _chain(self, head: str) -> Mapping[str, int]:
        history, place = self._remembering.history, self._remembering.history.find(head)
        if place is None:
            return super()._chain(head)
        if head not in self._chains:
            chain = (history.commits[each] for each in history.first_parents(place))
            self._chains[head] = {commit: number for number, commit in enumerate(chain)}
        return self._chains[head]
