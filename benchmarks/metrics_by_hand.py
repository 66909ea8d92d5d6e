"""Counts releases, lead times and failures of any repository by git alone, release by release: slow, and independent.

python benchmarks/metrics_by_hand.py REPOSITORY TAG PROJECT BRANCH DAY prints what this counts beside what
`inv metrics --offline` does; exit code 1 where they differ. TAG reads v{version}. For projects without fragments.
"""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

TEXT = """release releases releasing released version versions bump bumps bumped bumping prepare prepares preparing
start for the a to of from and back dev development begin open reopen tag set update changelog new next final main
master post into merge branch request pull"""
WORDS = set(TEXT.split())
TELLING = {"release", "releasing", "released", "version", "bump", "bumped", "development"}


class Repository:
    """A repository, asked by one git command for each question."""

    def __init__(self, path: str, pattern: str, project: str, branch: str, until: int) -> None:
        self.path, self.project, self.until = path, project, until
        self.main = self.git("rev-list", "--first-parent", "-1", f"--before={until}", branch)
        before, _, after = pattern.partition("{version}")
        form = re.compile(re.escape(before) + r"(\d+(?:\.\d+)*(?:\.?post\d+)?)" + re.escape(after))
        self.tags: dict[str, tuple[tuple[int, ...], int]] = {}
        for row in self.git("tag", "--format=%(refname:lstrip=2) %(creatordate:unix)").splitlines():
            name, at = row.split()
            found = form.fullmatch(name)
            if found and int(at) <= until:
                numbers = tuple(int(each) for each in re.findall(r"\d+", found[1]))
                self.tags[name] = (numbers, int(at))

    def git(self, *words: str) -> str:
        """Return what git prints."""
        return subprocess.run(
            ["git", "-C", self.path, *words], stdout=subprocess.PIPE, text=True, errors="replace", check=True
        ).stdout.strip()

    def ordered(self) -> list[tuple[str, int]]:
        """Return (tag, its time, no earlier than that of a tag it contains), oldest first, what is contained first."""
        inside = {tag: set(self.git("tag", "--merged", tag).split()) & set(self.tags) for tag in self.tags}
        times = {tag: max(self.tags[each][1] for each in inside[tag]) for tag in self.tags}
        return sorted(times.items(), key=lambda each: (each[1], len(inside[each[0]]), self.tags[each[0]][0]))

    def chain(self, head: str) -> list[str]:
        """Return the first-parent history of a head."""
        return self.git("rev-list", "--first-parent", head).split()

    def show(self, sha: str) -> tuple[list[str], int, int, str, str]:
        """Return parents, commit time, author time, who, subject."""
        parents, time, written, who, subject = self.git(
            "log", "-1", "--format=%P%x00%ct%x00%at%x00%an %ae%x00%s", sha
        ).split("\0")
        return parents.split(), int(time), int(written), who, subject


def is_release(subject: str, project: str) -> bool:
    """Return whether a subject only names a version."""
    text = re.sub(r"\(?#\d+\)?", "", subject.lower()).replace(project.lower(), "")
    without = re.sub(r"(?<![\w.])v?\d+(\.[\dx]+)+[\w.+-]*|(?<![\w.])v?\d+\.?dev\d*", "", text)
    words = set(re.findall(r"[^\W\d_]+", without))
    return words <= WORDS and (without != text or bool(words & TELLING))


def is_bot(who: str) -> bool:
    """Return whether an author is a program."""
    names = "dependabot|renovate|pre-commit-ci|github-actions|greenkeeper|pyup-bot|allcontributors"
    return "[bot]" in who.lower() or bool(re.search(rf"(^|[^\w-])({names})($|[^\w-])", who.lower()))


def changes_of(
    repository: Repository, new: list[str], chains: set[str], seen: set[object]
) -> list[tuple[int, str, str]]:
    """Return (when, commit, subject) of the changes among the commits that are new in a release."""
    found = []
    for sha in reversed([each for each in new if each in chains]):
        parents, time, written, who, subject = repository.show(sha)
        if any(parent in chains for parent in parents[1:]):
            continue
        tip = repository.show(parents[1]) if len(parents) > 1 else (parents, time, written, who, subject)
        if is_bot(tip[3]) or is_release(subject, repository.project) or is_release(tip[4], repository.project):
            continue
        picked = re.findall(
            r"\(cherry picked from commit ([0-9a-f]{40})", repository.git("log", "-1", "--format=%B", sha)
        )
        keys = {sha, (tip[3], tip[2], tip[4]), *(brought_by(repository, each, chains) for each in picked)}
        if not keys & seen:
            found.append((time, sha, subject))
        seen |= keys
    return found


def brought_by(repository: Repository, sha: str, chains: set[str]) -> str:
    """Return the merge that brought a commit of a pull request to a branch, else the commit."""
    if sha in chains:
        return sha
    try:
        above = repository.git("rev-list", "--topo-order", "--ancestry-path", f"{sha}..{repository.main}").split()
    except subprocess.CalledProcessError:
        return sha  # picked from a commit that this clone does not have
    return next((each for each in reversed(above) if each in chains), sha)


def p(values: list[float], share: float) -> float:
    """Return a percentile, as the standard library has it."""
    ordered = sorted(values)
    if len(ordered) == 1:
        return ordered[0]
    return statistics.quantiles(ordered, n=100, method="inclusive")[round(share * 100) - 1]


def count(repository: Repository, days: int) -> dict[str, object]:
    """Return the figures by hand, in days."""
    since, ordered = repository.until - days * 86_400, repository.ordered()
    heads = [repository.main, *(repository.git("rev-parse", f"{tag}^{{commit}}") for tag, _ in ordered)]
    chains = {sha for head in heads for sha in repository.chain(head)}
    seen: set[object] = set()
    gone: list[str] = []
    leads: list[float] = []
    fixes: dict[str, list[tuple[int, str, str]]] = {}
    for tag, at in ordered:
        new = repository.git("rev-list", "--topo-order", tag, *(f"^{each}" for each in gone)).split()
        changes = changes_of(repository, new, chains, seen)
        leads += [max(0, at - time) / 86_400 for time, _, _ in changes] if at > since else []
        fixes[tag] = changes
        gone.append(tag)
    new = repository.git("rev-list", "--topo-order", repository.main, *(f"^{each}" for each in gone)).split()
    waiting = [(repository.until - time) / 86_400 for time, _, _ in changes_of(repository, new, chains, seen)]
    gaps = [(b - a) / 86_400 for (_, a), (_, b) in pairwise(ordered) if b > since]
    recent = [tag for tag, at in ordered if at > since]
    failed = failures(repository, ordered, fixes, set(recent))
    return {
        "releases": len(recent),
        "interval": (len(gaps), round(p(gaps, 0.5), 3), round(p(gaps, 0.85), 3)) if gaps else (0,),
        "lead time": (len(leads), round(p(leads, 0.5), 3), round(p(leads, 0.85), 3)) if leads else (0,),
        "waiting": (len(waiting), round(max(waiting), 3)) if waiting else (0,),
        "failed": failed,
    }


def failures(
    repository: Repository,
    ordered: list[tuple[str, int]],
    fixes: dict[str, list[tuple[int, str, str]]],
    recent: set[str],
) -> list[str]:
    """Return the tags that a patch within a week fixes in a file that they changed."""
    times, found = dict(ordered), []
    place = [tag for tag, _ in ordered]
    for tag, at in ordered:
        version = repository.tags[tag][0]
        inside = [each for each in repository.git("tag", "--merged", f"{tag}^").split() if each in times]
        before = max(inside, key=place.index, default="")
        if len(version) < 3 or not version[2] or not before or before not in recent:
            continue
        if (*repository.tags[before][0], 0)[:2] != version[:2] or at - times[before] > 7 * 86_400:
            continue
        older = [each for each in repository.git("tag", "--merged", f"{before}^").split() if each in times]
        base = max(older, key=place.index, default="")
        changed = files(repository, base, before) if base else None
        for _, sha, subject in fixes[tag]:
            if re.search(r"\b(hot|bug)?fix(e[sd])?\b|\bbugs?\b|\bregressions?\b|\bcve-\d", subject.lower()):
                mine = files(repository, f"{sha}^", sha)
                if mine if changed is None else mine & changed:
                    found.append(before)
                    break
    return sorted(set(found))


def files(repository: Repository, old: str, new: str) -> set[str]:
    """Return the files that differ, without changelogs."""
    rows = repository.git("diff", "--name-only", "--no-renames", old, new).splitlines()
    return {
        row for row in rows if not re.match(r"(CHANGES|CHANGELOG|HISTORY|NEWS|RELEASE)", row.split("/")[-1].upper())
    }


def ours(path: str, pattern: str, project: str, branch: str, day: str) -> dict[str, object]:
    """Return the same figures as the release process counts them."""
    import os
    from dataclasses import replace

    sys.path.insert(0, str(Path(__file__).parents[1] / "template"))
    from release.adapters.git.git_repository import Git
    from release.config.pyproject import Project
    from release.config.release_toml import Config
    from release.config.towncrier_config import TowncrierConfig
    from release.insight.failed_releases import failures as failed_of
    from release.insight.metrics import measure
    from release.insight.release_history import read_history
    from release.planning.moment import moment_of

    git, config = Git(Path(path), os.environ), replace(Config(), tag=pattern, branch=branch, index=())
    notes = TowncrierConfig(("no-fragments-here",), ("fix",), "CHANGELOG.md")
    moment = moment_of(git, config, day)
    history = read_history(
        git, config, Project(project, None, (), (), notes), moment, None, moment.until - 365 * 86_400
    )
    found = measure(history, failed_of(git, history, notes), config.metrics)
    by_key = {each.key: each for each in found.metrics}

    def shown(key: str, *names: str) -> tuple[float, ...]:
        metric = by_key[key]
        return (metric.n, *(round(metric.values[name], 3) for name in names)) if metric.n else (0,)

    return {
        "releases": len(found.releases),
        "interval": shown("interval", "median", "p85"),
        "lead time": shown("lead_time", "median", "p85"),
        "waiting": shown("waiting", "oldest"),
        "failed": sorted(config.tag_of(version) for version in found.failed),
    }


def main() -> int:
    """Compare, and return the exit code."""
    path, pattern, project, branch, day = sys.argv[1:]
    end = datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(days=1, hours=12) - timedelta(seconds=1)
    by_hand = count(Repository(path, pattern, project, branch, int(end.timestamp())), 365)
    by_us = ours(path, pattern, project, branch, day)
    for name, value in by_hand.items():
        print(f"{'equal' if value == by_us[name] else 'DIFFERENT':<10} {name:<10} by hand {value}   ours {by_us[name]}")
    return by_hand != by_us


if __name__ == "__main__":
    sys.exit(main())
