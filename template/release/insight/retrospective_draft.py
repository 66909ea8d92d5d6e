"""The draft of a retrospective: an agenda in Markdown, in which the facts stand and people write the rest."""

from __future__ import annotations

from release.insight.release_timeline import Event
from release.insight.retrospective import Comparison, Retrospective
from release.planning.moment import day_of
from release.planning.plan import Action
from release.planning.prose import counted, escaped, table

_BLANK = "-"
HEAD = ("About", "Planned, predicted, or the release before", "Came")


def draft(project: str, found: Retrospective) -> str:
    """Return the agenda with what is known; the same text for the same facts."""
    release, name = found.release, found.name
    head = [
        f"# {escaped(project)} {release.version}: retrospective",
        "",
        f"Released on {day_of(release.at)} as {escaped(release.tag)}. The tables were written by "
        f"`inv retrospective {name} --write`; what people say goes below the questions.",
    ]
    command = f'inv retrospective {name} --action "what is to be done" --owner ada@example.org --due 2027-04-01'
    how = f"Each has an owner and a day: `{command}` writes it into the plan; the next plan takes it over, and a gate "
    sections = (
        ("What happened", table(("Day", "What", "Fact", "Planned"), map(_event, found.events))),
        ("What was predicted, and what came", table(HEAD, map(_row, found.comparisons))),
        ("What went well, and should stay", _listed(_good(found))),
        ("What did not go well, and why", _listed(_bad(found))),
        ("What was a surprise, or luck", _listed(_surprising(found))),
        ("Actions of earlier retrospectives that are open", _actions(found.open_before)),
        ("Actions", [f"{how}warns when it is overdue.", "", *_actions(found.actions)]),
    )
    for number, (title, lines) in enumerate(sections, 1):
        head += ["", f"## {number}. {title}", "", *lines]
    return "\n".join(head) + "\n"


def _row(each: Comparison) -> tuple[str, str, str]:
    return each.about, each.predicted, each.came


def _event(event: Event) -> tuple[str, str, str, str]:
    return str(event.day), event.what, event.fact, planned_text(event)


def planned_text(event: Event) -> str:
    """Return the planned day of an event and how far from it it was; empty where none was planned."""
    late = event.days_late
    if late is None:
        return ""
    if late == 0:
        return f"{event.planned}, on the day"
    return f"{event.planned}, {counted(abs(late), 'day')} {'late' if late > 0 else 'early'}"


def _listed(facts: list[str]) -> list[str]:
    return [*(f"- {escaped(each)}" for each in facts), _BLANK]


def _good(found: Retrospective) -> list[str]:
    facts = [f"{each.what} was on time ({each.day})" for each in found.on_time]
    return facts + [
        _said(each) for each in found.comparisons if each.good is True and each.about != "date of the final"
    ]


def _bad(found: Retrospective) -> list[str]:
    facts = [f"{each.what} was {counted(each.days_late or 0, 'day')} late ({each.day})" for each in found.late]
    facts += [_said(each) for each in found.comparisons if each.good is False and each.about != "date of the final"]
    return facts + list(found.decisions)


def _surprising(found: Retrospective) -> list[str]:
    return [_said(each) for each in found.comparisons if each.good is None and each.about.startswith("unplanned")]


def _said(each: Comparison) -> str:
    return f"{each.about}: expected {each.predicted}; came {each.came}"


def _actions(actions: tuple[Action, ...]) -> list[str]:
    if not actions:
        return ["none"]
    rows = [(each.text, each.owner, str(each.due or ""), "done" if each.done else "open") for each in actions]
    return table(("Action", "Owner", "Due", "State"), rows)
