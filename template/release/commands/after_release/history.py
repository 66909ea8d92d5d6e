"""`inv history`: the versions of a project with day, kind and what became of them; and the way back to one."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from json import dumps

from release.base.errors import ReleaseError
from release.context import Context
from release.insight.failed_releases import Evidence, failures
from release.insight.known_releases import Known, known_releases, release_of
from release.insight.release_history import Released, times_of_finals
from release.planning.moment import day_of


@dataclass(frozen=True)
class Row:
    """One version: when it was released, what kind it is, how many changes, and what became of it."""

    release: Released
    day: date
    kind: str
    support_end: date | None
    evidence: Evidence | None


def look(ctx: Context, at: str = "", *, last: int = 20, offline: bool = False) -> list[Row]:
    """Return the newest `last` releases, the newest first; changes nothing. Raises as `known_releases` does."""
    if last < 1:
        raise ReleaseError(f"cannot show {last} releases", why="it is less than 1", run="inv history --last 20")
    times = times_of_finals(ctx.git, ctx.config)
    since = times[-last - 1] if len(times) > last else 0
    known = known_releases(ctx, at, lambda _: since if not at else 0, offline=offline, command="inv history")
    failed = failures(ctx.git, known.history, ctx.project.notes, known.taken_back)
    return [_row(ctx, each, failed.get(each.version)) for each in reversed(known.history.releases[-last:])]


def _row(ctx: Context, release: Released, evidence: Evidence | None) -> Row:
    day = day_of(release.at)
    end = ctx.config.calendar.end_of_life
    kind = "hotfix" if release.hotfix else release.bump_from_before.value
    return Row(release, day, kind, day + timedelta(days=end) if end else None, evidence)


def show(ctx: Context, rows: list[Row]) -> None:
    """Print a row for each version."""
    width = max(len(str(each.release.version)) for each in rows)
    for each in rows:
        count = f"{len(each.release.changes)} change{'' if len(each.release.changes) == 1 else 's'}"
        ctx.report.say(
            f"  {each.release.version!s:<{width}}  {each.day}  {each.kind:<6}  {count:<11}  {_fate(each)}".rstrip()
        )


def _fate(row: Row) -> str:
    """Return what became of a release, in words."""
    facts = ["yanked"] if row.release.yanked else []
    if row.evidence and row.evidence.text != "yanked":
        facts.append(f"failed: {row.evidence.text}")
    if row.release.hotfix:
        facts.append(f"for {row.release.hotfix}")
    if row.support_end:
        over = row.support_end < datetime.now(UTC).date()
        facts.append(f"support ended {row.support_end}" if over else f"supported until {row.support_end}")
    return "; ".join(facts)


def as_json(ctx: Context, rows: list[Row]) -> str:
    """Return the versions for machines, the newest first."""
    found = [
        {
            "version": str(each.release.version),
            "tag": each.release.tag,
            "commit": each.release.commit,
            "at": datetime.fromtimestamp(each.release.at, UTC).isoformat(),
            "kind": each.kind,
            "yanked": each.release.yanked,
            "changes": len(each.release.changes),
            "failed": each.evidence.text if each.evidence else None,
            "support_end": each.support_end.isoformat() if each.support_end else None,
        }
        for each in rows
    ]
    return dumps({"project": ctx.project.canonical, "versions": found}, indent=2, ensure_ascii=False)


def back_to(ctx: Context, text: str, *, offline: bool = False, json: bool = False) -> str:
    """Return the way back to a version, with the commands of today; raise ReleaseError for one that is not released.

    `json`: for machines, {project, from, to, ways: [{what, commands}]}.
    """
    command = f"inv history --back-to {text}"
    known = known_releases(ctx, "", lambda moment: moment.until, offline=offline, command=command)
    wanted = release_of(known, text, command)
    newer = [each for each in known.history.releases if each.version > wanted.version and not each.yanked]
    if not newer:
        raise ReleaseError(
            f"cannot go back to {wanted.version}",
            why="no higher version is available that is not yanked: installers already choose it",
            run="inv history",
        )
    name, ways = ctx.project.canonical, _ways_back(ctx, known, wanted, newer)
    if json:
        found = [{"what": what, "commands": commands} for what, commands in ways]
        facts = {"project": name, "from": str(newer[-1].version), "to": str(wanted.version), "ways": found}
        return dumps(facts, indent=2, ensure_ascii=False)
    lines = [f"back to {name} {wanted.version} from {newer[-1].version}"]
    for number, (what, commands) in enumerate(ways, 1):
        lines += ["", f"{number}. {what}:", *(f"     {each}" for each in commands)]
    return "\n".join(lines)


def _ways_back(ctx: Context, known: Known, wanted: Released, newer: Sequence[Released]) -> list[tuple[str, list[str]]]:
    name, code = ctx.project.canonical, _code(ctx, wanted)
    reason = next(iter(ctx.config.hotfix.reasons), "outage")
    pin = shlex.quote(f"{name}=={wanted.version}")
    yanks = [f'inv yank {each.version} --reason "what is wrong"' for each in reversed(newer)]
    ways = [
        (f"users stay on {wanted.version} until a fix is out", [f"python -m pip install {pin}"]),
        (
            f"a fix (COMMIT on {ctx.config.branch}) goes out as a higher version",
            [f"inv hotfix --reason {reason} --pick COMMIT"],
        ),
        (
            "without a fix, the older code goes out as a higher version",
            [
                f"git restore --source={wanted.tag} --staged --worktree -- {code}",
                f'git commit --message="Back to {wanted.version}"',
                f'inv note {ctx.project.notes.mending} "Back to the code of {wanted.version}"',
                "inv release patch",
            ],
        ),
        ("a service that runs from git starts the older code at once", [f"git switch --detach {wanted.tag}"]),
    ]
    if known.source:
        why = (
            f"installers choose {wanted.version} again once what is newer is yanked on {known.source} (pins still work)"
        )
        ways.insert(0, (why, yanks))
    return ways


def _code(ctx: Context, wanted: Released) -> str:
    """Return where a project's code is in a release: src, or the package."""
    names = set(ctx.git.read("ls-tree", "--name-only", wanted.commit).splitlines())
    return next((each for each in ("src", ctx.project.stem) if each in names), ".")
