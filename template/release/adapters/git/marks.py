"""Marks: the commits that our commands make, known by trailer, subject and place; anybody can write a trailer alone.

A mark stands on the first-parent history of its branch. Where a branch takes only requests, it may be the very commit
that the merge of its own request brought there; and a release counts wherever the annotated tag of its version is on
it, since a plain `git pull` makes of the branch that was the second parent.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from release.adapters.git.trailers import trailers_of
from release.base.shell import Completed

RELEASE = "Release"  # the trailer of a release commit: `Release: 1.2.0`
ABORTED = "Aborted"  # the trailer of the commit that takes a pushed release commit back
REOPENED = "Reopened-after"  # the trailer of the commit that opens the line again after a release
FROZEN = "Frozen"  # the trailer of the two commits of a freeze: `Frozen: 1.3` on the line, and on the main branch
THAWED = "Thawed"  # the trailer of the commit that ends the freeze of a line
HOTFIXED = "Hotfix"  # the trailer of a hotfix's release commit, with its reason

# What our commands write above the trailer; `subject` and a forge that squashes may put words around it.
_SUBJECTS: Mapping[str, str] = {
    RELEASE: r"Release \S+ {value}",
    ABORTED: r"(?:Take back|Give up) \S+ {value}",
    REOPENED: r"Open \S+ for \S+",
    FROZEN: r"(?:Freeze \S*{value}\S*|Open \S+ for \S+)",
    THAWED: r"Thaw \S*{value}\S*",
}
SOUGHT = tuple(_SUBJECTS)
_PAGE = 100  # commits with a trailer that are read at once; most questions are answered by the first


class Calls(Protocol):
    """What is asked of git here."""

    def read(self, *words: str) -> str:
        """Return the output of a command that must succeed."""

    def look(self, *words: str) -> Completed:
        """Return how a command ended; one that was looked at before is not run again."""

    def contains(self, later: str, earlier: str) -> bool:
        """Return whether a commit has another one in its history."""

    def key(self, trailer: str) -> str:
        """Return the name of a trailer in the commits of this project."""


@dataclass
class _Read:
    """What was read of a span: (commit, message) of those with any of our trailers, and whether that is all of it."""

    rows: list[tuple[str, str]] = field(default_factory=list)
    whole: bool = False


class Marks:
    """The marks in the history of a clone; what is found there stays, for commits do not change.

    `by_request`: whether marks may come by the merge of a request.
    """

    def __init__(self, git: Calls) -> None:
        self.by_request = False
        self._git = git
        self._found: dict[tuple[str, str, str, str], str | None] = {}
        self._read: dict[str, _Read] = {}
        self._reading = threading.Lock()
        self._chains: dict[str, Mapping[str, int]] = {}

    def commit_with(self, trailer: str, value: str, among: str, since: str = "") -> str | None:
        """Return the newest mark with the trailer in the history of `among` (not of `since`), or None."""
        key = (trailer, value, among, since)
        if key not in self._found:
            self._found[key] = next(self._commits_with(trailer, value, among, since), None)
        return self._found[key]

    def _commits_with(self, trailer: str, value: str, among: str, since: str) -> Iterator[str]:
        rows = self._marks((trailer,), value, f"{since}..{among}" if since else among, among)
        return (commit for commit, _, _ in rows)

    def aborted(self, release: str, version: str, among: str) -> str | None:
        """Return the commit after a release commit by which `among` has ended it, or None.

        It takes changes of the release commit back, or leaves a fragment that says in whose place the next one stands.
        """
        key = (ABORTED, version, among, release)
        if key not in self._found:
            ends = self._commits_with(ABORTED, version, among, release)
            self._found[key] = next((commit for commit in ends if self.takes_back(commit, release, version)), None)
        return self._found[key]

    def takes_back(self, commit: str, release: str, version: str) -> bool:
        """Return whether a commit changes only what a release commit did, or adds the fragment of `abort --spent`."""
        mine, theirs = self.changed_by(commit), self.changed_by(release)
        told = {path for path in mine if f"/+instead-of-{version}." in path}
        return mine <= theirs | told and (mine != set() or theirs == set())

    def changed_by(self, commit: str) -> set[str]:
        """Return the paths of the repository that a commit changes against its first parent."""
        words = (
            "diff-tree",
            "-r",
            "-z",
            "--name-only",
            "--no-renames",
            "--ignore-submodules=none",
            f"{commit}^",
            commit,
        )
        return {path for path in self._git.read(*words, "--").split("\0") if path}

    def trailers(self, names: tuple[str, ...], among: str, *, anywhere: bool = False) -> Iterator[tuple[str, str]]:
        """Yield (commit, "Trailer: value") for the marks with those trailers in the history of a commit, newest first.

        With `anywhere` also those that a merge brought, wherever they stand. A generator: who has found what was
        looked for stops the reading.
        """
        for commit, name, value in self._marks(names, None, among, among, anywhere=anywhere):
            yield commit, f"{name}: {value}"

    def on_branch(self, commit: str, head: str) -> bool:
        """Return whether a commit is on the first-parent history of another."""
        return commit in self._chain(head)

    def _marks(
        self, wanted: tuple[str, ...], value: str | None, span: str, head: str, *, anywhere: bool = False
    ) -> Iterator[tuple[str, str, str]]:
        """Yield (commit, trailer, value) for the marks of a span with one of the trailers, and that value if given."""
        names = {self._git.key(name): name for name in wanted}
        for commit, message in self._marked(span):
            subject = message.partition("\n")[0].rstrip()
            for key, said in trailers_of(message):
                name = names.get(key, "")
                if not name or (value is not None and said != value):
                    continue
                if _is_ours(name, said, subject) and (anywhere or self._stands(name, said, commit, head)):
                    yield commit, name, said

    def _marked(self, span: str) -> Iterator[tuple[str, str]]:
        """Yield (commit, message) for the commits of a span with any of our trailers, newest first.

        Read a page at a time, and once for all questions: with no mark in it, a long history is walked to its end.
        """
        words = [*(f"--grep=^{self._git.key(name)}: " for name in SOUGHT), "--format=%x01%H%x00%B"]
        number = 0
        while True:
            with self._reading:
                read = self._read.setdefault(span, _Read())
                if number == len(read.rows) and not read.whole:
                    page = self._git.read("log", f"--max-count={_PAGE}", f"--skip={number}", *words, span, "--")
                    found = [row.partition("\0") for row in page.split("\1")[1:]]
                    read.rows += [(commit, message) for commit, _, message in found]
                    read.whole = len(found) < _PAGE
                if number == len(read.rows):
                    return
            yield read.rows[number]
            number += 1

    def _stands(self, name: str, value: str, commit: str, head: str) -> bool:
        """Return whether a mark stands where our commands or the merge of their requests leave it."""
        if commit in self._chain(head):
            return True
        if name == RELEASE and self._tagged(commit, value):
            return True
        return self.by_request and self._came_by_request(commit, head)

    def _chain(self, head: str) -> Mapping[str, int]:
        """Return {commit: how many are above it} of the first-parent history of a commit."""
        if head not in self._chains:
            rows = self._git.read("rev-list", "--first-parent", head, "--").splitlines()
            self._chains[head] = {commit: number for number, commit in enumerate(rows)}
        return self._chains[head]

    def _tagged(self, commit: str, version: str) -> bool:
        """Return whether an annotated tag that names the version is on a commit."""
        words = ("for-each-ref", "--format=%(objecttype) %(refname:strip=2)", "--points-at", commit, "refs/tags")
        rows = (row.split(" ", 1) for row in self._git.look(*words).require().out.splitlines())
        return any(kind == "tag" and name.endswith(version) for kind, name in rows)

    def _came_by_request(self, commit: str, head: str) -> bool:
        """Return whether a merge on the first-parent history brought a commit, and nothing else, to the branch.

        Merges of the branch into the request ("Update branch") may stand in between.
        """
        chain = self._chain(head)
        own, *more = self._parents(commit)
        if more or own not in chain:
            return False
        above = self._git.read("rev-list", "--ancestry-path", "--merges", f"{commit}..{head}", "--").splitlines()
        merge = max((each for each in above if each in chain), key=lambda each: chain[each], default=None)
        if merge is None:
            return False
        first, *others = self._parents(merge)
        return any(self._leads_to(other, commit, first) for other in others)

    def _leads_to(self, at: str, commit: str, branch: str) -> bool:
        while at != commit:
            first, *others = self._parents(at)
            if not others or not all(self._git.contains(branch, other) for other in others):
                return False
            at = first
        return True

    def _parents(self, commit: str) -> list[str]:
        return self._git.read("rev-list", "--no-walk", "--parents", commit, "--").split()[1:] or [""]


def _is_ours(name: str, value: str, subject: str) -> bool:
    """Return whether the subject of our command stands above a trailer, in whatever form `subject` gave it then."""
    own = _SUBJECTS[name].format(value=re.escape(value))
    return re.search(rf"(?<!\w){own}(?![\w.])", subject, re.IGNORECASE) is not None
