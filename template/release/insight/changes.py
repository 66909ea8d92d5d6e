"""The changes of a history, each once: fragments, and first-parent commits for what has none.

A change that was picked to another branch or merged back is the same change; it belongs to the first release that
contains one of its copies, by ancestry.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from release.insight.change_marks import Bots, Marks, looks_like_a_fix, releases_only
from release.insight.commit_graph import Commit, CommitGraph
from release.insight.fragment_log import FragmentEvent
from release.values.fragment import FIXES

MENDING = (*FIXES, "security")  # types of changes that a failed release gets


@dataclass(frozen=True)
class Change:
    """A change: its fragment's name or its commit's subject, its type, and the commit that brought it when.

    `at` in seconds since 1970. `rank` is that of the first release that has it, None while it waits for one.
    """

    name: str
    kind: str
    commit: str
    at: int
    rank: int | None


@dataclass(frozen=True)
class Span:
    """Which releases are looked at: {commit: rank of the first release that has it}, the least rank that counts, and
    when the release before it was made (seconds since 1970).
    """

    first: Mapping[str, int]
    least: int = 0
    since: int = 0

    def has(self, sha: str) -> bool:
        """Return whether a commit is in no release that is older."""
        return self.first.get(sha, self.least) >= self.least


@dataclass
class _Found:
    """A change that is being gathered, with all its copies: {commit: name there}."""

    kind: str
    copies: dict[str, str] = field(default_factory=dict)
    dropped: bool = False


class Attribution:
    """Which commits are changes, and which of them are the same one."""

    def __init__(self, graph: CommitGraph, marks: Marks, span: Span, bots: Bots, project: str) -> None:
        self._graph = graph
        self._marks = marks
        self._span = span
        self._bots = bots
        self._project = project

    def commits(self) -> list[Change]:
        """Return the changes by first-parent commits."""
        known: dict[object, _Found] = {}
        found: list[_Found] = []
        for sha in self._graph.oldest_first():
            if not (self._graph.on_mainline(sha) and self._span.has(sha)):
                continue
            commit = self._graph.commit(sha)
            if not self._counts(commit) or self._was_released(commit):
                continue
            keys: list[object] = [sha, _identity(self._tip(commit))]
            keys += [self._carrier.get(origin, origin) for origin in self._origins(commit)]
            change = next((known[key] for key in keys if key in known), None)
            if change is None:
                change = _Found("fix" if looks_like_a_fix(commit.subject) else "")
                found.append(change)
            change.copies[sha] = commit.subject
            known |= dict.fromkeys(keys, change)
        return [self._change(each) for each in found]

    def fragments(self, events: Iterable[FragmentEvent], kinds: Iterable[str]) -> list[Change]:
        """Return the changes by fragments, also renamed and edited ones; what was taken back is none."""
        known: dict[tuple[str, str], _Found] = {}
        brought: dict[str, list[_Found]] = {}
        found: list[_Found] = []
        for event in events:
            commit = self._graph.commit(event.commit)
            if not self._span.has(commit.sha) or self._returns(commit) or self._was_released(commit):
                continue
            old = known.get((event.old_name, event.old_blob))
            if event.state == "D":
                self._drop(old, commit, event)
                continue
            if event.state in "RM" and old:
                known[event.name, event.blob] = old
                continue
            same = known.get((event.name, event.blob)) or self._picked(brought, commit, event.name)
            copy = same is not None and not any(self._graph.follows(commit.sha, sha) for sha in same.copies)
            change = same if same and copy else _Found(_kind(event.name, tuple(kinds)))
            found += [] if copy else [change]
            change.copies[commit.sha] = event.name
            brought.setdefault(commit.sha, []).append(change)
            known[event.name, event.blob] = change
        return [self._change(each) for each in found if not each.dropped and not self._by_a_bot(each)]

    @cached_property
    def _carrier(self) -> dict[str, str]:
        """{commit: the commit of the mainline that brought it}: the merge of its pull request, or itself."""
        found: dict[str, str] = {}
        for sha in self._graph:
            if not self._span.has(sha):
                continue
            if self._graph.on_mainline(sha):
                found[sha] = sha
            for parent in self._graph.parents(sha):
                if not self._graph.on_mainline(parent):
                    found[parent] = found[sha]  # children come first, so the oldest merge is what stays
        return found

    @cached_property
    def _older(self) -> frozenset[tuple[str, int, str]]:
        """What the commits of older releases have in common with their cherry-picks."""
        return frozenset(_identity(self._graph.commit(sha)) for sha in self._graph if not self._span.has(sha))

    @cached_property
    def _picked_before(self) -> frozenset[str]:
        """The commits that brought what commits of older releases say to be copies of."""
        older = (picked for sha, picked in self._marks.picked.items() if not self._span.has(sha))
        return frozenset(self._carrier.get(origin, origin) for picked in older for origin in picked)

    def _was_released(self, commit: Commit) -> bool:
        """Return whether a commit is a copy of one that is in an older release."""
        tip = self._tip(commit)
        if self._span.least and tip.author_time <= self._span.since and _identity(tip) in self._older:
            return True
        if commit.sha in self._picked_before:
            return True
        return any(not self._span.has(origin) for origin in self._origins(commit))

    def _tip(self, commit: Commit) -> Commit:
        """Return the commit that a merge brings, whose author and subject are the change's; else the commit itself."""
        return self._graph.commit(commit.parents[1]) if commit.parents[1:] else commit

    def _returns(self, commit: Commit) -> bool:
        """Return whether a commit merges a branch that has releases of its own: it brings no change of its own."""
        return any(self._graph.on_mainline(parent) for parent in commit.parents[1:])

    def _counts(self, commit: Commit) -> bool:
        """Return whether a commit of the mainline is a change: no release, no bot's, no merge of a release branch."""
        if self._marks.of_the_process(commit.sha) or self._returns(commit):
            return False
        tip = self._tip(commit)
        return not (self._bots.made(tip) or any(releases_only(each.subject, self._project) for each in (commit, tip)))

    def _origins(self, commit: Commit) -> Iterable[str]:
        return (*self._marks.picked.get(commit.sha, ()), *self._marks.picked.get(self._tip(commit).sha, ()))

    def _by_a_bot(self, change: _Found) -> bool:
        return all(self._bots.made(self._tip(self._graph.commit(sha))) for sha in change.copies)

    def _drop(self, change: _Found | None, commit: Commit, event: FragmentEvent) -> None:
        """Take a change out whose fragment was deleted before it was released, and not by moving it to the notes."""
        moved = event.released or not self._counts(commit)
        first = self._span.first
        if change and not moved and first.get(next(reversed(change.copies))) == first.get(commit.sha):
            change.dropped = True

    def _picked(self, brought: Mapping[str, list[_Found]], commit: Commit, name: str) -> _Found | None:
        """Return the change of this name that one of the commits brought from which this one was picked."""
        origins = (self._carrier.get(origin, origin) for origin in self._origins(commit))
        changes = (each for origin in origins for each in brought.get(origin, ()))
        return next((each for each in changes if name in each.copies.values()), None)

    def _change(self, found: _Found) -> Change:
        """Return a change as the first release has it."""
        first, never = self._span.first, len(self._graph)
        sha = min(found.copies, key=lambda each: first.get(each, never))  # the oldest copy, where ranks are the same
        return Change(found.copies[sha], found.kind, sha, self._graph.commit(sha).time, first.get(sha))


def _identity(commit: Commit) -> tuple[str, int, str]:
    """Return what a commit and its cherry-picks have in common: who wrote it when, and its subject."""
    return commit.mail, commit.author_time, commit.subject


def _kind(name: str, kinds: tuple[str, ...]) -> str:
    """Return the type in a fragment's name: the last part that is one, as towncrier reads it."""
    return next((part for part in reversed(name.split(".")[1:]) if part in kinds), "")
