"""`inv watch`: whether a release that became public is to be kept, looked at or taken back, with the evidence."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from packaging.version import Version

from release.approvals.decision_records import Record, make, put, records
from release.base.errors import ReleaseError
from release.commands.yank import yank
from release.context import Context
from release.current_release import of_version
from release.monitoring.recovery import draft_hotfix, restore
from release.monitoring.watch import Acting, Look, look
from release.monitoring.watched import MOST, Finding, Outcome, Watched, watched
from release.values.version_numbers import parse_version

_PAUSES = {"immediate": 900.0, "extended": 3600.0, "business": 14_400.0}  # seconds between two looks


def watch(
    ctx: Context,
    text: str,
    *,
    dry_run: bool = False,
    follow: bool = False,
    machine: bool = False,
    comment: Callable[[str], str] | None = None,
) -> bool:
    """Look at a release (the newest final if none is named) and return whether it may be kept.

    `follow` looks again until the phases are over or it is to be taken back; a stopped one begins where the release
    is by then. The verdict is recorded on the release's commit, once, and again when it changes. `comment` returns what
    is printed at the end of a look, from its JSON. Raises ReleaseError where there is no such tag here.
    """
    released = of_version(ctx, _version(ctx, text))
    while True:
        found = look(watched(released, _hours(released)))
        if not machine:
            show(found)
        elif comment is None:
            print(as_json(found))
        if not dry_run:
            _record(found)
            _act(found)
        if comment:
            print(comment(as_json(found)))
        if not (follow and found.subject.phase and found.verdict is not Outcome.TAKE_BACK):
            return found.verdict is not Outcome.TAKE_BACK
        pause = max(_PAUSES[found.subject.phase], 3600.0 * found.subject.requests.made / MOST)
        ctx.report.say(f"\nchecking again in {pause / 60:.0f} minutes; Ctrl-C stops, inv watch continues\n")
        time.sleep(pause)


def _version(ctx: Context, text: str) -> Version:
    """Return the version to watch; raise ReleaseError where this clone has no tag of it."""
    known = [version for version in map(ctx.config.version_of, ctx.git.tags()) if version]
    version = parse_version(text) if text else max((each for each in known if not each.is_prerelease), default=None)
    if version not in known:
        named = text or "a final release"
        why = f"this clone has no tag of {named}"
        raise ReleaseError(f"cannot watch {named}", why=why, run=f"git fetch --tags {ctx.config.remote}")
    return Version(str(version))


def _hours(ctx: Context) -> float:
    """Return the hours since the tag of the release was made."""
    form = "--format=%(creatordate:unix)"
    made = int(ctx.git.look("for-each-ref", form, f"refs/tags/{ctx.release.tag}").require().out)
    return max(0.0, time.time() - made) / 3600


def show(found: Look) -> None:
    """Print a row for each check, the verdict, and the command for each piece of evidence."""
    ctx, phase = found.subject.ctx, found.subject.phase
    where = f"{phase} phase" if phase else "the watch is over"
    ctx.report.say(f"{ctx.release}: {found.subject.hours:.1f} hours after its tag, {where}\n")
    for each in found.findings:
        state = {Outcome.KEEP: "ok", Outcome.LOOK: "look", Outcome.TAKE_BACK: "no"}[each.outcome]
        ctx.report.line(state, each.check, each.fact)
    ctx.report.say(f"\nverdict: {found.verdict.value}")
    for each in found.evidence:
        ctx.report.say(f"  {each.check}: {each.fact.splitlines()[0]}")
        if each.run:
            ctx.report.say(f"  run: {each.run}")


def as_json(found: Look) -> str:
    """Return one look for machines."""
    facts = {
        "project": found.subject.ctx.project.canonical,
        "version": str(found.subject.ctx.release.version),
        "commit": found.subject.commit,
        "hours": round(found.subject.hours, 2),
        "phase": found.subject.phase or None,
        "verdict": found.verdict.value,
        "requests": found.subject.requests.made,
        "checks": [
            {"check": each.check, "outcome": each.outcome.value, "fact": each.fact, "run": each.run or None}
            for each in found.findings
        ],
    }
    return json.dumps(facts, indent=2, ensure_ascii=False)


def _record(found: Look) -> None:
    """Record the verdict where it is final: to take back, or at the end of the watch; the same one is kept once."""
    ctx = found.subject.ctx
    if found.subject.phase and found.verdict is not Outcome.TAKE_BACK:
        return
    name = f"watch/{ctx.release.version}"
    old = _old(records(ctx, name), name)
    if old and old.facts.get("Verdict") == found.verdict.value:
        return
    facts = {
        "Verdict": found.verdict.value,
        "Phase": found.subject.phase or "over",
        "Evidence": "; ".join(f"{each.check}: {each.fact.splitlines()[0]}" for each in found.evidence),
        "At": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    put(ctx, make(ctx, name, found.subject.commit, f"Watch of {ctx.release}", facts), old)
    ctx.report.say(f"\nrecorded: {found.verdict.value}")


def _old(known: Sequence[Record], name: str) -> Record | None:
    return next((each for each in known if each.name == name), None)


def _act(found: Look) -> None:
    """Do what release.toml says for the checks that failed, each act once; a failed one does not hold the others."""
    done: set[str] = set()
    for each in found.acting:
        for act in each.act:
            if act not in done:
                done.add(act)
                found.subject.ctx.report.say(f"\n{act}, as configured by act in [[watch]] for {each.finding.check}")
                _do(found.subject, each, act)


def _do(subject: Watched, acting: Acting, act: str) -> None:
    try:
        if act == "yank":
            _yank(subject.ctx, acting.finding)
        elif act == "hotfix":
            subject.ctx.report.say(draft_hotfix(subject))
        else:
            subject.ctx.report.say(restore(subject, acting.restore))
    except ReleaseError as error:
        subject.ctx.report.say(str(error))


def _yank(ctx: Context, finding: Finding) -> None:
    """Yank by the command of the indexes, where each has one."""
    by_hand = [index.name for index in ctx.indexes if not index.yank_command]
    if by_hand:
        ctx.report.say(f"not yanked: release.toml has no command for {', '.join(by_hand)} (yank in [[index]])")
        return
    yank(ctx, str(ctx.release.version), f"{finding.check}: {finding.fact.splitlines()[0]}")
