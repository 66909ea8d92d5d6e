"""A model's comments in words: for a terminal, for Markdown and for machines; each with the facts that it cites."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from release.assistant.advice import Advice
from release.assistant.answer import Claim, Proposal
from release.assistant.evidence import Fact
from release.planning.prose import counted, escaped, percent

_TITLES = {"claims": "", "risks": "risks, with the model's own estimates:", "questions": "questions:"}
_PROPOSED = "proposed changes of the plan; nothing is changed unless you run one of these:"
_FENCE = "`" * 8  # longer than any that a plan has
_SHOWN = 160  # characters of a fact


def as_text(found: Advice) -> str:
    """Return the comments for a terminal."""
    proposed = [f"\n{head}\n{run}" for head, run in _proposed(found)]
    return "\n".join([*_lines(found), *([f"\n{_PROPOSED}", *proposed] if proposed else [])])


def as_markdown(found: Advice) -> str:
    """Return the comments as a part of a document of Markdown."""
    first, *others = _lines(found)
    rows = [f"## {escaped(first.capitalize())}", "", *(_marked(each) for each in others)]
    proposed = [f"\n{escaped(head)}\n\n{_FENCE}sh\n{run}\n{_FENCE}" for head, run in _proposed(found)]
    return "\n".join([*rows, *([f"\n### {_PROPOSED.capitalize()}", *proposed] if proposed else [])])


def _proposed(found: Advice) -> Iterator[tuple[str, str]]:
    """Yield each proposal: what it is and why, and the command with which a person makes it."""
    for number, each in enumerate(found.answer.proposals if found.answer else (), 1):
        change = each.change
        what = f"defer {change.item} to {change.to}" if change.key == "defer" else f"{change.key} of {change.item}"
        yield f"{number}. {what}: {_claim(each.claim)}", each.run


def _marked(line: str) -> str:
    text = line.strip().removeprefix("- ")
    return f"- {escaped(text)}" if line.startswith("  ") else f"\n{escaped(text)}\n" if text else ""


def _lines(found: Advice) -> Iterator[str]:
    yield f"comments of {found.model} at {found.server}, which decide nothing"
    if found.answer is None:
        yield f"  none: {found.why}"
        return
    for kind, title in _TITLES.items():
        claims = [each for each in found.answer.claims if each.kind == kind]
        if claims and title:
            yield title
        yield from (f"  - {_claim(each)}" for each in claims)
    if not found.answer.claims and not found.answer.proposals:
        yield "  no claim that its facts support"
    if found.answer.chance is not None:
        yield f"  - its own probability of the planned date: {percent(found.answer.chance)}"
    if facts := _cited((*found.answer.claims, *(each.claim for each in found.answer.proposals))):
        yield "facts cited:"
        yield from (f"  {each.id} ({each.path}): {_fact(each)}" for each in facts)
    dropped = found.answer.dropped
    if dropped:
        reasons = ", ".join(f"{why}: {number}" for why, number in dropped.items())
        yield f"dropped: {counted(sum(dropped.values()), 'claim')} ({reasons})"
    if found.evidence.left_out:
        yield f"not sent: {counted(found.evidence.left_out, 'fact')} (evidence in [assistant])"


def _claim(claim: Claim) -> str:
    own = f" ({percent(claim.chance)} by {claim.by})" if claim.chance is not None and claim.by else ""
    return f"{claim.text}{own} [{', '.join(each.id for each in claim.cites)}]"


def _cited(claims: tuple[Claim, ...]) -> list[Fact]:
    found = {each.id: each for claim in claims for each in claim.cites}
    return sorted(found.values(), key=lambda each: int(each.id[1:]))


def _fact(fact: Fact) -> str:
    quoted = "; ".join(f'{key} "{" ".join(text.split())}"' for key, text in fact.written.items())
    text = "; ".join(filter(None, (fact.computed, quoted)))
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


def as_document(found: Advice) -> dict[str, Any]:
    """Return the comments for machines."""
    answer = found.answer
    return {
        "model": found.model,
        "server": found.server,
        "evidence": found.evidence.digest,
        "claims": [_row(each) for each in answer.claims] if answer else [],
        "proposals": [_proposal(each) for each in answer.proposals] if answer else [],
        "chance_of_date": answer.chance if answer else None,
        "dropped": dict(answer.dropped) if answer else {},
        "why_none": found.why or None,
    }


def _proposal(each: Proposal) -> dict[str, Any]:
    cites = [fact.id for fact in each.claim.cites]
    change = {"item": each.change.item, "key": each.change.key, "to": each.change.to}
    return change | {"text": each.claim.text, "cites": cites, "diff": each.diff, "run": each.run}


def _row(claim: Claim) -> dict[str, Any]:
    cites = [{"id": each.id, "path": each.path, "values": each.values} for each in claim.cites]
    return {"kind": claim.kind, "text": claim.text, "chance": claim.chance, "by": claim.by, "cites": cites}
