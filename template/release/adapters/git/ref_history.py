"""The commits that all branches and tags of a clone lead to, read by one walk: which contains which, and when each was.

A commit is a place in that list, in which each stands before its parents.
"""

from __future__ import annotations

from collections.abc import Iterator

from release.adapters.git.git_command import GitCalls

_NAMES = ("refs/heads", "refs/remotes", "refs/tags")


class RefHistory:
    """What a clone has at one moment; what is asked of it is answered without git."""

    REFS = ("--branches", "--remotes", "--tags")

    def __init__(self, git: GitCalls) -> None:
        listing = git.ask("log", "--topo-order", "--no-show-signature", "--format=%H %ct %P", *self.REFS, "--")
        rows = [row.split() for row in listing.require().out.splitlines()]
        self.commits = [row[0] for row in rows]
        self.place = {commit: number for number, commit in enumerate(self.commits)}
        self.times = [int(row[1]) for row in rows]
        self.parents = [[self.place[each] for each in row[2:]] for row in rows]
        self._below: dict[int, bytearray] = {}
        form = "--format=%(refname)%00%(objectname)%00%(*objectname)"
        refs = (row.split("\0") for row in git.ask("for-each-ref", form, *_NAMES).require().out.splitlines())
        self._refs = {name: self.place.get(peeled or direct) for name, direct, peeled in refs}
        self._mainline = bytearray(len(rows))
        for place in self._refs.values():
            self._walk(place)

    def _walk(self, place: int | None) -> None:
        for each in self.first_parents(place):
            if self._mainline[each]:
                return
            self._mainline[each] = 1

    def find(self, name: str) -> int | None:
        """Return the place of the commit that a full hash or a full name of a ref means; None where it is unknown."""
        name = name.removesuffix("^{commit}")
        if name.endswith("^"):
            child = self.find(name[:-1])
            return next(iter(self.parents[child]), None) if child is not None else None
        return self.place.get(name, self._refs.get(name))

    def lacks(self, name: str) -> bool:
        """Return whether it is a plain name of a branch or tag that this clone does not have."""
        plain = name.startswith(tuple(f"{each}/" for each in _NAMES)) and not set(name) & set("^~:@{")
        return plain and name not in self._refs

    def below(self, place: int) -> bytearray:
        """Return for each place whether it is in the history of this one (1) or not (0)."""
        if place not in self._below:
            found = bytearray(len(self.commits))
            found[place] = 1
            for number in range(place, len(found)):
                if found[number]:
                    for parent in self.parents[number]:
                        found[parent] = 1
            self._below[place] = found
        return self._below[place]

    def first_parents(self, place: int | None, since: int = 0) -> Iterator[int]:
        """Yield a commit and its first parents, newest first, up to one that is older than a second since 1970."""
        while place is not None and self.times[place] >= since:
            yield place
            place = next(iter(self.parents[place]), None)

    def on_mainline(self, place: int) -> bool:
        """Return whether a branch or a tag has the commit on its first-parent history."""
        return bool(self._mainline[place])
