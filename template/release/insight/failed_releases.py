"""Releases that failed: yanked, mended by a hotfix, or by a patch within a week that fixes what they changed.

That a patch follows at all is no failure: it does after half of all feature releases of public projects.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from packaging.version import Version

from release.adapters.git.git_repository import Git
from release.config.towncrier_config import TowncrierConfig
from release.insight.changes import MENDING, Change
from release.insight.release_history import History, Released

DAY = 86_400
_WEEK = 7 * DAY
_CHANGELOG = re.compile(r"(?:^|/)(?:CHANGE(?:S|LOG)|HISTORY|NEWS|RELEASE)[^/]*$", re.IGNORECASE)


@dataclass(frozen=True)
class Evidence:
    """Why a release counts as failed: in words, when that was first seen, and what mended it when (both may be open).

    Times in seconds since 1970; `seen` is None where nothing says when, `mended` where nothing has mended it yet.
    """

    text: str
    seen: int | None
    by: Version | None
    mended: int | None


def failures(
    git: Git, history: History, notes: TowncrierConfig, taken_back: Mapping[Version, int] | None = None
) -> dict[Version, Evidence]:
    """Return {version: evidence} of the releases that failed, each once, by its first evidence.

    `taken_back` is {version: when a watch came to that verdict, in seconds since 1970}.
    """
    found: dict[Version, Evidence] = {}
    for fix in history.releases:
        if fix.hotfix and fix.before and fix.before not in found:
            found[fix.before] = _by_hotfix(git, history, fix)
    for failed, text, seen in _patched(git, history, notes):
        fix = next(each for each in history.releases if each.before == failed.version and each.version > failed.version)
        found.setdefault(failed.version, Evidence(text, seen, fix.version, fix.at))
    for each in history.releases:
        if each.yanked:
            found.setdefault(each.version, _yanked(history, each))
        at = (taken_back or {}).get(each.version)
        if at is not None:
            found.setdefault(each.version, _until_the_next(history, each, "taken back by a watch", at))
    return found


def _by_hotfix(git: Git, history: History, fix: Released) -> Evidence:
    """Return the evidence of a hotfix: it began with the first commit that its release before it does not have."""
    before = history.of(fix.before) if fix.before else None
    since = before.commit if before else fix.commit
    times = git.read("log", "--no-show-signature", "--format=%ct", f"{since}..{fix.commit}").split()
    return Evidence(f"hotfix {fix.version} ({fix.hotfix})", min(map(int, times), default=fix.at), fix.version, fix.at)


def _yanked(history: History, failed: Released) -> Evidence:
    """Return the evidence of a yank: when, says the note of `inv yank`; the next higher release mended it."""
    noted = f"+yanked-{failed.version}."
    changes = (*(change for each in history.releases for change in each.changes), *history.waiting)
    seen = next((each.at for each in changes if each.name.startswith(noted)), None)
    return _until_the_next(history, failed, "yanked", seen)


def _until_the_next(history: History, failed: Released, text: str, seen: int | None) -> Evidence:
    """Return the evidence of a failure that the next higher release mended, where there is one."""
    fix = next((each for each in history.releases if each.at > failed.at and each.version > failed.version), None)
    return Evidence(text, seen, fix.version if fix else None, fix.at if fix else None)


def _patched(git: Git, history: History, notes: TowncrierConfig) -> Iterator[tuple[Released, str, int]]:
    """Yield (release, evidence, when the fix landed) for those that a patch within a week fixes."""
    pairs = [
        (failed, fix)
        for fix in history.releases
        if fix.version.micro and (failed := fix.before and history.of(fix.before))
        if failed.version.release[:2] == fix.version.release[:2] and fix.at - failed.at <= _WEEK
    ]
    wanted = [(_base(history, failed), failed.commit) for failed, _ in pairs]
    wanted += [
        (history.graph.parents(each.commit)[0], each.commit) for _, fix in pairs for each in _fixes(history, fix)
    ]
    changed = _files(git, [pair for pair in wanted if pair[0]], notes)
    for failed, fix in pairs:
        base = _base(history, failed)
        for change in _fixes(history, fix):
            files = changed.get((history.graph.parents(change.commit)[0], change.commit), frozenset())
            both = files & changed[base, failed.commit] if base else files
            if both:
                kind = "fixes" if fix.by_fragments else "fixes, by its subject,"
                yield failed, f"{fix.version} {kind} {min(both)}, which it changed: {change.name}", change.at
                break


def _base(history: History, release: Released) -> str:
    """Return the commit of the release before; empty for the first, which changed everything."""
    before = history.of(release.before) if release.before else None
    return before.commit if before else ""


def _fixes(history: History, fix: Released) -> list[Change]:
    return [each for each in fix.changes if each.kind in MENDING and history.graph.parents(each.commit)]


def _files(
    git: Git, pairs: Sequence[tuple[str, str]], notes: TowncrierConfig
) -> Mapping[tuple[str, str], frozenset[str]]:
    """Return {(commit, commit): the files that differ between them}, without notes and changelogs."""
    pairs = list(dict.fromkeys(pairs))
    given = "".join(f"{new} {old}\n" for old, new in pairs).encode()  # the words after a commit stand for its parents
    words = ("-c", "core.quotePath=off", "diff-tree", "-r", "--name-status", "--no-renames", "--always", "--stdin")
    listing = git.read_bytes(*words, given=given).decode(errors="replace") if pairs else ""
    asked = iter(pairs)
    found: dict[tuple[str, str], set[str]] = {pair: set() for pair in pairs}
    current: set[str] = set()
    for row in listing.splitlines():
        _, _, path = row.partition("\t")
        if not path:  # the commit, before its files
            current = found[next(asked)]
        elif not (path == notes.changelog or notes.holds(path) or _CHANGELOG.search(path)):
            current.add(path)
    return {pair: frozenset(files) for pair, files in found.items()}
