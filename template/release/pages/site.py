"""The site: which pages there are, and their bytes; the same facts give the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

from jinja2 import Environment

from release.pages.environment import clean, environment
from release.pages.plots import Plot
from release.pages.site_facts import Retrospect, Site

MARK = '<meta name="generator" content="Keelway pages">'  # by which a folder of ours is recognised
_DECISIONS = ("approval", "withdrawal", "waiver", "exception")
_NEWEST, _FEED = 100, 50  # activities on the first page, and in the feed


def build(site: Site, metrics: Sequence[Plot]) -> dict[str, bytes]:
    """Return {path below the folder of the site: bytes} of all pages; `metrics` are the plots of that page."""
    found = {path: clean(text) for path, text in _pages(site, metrics, environment())}
    return found | {f"plans/{each.name}.ics": each.calendar for each in site.plans if each.calendar}


def _pages(site: Site, metrics: Sequence[Plot], env: Environment) -> Iterator[tuple[str, str]]:
    page = _writer(site, env)
    yield page("index.html", "index.html", "index.html")
    yield page("releases.html", "releases.html", "releases.html")
    yield from _releases(site, page)
    yield from _activities(site, page)
    yield page("metrics.html", "metrics.html", "metrics.html", plots=metrics)
    known = {each.version: each for each in site.releases}
    pairs = [(known[each.release.before], each) for each in reversed(site.releases) if each.release.before in known]
    yield page("compare.html", "compare.html", "compare.html", pairs=pairs)
    if site.plans:
        yield page("plan.html", "plan.html", "plan.html")
        for plan in site.plans:
            yield page(f"plans/{plan.name}.html", "planned.html", "plan.html", plan=plan)
    if site.scores:
        yield page("accuracy.html", "accuracy.html", "accuracy.html")


def _writer(site: Site, env: Environment) -> Callable[..., tuple[str, str]]:
    """Return what renders (path, template, the page in the navigation that it belongs to, facts)."""

    def page(path: str, template: str, section: str, **facts: object) -> tuple[str, str]:
        root = "../" * path.count("/")
        return path, env.get_template(template).render(site=site, root=root, section=section, **facts)

    return page


def _releases(site: Site, page: Callable[..., tuple[str, str]]) -> Iterator[tuple[str, str]]:
    known = {each.version: each for each in site.releases}
    for number, one in enumerate(site.releases):
        own = site.replays.get(str(one.version), [])
        back = site.retrospects.get(one.version, Retrospect("", (), (), ""))
        yield page(
            f"releases/{one.version}.html",
            "release.html",
            "",
            one=one,
            earlier=site.releases[number - 1] if number else None,
            later=site.releases[number + 1] if number + 1 < len(site.releases) else None,
            before=known.get(one.release.before) if one.release.before else None,
            replay=own,
            watches=[each for each in own if each.kind == "watch"],
            decided=[each for each in own if each.kind in _DECISIONS],
            plan=back.name,
            comparisons=back.comparisons,
            actions=back.actions,
            prose=back.prose,
        )


def _activities(site: Site, page: Callable[..., tuple[str, str]]) -> Iterator[tuple[str, str]]:
    yield page("activity.html", "activity.html", "activity.html", rows=site.activity[:_NEWEST], year=0)
    for year in site.years:
        rows = [each for each in site.activity if datetime.fromtimestamp(each.at, UTC).year == year]
        yield page(f"activity/{year}.html", "activity.html", "activity.html", rows=rows, year=year)
    entries = [(each, site.name_of(each.at, each.kind, each.fact, each.who)) for each in site.activity[:_FEED]]
    yield page("activity.atom", "activity.atom", "", entries=entries)
