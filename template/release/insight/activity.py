"""Who released, approved, waived, froze, planned or yanked what, when and why: the whole past of a project in order.

Each row comes from a commit of the process, a tag, a plan or a record below refs/keelway/; none is kept by hand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from packaging.version import InvalidVersion, Version

from release.adapters.git.git_repository import Git
from release.adapters.git.marks import ABORTED, FROZEN, THAWED
from release.approvals.decision_records import Record
from release.context import Context
from release.insight.failed_releases import Evidence
from release.insight.release_history import History, Released
from release.planning.plan import FOLDER
from release.values.version_numbers import series

_MARKS = {FROZEN: "freeze", THAWED: "thaw", ABORTED: "abort"}
_KINDS = {
    "approvals": "approval",
    "withdrawals": "withdrawal",
    "waivers": "waiver",
    "exceptions": "exception",
    "asked": "request",
    "checks": "check",
    "watch": "watch",
    "follow-ups": "follow-up",
    "announcements": "announcement",
}
_YANKED = re.compile(r"\+yanked-(.+?)\.[a-z]+(?:\.(?:md|rst|txt))?$")  # the note that `inv yank` writes
_SAID = ("Stage", "Gate", "Branch", "Check", "Verdict", "Result", "Role", "Condition", "Channel")
_WHY = ("Reason", "Note", "Evidence", "Text")


@dataclass(frozen=True)
class Activity:
    """One thing that was done: when (seconds since 1970), of which kind, by whom, why, and for which release."""

    at: int
    kind: str
    fact: str
    who: str = ""
    why: str = ""
    version: Version | None = None
    commit: str = ""


@dataclass(frozen=True)
class TagText:
    """A tag: the commit, when and by whom it was made (seconds since 1970), its message, whether it has a signature."""

    commit: str
    at: int
    by: str
    text: str
    signed: bool


def read_tags(git: Git) -> dict[str, TagText]:
    """Return {name: tag} of the annotated tags of this clone."""
    fields = ("refname:strip=2", "objecttype", "*objectname", "creatordate:unix", "taggername", "contents:signature")
    form = "%00".join(f"%({field})" for field in (*fields, "contents")) + "%01"
    found = {}
    for row in git.read("for-each-ref", f"--format={form}", "refs/tags").split("\1"):
        name, kind, commit, at, by, signature, text = (row.removeprefix("\n").split("\0", 6) + [""] * 7)[:7]
        if kind == "tag":
            found[name] = TagText(commit, int(at or 0), by, text, bool(signature.strip()))
    return found


def activities(
    ctx: Context,
    history: History,
    tags: Mapping[str, TagText],
    given: Sequence[Record],
    failed: Mapping[Version, Evidence],
) -> list[Activity]:
    """Return everything that was done up to the moment of a history, oldest first."""
    first = history.graph.first_containing({each.commit: rank for rank, each in _ranked(history)})
    releases = dict(_ranked(history))

    def release_of(commit: str) -> Version | None:
        rank = first.get(commit)
        return None if rank is None else releases[rank].version

    found = [
        *_marked(history),
        *_tagged(ctx, history, tags),
        *_recorded(given, release_of),
        *_planned(ctx.git, history.moment.main),
        *_failed(ctx, history, failed),
    ]
    found = [each for each in found if each.at <= history.moment.until]
    return sorted(found, key=lambda each: (each.at, each.kind, each.fact, each.who))


def _ranked(history: History) -> list[tuple[int, Released]]:
    return list(enumerate(history.releases))


def _marked(history: History) -> Iterator[Activity]:
    """Yield freezes, their ends, and releases that were taken back; a freeze has two commits, the earlier counts."""
    seen: set[tuple[str, str]] = set()
    for sha in history.graph.oldest_first():
        for name, value in history.marks.trailers.get(sha, ()):
            if name in _MARKS and history.graph.on_mainline(sha) and (name, value) not in seen:
                seen.add((name, value))
                commit = history.graph.commit(sha)
                version = _first_of(history, value) if name != ABORTED else _version(value)
                yield Activity(commit.time, _MARKS[name], value, commit.author, version=version, commit=sha)


def _first_of(history: History, line: str) -> Version | None:
    """Return the first final of a line such as 1.3; None while it has none."""
    return next((each.version for each in history.releases if series(each.version) == line), None)


def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None


def _tagged(ctx: Context, history: History, tags: Mapping[str, TagText]) -> Iterator[Activity]:
    """Yield the tags of pre-releases and finals, and where an index says so when the files of a final came there."""
    finals = {each.version: each for each in history.releases}
    for name, tag in tags.items():
        version = ctx.config.version_of(name)
        if version is None or version.local:
            continue
        kind = "pre-release" if version.is_prerelease else "release"
        final = Version(version.base_version)
        if version in finals and history.from_index and finals[version].at > tag.at:
            yield Activity(
                finals[version].at, "upload", f"the first file of {version} is on the index", version=version
            )
        reason = f"hotfix: {finals[version].hotfix}" if version in finals and finals[version].hotfix else ""
        yield Activity(tag.at, kind, name, tag.by, reason, final if final in finals else None, tag.commit)
    for each in history.releases:
        if each.tag not in tags:  # a lightweight tag names nobody
            yield Activity(each.at, "release", each.tag, "", version=each.version, commit=each.commit)


def _recorded(given: Sequence[Record], release_of: Callable[[str], Version | None]) -> Iterator[Activity]:
    """Yield the decisions as they were made; one whose tag object was made under another name is none."""
    for record in given:
        kind = _KINDS.get(record.name.partition("/")[0])
        if kind is None or record.forged:
            continue
        facts = record.facts
        said = [f"{key.lower()} {facts[key]}" for key in _SAID if facts.get(key)]
        until = [f"until {record.until}"] if record.until else []
        why = "; ".join(facts[key] for key in _WHY if facts.get(key))
        named = _named(record) if kind in ("watch", "follow-up", "announcement") else None
        version = named or release_of(record.commit)
        fact = ", ".join([*said, *until]) or record.name
        yield Activity(int(record.at.timestamp()), kind, fact, record.by.name, why, version, record.commit)


def _named(record: Record) -> Version | None:
    """Return the version in the name of a record: watch/1.3.0, announcements/1.3.0/mail/told."""
    return _version(([*record.name.split("/"), ""])[1])


def _planned(git: Git, main: str) -> Iterator[Activity]:
    """Yield the commits that made or changed a plan."""
    form = "--format=%H%x00%ct%x00%an%x00%s"
    for row in git.read("log", "--first-parent", "--no-show-signature", form, main, "--", FOLDER).splitlines():
        sha, at, author, subject = row.split("\0", 3)
        yield Activity(int(at), "plan", subject, author, commit=sha)


def _failed(ctx: Context, history: History, failed: Mapping[Version, Evidence]) -> Iterator[Activity]:
    """Yield when it was seen that a release failed, and who noted a yank and why."""
    for version, evidence in failed.items():
        if evidence.seen is not None and evidence.text != "yanked":
            yield Activity(evidence.seen, "failure", evidence.text, version=version)
    for change in (*(change for each in history.releases for change in each.changes), *history.waiting):
        noted = _YANKED.match(change.name)
        yanked = _version(noted[1]) if noted else None
        if yanked:
            texts = (ctx.git.file_at(change.commit, f"{folder}/{change.name}") for folder in ctx.project.notes.folders)
            why = " ".join(next(filter(None, texts), "").split())
            who = history.graph.commit(change.commit).author
            yield Activity(change.at, "yank", str(yanked), who, why, yanked, change.commit)
