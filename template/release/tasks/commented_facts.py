"""What a task prints with --assist: the facts of its command as without it, then a model's comments on them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from release.assistant.advice import Advice
    from release.context import Context


def printed(
    command: str,
    facts: partial[str],
    *,
    assist: bool,
    record: Callable[[Advice], str] | None = None,
    **form: bool,
) -> None:
    """Print the facts of a command in a form (json, markdown), and the comments on them where those are wanted.

    `facts` has the context as its first argument.
    """
    from release.tasks.invoke_support import show

    if not (assist and form.get("json")):
        show(facts(**form), json=form.get("json", False))
    if assist:
        print(commenting(facts.args[0], command, record=record, **form)(facts(json=True)))


def commenting(
    ctx: Context,
    command: str,
    *,
    json: bool = False,
    markdown: bool = False,
    record: Callable[[Advice], str] | None = None,
) -> Callable[[str], str]:
    """Return what asks the model about the JSON of a command, and returns what is printed then.

    That is the JSON with a further key, else the comments alone, which stand below the facts. `record` is given the
    answer and says what it did.
    """

    def comment(document: str) -> str:
        import json as notation

        from release.assistant.advice import advice
        from release.assistant.wording import as_document, as_markdown, as_text
        from release.base.control_characters import visible
        from release.base.redact import redact
        from release.planning.prose import as_json

        facts = notation.loads(document)
        found = advice(ctx, command, facts)
        done = record(found) if record else ""
        if json:
            own = as_document(found) | ({"recorded": done} if record else {})
            return redact(as_json(facts | {"assistant": own}))
        words = as_markdown(found) if markdown else as_text(found)
        return visible(redact("\n".join(["", words, *([done] if done else [])])))

    return comment


def recording(facts: partial[str], at: str, *, dry_run: bool) -> Callable[[Advice], str]:
    """Return what records a prediction of the release that `facts` is about; raise ReleaseError for a past day."""
    from release.assistant.predictions import record
    from release.base.errors import ReleaseError

    if at:
        why = "--at shows another day than today"
        raise ReleaseError("cannot record a prediction", why=why, run="inv health --assist --record")
    ctx, version = facts.args[:2]
    return lambda found: record(ctx, version, found, dry_run=dry_run)


def refuse_sending(sends: bool, run: str) -> None:
    """Raise ReleaseError where what a model said would be sent."""
    if sends:
        from release.base.errors import ReleaseError

        why = "comments of a model are never part of what is sent"
        raise ReleaseError("cannot use --assist here", why=why, run=run)
