"""The versions of a plan in the history of the main branch: what was planned when; one that cannot be read is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from release.adapters.git.git_repository import Git
from release.base.errors import ReleaseError
from release.planning.moment import day_of
from release.planning.plan import Plan, parse_plan, path_of


@dataclass(frozen=True)
class PlanVersion:
    """A plan as a commit of the main branch has it; `at` in seconds since 1970."""

    commit: str
    at: int
    plan: Plan

    @property
    def day(self) -> date:
        """The day of the commit, Anywhere on Earth."""
        return day_of(self.at)


def plan_versions(git: Git, name: str, main: str) -> list[PlanVersion]:
    """Return the versions of a plan on the first-parent history of a commit, oldest first."""
    path = path_of(name)
    found: list[PlanVersion] = []
    for commit, seconds in reversed(git.changes_of(main, path)):
        text = git.file_at(commit, path)
        try:
            plan = parse_plan(text, path) if text is not None else None
        except ReleaseError:
            continue
        if plan:
            found.append(PlanVersion(commit, seconds, plan))
    return found


def promised(versions: list[PlanVersion]) -> PlanVersion | None:
    """Return what was promised first: the first version with a date, else the first; None where there is none."""
    return next((each for each in versions if each.plan.date), next(iter(versions), None))
