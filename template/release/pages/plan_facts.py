"""A planned release as its page shows it: health, scope, days, forecast and risks, in words and drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from release.base.mail_addresses import without_addresses
from release.pages.plots import Plot, Span, band, gantt, line
from release.planning.dates.calendar import Calendar, StageDay
from release.planning.dates.timeline import Timeline
from release.planning.forecast import Forecast
from release.planning.health import Colour, Health
from release.planning.planned_release import PlannedRelease
from release.planning.prose import counted, percent, until
from release.planning.risk_register import in_order
from release.planning.scope import RANKS, change_since_baseline, of_rank

_STATES = {"done": "done", "late": "late"}  # the others are ahead


@dataclass(frozen=True)
class HealthThen:
    """How a planned release stood on a day: its colour with the reason, items done of all, and the forecast."""

    day: date
    colour: Colour
    reason: str
    done: int
    items: int
    chance: float | None
    half: date | None
    sure: date | None


@dataclass(frozen=True)
class PlanFacts:
    """A plan with everything that is known of it; `calendar` the days as a file for calendars, empty without a date.

    The health of a release that is out has no parts.
    """

    release: PlannedRelease
    health: Health
    days: Calendar | None
    timeline: Timeline | None
    past: tuple[HealthThen, ...]
    calendar: bytes

    @property
    def name(self) -> str:
        """The name of the plan, such as 1.3."""
        return self.release.name

    @property
    def theme(self) -> str:
        """What the release is about."""
        return self.release.plan.theme

    @property
    def released(self) -> date | None:
        """The day of the final release; None while it is to come."""
        return self.release.released

    @property
    def colour(self) -> str:
        """Green, Yellow or Red."""
        return self.health.colour.value

    @property
    def reason(self) -> str:
        """The parts that gave the colour, in words."""
        said = "; ".join(f"{each.name} ({each.fact})" for each in self.health.reasons)
        return said or "nothing is in its way"

    @property
    def when(self) -> str:
        """When the final was or is to be, in words."""
        if self.released:
            return f"released on {self.released}"
        planned = self.release.plan.date
        return f"planned for {planned}, {until(planned, self.release.moment.day)}" if planned else "no date is planned"

    @property
    def forecast(self) -> Forecast | None:
        """The forecast of what is open; None where nothing is, or the history is too short."""
        return self.release.forecast() if self.release.open else None

    @property
    def probability(self) -> str:
        """The chance of the planned day, and the days with 50 and 85 %."""
        found, planned = self.forecast, self.release.plan.date
        if not self.release.open:
            return "every item is done"
        if found is None:
            return "not enough history to say"
        chance = f"{percent(found.chance(planned))} for {planned}; " if planned else ""
        return f"{chance}50 % by {found.by(0.5)}, 85 % by {found.by(0.85)}"

    @property
    def next_stage(self) -> str:
        """The stage that comes next, with its day."""
        now = self.release.moment.day
        coming = self.days.next(now) if self.days else None
        if coming is None:
            return "none has a day"
        due = f"{coming.stage} was due on" if coming.day < now else f"{coming.stage} on"
        return f"{due} {coming.day}, {until(coming.day, now)}"

    @property
    def ranks(self) -> list[tuple[str, list[tuple[str, str, str, str]]]]:
        """The items of each rank: (state, name, title, evidence or by when)."""
        return [
            (rank, [self._row(each.item.name) for each in of_rank(self.release, rank)])
            for rank in RANKS
            if of_rank(self.release, rank)
        ]

    def _row(self, name: str) -> tuple[str, str, str, str]:
        state = next(each for each in self.release.items if each.item.name == name)
        owner = f", {without_addresses(state.item.owner)}" if state.item.owner else ""
        fact = f"{state.evidence}, {state.day}" if state.done else f"by {state.item.by}{owner}"
        return "done" if state.done else "open", name, state.item.title, fact

    @property
    def baseline(self) -> str:
        """What became of the items that were promised first."""
        change = change_since_baseline(self.release)
        if change is None:
            return ""
        added = f"; added: {', '.join(change.added)}" if change.added else ""
        dropped = f"; no longer in it: {', '.join(change.dropped)}" if change.dropped else ""
        return f"Of {counted(change.promised, 'item')} promised first, {change.delivered} done{added}{dropped}"

    @property
    def stages(self) -> list[tuple[str, date, str, str]]:
        """The days: (stage, day, state, what shows it or a note)."""
        return [
            (each.stage, each.day, self._state(each), each.evidence or each.note)
            for each in (self.days.days if self.days else ())
        ]

    def _state(self, each: StageDay) -> str:
        """Return how a day stands; what comes after a release is over, not late, and nothing is late once it is out."""
        state = each.state(self.release.moment.day)
        if state != "late":
            return state
        return "over" if each.stage in ("support", "end-of-life") else "not recorded" if self.released else state

    @property
    def risks(self) -> list[tuple[str, str, str, str]]:
        """The risks, those that cost most first: (state, chance, what may happen, mitigation)."""
        return [
            (each.outcome or "open", percent(each.chance), each.text or each.id, each.mitigation or "no mitigation")
            for each in in_order(self.release)
        ]

    @property
    def plots(self) -> list[Plot]:
        """The timeline and how the forecast changed, drawn."""
        found = [self._gantt()] if self.days else []
        said = [(f"{each.day:%d %b}", 100 * each.chance) for each in self.past if each.chance is not None]
        rules = self.release.policy.health
        limits = [
            (f"Green from {percent(rules.yellow)}", 100 * rules.yellow),
            (f"Red below {percent(rules.red)}", 100 * rules.red),
        ]
        if len(said) > 1:
            found.append(line("chance", "Chance of the planned day, as it was each week", "percent", said, limits))
        days = [(each.day, each.half, each.sure) for each in self.past if each.half and each.sure]
        if len(days) > 1:
            title = "Day by which all is done, as it was forecast each week"
            found.append(band("forecast", title, [(a, b, c) for a, b, c in days if b and c], self.release.plan.date))
        return found

    def _gantt(self) -> Plot:
        now = self.release.moment.day
        spans = [Span(stage, day, day, _STATES.get(state, "ahead"), state) for stage, day, state, _ in self.stages]
        if self.timeline:
            spans += [Span(f"until {each.stage}", each.start, each.end) for each in self.timeline.phases]
            ends = [each for each in self.timeline.phases if each.stage in ("candidate", "production")]
            if ends and self.timeline.buffer:
                end = ends[0].end
                spans.append(
                    Span("buffer (85 % - 50 %)", end - timedelta(days=self.timeline.buffer), end, "late", "buffer")
                )
        return gantt("timeline", f"Timeline of {self.name}", spans, now)


@dataclass(frozen=True)
class ScoreRow:
    """How good one kind of prediction was, in words, beside its target and what other projects reached."""

    name: str
    text: str
    n: int
    target: str
    elsewhere: str
    met: bool | None


def coming(plans: Sequence[PlanFacts]) -> list[PlanFacts]:
    """Return the plans of releases that are to come, the next first."""
    return [each for each in plans if not each.released]
