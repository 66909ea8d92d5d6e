"""The history of several heads as a graph: which release has a commit first, decided by ancestry.

Dates of commits are what their authors' clocks said; they only decide between releases of which neither has the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from release.adapters.git.git_repository import Git

_FORMAT = "%H%x00%P%x00%ct%x00%at%x00%ae%x00%an%x00%s"


class Commit(NamedTuple):
    """A commit: its parents, the first one being the branch that it was made on, and its times (seconds since 1970)."""

    sha: str
    parents: tuple[str, ...]
    time: int
    author_time: int
    mail: str
    author: str
    subject: str


class CommitGraph:
    """The commits of some heads, in an order in which each stands before its parents.

    `rows` is {commit: (its parents, the rest of what git says of it)}; most rests are never looked at.
    """

    def __init__(self, rows: dict[str, tuple[tuple[str, ...], str]], heads: Sequence[str]) -> None:
        self._rows = rows
        self._chain: dict[str, tuple[int, int]] = {}  # {commit: (chain, how many commits are below it)}
        self._below: list[str | None] = []  # of each chain the commit that it begins on
        for head in heads:
            self._walk(head)

    def _walk(self, head: str) -> None:
        """Follow the first parents of a head down to a chain that is known."""
        new: list[str] = []
        sha: str | None = head
        while sha in self._rows and sha not in self._chain:
            new.append(str(sha))
            sha = next(iter(self._rows[str(sha)][0]), None)
        known = sha if sha in self._chain else None
        depth = self._chain[known][1] + 1 if known else 0
        for number, each in enumerate(reversed(new)):
            self._chain[each] = (len(self._below), depth + number)
        self._below.append(known)

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __contains__(self, sha: object) -> bool:
        return sha in self._rows

    def __len__(self) -> int:
        return len(self._rows)

    def parents(self, sha: str) -> tuple[str, ...]:
        """Return the parents of a commit."""
        return self._rows[sha][0]

    def commit(self, sha: str) -> Commit:
        """Return a commit with all that is known of it."""
        parents, rest = self._rows[sha]
        time, author_time, mail, author, subject = rest.split("\0")
        return Commit(sha, parents, int(time), int(author_time), mail, author, subject)

    def oldest_first(self) -> Iterator[str]:
        """Yield the commits, each after its parents."""
        return reversed(self._rows)

    def on_mainline(self, sha: str) -> bool:
        """Return whether a commit is on the first-parent history of a head."""
        return sha in self._chain

    def follows(self, later: str, earlier: str) -> bool:
        """Return whether `earlier` is on the first-parent history of `later` (or is it)."""
        if later not in self._chain or earlier not in self._chain:
            return False
        (chain, depth), (wanted, least) = self._chain[later], self._chain[earlier]
        while chain != wanted:
            below = self._below[chain]
            if below is None:
                return False
            chain, depth = self._chain[below]
        return least <= depth

    def latest_below(self, times: Mapping[str, int]) -> dict[str, int]:
        """Return {commit: its time, but no earlier than that of a commit it contains} for the commits of `times`."""
        return {sha: max(times[sha], below) for sha, below in self._highest(times).items()}

    def highest_below(self, ranks: Mapping[str, int]) -> dict[str, int]:
        """Return {ranked commit: the highest rank among the other ranked commits that it contains}."""
        return {sha: below for sha, below in self._highest(ranks).items() if below >= 0}

    def _highest(self, numbers: Mapping[str, int]) -> dict[str, int]:
        """Return {numbered commit: the highest number below it}; -1 where there is none."""
        highest: dict[str, int] = {}
        found: dict[str, int] = {}
        for sha in self.oldest_first():
            seen = -1
            for parent in self._rows[sha][0]:
                seen = max(seen, highest.get(parent, -1))
            if sha in numbers:
                found[sha] = seen
                seen = max(seen, numbers[sha])
            highest[sha] = seen
        return found

    def first_containing(self, ranks: Mapping[str, int]) -> dict[str, int]:
        """Return {commit: the lowest rank among the ranked commits that contain it}; others are left out."""
        lowest: dict[str, int] = dict(ranks)
        for sha, (parents, _) in self._rows.items():
            if sha not in lowest:
                continue
            rank = lowest[sha]
            for parent in parents:
                if lowest.get(parent, rank) >= rank:
                    lowest[parent] = rank
        return lowest


def read_graph(git: Git, heads: Sequence[str]) -> CommitGraph:
    """Return the history of the heads (the most important one first); raise CommandFailed where git cannot read it."""
    words = ("-c", "i18n.logOutputEncoding=UTF-8", "log", "--topo-order", "--no-show-signature", f"--format={_FORMAT}")
    given = "".join(f"{head}\n" for head in heads).encode()
    listing = git.read_bytes(*words, "--stdin", given=given).decode(errors="replace").removesuffix("\n")
    rows = (row.split("\0", 2) for row in listing.split("\n")) if listing else ()
    return CommitGraph({sha: (tuple(parents.split()), rest) for sha, parents, rest in rows}, heads)
