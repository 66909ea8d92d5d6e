"""A planned release at a moment: its plan on the main branch, what of it is done, and what landed besides."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from packaging.version import Version

from release.adapters.git.git_repository import Git
from release.adapters.git.marks import FROZEN
from release.base.errors import ReleaseError
from release.config.release_toml import Config, parse_config
from release.config.toml_schema import FILE
from release.config.towncrier_config import TowncrierConfig
from release.context import Context
from release.planning.closed_issues import closed_issues
from release.planning.forecast import WEEKS, Forecast, forecast
from release.planning.item_states import ItemState, item_state, with_issue
from release.planning.landings import Landing, Pace, fragments_landed, items_named, pace
from release.planning.moment import Moment, day_of, moment_of, newest, today
from release.planning.own_forecasts import BACK, own_ratios
from release.planning.plan import Plan, parse_plan, path_of
from release.planning.plan_names import full, nothing_planned, plan_named, plan_names
from release.planning.prose import until
from release.values.version_numbers import series

_PRIOR = 5  # planned items that the share of unplanned work is weighed against


@dataclass(frozen=True)
class PlannedRelease:
    """All that the questions about a planned release are answered from; it holds nothing but what git said."""

    name: str
    version: Version
    plan: Plan
    plan_commit: str
    moment: Moment
    policy: Config
    line: str
    base: Version | None
    released: date | None
    items: tuple[ItemState, ...]
    earlier: tuple[Landing, ...]  # no items, and on the branch before there was a plan
    unplanned: tuple[Landing, ...]  # no items, and came in since
    pace: Pace
    baseline: Plan | None
    unread: str = ""  # why the forge could not say which issues are closed

    @property
    def weeks(self) -> tuple[int, ...]:
        """How many changes landed in each past week, the newest last."""
        return self.pace.weeks

    @cached_property
    def own_ratios(self) -> tuple[float, ...]:
        """How forecasts of this project's past came true; none where the plan gives its own capacity."""
        return () if self.plan.capacity else own_ratios(self.pace.times, self.moment.until)

    @property
    def open(self) -> tuple[ItemState, ...]:
        """The items that are not done."""
        return tuple(each for each in self.items if not each.done)

    def left(self, among: Sequence[ItemState]) -> float:
        """Return how many items of average effort those that are open in `among` are, with the usual unplanned work."""
        waiting = sum(each.item.effort for each in among if not each.done)
        mean = sum(each.item.effort for each in self.items) / len(self.items) if self.items else 1
        return round(waiting / mean / self.planned_share, 6)

    @property
    def heading(self) -> list[str]:
        """The lines that each document about it begins with."""
        theme = f": {self.plan.theme}" if self.plan.theme else ""
        day = self.moment.day
        if self.released:
            when = f"released on {self.released}"
        elif self.plan.date:
            when = f"final planned for {self.plan.date}, {until(self.plan.date, day)}"
        else:
            when = "no date planned"
        unread = [self.unread] if self.unread else []
        return [f"{self.name}{theme}", f"{when}; as of {day}, plan of {self.plan_commit[:7]}", *unread]

    @property
    def overdue(self) -> bool:
        """Whether the planned date has passed, and it is not released."""
        return self.plan.date is not None and self.plan.date < self.moment.day and not self.released

    @property
    def how_to_move(self) -> str:
        """The command that gives it another date."""
        return f"$EDITOR {path_of(self.name)}      (a new date)"

    @property
    def how_to_defer(self) -> str:
        """The command that defers an item, which stands for {item}, to the minor release that comes next."""
        return f'inv defer {{item}} --to {self.version.major}.{self.version.minor + 1} --reason "why it has to wait"'

    @property
    def planned_share(self) -> float:
        """Which share of what lands is planned, so far; five planned items are taken as a beginning."""
        planned = sum(each.done for each in self.items)
        return (planned + _PRIOR) / (planned + len(self.unplanned) + _PRIOR)

    def forecast(self, among: Sequence[ItemState] | None = None) -> Forecast | None:
        """Return when the open items (or those `among` them) will be done; None where the history is too short."""
        weeks = self.pace.weeks
        if self.plan.capacity:
            mean = sum(each.item.effort for each in self.items) / max(len(self.items), 1)
            weeks = (max(1, round(self.plan.capacity / mean)),) * WEEKS
        return forecast(self.moment.day, self.left(self.items if among is None else among), weeks, self.own_ratios)


def planned(ctx: Context, wanted: str = "", at: str = "") -> PlannedRelease:
    """Return the planned release that `wanted` names, else the next one that is not released, at a moment.

    Raises ReleaseError where there is none.
    """
    moment = moment_of(ctx.git, ctx.config, at)
    names = plan_names(ctx.git, moment.main)
    if wanted:
        return planned_at(ctx, plan_named(names, wanted, ctx.config.branch), moment, ask_forge=True)
    waiting = [name for name in names if not _released(ctx.git, ctx.config, names[name], moment.until)]
    if not waiting:
        raise nothing_planned(names, ctx.config.branch, moment.day if moment.day < today() else None)
    return planned_at(ctx, waiting[0], moment, ask_forge=True)


def next_planned(ctx: Context, at: str = "") -> PlannedRelease | None:
    """Return the next planned release that is not released, at a moment; None where nothing is planned."""
    main = newest(ctx.git, ctx.config, ctx.config.branch)
    names = plan_names(ctx.git, main) if main and not ctx.git.shallow() else {}
    if not names:
        return None
    moment = moment_of(ctx.git, ctx.config, at)
    names = plan_names(ctx.git, moment.main) if at else names
    waiting = [name for name in names if not _released(ctx.git, ctx.config, names[name], moment.until)]
    return planned_at(ctx, waiting[0], moment) if waiting else None


def planned_at(ctx: Context, name: str, moment: Moment, *, ask_forge: bool = False) -> PlannedRelease:
    """Return the planned release of that name at a moment; `ask_forge`: also for the issues that are closed."""
    git, config, notes = ctx.git, ctx.config, ctx.project.notes
    version, path = Version(name), path_of(name)
    if (text := git.file_at(moment.main, path)) is None:
        raise ReleaseError(f"cannot find {path}", why=f"{moment.main[:7]} does not have it", run=f"inv plan {name}")
    plan, commits, landing = _readings(git, notes, text, path, moment)
    line = _line(git, config, version, moment)
    base = _base(git, config, version, line)
    without = config.tag_of(base) if base else ""
    landed = fragments_landed(git, notes, line, without=without and f"refs/tags/{without}")
    named = items_named(git, line, without=without and f"refs/tags/{without}")
    first = {each.stem: each for each in reversed(landed)}
    begun = git.time_of(commits[-1]) if commits else 0
    since = git.time_of(f"refs/tags/{without}^{{commit}}") if without else begun
    items = tuple(item_state(item, first, named) for item in plan.item)
    asked = {each.item.issue for each in items if each.item.issue and not each.done} if ask_forge else set()
    closed = closed_issues(ctx.forge, config.plan, asked, since, moment.until)
    known = {name for item in plan.item for name in (item.name, str(item.issue))}
    others = [each for each in landed if each.stem not in known]
    return PlannedRelease(
        name=name,
        version=version,
        plan=plan,
        plan_commit=commits[0] if commits else moment.main,
        moment=moment,
        policy=_policy(ctx, moment),
        line=line,
        base=base,
        released=_released(git, config, version, moment.until),
        items=tuple(with_issue(each, closed) for each in items),
        earlier=tuple(each for each in others if each.at < begun),
        unplanned=tuple(each for each in others if each.at >= begun),
        pace=landing,
        baseline=_baseline(git, commits, path, {text: plan}),
        unread=closed.unread,
    )


def _readings(git: Git, notes: TowncrierConfig, text: str, path: str, moment: Moment) -> tuple[Plan, list[str], Pace]:
    """Return the plan, the commits that changed it (newest first) and the pace; git reads while the plan is parsed."""
    with ThreadPoolExecutor(max_workers=2) as beside:
        changed = beside.submit(git.changes_of, moment.main, path)
        landing = beside.submit(pace, git, notes, moment.main, moment.until, WEEKS, BACK)
        return parse_plan(text, path), [commit for commit, _ in changed.result()], landing.result()


def _policy(ctx: Context, moment: Moment) -> Config:
    """Return the configuration of the main branch then; that of now where it cannot be read any more."""
    text = ctx.git.file_at(moment.main, FILE)
    try:
        return parse_config(text) if text is not None else ctx.config
    except ReleaseError:
        return ctx.config


def _line(git: Git, config: Config, version: Version, moment: Moment) -> str:
    """Return the commit, at a moment, that gives a version: its tag, else its frozen release branch, else main."""
    tagged = git.commit_of(f"refs/tags/{config.tag_of(full(version))}")
    if tagged and git.time_of(tagged) <= moment.until:
        return tagged
    head = newest(git, config, config.lines.replace("{line}", series(version))) or tagged
    at = git.newest_before(head, moment.until) if head else None
    own = at and (git.marks.commit_with(FROZEN, series(version), at) or not git.contains(moment.main, at))
    return at if at and own else moment.main


def _base(git: Git, config: Config, version: Version, line: str) -> Version | None:
    found = filter(None, map(config.version_of, git.tags(merged=line)))
    finals = [each for each in found if not each.is_prerelease and each < Version(full(version))]
    return max(finals, default=None)


def _released(git: Git, config: Config, version: Version, until: int) -> date | None:
    """Return the day of the final release, by its commit; None where there was none up to a second."""
    commit = git.commit_of(f"refs/tags/{config.tag_of(full(version))}")
    seconds = git.time_of(commit) if commit else until + 1
    return day_of(seconds) if seconds <= until else None


def _baseline(git: Git, commits: list[str], path: str, read: dict[str, Plan]) -> Plan | None:
    """Return what was promised first: the first plan with a date, else the first that there was."""
    first: Plan | None = None
    for commit in reversed(commits):
        try:
            text = git.file_at(commit, path) or ""
            plan = read[text] if text in read else parse_plan(text, path)
        except ReleaseError:
            continue
        if plan.date:
            return plan
        first = first or plan
    return first
