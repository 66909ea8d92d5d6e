"""The risk register of a planned release: chance, expected delay, mitigation, outcome."""

from __future__ import annotations

from typing import Any

from release.planning.plan import Risk, path_of
from release.planning.planned_release import PlannedRelease
from release.planning.prose import columns, counted, escaped, percent, table


def in_order(release: PlannedRelease) -> list[Risk]:
    """Return the risks, open ones first, those that cost most days first."""
    return sorted(release.plan.risk, key=lambda each: (bool(each.outcome), -each.chance * max(each.impact, 1)))


def as_text(release: PlannedRelease) -> str:
    """Return the risks for a terminal."""
    lines, found = [*release.heading, ""], in_order(release)
    if not found:
        return "\n".join([*lines, "no risks are in the plan"])
    waiting = [each for each in found if not each.outcome]
    expected = sum(each.chance * each.impact for each in waiting)
    cost = f"; {expected:.1f} days of delay expected" if expected else ""
    lines += [f"{counted(len(waiting), 'open risk')}{cost}", *columns(list(map(_row, found)))]
    bare = next((each for each in waiting if not each.mitigation), None)
    if bare:
        lines += ["", f"next: $EDITOR {path_of(release.name)}      (mitigation of {bare.id or bare.text})"]
    return "\n".join(lines)


def as_markdown(release: PlannedRelease) -> str:
    """Return the risks as a document of Markdown."""
    first, *others = map(escaped, release.heading)
    head = ("State", "Risk", "Chance", "Text", "Mitigation")
    return "\n".join([f"# {first}: risks", "", *others, "", *table(head, map(_row, in_order(release)))])


def _row(each: Risk) -> tuple[str, str, str, str, str]:
    delay = f", {each.impact:g} days" if each.impact else ""
    owner = f" ({each.owner})" if each.owner else ""
    mitigation = f"{each.mitigation or 'no mitigation'}{owner}"
    return each.outcome or "open", each.id, f"{percent(each.chance)}{delay}", each.text, mitigation


def as_document(release: PlannedRelease) -> dict[str, Any]:
    """Return the risks for machines."""
    return {
        "release": release.name,
        "as_of": release.moment.day,
        "risks": [
            {
                "id": each.id,
                "text": each.text,
                "chance": each.chance,
                "impact_days": each.impact,
                "mitigation": each.mitigation,
                "owner": each.owner,
                "outcome": each.outcome or None,
            }
            for each in in_order(release)
        ],
    }
