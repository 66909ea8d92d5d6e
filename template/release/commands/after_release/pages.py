"""`inv pages`: releases, activity and metrics (and plans, where there are any) as pages that need no server."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from packaging.version import Version

from release.adapters.git.remembering_git import RememberingGit
from release.adapters.index.listing import IndexFile
from release.approvals.decision_records import records
from release.base.errors import ReleaseError
from release.base.mail_addresses import without_addresses
from release.branches.process_overview import overview
from release.commands.after_release import accuracy
from release.commands.after_release.metrics import text_of
from release.commands.after_release.pages_of_plans import plans, retrospects
from release.context import Context
from release.insight.activity import activities, read_tags
from release.insight.failed_releases import failures
from release.insight.known_releases import Known, known_by_dates
from release.insight.metrics import measure
from release.insight.release_readings import release_facts
from release.pages.metric_plots import metric_plots
from release.pages.plan_facts import PlanFacts, ScoreRow, coming
from release.pages.site import MARK, build
from release.pages.site_facts import MetricRow, Obstacle, Site
from release.planning.moment import day_of

FOLDER = "site/releases"  # beside the documentation, where that is in site/

_SIZES = 5  # newest releases whose files are asked for their size, one by one, where the index lists none


def pages(ctx: Context, folder: str = "", at: str = "", *, offline: bool = False) -> None:
    """Write the pages as they are at a day or commit (empty: the newest thing that is dated) into a folder.

    Raises ReleaseError for a folder with something else in it, and as `known_by_dates` does.
    """
    place = ctx.root / (folder or FOLDER)
    _refuse_other(place, folder)
    site = look(ctx, at, offline=offline)
    made = _built(site)
    if place.exists():
        shutil.rmtree(place)
    for path, text in {**made, ".gitignore": b"*\n"}.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_bytes(text)
    ctx.report.say(f"{len(made)} files of {len(site.releases)} releases are in {folder or FOLDER}, as of {site.day}")
    ctx.report.say(f"open {(place / 'index.html').as_uri()}")


def files(ctx: Context, *, offline: bool = False) -> dict[str, bytes]:
    """Return {path: bytes} of the pages as they are now; changes nothing."""
    return _built(look(ctx, offline=offline))


def _built(site: Site) -> dict[str, bytes]:
    return build(site, metric_plots(site))


def _refuse_other(place: Path, folder: str) -> None:
    """Raise ReleaseError for a folder that is not empty and was not made by us: it is written anew as a whole."""
    if not place.exists() or (place.is_dir() and not any(place.iterdir())):
        return
    index = place / "index.html"
    if not (index.is_file() and MARK in index.read_text(encoding="utf-8", errors="replace")):
        why = "it has files that are no such pages, and they would be lost"
        raise ReleaseError(
            f"cannot write pages into {folder or FOLDER}", why=why, run="inv pages --to site/releases-new"
        )


def look(ctx: Context, at: str = "", *, offline: bool = False) -> Site:
    """Return the facts of all pages; changes nothing."""
    ctx = replace(ctx, git=RememberingGit(ctx.git), indexes=tuple(index.asked_once() for index in ctx.indexes))
    known = known_by_dates(ctx, at, offline=offline, command="inv pages")
    history, given = known.history, [] if offline else records(ctx, "")
    failed = failures(ctx.git, history, ctx.project.notes, known.taken_back)
    tags = read_tags(ctx.git)
    done = activities(ctx, history, tags, given, failed)
    found = measure(history, failed, ctx.config.metrics)
    rows = [MetricRow(each.name, text_of(each), each.n, each.target, each.met) for each in found.metrics]
    planned = plans(ctx, known, offline=offline)
    return Site(
        project=ctx.project.name,
        day=history.moment.day,
        commit=history.moment.main,
        source=known.source,
        releases=tuple(release_facts(ctx, known, tags, failed, _served(ctx, known))),
        activities=tuple(
            replace(each, fact=without_addresses(each.fact), why=without_addresses(each.why)) for each in done
        ),
        waiting=tuple(sorted(history.waiting, key=lambda each: (each.at, each.name))),
        metrics=tuple(rows) if history.releases else (),
        metrics_since=f"the days from {day_of(found.since)} to {day_of(history.moment.until)}",
        obstacles=(*_health(planned), *(() if offline else _obstacles(ctx))),
        unserved=history.unserved,
        asked=not offline,
        retrospects=retrospects(ctx, known, failed, planned),
        plans=tuple(planned),
        scores=tuple(_scores(ctx, known)) if planned else (),
    )


def _served(ctx: Context, known: Known) -> Mapping[Version, Sequence[IndexFile]] | None:
    """Return the files on the index, the first of several; None where none was asked.

    An index that does not list sizes (PEP 700) is asked for those of the newest releases, file by file.
    """
    names = known.source.split(" and ")
    index = next((each for each in ctx.indexes if each.name in names), None)
    if index is None:
        return None
    found = index.all_files(ctx.project.canonical)
    for each in known.history.releases[-_SIZES:]:
        found[each.version] = [replace(file, size=index.size(file) or None) for file in found.get(each.version, [])]
    return found


def _health(planned: list[PlanFacts]) -> list[Obstacle]:
    """Return what keeps the next planned release from being Green."""
    return [
        Obstacle(f"{each.name} is {each.colour}: {aspect.name}", aspect.fact, aspect.run)
        for each in coming(planned)[:1]
        for aspect in each.health.reasons
    ]


def _obstacles(ctx: Context) -> list[Obstacle]:
    """Return what is unfinished in the release process: freezes, hotfixes, unmerged fixes and follow-ups."""
    process, there = overview(ctx), ctx.git.remote_refs(ctx.config.remote).branches
    found = [Obstacle(f"frozen: {each.branch}", f"since {each.since[:7]}") for each in process.frozen]
    found += [
        Obstacle(f"hotfix in progress: {each}", "not complete", "inv hotfix --continue")
        for each in process.hotfixes
        if each in there  # what only this clone has is no fact for others
    ]
    found += [
        Obstacle(f"not merged back into {each.branch}", str(each), f"git switch {each.branch} && inv merge-back")
        for each in process.debts
    ]
    found += [
        Obstacle(
            f"follow-up of {each.version}",
            f"root cause and retrospective ({each.reason}), due {each.due:%Y-%m-%d %H:%M} UTC",
            f"inv follow-up {each.version} TEXT",
        )
        for each in process.follow_ups
    ]
    return [replace(each, fact=without_addresses(each.fact)) for each in found]


def _scores(ctx: Context, known: Known) -> list[ScoreRow]:
    """Return how good predictions were, over the newest released plans."""
    return [
        ScoreRow(each.name, accuracy.text_of(each), each.n, accuracy.target_of(each), each.elsewhere, each.met)
        for each in accuracy.of_known(ctx, known, 5).scores
    ]
