"""The final releases of a project and the changes in each, as they were known at a moment.

A release is a final tag whose files an index serves, or the tag where there is no index.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from packaging.version import Version

from release.adapters.git.git_repository import Git
from release.adapters.git.marks import HOTFIXED
from release.adapters.index.simple_api import Index
from release.config.pyproject import Project
from release.config.release_toml import Config
from release.insight.change_marks import Bots, Marks, read_marks
from release.insight.changes import Attribution, Change, Span
from release.insight.commit_graph import CommitGraph, read_graph
from release.insight.fragment_log import read_fragment_log
from release.insight.history_readings import read_both
from release.planning.moment import Moment
from release.values.bump import Bump
from release.values.version_numbers import bump_between


@dataclass(frozen=True)
class Served:
    """What the indexes have of a version: the time of its first upload, where they give one, and if it is yanked."""

    uploaded: datetime | None
    yanked: bool


def served_by(indexes: Iterable[Index], project: str) -> dict[Version, Served]:
    """Return {version: what the indexes have of it}, by one request an index; raise where one does not answer."""
    found: dict[Version, Served] = {}
    for index in indexes:
        for version, files in index.all_files(project).items():
            uploaded = [each.uploaded for each in files if each.uploaded]
            other = found.get(version)
            uploaded += [other.uploaded] if other and other.uploaded else []
            yanked = all(each.yanked for each in files) or (other is not None and other.yanked)
            found[version] = Served(min(uploaded, default=None), yanked)
    return found


@dataclass(frozen=True)
class Released:
    """A final release: `at` in seconds since 1970, no earlier than what it contains; `before` the one it follows.

    `by_fragments`: its changes are fragments; else they are first-parent commits.
    """

    version: Version
    tag: str
    commit: str
    at: int
    yanked: bool
    hotfix: str
    before: Version | None
    changes: tuple[Change, ...] = ()
    by_fragments: bool = False

    @property
    def bump(self) -> Bump:
        """Whether it is a major, minor or patch release, by its number alone."""
        if self.version.micro:
            return Bump.PATCH
        return Bump.MINOR if self.version.minor else Bump.MAJOR

    @property
    def bump_from_before(self) -> Bump:
        """Whether it is a major, minor or patch release after the one that it follows."""
        return bump_between(self.before, self.version) if self.before else self.bump


@dataclass(frozen=True)
class History:
    """All finals up to a moment, oldest first, and the changes that wait on the main branch.

    `unserved`: final tags without files on any index; `untagged`: versions on an index that have no tag here.
    """

    moment: Moment
    releases: tuple[Released, ...]
    waiting: tuple[Change, ...]
    graph: CommitGraph
    marks: Marks
    from_index: bool
    unserved: tuple[Version, ...] = ()
    untagged: tuple[Version, ...] = ()

    def of(self, version: Version) -> Released | None:
        """Return the release of a version."""
        return next((each for each in self.releases if each.version == version), None)


@dataclass(frozen=True)
class _Tag:
    """A final tag: `at` is when it was made or, if known, when the first file of its version was uploaded."""

    at: int
    version: Version
    name: str
    commit: str


def read_history(
    git: Git, config: Config, project: Project, moment: Moment, served: Mapping[Version, Served] | None, since: int = 0
) -> History:
    """Return the releases up to a moment, with the changes of those after `since` (seconds since 1970).

    `served` is what the indexes have, None where tags are the releases.
    """
    tags = [each for each in _final_tags(git, config) if each.at <= moment.until]
    mine = [_dated(each, served) for each in tags if served is None or each.version in served]
    mine = sorted((each for each in mine if each.at <= moment.until), key=lambda each: (each.at, each.version))
    heads = list(dict.fromkeys([moment.main, *(each.commit for each in mine)]))
    by_clock = [each.commit for each in mine if each.at <= since]
    with ThreadPoolExecutor(max_workers=1) as beside:  # git reads the history three times; on two processors at once
        reading = beside.submit(read_both, git, project.notes, heads, by_clock)
        graph = read_graph(git, heads)
        readings = reading.result()
    ordered = _in_order(mine, graph)
    ranks = {each.commit: rank for rank, each in reversed(list(enumerate(ordered)))}
    older = [each.commit for each in ordered if each.at <= since]
    if set(older) != set(by_clock):  # a clock was wrong
        readings = read_both(git, project.notes, heads, older)
    span = Span(graph.first_containing(ranks), len(older), ordered[len(older) - 1].at if older else 0)
    marks = readings.marks
    attribution = Attribution(graph, marks, span, Bots(config.metrics.bots), project.name)
    groups = _Groups(attribution.fragments(readings.events, project.notes.kinds), attribution.commits)
    yanked = {version for version, each in (served or {}).items() if each.yanked}
    releases = _releases(ordered, graph.highest_below(ranks), groups, marks, yanked)
    known = {each.version for each in tags}
    unserved = () if served is None else tuple(sorted(known - set(served)))
    untagged = tuple(sorted(each for each in served or () if each not in known and not each.is_prerelease))
    last = releases[-1].by_fragments if releases else False
    return History(moment, releases, groups.waiting(last=last), graph, marks, served is not None, unserved, untagged)


def changes_between(
    git: Git, config: Config, project: Project, main: str, older: Released, newer: Released
) -> tuple[Change, ...]:
    """Return the changes that one release has and another has not, whichever release in between had them first."""
    heads = list(dict.fromkeys([main, older.commit, newer.commit]))
    graph = read_graph(git, heads)
    first = graph.first_containing({newer.commit: 1, older.commit: 0})
    limits = [newer.commit, f"^{older.commit}"]
    attribution = Attribution(
        graph, read_marks(git, heads), Span(first, 1, older.at), Bots(config.metrics.bots), project.name
    )
    events = read_fragment_log(git, limits, project.notes)
    return _Groups(attribution.fragments(events, project.notes.kinds), attribution.commits).of(1)


def times_of_finals(git: Git, config: Config) -> list[int]:
    """Return when the tags of finals were made, oldest first (seconds since 1970)."""
    return sorted(each.at for each in _final_tags(git, config))


def _final_tags(git: Git, config: Config) -> list[_Tag]:
    form = "%(refname:lstrip=2)%00%(objecttype)%00%(objectname)%00%(*objecttype)%00%(*objectname)%00%(creatordate:unix)"
    found = []
    for row in git.read("for-each-ref", f"--format={form}", "refs/tags").splitlines():
        name, kind, direct, meant, peeled, at = row.split("\0")
        version = config.version_of(name)
        if version and not (version.is_prerelease or version.local) and "commit" in (kind, meant):
            found.append(_Tag(int(at or 0), version, name, peeled or direct))
    return found


def _dated(tag: _Tag, served: Mapping[Version, Served] | None) -> _Tag:
    uploaded = served[tag.version].uploaded if served else None
    return replace(tag, at=int(uploaded.timestamp())) if uploaded else tag


def _in_order(tags: Sequence[_Tag], graph: CommitGraph) -> list[_Tag]:
    """Return the tags by time, each no earlier than those that it contains: a clock that was wrong moves no release."""
    times = {each.commit: each.at for each in tags}  # the latest of those on one commit
    latest = graph.latest_below(times)
    place = {sha: number for number, sha in enumerate(graph.oldest_first())}
    dated = [replace(each, at=max(each.at, latest[each.commit])) for each in tags]
    return sorted(dated, key=lambda each: (each.at, place[each.commit], each.version))


def _by_rank(changes: Iterable[Change]) -> dict[int | None, list[Change]]:
    found: dict[int | None, list[Change]] = {}
    for each in changes:
        found.setdefault(each.rank, []).append(each)
    return found


class _Groups:
    """The changes by the rank of their release, None for those that wait: fragments, else first-parent commits."""

    def __init__(self, fragments: Iterable[Change], commits: Callable[[], Iterable[Change]]) -> None:
        self._fragments = _by_rank(fragments)
        self._all_commits = commits

    @cached_property
    def _commits(self) -> dict[int | None, list[Change]]:
        """The first-parent commits, which are not looked at where every release has fragments."""
        return _by_rank(self._all_commits())

    def by_fragments(self, rank: int | None) -> bool:
        """Return whether there are fragments."""
        return rank in self._fragments

    def of(self, rank: int) -> tuple[Change, ...]:
        """Return the changes of a release."""
        return tuple(self._fragments.get(rank) or self._commits.get(rank) or ())

    def waiting(self, *, last: bool) -> tuple[Change, ...]:
        """Return what is in no release; commits only where the last release had no fragments either."""
        return tuple(self._fragments.get(None) or ([] if last else self._commits.get(None)) or ())


def _releases(
    ordered: Sequence[_Tag], before: Mapping[str, int], groups: _Groups, marks: Marks, yanked: Collection[Version]
) -> tuple[Released, ...]:
    return tuple(
        Released(
            version=tag.version,
            tag=tag.name,
            commit=tag.commit,
            at=tag.at,
            yanked=tag.version in yanked,
            hotfix=marks.value(tag.commit, HOTFIXED),
            before=ordered[before[tag.commit]].version if tag.commit in before else None,
            changes=groups.of(rank),
            by_fragments=groups.by_fragments(rank),
        )
        for rank, tag in enumerate(ordered)
    )
