"""How the facts of releases are read: all tags, files and commits at once, since each process of git takes its time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from packaging.version import Version

from release.adapters.git.object_batch import files_at
from release.adapters.index.listing import IndexFile
from release.artifacts.distribution_files import assets_in, facts_in, recorded_in
from release.base.changelog import sections
from release.context import Context
from release.insight.activity import TagText
from release.insight.change_marks import Bots
from release.insight.comparison import dependency_changes, requirements_in
from release.insight.failed_releases import DAY, Evidence
from release.insight.known_releases import Known
from release.insight.release_facts import ReleasedFile, ReleaseFacts
from release.planning.moment import day_of

_DECISIONS = ("Approved", "Waived", "Off", "Left out")  # what a release rests on, as its tag says


def release_facts(
    ctx: Context,
    known: Known,
    tags: Mapping[str, TagText],
    failed: Mapping[Version, Evidence],
    served: Mapping[Version, Sequence[IndexFile]] | None,
) -> list[ReleaseFacts]:
    """Return the facts of each release, oldest first; `served` is what an index has, None where none was asked."""
    releases = known.history.releases
    commits, people = _work(ctx, known)
    projects = files_at(ctx.git, [each.commit for each in releases], "pyproject.toml")
    needs = {each.version: requirements_in(projects.get(each.commit)) for each in releases}
    notes = _notes(ctx, known)
    end = ctx.config.calendar.end_of_life
    found = []
    for each in releases:
        tag = tags.get(each.tag)
        text = tag.text if tag else ""
        before = known.history.of(each.before) if each.before else None
        day = day_of(each.at)
        found.append(
            ReleaseFacts(
                release=each,
                day=day,
                kind="hotfix" if each.hotfix else each.bump_from_before.value,
                support_end=day + timedelta(days=end) if end else None,
                failed=failed.get(each.version),
                notes=notes.get(each.version, ""),
                files=_files(text, None if served is None else served.get(each.version, ())),
                decisions=_decisions(text),
                signed=bool(tag and tag.signed),
                described=len(facts_in(text)),
                since=(each.at - before.at) / DAY if before else None,
                commits=commits.get(each.version, 0),
                people=tuple(sorted(people.get(each.version, ()), key=str.casefold)),
                dependencies=tuple(dependency_changes(needs[before.version], needs[each.version])) if before else (),
            )
        )
    return found


def _work(ctx: Context, known: Known) -> tuple[Mapping[Version, int], Mapping[Version, Collection[str]]]:
    """Return how many commits without merges each release has first, and who wrote them; programs are no people."""
    graph, releases, bots = known.history.graph, known.history.releases, Bots(ctx.config.metrics.bots)
    commits: Counter[Version] = Counter()
    people: dict[Version, set[str]] = defaultdict(set)
    for sha, rank in graph.first_containing({each.commit: rank for rank, each in enumerate(releases)}).items():
        if len(graph.parents(sha)) < 2:
            commit, version = graph.commit(sha), releases[rank].version
            commits[version] += 1
            if not bots.made(commit):
                people[version].add(commit.author)
    return commits, people


def _notes(ctx: Context, known: Known) -> dict[Version, str]:
    """Return {version: its section of the changelog}, of the main branch, else of the release's own commit."""
    path, main = ctx.project.notes.changelog, known.history.moment.main
    texts = files_at(ctx.git, [main], path)
    found = {each.version: each.body for each in sections(texts.get(main, ""))}
    missing = [each for each in known.history.releases if each.version not in found]
    for commit, text in files_at(ctx.git, [each.commit for each in missing], path).items():
        wanted = {each.version for each in missing if each.commit == commit}
        found |= {each.version: each.body for each in sections(text) if each.version in wanted}
    return found


def _files(text: str, served: Sequence[IndexFile] | None) -> tuple[ReleasedFile, ...]:
    """Return the files that a tag records, and those that the index has besides."""
    there = {each.name: each for each in served or ()}
    hashes = {each.name: each.sha256 for each in recorded_in(text)} | assets_in(text)
    hashes |= {name: each.sha256 for name, each in there.items() if name not in hashes}
    return tuple(
        ReleasedFile(name, sha, there[name].size if name in there else None, None if served is None else name in there)
        for name, sha in sorted(hashes.items())
    )


def _decisions(text: str) -> tuple[tuple[str, str], ...]:
    rows = (row.partition(": ") for row in text.splitlines())
    return tuple((name, value) for name, _, value in rows if name in _DECISIONS)
